"""Which town a carrier means."""

import pytest

from bot.domain.places import LONGEST, town


@pytest.mark.parametrize(
    ("place", "meant"),
    [
        ("Leipzig", "Leipzig"),
        ("LEIPZIG, DE", "Leipzig"),
        ("Oderweg 2, AMSTERDAM, NL", "Amsterdam"),
        ("NEWARK, CA, US", "Newark"),
        ("Oakland, California, United States", "Oakland"),
        ("الرياض, SA", "الرياض"),
        ("Riyadh , , SA", "Riyadh"),
        ("04109, DE", "04109"),
        ("DE", "De"),
        ("", ""),
        (" , ", ""),
    ],
)
def test_the_town_is_what_is_left_without_codes_and_streets(place: str, meant: str) -> None:
    assert town(place) == meant


def test_a_name_without_an_end_is_cut() -> None:
    assert len(town("x" * 500)) == LONGEST
