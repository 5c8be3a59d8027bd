"""Pushes in any order, again and again: the state is that of the whole history."""

from collections.abc import Sequence
from datetime import date, datetime
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.merging import FURTHER, Kept, merge
from bot.domain.shipment import Shipment
from bot.domain.tracking import diff, fresh_scans, instant
from carriers.kit.model import Pickup, Reason, ScanEvent, Status, TrackingResult
from tests.domain.values import DAY, HOUR, NOW, TODAY, naive, result, scan, shipment

UNKNOWN = shipment(known_at=None, scan_at=None, status_at=None, polled_at=None, status=Status.UNKNOWN, eta_on=None)


class Parcel:
    """A shipment and its kept scans, as the store would keep them."""

    def __init__(self, known: Shipment = UNKNOWN, *kept: ScanEvent) -> None:
        self.shipment = known
        self.kept = [Kept(one, NOW - DAY) for one in fresh_scans(kept, (), known.tz)]

    def hear(self, said: TrackingResult, now: datetime = NOW, heard_at: datetime | None = None) -> Any:
        change = merge(self.shipment, self.kept, said, now, heard_at=heard_at)
        self.shipment = change.shipment
        self.kept += [Kept(one, now) for one in change.scans]
        return change


def moved(at: datetime | date | None, status: Status | None, **more: Any) -> TrackingResult:
    """A push of one scan."""
    return result(scan(at, status, code=more.pop("code", f"{status}")), status=status or Status.UNKNOWN, **more)


OUT = moved(NOW - 2 * HOUR, Status.OUT_FOR_DELIVERY)
DELIVERED = moved(NOW - HOUR, Status.DELIVERED)
HALLE = moved(NOW - 9 * HOUR, Status.IN_TRANSIT)


def test_an_older_push_adds_its_scan_and_moves_nothing_back() -> None:
    parcel = Parcel()
    parcel.hear(OUT)
    before = parcel.shipment
    change = parcel.hear(HALLE)
    assert len(change.scans) == 1
    assert (change.status_changed, change.moved, change.is_visible) == (False, False, False)
    assert parcel.shipment.status_at == before.status_at


def test_a_repeated_push_changes_nothing() -> None:
    parcel = Parcel()
    for said in (HALLE, OUT, DELIVERED):
        parcel.hear(said)
    before = parcel.shipment
    for said in (DELIVERED, OUT, HALLE, DELIVERED):
        change = parcel.hear(said)
        assert (change.scans, change.status_changed, change.is_visible) == ((), False, False)
    assert replace(parcel.shipment, scan_digest=0, polled_at=None) == replace(before, scan_digest=0, polled_at=None)


def test_a_push_that_is_newer_moves_the_parcel() -> None:
    parcel = Parcel()
    parcel.hear(OUT)
    change = parcel.hear(DELIVERED)
    assert (change.status_changed, change.moved) == (True, True)
    assert (parcel.shipment.status, parcel.shipment.delivered_at) == (Status.DELIVERED, NOW - HOUR)


def test_a_return_after_delivery_is_a_newer_movement() -> None:
    parcel = Parcel()
    parcel.hear(DELIVERED)
    parcel.hear(moved(NOW, Status.RETURNING))
    assert (parcel.shipment.status, parcel.shipment.delivered_at) == (Status.RETURNING, None)


def test_of_two_scans_of_one_instant_the_one_further_on_decides() -> None:
    for less, more in ((Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY), (Status.DELIVERED, Status.RETURNED)):
        pair = [moved(NOW, less, delay="less"), moved(NOW, more, delay="more")]
        for order in (pair, pair[::-1]):
            parcel = Parcel()
            for said in order:
                parcel.hear(said)
            assert (parcel.shipment.status, parcel.shipment.delay) == (more, "more")
    assert set(FURTHER) == set(Status)


