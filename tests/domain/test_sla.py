"""Targets, steps of reminding, hours that agents name: all in the staffed time of the shop."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import sla
from bot.domain.feasts import feasts_around
from bot.domain.hours import FIRST_RESPONSE, is_staffed
from bot.domain.sla import ANNOUNCED, ANSWER, GRID, Staffing, Standing, Targets, Wait, Who
from tests.domain.values import HOUR

RIYADH = Staffing("Asia/Riyadh", "Sun-Thu 09:00-18:00", feasts_around("SA", 2026))
TEHRAN = Staffing("Asia/Tehran", "Sat-Wed 08:00-16:00", feasts_around("IR", 2026))
CAIRO = Staffing("Africa/Cairo", "Sat-Thu 10:00-14:00, Sat-Thu 16:00-20:00")
BERLIN = Staffing("Europe/Berlin", "Mon-Fri 09:00-18:00; 2026-12-21..2027-01-03 closed")
SHOPS = st.sampled_from([RIYADH, TEHRAN, CAIRO, BERLIN, Staffing("UTC", "Mon-Sun 00:00-24:00")])
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 15), timezones=st.just(UTC))  # noqa: DTZ001
TARGETS = st.integers(2, 40).map(lambda halves: HOUR * halves / 2)
SUNDAY = datetime(2026, 11, 22, 7, tzinfo=UTC)
"""Ten in the morning in Riyadh."""


@pytest.mark.parametrize(
    ("settings", "first", "following"),
    [
        ("{}", FIRST_RESPONSE, FIRST_RESPONSE),
        ("", FIRST_RESPONSE, FIRST_RESPONSE),
        ('{"first_response": 4, "home": "SA"}', 4 * HOUR, 4 * HOUR),
        ('{"first_response": 0.5, "next_response": 8}', HOUR / 2, 8 * HOUR),
        ('{"next_response": 8}', FIRST_RESPONSE, 8 * HOUR),
    ],
)
def test_a_shops_targets_are_its_own_or_ours(settings: str, first: timedelta, following: timedelta) -> None:
    assert sla.targets_of(settings) == Targets(first, following)


def test_a_target_of_no_time_is_a_mistake_of_ours() -> None:
    with pytest.raises(msgspec.ValidationError):
        sla.targets_of('{"first_response": 0}')


@given(SHOPS, MOMENTS, TARGETS, st.booleans())
def test_steps_come_in_their_order_each_while_somebody_is_there_on_full_five_minutes(
    shop: Staffing, since: datetime, target: timedelta, announced: bool
) -> None:
    wait = Wait(since, shop.after(since, target), announced=announced)
    at = [sla.step_at(wait, number, shop) for number in range(len(wait.steps))]
    assert at == sorted(at)
    assert at[0] >= since
    assert all(is_staffed(one, shop.zone, shop.text, shop.holidays) for one in at)
    assert all(one.timestamp() % GRID.total_seconds() == 0 for one in at)


@given(SHOPS, MOMENTS, TARGETS, st.booleans())
def test_every_step_is_taken_once_and_afterwards_there_is_always_a_next_time(
    shop: Staffing, since: datetime, target: timedelta, announced: bool
) -> None:
    wait = Wait(since, shop.after(since, target), announced=announced)
    now, told = since, []
    for _ in range(len(wait.steps) + 3):
        now = sla.next_at(wait, shop, now)
        found = sla.due_steps(wait, shop, now)
        assert found
        told += found
        wait = msgspec.structs.replace(wait, taken=wait.taken + len(found))
        assert sla.next_at(wait, shop, now) > now
    assert told[: len(wait.steps)] == [step.who for step in wait.steps]
    assert set(told[len(wait.steps) :]) == {Who.OWNERS}


def test_the_assignee_hears_at_half_time_the_group_later_the_leads_when_it_is_due_the_owners_last() -> None:
    wait = Wait(SUNDAY, SUNDAY + 4 * HOUR)
    at = {step.who: sla.step_at(wait, number, RIYADH) - SUNDAY for number, step in enumerate(ANSWER)}
    assert at == {
        Who.CUSTOMER: 2 * HOUR,
        Who.ASSIGNEE: 2 * HOUR,
        Who.GROUP: 3 * HOUR,
        Who.LEADS: 4 * HOUR,
        Who.OWNERS: 6 * HOUR,
    }


def test_what_is_asked_on_thursday_evening_is_reminded_of_on_sunday() -> None:
    thursday = datetime(2026, 11, 26, 14, 30, tzinfo=UTC)
    wait = Wait(thursday, RIYADH.after(thursday, 2 * HOUR))
    assert sla.step_at(wait, 1, RIYADH) == datetime(2026, 11, 29, 6, 30, tzinfo=UTC)
    assert sla.due_steps(wait, RIYADH, datetime(2026, 11, 28, 12, tzinfo=UTC)) == []


def test_a_closed_week_moves_what_is_due_behind_it() -> None:
    friday = datetime(2026, 12, 18, 16, tzinfo=UTC)
    due = BERLIN.after(friday, 2 * HOUR)
    assert due == datetime(2027, 1, 4, 9, tzinfo=UTC)
    assert sla.step_at(Wait(friday, due), 3, BERLIN) == due


def test_what_fell_due_while_nobody_ran_is_said_at_once_in_order() -> None:
    wait = Wait(SUNDAY, SUNDAY + 2 * HOUR, taken=1)
    assert sla.due_steps(wait, RIYADH, SUNDAY + 7 * HOUR) == [Who.ASSIGNEE, Who.GROUP, Who.LEADS, Who.OWNERS]


@given(SHOPS, MOMENTS, TARGETS)
def test_who_named_an_hour_is_woken_before_it_while_he_is_there(
    shop: Staffing, made: datetime, span: timedelta
) -> None:
    made = shop.opening(made)
    due = shop.after(made, span)
    wake = sla.wake_at(made, due, shop)
    assert made <= wake < due
    assert timedelta(minutes=10) <= shop.between(wake, due) <= HOUR
    assert len(ANNOUNCED) == len(Wait(wake, due, announced=True).steps)


def test_for_nine_in_the_morning_he_is_woken_the_evening_before() -> None:
    nine = SUNDAY + 23 * HOUR
    assert sla.wake_at(SUNDAY, nine, RIYADH) == datetime(2026, 11, 22, 14, tzinfo=UTC)


def test_where_nobody_is_ever_there_time_is_counted_by_the_clock() -> None:
    never = Staffing("UTC", "Mon-Fri 09:00-18:00; 2026-01-01..2026-12-31 closed")
    assert never.between(SUNDAY, SUNDAY + HOUR) == HOUR
    assert sla.wake_at(SUNDAY, SUNDAY + 4 * HOUR, never) == SUNDAY + 3 * HOUR


@given(MOMENTS, st.integers(1, 100))
def test_words_of_the_second_half_keep_an_hour_and_a_talk_that_goes_on_does_not(made: datetime, count: int) -> None:
    due = made + count * HOUR
    assert sla.keeps(made, due, due - HOUR / 2)
    assert not sla.keeps(made, due, made + HOUR / 4)
    assert not sla.is_met(made, due, made + HOUR / 4)
    assert sla.is_met(made, due, made + HOUR / 2 + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("ticket", "asleep"),
    [
        (Standing(owed=False), False),
        (Standing(owed=True), True),
        (Standing(owed=True, banned=True), False),
        (Standing(owed=True, due_at=SUNDAY), True),
        (Standing(owed=True, due_at=SUNDAY, remind_at=SUNDAY), False),
        (Standing(owed=False, due_at=SUNDAY, remind_at=SUNDAY - 2 * HOUR), True),
    ],
)
def test_asleep_is_what_waits_for_us_and_nothing_would_wake_anybody(ticket: Standing, asleep: bool) -> None:
    assert sla.is_asleep(ticket, SUNDAY) is asleep
