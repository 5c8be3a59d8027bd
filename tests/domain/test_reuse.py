"""Numbers that carriers use again."""

from datetime import timedelta

from hypothesis import given
from msgspec.structs import replace

from bot.domain.reuse import PAUSE, REACH, REST, begins_at, is_another, own
from bot.domain.shipment import Shipment
from carriers.kit.model import Status, TrackingResult
from tests.domain.values import DAY, HOUR, NOW, parcels, result, results, scan, shipment

CREATED = NOW - DAY
FORMER = (scan(NOW - 200 * DAY, Status.DELIVERED), scan(NOW - 203 * DAY))


def test_scans_of_an_earlier_year_are_not_this_parcels() -> None:
    mine = scan(NOW - HOUR)
    assert own(shipment(), result(mine, *FORMER)).events == (mine,)


def test_an_answer_that_tells_only_of_the_earlier_parcel_is_blank() -> None:
    said = result(*FORMER, status=Status.DELIVERED, delivered_at=NOW - 200 * DAY, eta=(NOW - 200 * DAY).date())
    assert own(shipment(), said) == TrackingResult(said.number, Status.UNKNOWN)


def test_a_parcel_long_under_way_keeps_its_scans_up_to_the_margin() -> None:
    edge = CREATED - REACH
    inside, outside = scan(edge + HOUR, code="in"), scan(edge - HOUR, code="out")
    assert own(shipment(), result(scan(), inside, outside)).events == (scan(), inside)


def test_nothing_up_to_the_end_of_the_former_parcel_counts() -> None:
    ended = NOW - 40 * DAY
    known = shipment(since_at=ended)
    assert begins_at(known) == ended
    answer = result(scan(), scan(ended, Status.DELIVERED), scan(ended - DAY))
    assert own(known, answer).events == (scan(),)


def test_movement_long_after_an_arrival_is_another_parcel() -> None:
    arrived = scan(NOW - 40 * DAY, Status.DELIVERED)
    label = scan(NOW - 40 * DAY + PAUSE, Status.PRE_TRANSIT)
    assert own(shipment(), result(scan(), label, arrived)).events == (scan(), label)


def test_a_return_soon_after_the_arrival_is_the_same_parcel() -> None:
    back = (scan(NOW, Status.RETURNING), scan(NOW - 10 * DAY, Status.DELIVERED), scan(NOW - 12 * DAY))
    said = result(*back, status=Status.RETURNING)
    assert own(shipment(), said) is said


def test_days_and_wall_clocks_are_those_of_the_destination() -> None:
    day = (NOW - 50 * DAY).date()
    wall = (NOW - 50 * DAY).replace(tzinfo=None)
    said = result(scan(day), scan(wall, code="w"), scan(None))
    assert own(shipment(zone="Asia/Riyadh"), said) is said


def test_a_number_said_again_soon_means_the_same_parcel() -> None:
    assert not is_another(NOW, NOW + REST - timedelta(seconds=1))
    assert is_another(NOW, NOW + REST)


@given(parcels, results)
def test_what_is_left_is_left_whole_and_leaving_out_again_changes_nothing(
    known: Shipment, said: TrackingResult
) -> None:
    once = own(known, said)
    assert set(once.events) <= set(said.events)
    assert own(known, once) == once


@given(results)
def test_all_that_is_young_and_of_one_life_is_its_own(said: TrackingResult) -> None:
    known = shipment(created_at=NOW + 20 * DAY)
    moving = tuple(replace(event, status=Status.IN_TRANSIT) for event in said.events)
    one_life = replace(said, events=moving)
    assert own(known, one_life) is one_life


def test_a_scan_of_a_day_or_of_no_time_is_judged_by_its_end_or_kept() -> None:
    whole_day, timeless = scan((CREATED - REACH).date(), code="day"), scan(None, code="none")
    assert own(shipment(), result(scan(), timeless, whole_day, *FORMER)).events == (scan(), timeless, whole_day)
