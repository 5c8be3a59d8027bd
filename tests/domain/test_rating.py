"""When it is asked how it went, and what a tap says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rating import CHANGEABLE_FOR, OPEN_FOR, STARS, Said, is_asked, is_good, is_low, said
from bot.domain.ticket import REOPENS_WITHIN, Ended, goes_on

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
SPANS = st.timedeltas(timedelta(), timedelta(days=30))


@pytest.mark.parametrize(
    ("outcome", "answered", "banned", "asked"),
    [
        (None, True, False, True),
        ("refunded", True, False, True),
        (None, False, False, False),
        (None, True, True, False),
        (" Spam ", True, False, False),
        ("duplicate", True, False, False),
    ],
)
def test_only_who_was_answered_by_a_person_is_asked(
    outcome: str | None, answered: bool, banned: bool, asked: bool
) -> None:
    assert is_asked(outcome, answered=answered, banned=banned) is asked


@given(st.sampled_from(STARS), st.none() | st.sampled_from(STARS), SPANS, SPANS)
def test_a_first_tap_counts_for_a_week_and_another_for_a_day(
    stars: int, before: int | None, asked_ago: timedelta, rated_ago: timedelta
) -> None:
    verdict = said(stars, before, NOW - asked_ago, None if before is None else NOW - rated_ago, NOW)
    if before is None:
        assert verdict is (Said.FIRST if asked_ago <= OPEN_FOR else Said.OVER)
    elif stars == before:
        assert verdict is Said.SAME
    else:
        assert verdict is (Said.CHANGED if rated_ago <= CHANGEABLE_FOR else Said.KEPT)


def test_one_and_two_are_low_and_four_and_five_are_good() -> None:
    assert [stars for stars in STARS if is_low(stars)] == [1, 2]
    assert [stars for stars in STARS if is_good(stars)] == [4, 5]


@pytest.mark.parametrize(
    ("cause", "shipment_id", "about", "outcome", "ago", "goes"),
    [
        ("words", None, None, None, timedelta(days=1), True),
        ("human", 7, None, "solved", timedelta(days=1), True),
        ("words", 7, 7, None, REOPENS_WITHIN, True),
        ("words", 7, 8, None, timedelta(days=1), False),
        ("words", None, None, None, REOPENS_WITHIN + timedelta(seconds=1), False),
        ("nobody_came", 7, 7, None, timedelta(days=1), False),
        ("words", None, None, "spam", timedelta(days=1), False),
    ],
)
def test_words_soon_after_the_end_go_on_with_it(
    cause: str, shipment_id: int | None, about: int | None, outcome: str | None, ago: timedelta, goes: bool
) -> None:
    assert goes_on(cause, shipment_id, Ended(about, outcome, NOW - ago), NOW) is goes
