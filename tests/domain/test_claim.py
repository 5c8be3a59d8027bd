"""When a carrier takes a claim, and when the desk hears that it has not been made."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.claim import LEAST_LEFT, TERMS, UNKNOWN, Losing, Since, Terms, Window, next_reminder, terms_for, window
from bot.domain.hours import day_there, is_staffed
from bot.domain.telling import Shop
from tests.domain.values import DAY, SHOP, instants

HANDED, DUE, FOUND = date(2026, 11, 2), date(2026, 11, 6), date(2026, 11, 18)
LOST = Losing(HANDED, FOUND, DUE)
STAFFED = "Mon-Fri 09:00-18:00"
days = st.dates(date(2026, 10, 1), date(2026, 12, 31))
terms = st.builds(
    Terms,
    source=st.just("own"),
    opens=st.integers(0, 40),
    since=st.sampled_from(Since),
    working=st.booleans(),
    closes=st.one_of(st.none(), st.integers(0, 120)),
)


def at(day: int, hour: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("slug", "opens_on", "closes_on", "assumed"),
    [
        ("usps", date(2026, 11, 17), date(2027, 1, 1), False),
        ("royalmail", date(2026, 11, 20), date(2027, 1, 21), False),
        ("ups", date(2026, 11, 7), date(2026, 12, 2), True),
        ("dhl_unified", FOUND, date(2026, 12, 2), True),
        ("17track", FOUND, date(2026, 12, 2), True),
    ],
)
def test_the_days_follow_the_carriers_own_terms(slug: str, opens_on: date, closes_on: date, assumed: bool) -> None:
    told = terms_for(slug)
    assert told is not None
    known = window(told, LOST, "GB")
    assert (known.opens_on, known.closes_on, known.assumed) == (opens_on, closes_on, assumed)


@pytest.mark.parametrize(
    ("found", "opens_on"), [(FOUND, FOUND), (HANDED + 100 * DAY, HANDED + 80 * DAY)], ids=["in time", "too late"]
)
def test_a_due_day_far_ahead_moves_no_last_day(found: date, opens_on: date) -> None:
    known = window(TERMS["royalmail"], Losing(HANDED, found, HANDED + 90 * DAY), "GB")
    assert known == Window(opens_on, HANDED + 80 * DAY)


def test_only_usps_asks_for_an_insurance_as_far_as_we_know() -> None:
    assert [slug for slug, told in TERMS.items() if told.insured] == ["usps"]
    assert all(told.source for told in [*TERMS.values(), UNKNOWN])


def test_holidays_are_no_working_days() -> None:
    feast = frozenset({date(2026, 11, 9)})
    assert window(TERMS["royalmail"], LOST, "GB", feast).opens_on == date(2026, 11, 23)


def test_a_shops_own_terms_come_first_and_are_not_assumed() -> None:
    told = terms_for("ups", {"ups": [10, 45]})
    assert told is not None
    assert window(told, LOST, None) == Window(date(2026, 11, 12), date(2026, 12, 17))


def test_nobody_claims_at_his_own_courier() -> None:
    assert terms_for("own", {"own": [1, 2]}) is None


def test_what_counts_from_a_due_day_that_nobody_knows_can_be_claimed_at_once() -> None:
    assert window(TERMS["ups"], Losing(HANDED, FOUND), None).opens_on == FOUND


def test_an_assumed_last_day_leaves_time_for_the_claim() -> None:
    late = Losing(HANDED, date(2026, 12, 20), DUE)
    assert window(UNKNOWN, late, None).closes_on == date(2026, 12, 27)


@given(terms, days, days, st.one_of(st.none(), days))
def test_no_window_ends_before_it_begins(told: Terms, handed: date, found: date, due: date | None) -> None:
    known = window(told, Losing(handed, found, due), "DE")
    assert known.opens_on <= known.closes_on
    if known.assumed:
        assert known.closes_on >= found + LEAST_LEFT * DAY


def test_the_desk_hears_when_it_can_be_claimed_a_week_and_a_day_before_the_end() -> None:
    # Friday 20 November to Monday 14 December, which is said on the Friday before
    known = Window(date(2026, 11, 20), date(2026, 12, 14))
    now, heard = at(18, 12), []
    while (reminder := next_reminder(known, SHOP, now)) is not None:
        heard.append(reminder)
        now = reminder
    assert heard == [at(20, 8), at(7, 8, 12), at(11, 8, 12)]


def test_a_window_that_is_open_already_is_not_announced() -> None:
    known = Window(date(2026, 11, 18), date(2026, 12, 14))
    assert next_reminder(known, SHOP, at(18, 4)) == at(7, 8, 12)


def test_a_window_that_opens_on_a_day_off_is_announced_on_the_next_working_day() -> None:
    known = Window(date(2026, 11, 21), date(2026, 12, 14))
    assert next_reminder(known, SHOP, at(18, 12)) == at(23, 8)


def test_nothing_is_left_to_say_on_the_last_day() -> None:
    assert next_reminder(Window(FOUND, date(2026, 11, 25)), SHOP, at(25, 7)) is None


def test_a_shop_that_is_never_there_hears_in_the_morning_all_the_same() -> None:
    closed = Shop("UTC", STAFFED, holidays=frozenset(HANDED + n * DAY for n in range(200)))
    assert next_reminder(Window(FOUND, date(2026, 12, 14)), closed, at(19, 12)) == at(7, 9, 12)


@given(days, st.integers(0, 90), instants)
def test_a_reminder_lies_ahead_in_staffed_hours_and_before_the_end(opens: date, span: int, now: datetime) -> None:
    known = Window(opens, opens + span * DAY)
    found = next_reminder(known, SHOP, now)
    if found is not None:
        assert found > now
        assert is_staffed(found, SHOP.zone, SHOP.staffed)
        assert day_there(found, SHOP.zone) <= max(known.closes_on, known.opens_on + 3 * DAY)
