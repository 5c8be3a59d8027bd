"""Several pieces, several carriers: the whole is delivered when every part is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.merging import FURTHER, Kept, merge
from bot.domain.parts import (
    NO_STATUSES,
    LegState,
    as_far_as_all,
    as_far_as_handed_over,
    barred,
    on_the_way_back,
    pieces_after,
    slowest,
)
from carriers.kit.model import Pickup, Piece, Status
from tests.domain.values import HOUR, NOW, TODAY, result, scan, shipment

D, T, U = Status.DELIVERED, Status.IN_TRANSIT, Status.UNKNOWN
pieces = st.dictionaries(st.sampled_from("ABC"), st.sampled_from(Status), max_size=3)


def test_two_of_three_delivered_is_not_delivered() -> None:
    said = result(scan(NOW, D), status=D, delivered_at=NOW, signed_by="L.")
    after = as_far_as_all(said, {"A": D, "B": Status.OUT_FOR_DELIVERY, "C": T})
    assert (after.status, after.delivered_at, after.signed_by) == (T, None, None)
    assert as_far_as_all(said, {"A": D, "B": D}) is said


def test_pieces_of_which_nothing_is_said_stop_nothing() -> None:
    said = result(status=D)
    assert as_far_as_all(said, {"A": D, "B": U}) is said
    assert as_far_as_all(said, {}) is said


def test_a_piece_of_which_nothing_is_said_keeps_its_status() -> None:
    assert pieces_after({"A": T, "B": T}, [Piece("A", U), Piece("B", D), Piece("C", U)]) == {"A": T, "B": D, "C": U}


@given(pieces)
def test_the_whole_is_never_further_than_its_slowest_piece(known: dict[str, Status]) -> None:
    after = as_far_as_all(result(status=D), known)
    open_ = [status for status in known.values() if status not in (D, U)]
    assert after.status is D if not open_ else FURTHER[after.status] == min(FURTHER[one] for one in open_)
    assert (slowest(known) is None) == (not open_)


def test_one_pieces_delivery_does_not_deliver_the_whole_when_an_older_scan_comes_after_it() -> None:
    known, two = shipment(scan_at=None, status_at=NOW - 9 * HOUR), {"A": D, "B": T}
    first = merge(known, (), as_far_as_all(result(scan(NOW, D), status=D), two), NOW)
    kept = [Kept(one, NOW) for one in first.scans]
    older = result(scan(NOW - HOUR), status=T)
    assert merge(first.shipment, kept, older, NOW, barred=barred(two, ())).shipment.status is T
    assert merge(first.shipment, kept, older, NOW, barred=barred({"A": D, "B": D}, ())).shipment.status is D


@pytest.mark.parametrize(
    ("leg", "status"),
    [
        (LegState(T, is_heard=True), T),
        (LegState(U, is_heard=True), T),
        (LegState(D, is_heard=True), D),
        (LegState(U), D),
        (LegState(Status.RETURNING, is_heard=True, is_back=True), D),
    ],
)
def test_a_delivery_is_a_hand_over_while_the_next_carrier_has_the_parcel(leg: LegState, status: Status) -> None:
    assert as_far_as_handed_over(result(status=D, delivered_at=NOW), [leg]).status is status
    assert (barred({}, [leg]) != NO_STATUSES) == (status is T)


def test_on_the_way_back_arriving_means_returned() -> None:
    said = result(scan(NOW, D), scan(NOW - HOUR), scan(NOW, None), status=D, eta=TODAY, pickup=Pickup("shop"))
    after = on_the_way_back(said)
    assert (after.status, after.eta, after.pickup) == (Status.RETURNED, None, None)
    assert [event.status for event in after.events] == [Status.RETURNED, Status.RETURNING, None]
