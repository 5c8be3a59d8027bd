"""When a carrier is asked again: soon where news is likely and worth much, rarely elsewhere, never in the past."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain import cadence
from bot.domain.cadence import (
    BACKOFF,
    LATE_LOOKS,
    LONGEST,
    LONGEST_MISSED,
    LONGEST_SILENT,
    NEVER,
    ON_THE_VAN,
    SHORTEST,
    URGENT_NEW,
    next_poll,
    retry_after,
    urgency,
)
from bot.domain.policy import Policy
from bot.domain.shipment import Shipment
from carriers.kit.errors import AuthFailed, CarrierError, NotFound, RateLimited, Rejected, Unavailable, Unreadable
from carriers.kit.model import Status
from tests.domain.values import DAY, HOUR, NOW, TODAY, instants, parcels, shipment

FAR = {"promised_on": TODAY + 9 * DAY, "eta_on": TODAY + 9 * DAY}
ERRORS = (NotFound, AuthFailed, RateLimited, Unavailable, Unreadable, Rejected)
MORNING = datetime(2026, 11, 24, 6, tzinfo=UTC)
EVENING = datetime(2026, 11, 24, 20, tzinfo=UTC)
fractions = st.floats(0, 1, exclude_max=True)


def gap(now: datetime = NOW, *, pushed: bool = False, **changed: Any) -> timedelta:
    return next_poll(shipment(**FAR | {"scan_at": now - 5 * HOUR} | changed), now, Policy(), pushed=pushed) - now


# ---- how often


def test_the_operators_interval_overrides_all() -> None:
    every = timedelta(seconds=2)
    assert next_poll(shipment(misses=9), NOW, Policy(), every=every, jitter=0.9, pushed=True) == NOW + every


def test_the_van_is_asked_most_often() -> None:
    others = [status for status in cadence.PATIENCE if status is not Status.OUT_FOR_DELIVERY]
    assert gap(status=Status.OUT_FOR_DELIVERY) < 3 * HOUR
    assert gap(status=Status.OUT_FOR_DELIVERY) < min(gap(status=status) for status in others)


def test_at_night_the_van_rests_until_the_morning() -> None:
    then = EVENING + 2 * HOUR + gap(EVENING + 2 * HOUR, status=Status.OUT_FOR_DELIVERY, scan_at=EVENING - 10 * HOUR)
    assert then > EVENING + 8 * HOUR


def test_mornings_are_watched_more_closely_than_evenings() -> None:
    assert gap(MORNING) < gap(EVENING) / 2


def test_hours_are_those_of_the_destination() -> None:
    assert gap(MORNING, zone="America/Los_Angeles") > gap(MORNING)


def test_weekends_are_those_of_the_destinations_country() -> None:
    friday = datetime(2026, 11, 27, 10, tzinfo=UTC)
    assert gap(friday, country="SA") > gap(friday, country="DE")
    sunday = friday + 2 * DAY
    assert gap(sunday, country="DE") > gap(sunday, country="SA")


def test_the_nearer_the_day_the_more_often_it_is_asked() -> None:
    gaps = [gap(MORNING, eta_on=TODAY + days * DAY) for days in (0, 1, 2, 3)]
    assert gaps == sorted(gaps)
    assert gaps[0] < gaps[-1] / 2
    assert gap(MORNING, eta_on=TODAY - DAY) < gap(MORNING, eta_on=None, promised_on=None)


def test_a_promised_day_counts_where_there_is_no_eta_and_a_far_one_says_nothing() -> None:
    near, far, none = (gap(MORNING, eta_on=None, promised_on=day) for day in (TODAY, TODAY + 20 * DAY, None))
    assert near < far == none


def test_a_parcel_that_matters_is_asked_more_often() -> None:
    assert gap(MORNING, priority=1) < gap(MORNING)


def test_the_longer_it_is_silent_the_less_often_it_is_asked() -> None:
    gaps = [gap(scan_at=NOW - days * DAY) for days in (1, 12, 22, 46, 91)]
    assert gaps == sorted(gaps)
    assert gaps[2:] == [DAY, 3 * DAY, LONGEST_SILENT * HOUR]


def test_a_number_the_carrier_does_not_know_is_asked_slower_and_slower() -> None:
    gaps = [gap(status=Status.UNKNOWN, scan_at=None, created_at=NOW, misses=misses) for misses in (0, 1, 2, 9)]
    assert gaps == sorted(gaps)
    assert gaps[-1] == LONGEST_MISSED * HOUR


def test_a_carrier_that_pushes_is_asked_as_a_safety_net() -> None:
    for status in (Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY):
        assert gap(status=status, pushed=True) >= 3 * gap(status=status)
    assert gap(status=Status.RETURNING, pushed=True) <= LONGEST_MISSED * HOUR


# ---- the end, and after it


@pytest.mark.parametrize("status", list(LATE_LOOKS))
def test_what_is_over_is_looked_at_a_few_times_more_and_then_never(status: Status) -> None:
    parcel, now, looks = shipment(status=status, status_at=NOW), NOW, []
    while (now := next_poll(parcel, now, Policy())) < NEVER:
        looks.append((now - NOW).days)
    assert tuple(looks) == LATE_LOOKS[status]
    assert next_poll(parcel, NOW, Policy(), every=HOUR) == NEVER


def test_a_delivered_parcel_is_looked_at_again() -> None:
    assert len(LATE_LOOKS[Status.DELIVERED]) >= 2
    assert set(LATE_LOOKS) == {status for status in Status if status.is_final}


def test_an_arrival_of_long_ago_is_no_longer_looked_at() -> None:
    assert next_poll(shipment(status=Status.DELIVERED, status_at=NOW - 40 * DAY), NOW, Policy()) == NEVER


def test_nobody_is_asked_about_what_the_shops_own_courier_delivered() -> None:
    assert next_poll(shipment(status=Status.DELIVERED, account_id=None), NOW, Policy()) == NEVER


# ---- whatever comes


@given(parcels, instants, fractions, st.booleans())
def test_an_open_parcel_is_asked_again_ahead_and_in_a_week_at_the_latest(
    parcel: Shipment, now: datetime, jitter: float, pushed: bool
) -> None:
    then = next_poll(parcel, now, Policy(), jitter=jitter, pushed=pushed)
    if not parcel.status.is_final:
        assert SHORTEST * 0.9 <= (then - now) / HOUR <= LONGEST_SILENT * 1.1
    else:
        assert then > now


@given(parcels, instants)
def test_a_parcel_that_moves_waits_at_most_half_a_day(parcel: Shipment, now: datetime) -> None:
    if not parcel.status.is_final and parcel.misses == 0 and parcel.scan_at and now - parcel.scan_at <= 21 * DAY:
        assert (next_poll(parcel, now, Policy()) - now) / HOUR <= LONGEST


@given(parcels, instants, st.integers(0, 9))
def test_misses_never_make_it_asked_sooner(parcel: Shipment, now: datetime, misses: int) -> None:
    fewer, more = (next_poll(replace(parcel, misses=count), now, Policy()) for count in (misses, misses + 1))
    assert fewer <= more


@given(parcels, instants)
def test_pushes_never_make_it_asked_sooner(parcel: Shipment, now: datetime) -> None:
    assert next_poll(parcel, now, Policy()) <= next_poll(parcel, now, Policy(), pushed=True)


@pytest.mark.parametrize("years", [-30, -2, 2, 30])
def test_clocks_that_jump_do_no_harm(years: int) -> None:
    there = NOW + years * 365 * DAY
    for status in Status:
        parcel = shipment(status=status, scan_at=there, created_at=there, status_at=there, polled_at=there)
        assert NOW < next_poll(parcel, NOW, Policy()) <= (NEVER if status.is_final else NOW + 8 * DAY)
        assert 0 <= urgency(parcel, NOW) < float("inf")


# ---- who is asked first where not all may be


def asked_before(hours: float, **changed: Any) -> Shipment:
    then = NOW - hours * HOUR
    return shipment(**FAR | {"polled_at": then, "scan_at": then - 2 * HOUR} | changed)


def test_a_parcel_whose_turn_has_come_counts_one() -> None:
    for status, urgent in ((Status.IN_TRANSIT, 1), (Status.PRE_TRANSIT, 1), (Status.OUT_FOR_DELIVERY, ON_THE_VAN)):
        parcel = asked_before(0, status=status)
        then = next_poll(parcel, NOW, Policy())
        assert then - NOW < LONGEST * HOUR
        assert urgency(parcel, then) == pytest.approx(urgent, rel=0.1)


@pytest.mark.parametrize("days", [22, 46, 91])
def test_what_sleeps_counts_one_at_its_own_rare_turn_and_is_not_before_all_that_moves(days: int) -> None:
    asleep = shipment(**FAR | {"polled_at": NOW, "scan_at": NOW - days * DAY})
    then = next_poll(asleep, NOW, Policy())
    assert urgency(asleep, then) == pytest.approx(1, rel=0.3)
    assert urgency(asleep, then) < urgency(asked_before(6, status=Status.OUT_FOR_DELIVERY), NOW)


def test_on_the_van_comes_before_on_the_way_and_the_end_comes_last() -> None:
    van, way, over = (
        urgency(asked_before(0, status=status), NOW + 5 * HOUR)
        for status in (Status.OUT_FOR_DELIVERY, Status.IN_TRANSIT, Status.DELIVERED)
    )
    assert van > way > over > 0


def test_nearer_days_come_first() -> None:
    near, far = (urgency(asked_before(6, eta_on=TODAY + days * DAY), NOW) for days in (0, 5))
    assert near > far


def test_who_was_never_asked_for_comes_early_but_starves_nobody() -> None:
    new = urgency(shipment(polled_at=None), NOW)
    assert new == URGENT_NEW
    assert urgency(asked_before(4), NOW) < new < urgency(asked_before(10 * 24), NOW)


@given(parcels, instants, st.floats(0, 400), st.floats(0, 400))
def test_the_longer_ago_it_was_asked_the_more_urgent_it_is(
    parcel: Shipment, now: datetime, hours: float, more: float
) -> None:
    parcel = replace(parcel, eta_on=None, promised_on=None, polled_at=now)
    sooner, later = (urgency(parcel, now + span * HOUR) for span in (hours, hours + more))
    assert 0 <= sooner <= later + 1e-9


# ---- after a failure


@pytest.mark.parametrize("error", ERRORS)
def test_each_kind_of_error_has_its_own_patience(error: type[CarrierError]) -> None:
    backoff = BACKOFF[error.kind]
    assert retry_after(error.kind, 1, NOW, jitter=0) == backoff.first
    assert retry_after(error.kind, 10**6, NOW, jitter=0) == backoff.longest


def test_an_unheard_of_error_is_treated_as_an_outage() -> None:
    assert retry_after("new", 1, NOW, jitter=0) == BACKOFF["server"].first


def test_a_carrier_that_names_the_hour_is_not_asked_before() -> None:
    assert retry_after("throttled", 1, NOW, NOW + 5 * HOUR, jitter=0) == 5 * HOUR
    assert retry_after("throttled", 1, NOW, NOW - HOUR, jitter=0) == timedelta(minutes=1)


@given(st.sampled_from(list(BACKOFF)), st.integers(-3, 100), st.floats(0, 1, exclude_max=True))
def test_patience_never_shrinks_and_stays_below_its_limit(kind: str, failures: int, jitter: float) -> None:
    wait, next_wait = (retry_after(kind, count, NOW, jitter=jitter) for count in (failures, failures + 1))
    assert timedelta() < wait <= next_wait <= BACKOFF[kind].longest * 1.25