def test_an_older_answer_takes_back_neither_day_nor_delay_nor_place() -> None:
    place = Pickup(place="Packstation 118")
    parcel = Parcel()
    parcel.hear(moved(NOW - HOUR, Status.AVAILABLE_FOR_PICKUP, eta=TODAY, delay="late", pickup=place))
    change = parcel.hear(moved(NOW - 5 * HOUR, Status.OUT_FOR_DELIVERY, eta=TODAY + 4 * DAY))
    after = parcel.shipment
    assert (after.eta_on, after.delay, after.pickup) == (TODAY, "late", place)
    assert not change.eta_changed


def test_an_older_answers_day_counts_for_nothing_even_where_none_is_known() -> None:
    parcel = Parcel()
    parcel.hear(OUT)
    parcel.hear(moved(NOW - 9 * HOUR, Status.IN_TRANSIT, eta=TODAY + 30 * DAY))
    assert parcel.shipment.eta_on is None


def test_of_answers_about_one_scan_the_one_said_later_counts() -> None:
    early, late = NOW - 3 * HOUR, NOW - 2 * HOUR
    for order in (("early", "late"), ("late", "early"), ("late", "early", "late")):
        parcel = Parcel()
        for which in order:
            eta, heard = (TODAY, early) if which == "early" else (TODAY + 2 * DAY, late)
            parcel.hear(moved(NOW - 5 * HOUR, Status.IN_TRANSIT, eta=eta), heard_at=heard)
        assert parcel.shipment.eta_on == TODAY + 2 * DAY


def test_an_undated_answer_without_a_new_movement_counts_for_nothing() -> None:
    parcel = Parcel()
    parcel.hear(moved(NOW - HOUR, Status.IN_TRANSIT, eta=TODAY))
    parcel.hear(moved(NOW - HOUR, Status.IN_TRANSIT, eta=TODAY + 2 * DAY))
    assert parcel.shipment.eta_on == TODAY


def test_a_poll_of_now_counts_unless_it_lacks_the_newest_movement() -> None:
    parcel = Parcel()
    parcel.hear(OUT)
    stale = result(scan(NOW - 9 * HOUR), status=Status.IN_TRANSIT, eta=TODAY + 3 * DAY)
    parcel.hear(stale, heard_at=NOW)
    assert parcel.shipment.status is Status.OUT_FOR_DELIVERY
    whole = result(*OUT.events, *stale.events, status=Status.OUT_FOR_DELIVERY, eta=TODAY + DAY)
    parcel.hear(whole, heard_at=NOW)
    assert parcel.shipment.eta_on == TODAY + DAY


def test_rows_that_move_nothing_and_codes_that_say_nothing_change_no_status() -> None:
    parcel = Parcel()
    parcel.hear(OUT)
    parcel.hear(moved(NOW, None))
    parcel.hear(moved(NOW, Status.UNKNOWN, code="ZZ"))
    assert (parcel.shipment.status, parcel.shipment.status_code) == (Status.OUT_FOR_DELIVERY, "ZZ")


def test_a_code_that_says_nothing_gives_way_to_an_older_scan_that_does() -> None:
    parcel = Parcel()
    parcel.hear(moved(NOW, Status.UNKNOWN, code="ZZ"))
    parcel.hear(moved(NOW - HOUR, Status.EXCEPTION, reason=Reason.WEATHER))
    assert parcel.shipment.status is Status.EXCEPTION


def test_a_day_stays_one_instant_however_often_it_is_heard() -> None:
    parcel = Parcel()
    attempt = moved(TODAY, Status.DELIVERY_ATTEMPTED)
    parcel.hear(attempt, NOW)
    at = parcel.shipment.status_at
    parcel.hear(moved(NOW - 5 * HOUR, Status.IN_TRANSIT), NOW + 3 * HOUR)
    parcel.hear(attempt, NOW + 4 * HOUR, heard_at=NOW + 4 * HOUR)
    assert parcel.shipment.status_at == at == NOW


def test_an_answer_without_scans_about_an_unknown_parcel_counts() -> None:
    parcel = Parcel()
    assert parcel.hear(result(status=Status.EXCEPTION)).first
    assert parcel.shipment.status is Status.EXCEPTION


