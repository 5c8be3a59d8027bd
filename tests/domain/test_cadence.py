from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cadence import BACKOFF, LONGEST, LONGEST_SILENT, NEVER, SHORTEST, next_poll, retry_after
from bot.domain.policy import Policy
from bot.domain.shipment import Shipment
from carriers.kit.errors import AuthFailed, CarrierError, NotFound, RateLimited, Rejected, Unavailable, Unreadable
from carriers.kit.model import Status
from tests.domain.values import DAY, HOUR, NOW, TODAY, instants, parcels, shipment

FAR = {"promised_on": TODAY + 9 * DAY, "eta_on": TODAY + 9 * DAY}
ERRORS = (NotFound, AuthFailed, RateLimited, Unavailable, Unreadable, Rejected)


def gap(now: datetime = NOW, **changed: Any) -> timedelta:
    return next_poll(shipment(**FAR | changed), now, Policy()) - now


@pytest.mark.parametrize("status", [status for status in Status if status.is_final])
def test_what_is_over_is_never_asked_again(status: Status) -> None:
    parcel = shipment(status=status)
    assert next_poll(parcel, NOW, Policy()) == NEVER
    assert next_poll(parcel, NOW, Policy(), every=HOUR) == NEVER


def test_the_operators_interval_overrides_all() -> None:
    every = timedelta(seconds=2)
    assert next_poll(shipment(misses=9), NOW, Policy(), every=every, jitter=0.9) == NOW + every


def test_a_parcel_on_its_way_is_asked_every_four_hours() -> None:
    assert gap() == 4 * HOUR


def test_the_van_is_asked_most_often() -> None:
    assert gap(status=Status.OUT_FOR_DELIVERY) == HOUR / 2


def test_near_the_day_it_is_asked_twice_as_often() -> None:
    assert gap(eta_on=TODAY + DAY) == 2 * HOUR
    assert gap(eta_on=None, promised_on=TODAY) == 2 * HOUR


def test_a_parcel_nobody_expects_on_a_day_is_asked_as_usual() -> None:
    assert gap(eta_on=None, promised_on=None) == 4 * HOUR


def test_a_parcel_that_matters_is_asked_twice_as_often() -> None:
    assert gap(priority=1) == 2 * HOUR


def test_at_night_there_it_is_asked_half_as_often_and_the_van_rests() -> None:
    night = datetime(2026, 11, 24, 23, tzinfo=UTC)
    assert gap(night, scan_at=night) == 8 * HOUR
    assert gap(night, scan_at=night, status=Status.OUT_FOR_DELIVERY) == 3 * HOUR
    assert gap(night + 4 * HOUR, scan_at=night) == 8 * HOUR


def test_the_longer_it_is_silent_the_less_often_it_is_asked() -> None:
    assert gap(scan_at=NOW - 8 * DAY) == 8 * HOUR
    assert gap(scan_at=NOW - 22 * DAY) == 16 * HOUR


def test_a_number_the_carrier_does_not_know_is_asked_slower_and_slower() -> None:
    gaps = [gap(status=Status.UNKNOWN, scan_at=None, created_at=NOW, misses=misses) for misses in (0, 1, 2, 9)]
    assert gaps == [4 * HOUR, 8 * HOUR, 16 * HOUR, DAY]


@given(parcels, instants, st.floats(0, 1, exclude_max=True))
def test_the_next_question_lies_ahead_and_within_a_day(parcel: Shipment, now: datetime, jitter: float) -> None:
    then = next_poll(parcel, now, Policy(), jitter=jitter)
    if parcel.status.is_final:
        assert then == NEVER
    else:
        assert SHORTEST * 0.9 <= then - now <= LONGEST_SILENT * 1.1


@given(parcels, instants)
def test_a_parcel_that_moves_waits_at_most_half_a_day(parcel: Shipment, now: datetime) -> None:
    if not parcel.status.is_final and parcel.misses == 0 and parcel.scan_at and now - parcel.scan_at <= 21 * DAY:
        assert next_poll(parcel, now, Policy()) - now <= LONGEST


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


def test_a_carrier_that_pushes_is_asked_as_a_safety_net() -> None:
    for status in (Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY):
        parcel = shipment(status=status, **FAR)
        usual, seldom = (next_poll(parcel, NOW, Policy(), pushed=pushed) - NOW for pushed in (False, True))
        assert seldom == 4 * usual
    assert next_poll(shipment(status=Status.RETURNING), NOW, Policy(), pushed=True) - NOW <= LONGEST_SILENT
    assert next_poll(shipment(), NOW, Policy(), every=HOUR, pushed=True) == NOW + HOUR
