from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import hours
from bot.domain.finding import Severity
from bot.domain.hours import Quiet, WrongHours
from tests.domain.values import DAY, HOUR, NOW, TODAY, instants, quiets, zones

BERLIN, OFFICE = "Europe/Berlin", "Mon-Fri 09:00-18:00"


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        (None, Quiet(1320, 480)),
        ("", Quiet(1320, 480)),
        ("22-8", Quiet(1320, 480)),
        (" 22:30 - 7:15 ", Quiet(1350, 435)),
        ("0-24", None),
        ("1-1", None),
        ("20-24", Quiet(1200, 0)),
        ("OFF", None),
    ],
)
def test_quiet_hours_are_read(text: str | None, quiet: Quiet | None) -> None:
    assert hours.parse_quiet(text) == quiet


@pytest.mark.parametrize("text", ["x", "22", "25-8", "22:60-8", "8-22:75", "22-8-9", "-1-8"])
def test_unreadable_quiet_hours_are_refused(text: str) -> None:
    with pytest.raises(WrongHours):
        hours.parse_quiet(text)


def test_staffed_hours_may_go_over_the_weeks_end() -> None:
    shifts = hours.parse_staffed("Sat-Wed 9-17, Thu 9:00-13:30")
    assert [shift.weekday for shift in shifts] == [0, 1, 2, 3, 5, 6]
    assert (shifts[3].start, shifts[3].end) == (540, 810)


@pytest.mark.parametrize("text", ["Mon", "Mon 18-9", "Xyz 9-18", "Mon-Xyz 9-18", "9-18", "Mon 9-9"])
def test_unreadable_staffed_hours_are_refused(text: str) -> None:
    with pytest.raises(WrongHours):
        hours.parse_staffed(text)


@pytest.mark.parametrize(("country", "rest"), [("SA", {4, 5}), ("DE", {5, 6}), ("IR", {4}), (None, {5, 6})])
def test_a_shop_that_has_not_said_works_on_its_countrys_working_days(country: str | None, rest: set[int]) -> None:
    shifts = hours.parse_staffed(hours.default_staffed(country))
    assert {shift.weekday for shift in shifts} == set(range(7)) - rest


@pytest.mark.parametrize(
    ("hour", "quiet", "expected"),
    [
        (21, "22-8", False),
        (22, "22-8", True),
        (3, "22-8", True),
        (8, "22-8", False),
        (14, "13-15", True),
        (3, "off", False),
    ],
)
def test_quiet_hours_hold_in_the_readers_zone(hour: int, quiet: str | None, expected: Any) -> None:
    at = datetime(2026, 11, 24, hour, tzinfo=UTC) - 3 * HOUR
    assert hours.in_quiet(at, "Asia/Riyadh", quiet) is expected


def test_what_comes_at_night_waits_for_the_morning() -> None:
    night = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    assert hours.waking(night, BERLIN, "22-8") == datetime(2026, 11, 25, 7, tzinfo=UTC)
    assert hours.waking(night + 4 * HOUR, BERLIN, "22-8") == datetime(2026, 11, 25, 7, tzinfo=UTC)


def test_the_office_opens_after_the_weekend() -> None:
    saturday = datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert hours.staffed(saturday, BERLIN, OFFICE) == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert hours.staffed(NOW, BERLIN, OFFICE) == NOW
    assert hours.is_staffed(NOW, BERLIN, OFFICE)


def test_the_office_is_closed_on_a_holiday() -> None:
    assert hours.staffed(NOW, BERLIN, OFFICE, [TODAY]) == datetime(2026, 11, 25, 8, tzinfo=UTC)


def test_a_shop_that_never_opens_is_not_waited_for() -> None:
    always_off = [TODAY + step * DAY for step in range(-2, 90)]
    assert hours.staffed(NOW, BERLIN, OFFICE, always_off) == NOW
    assert hours.answer_by(NOW, BERLIN, OFFICE, 2 * HOUR, always_off) == NOW + 2 * HOUR


def test_a_target_runs_only_while_somebody_is_there() -> None:
    friday_afternoon = datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert hours.answer_by(friday_afternoon, BERLIN, OFFICE, 2 * HOUR) == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert hours.answer_by(NOW, BERLIN, OFFICE, 2 * HOUR) == NOW + 2 * HOUR


def test_working_time_leaves_out_the_weekend() -> None:
    friday = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert hours.working_time(friday, friday + 3 * DAY, "UTC", "DE") == DAY
    assert hours.working_time(friday + DAY, friday + DAY + HOUR, "UTC", "DE") == timedelta()
    assert hours.working_time(friday, friday, "UTC", "DE") == timedelta()


def word(kind: str, severity: Severity = Severity.SLIGHT, now: datetime = NOW, **changed: Any) -> datetime:
    return hours.next_word(kind, severity, now, BERLIN, "22-8", BERLIN, OFFICE, **changed)


def at(day: date, hour: int) -> datetime:
    return hours.moment(day, hour * 60, BERLIN)


@pytest.mark.parametrize(
    ("kind", "severity", "on", "expected"),
    [
        # tone.md 9 and 10: today is Tuesday 24 November, promised was Wednesday 25
        ("delay_slight", Severity.SLIGHT, date(2026, 11, 26), at(date(2026, 11, 26), 10)),
        ("delay_serious", Severity.SERIOUS, date(2026, 12, 1), at(date(2026, 11, 26), 12)),
        ("stalled", Severity.SERIOUS, None, at(date(2026, 11, 26), 12)),
        ("lost_probable", Severity.SERIOUS, None, at(date(2026, 11, 26), 12)),
        ("attempt", Severity.SERIOUS, date(2026, 11, 25), at(date(2026, 11, 25), 20)),
        ("hint", Severity.HINT, date(2026, 11, 25), at(date(2026, 11, 25), 18)),
        ("delay_again", Severity.SERIOUS, date(2026, 12, 3), at(date(2026, 11, 25), 12)),
    ],
)
def test_the_next_word_comes_at_the_models_hours(kind: str, severity: Severity, on: date | None, expected: Any) -> None:
    assert word(kind, severity, on=on) == expected