def test_a_blank_answer_is_no_first_word() -> None:
    parcel = Parcel()
    assert not parcel.hear(result(status=Status.UNKNOWN)).first
    assert parcel.hear(HALLE).first
    assert not diff(UNKNOWN, (), result(status=Status.UNKNOWN), NOW).first


# ---- any order


def told_at_once(events: Sequence[ScanEvent], place: int = 0) -> TrackingResult:
    """An answer with these scans whose status is its newest movement's, and whose ETA is that movement's own."""
    dated = [
        (at, FURTHER[one.status or Status.UNKNOWN], one.key, one)
        for one in fresh_scans(events, (), UNKNOWN.tz)
        if one.status is not None and (at := instant(one, UNKNOWN, NOW)) is not None
    ]
    newest = max(dated, default=None, key=lambda one: one[:3])
    status = newest[3].status if newest else None
    eta = TODAY + (newest[3].key % 5) * DAY if newest else None
    return result(*events, status=status or Status.UNKNOWN, eta=eta, delay=newest[3].code if newest else None)


scans = st.builds(
    ScanEvent,
    at=st.sampled_from(
        [*(NOW - hours * HOUR for hours in range(6)), naive("2026-11-24T07:00"), date(2026, 11, 23), TODAY, None]
    ),
    code=st.sampled_from(["AR", "DP", "X1"]),
    description=st.just(""),
    place=st.sampled_from(["", "Leipzig", "Riyadh"]),
    status=st.sampled_from([None, *Status]),
)
histories = st.lists(scans, min_size=1, max_size=7, unique_by=lambda one: (one.at, one.code, one.place))


def state(parcel: Parcel) -> dict[str, Any]:
    """All that answers decide, but for which answer came last and, where the carrier does not say, whence it came."""
    besides = {"polled_at", "scan_digest", "known_at", "origin"}
    return {name: getattr(parcel.shipment, name) for name in Shipment.__struct_fields__ if name not in besides}


@given(histories, st.randoms(use_true_random=False), st.data())
@settings(max_examples=300, deadline=None)
def test_any_order_and_repetition_of_pushes_ends_in_the_state_of_the_whole_history(
    history: list[ScanEvent], order: Random, data: st.DataObject
) -> None:
    cuts = data.draw(st.lists(st.lists(st.sampled_from(history), min_size=1, max_size=3), max_size=3))
    parts = [[one] for one in history] + cuts
    pushes = [told_at_once(part) for part in parts + order.choices(parts, k=3)]
    order.shuffle(pushes)
    whole, pieced = Parcel(replace(UNKNOWN, promised_on=TODAY)), Parcel(replace(UNKNOWN, promised_on=TODAY))
    whole.hear(told_at_once(history))
    for said in pushes:
        pieced.hear(said)
    assert {one.scan for one in pieced.kept} == {one.scan for one in whole.kept}
    assert state(pieced) == state(whole)


@given(histories)
@settings(max_examples=200, deadline=None)
def test_a_push_of_the_whole_history_reads_as_a_poll_does(history: list[ScanEvent]) -> None:
    said = told_at_once(history)
    assume(said.status is not Status.UNKNOWN)
    polled = diff(UNKNOWN, (), said, NOW).shipment
    pushed = merge(UNKNOWN, (), said, NOW).shipment
    names = ("status", "scan_at", "eta_on", "delay", "promised_on", "known_at")
    assert {name: getattr(pushed, name) for name in names} == {name: getattr(polled, name) for name in names}


@pytest.mark.parametrize("final", [Status.DELIVERED, Status.RETURNED, Status.LOST])
def test_no_replay_of_the_way_brings_an_ended_parcel_back(final: Status) -> None:
    parcel = Parcel()
    way = [moved(NOW - hours * HOUR, Status.IN_TRANSIT, code=str(hours)) for hours in range(9, 3, -1)]
    for said in [*way, moved(NOW - HOUR, final), *way[::-1], *way]:
        parcel.hear(said, NOW)
    assert parcel.shipment.status is final
