"""Scans of a parcel that is long over are packed: what statistics, a late scan and a reader need comes out again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain import cadence, packing, reuse
from bot.domain.merging import Kept, merge
from bot.domain.packing import pack, unpack
from bot.domain.tracking import Scan, diff
from carriers.kit.model import Reason, Status
from tests.domain.values import NOW, shipment
from tests.fakes.answers import answer, scan

INSTANTS = st.integers(1_600_000_000_000, 1_900_000_000_000).map(
    lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
)
TEXTS = st.text(max_size=20)


@st.composite
def kept_scans(draw: st.DrawFn) -> Kept:
    at = draw(st.none() | INSTANTS)
    day = draw(st.dates().map(str) | st.just(""))
    one = Scan(
        draw(st.integers(0, 2**63 - 1)),
        at,
        day if at is None else at.isoformat(),
        draw(st.none() | TEXTS),
        draw(TEXTS),
        draw(TEXTS),
        draw(st.none() | st.sampled_from(Status)),
        draw(st.none() | st.sampled_from(Reason)),
    )
    return Kept(one, draw(INSTANTS))


@given(st.lists(kept_scans()))
def test_every_key_stays_and_of_movements_all_but_their_wording(kept: list[Kept]) -> None:
    back = unpack(pack(kept))
    assert sorted(one.scan.key for one in back) == sorted(one.scan.key for one in kept)
    moves = [one for one in kept if one.scan.status is not None]
    for was, now in zip(moves, [one for one in back if one.scan.status is not None], strict=True):
        said = (now.scan.at, now.scan.place, now.scan.status, now.scan.reason, now.scan.code, now.seen_at)
        assert said == (was.scan.at, was.scan.place, was.scan.status, was.scan.reason, was.scan.code, was.seen_at)
        assert now.scan.at is not None or now.scan.at_text == was.scan.at_text


@given(st.lists(kept_scans()))
def test_no_wording_of_a_carrier_is_left(kept: list[Kept]) -> None:
    assert all(one.scan.description == "" for one in unpack(pack(kept)))


@given(st.lists(kept_scans(), max_size=8))
def test_what_was_packed_twice_is_as_if_packed_once(kept: list[Kept]) -> None:
    once = unpack(pack(kept))
    assert unpack(pack(once)) == once


@given(st.lists(st.integers(1, 400), min_size=1, max_size=8, unique=True), st.integers(0, 400))
def test_a_late_scan_changes_the_same_as_if_nothing_had_been_packed(hours: list[int], late: int) -> None:
    begun = shipment(created_at=NOW - timedelta(days=20))
    first = answer(*[scan(NOW - timedelta(hours=ago), place=f"Town {ago}") for ago in sorted(hours)])
    change = diff(begun, (), first, NOW)
    kept = [Kept(one, NOW) for one in change.scans]
    said = answer(scan(NOW - timedelta(hours=late), Status.DELIVERED))
    after = NOW + timedelta(days=60)
    assert merge(change.shipment, unpack(pack(kept)), said, after, heard_at=after) == merge(
        change.shipment, kept, said, after, heard_at=after
    )


def test_nothing_is_packed_while_a_late_look_or_a_push_may_still_come() -> None:
    looks = max(days for listed in cadence.LATE_LOOKS.values() for days in listed)
    assert max(timedelta(days=looks), reuse.REST) < packing.AFTER