def test_a_day_far_off_is_not_waited_for() -> None:
    assert word("delay_slight", on=TODAY + 20 * DAY) == at(TODAY + 3 * DAY, 10)
    assert word("attempt", Severity.SERIOUS, on=TODAY + 20 * DAY) == at(TODAY + 2 * DAY, 20)


def test_an_hour_that_is_too_near_or_over_means_the_next_day() -> None:
    assert word("delay_slight", on=TODAY) == at(TODAY + DAY, 10)
    assert word("delay_slight", on=TODAY - 9 * DAY) == at(TODAY + DAY, 10)


def test_an_unknown_day_is_taken_for_tomorrow() -> None:
    assert word("attempt", on=None) == at(TODAY + DAY, 20)


def test_a_person_asked_for_answers_within_the_target_at_a_full_half_hour() -> None:
    assert word("human_coming", now=NOW + timedelta(minutes=7)) == NOW + 2.5 * HOUR
    assert word("promise_broken", now=NOW) == NOW + 3 * HOUR


def test_a_person_asked_for_at_night_answers_after_opening() -> None:
    night = at(TODAY, 23)
    assert word("human_coming", now=night) == at(TODAY + DAY, 11)


def test_any_word_may_be_given_to_a_person() -> None:
    saturday = at(date(2026, 11, 21), 10)
    assert word("stalled", now=saturday - DAY, by_person=True) == at(date(2026, 11, 23), 11)
    assert word("stalled", now=saturday - DAY) == at(date(2026, 11, 22), 12)


def test_a_shop_awake_only_while_the_reader_sleeps_owes_its_word_in_waking_hours() -> None:
    due = hours.next_word("human_coming", Severity.SERIOUS, NOW, BERLIN, "8-22", BERLIN, OFFICE)
    assert not hours.in_quiet(due, BERLIN, "8-22")


@given(
    st.sampled_from([*hours.WORDS, "something_new"]),
    st.sampled_from(Severity),
    instants,
    zones,
    quiets,
    zones,
    st.sampled_from([OFFICE, "Sat-Wed 9-17, Thu 9-13", "Mon-Sun 0-24"]),
    st.sampled_from([None, True, False]),
    st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2027, 12, 31))),
)
def test_a_promise_is_never_in_quiet_hours_nor_in_the_past(
    kind: str,
    severity: Severity,
    now: datetime,
    zone: str,
    quiet: str | None,
    shop: str,
    text: str,
    person: bool | None,
    on: date | None,
) -> None:
    due = hours.next_word(kind, severity, now, zone, quiet, shop, text, person, on=on)
    assert due > now
    assert not hours.in_quiet(due, zone, quiet)
    assert due - now < 30 * DAY


@cache
def ever_meet(zone: str, shop: str, text: str) -> bool:
    """Whether the reader is awake for three hours of a staffed day."""
    monday = datetime(2026, 6, 1, tzinfo=UTC)
    both = [
        hours.in_shift(at, shop, text) and not hours.in_quiet(at, zone, "22-8")
        for at in (monday + half * HOUR / 2 for half in range(7 * 48))
    ]
    return any(all(both[start : start + 7]) for start in range(len(both)))


@given(instants, zones, zones, st.sampled_from([OFFICE, "Sat-Wed 9-17, Thu 9-13"]))
def test_a_persons_word_lies_in_staffed_hours_if_the_two_ever_meet(
    now: datetime, zone: str, shop: str, text: str
) -> None:
    due = hours.next_word("human_coming", Severity.SERIOUS, now, zone, "22-8", shop, text)
    assert not hours.in_quiet(due, zone, "22-8")
    assert hours.in_shift(due, shop, text) or not ever_meet(zone, shop, text)


@given(instants, zones, quiets)
def test_waking_is_never_earlier_never_quiet_and_within_a_day(now: datetime, zone: str, quiet: str | None) -> None:
    then = hours.waking(now, zone, quiet)
    assert now <= then <= now + DAY + 2 * HOUR
    assert not hours.in_quiet(then, zone, quiet)
    assert hours.waking(then, zone, quiet) == then


@given(instants, zones, st.sampled_from(["", OFFICE, "Sat 10-12"]))
def test_staffed_is_never_earlier_and_stays(now: datetime, zone: str, text: str) -> None:
    then = hours.staffed(now, zone, text)
    assert then >= now
    assert hours.staffed(then, zone, text) == then
    assert hours.in_shift(then, zone, text)


@given(instants, st.integers(0, 100), zones, st.sampled_from([None, "SA", "IR", "DE"]))
def test_working_time_is_part_of_the_time(start: datetime, length: int, zone: str, country: str | None) -> None:
    end = start + length * HOUR
    assert timedelta() <= hours.working_time(start, end, zone, country) <= end - start


@given(st.text(max_size=40))
def test_hours_from_anybody_are_read_or_refused(text: str) -> None:
    for parse in (hours.parse_quiet, hours.parse_staffed):
        with suppress(WrongHours):
            parse(text)


def test_a_persons_word_that_would_fall_on_the_weekend_comes_the_day_before() -> None:
    wednesday = datetime(2026, 11, 25, 10, 38, tzinfo=UTC)

    due = hours.next_word(
        "lost_probable", Severity.SERIOUS, wednesday, "Asia/Riyadh", "22-8", "Asia/Riyadh", "Sun-Thu 09:00-18:00"
    )

    assert due == datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
