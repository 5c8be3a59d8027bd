"""Carriers' names as shops write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers.kit.codes import rows
from carriers.kit.names import called, plain_name


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("DHL", "dhl_unified"),
        ("DHL Express", "dhl_express"),
        ("dhl-parcel", "dhl_unified"),
        ("Fedex", "fedex"),
        ("FEDEX GROUND®", "fedex"),
        ("ups", "ups"),
        ("Aramex Saudi Arabia", "aramex"),
        ("أرامكس", "aramex"),
        ("آرامکس", "aramex"),
        ("ارامكس", "aramex"),
        ("سمسا اكسبرس", "smsa"),
        ("دي اتش ال", "dhl_unified"),
        ("دی‌اچ‌ال", "dhl_unified"),
        ("تیپاکس", "tipax"),
        ("پست پیشتاز", "iran-post"),
        ("Österreichische Post", "osterreichische-post"),
        ("Yurtiçi Kargo", "yurtici"),
        ("PostNord SE", "postnord"),
        ("Colissimo", "laposte"),
        ("Нова Пошта", "novaposhta"),
        ("17TRACK", "17track"),
    ],
)
def test_a_name_in_any_spelling_is_known(name: str, first: str) -> None:
    assert called(name)[0] == first


@pytest.mark.parametrize("name", ["", "   ", "custom", "Other", "my cousin", "!!!", "x" * 10_000])
def test_what_names_nobody_is_nobody(name: str) -> None:
    assert called(name) == ()


def test_every_name_of_the_list_is_found_by_itself_and_names_one_line() -> None:
    listed = list(rows("names"))
    assert len(listed) > 200
    assert all(called(row["name"]) == tuple(row["slugs"].split()) for row in listed)


@given(st.text(max_size=150))
def test_a_plain_name_stays_as_it_is(name: str) -> None:
    assert plain_name(plain_name(name)) == plain_name(name)
    called(name)
