from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.shipment import Shipment
from bot.domain.tracking import diff, digest, scan_key
from carriers.kit.model import Pickup, Reason, ScanEvent, Status, TrackingResult
from tests.domain.values import DAY, HOUR, NOW, TODAY, naive, parcels, result, results, scan, scans, shipment


def test_the_first_successful_answer_is_first_and_only_once() -> None:
    unknown = shipment(known_at=None, scan_at=None, status=Status.UNKNOWN)
    change = diff(unknown, (), result(scan()), NOW)
    assert change.first
    assert change.shipment.known_at == NOW
    assert not diff(change.shipment, (), result(scan(NOW + HOUR)), NOW + HOUR).first


def test_an_old_time_stamp_in_a_later_answer_is_news() -> None:
    old = scan(NOW - 10 * DAY)
    change = diff(shipment(), (), result(old), NOW)
    assert [one.key for one in change.scans] == [scan_key(old)]
    assert not change.moved


def test_a_known_scan_is_not_told_again() -> None:
    event = scan()
    assert diff(shipment(), {scan_key(event)}, result(event), NOW).scans == ()


def test_the_same_answer_costs_no_comparison_but_is_noted_as_asked() -> None:
    known = replace(shipment(misses=3), scan_digest=digest(result(scan())))
    change = diff(known, (), result(scan()), NOW)
    assert change.scans == ()
    assert (change.shipment.polled_at, change.shipment.misses) == (NOW, 0)
    assert not change.is_visible


def test_a_naive_time_is_the_destinations_wall_clock() -> None:
    change = diff(shipment(zone="Asia/Riyadh", scan_at=None), (), result(scan(naive("2026-11-24T09:40"))), NOW)
    assert change.scans[0].at == datetime(2026, 11, 24, 6, 40, tzinfo=UTC)
    assert change.scans[0].at_text == "2026-11-24T09:40:00"


def test_a_day_stays_a_day_and_is_silent_from_its_end_on() -> None:
    change = diff(shipment(scan_at=None), (), result(scan(date(2026, 11, 20))), NOW)
    assert change.scans[0].at is None
    assert change.scans[0].at_text == "2026-11-20"
    assert change.shipment.scan_at == datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC)


def test_a_scan_from_the_future_counts_as_now() -> None:
    assert diff(shipment(), (), result(scan(NOW + DAY)), NOW).shipment.scan_at == NOW


def test_a_scan_without_time_is_kept_but_moves_nothing() -> None:
    change = diff(shipment(), (), result(scan(None)), NOW)
    assert change.scans[0].at_text == ""
    assert not change.moved


def test_a_row_that_is_no_movement_breaks_no_silence() -> None:
    change = diff(shipment(), (), result(scan(NOW, None, code="sig")), NOW)
    assert len(change.scans) == 1
    assert not change.moved


def test_an_unknown_status_keeps_the_known_one_and_records_its_code() -> None:
    change = diff(
        shipment(reason=Reason.WEATHER), (), result(scan(NOW, Status.UNKNOWN, code="ZZ"), status=Status.UNKNOWN), NOW
    )
    assert change.shipment.status is Status.IN_TRANSIT
    assert change.shipment.status_code == "ZZ"
    assert not change.status_changed


def test_the_newest_movement_gives_place_and_status_time() -> None:
    older, newer = scan(NOW - 2 * HOUR, place="Halle"), scan(NOW - HOUR, Status.OUT_FOR_DELIVERY, place="Jena")
    after = diff(shipment(), (), result(newer, older, status=Status.OUT_FOR_DELIVERY), NOW).shipment
    assert (after.scan_place, after.scan_at, after.status_at) == ("Jena", NOW - HOUR, NOW - HOUR)


def test_a_movement_without_place_keeps_the_last_place() -> None:
    after = diff(shipment(scan_place="Halle"), (), result(scan(place="")), NOW).shipment
    assert after.scan_place == "Halle"


def test_a_status_without_scans_begins_now() -> None:
    after = diff(shipment(), (), result(status=Status.EXCEPTION), NOW).shipment
    assert after.status_at == NOW


def test_a_carrier_that_goes_back_to_a_known_attempt_means_that_attempt() -> None:
    attempt = scan(NOW - 3 * HOUR, Status.DELIVERY_ATTEMPTED)
    back = diff(shipment(), {scan_key(attempt)}, result(attempt, status=Status.DELIVERY_ATTEMPTED), NOW)
    assert back.shipment.status_at == NOW - 3 * HOUR


def test_a_second_attempt_renews_the_status_time() -> None:
    known = shipment(status=Status.DELIVERY_ATTEMPTED, status_at=NOW - DAY)
    after = diff(known, (), result(scan(NOW, Status.DELIVERY_ATTEMPTED), status=Status.DELIVERY_ATTEMPTED), NOW)
    assert after.shipment.status_at == NOW
    assert not after.status_changed


def test_an_attempt_known_by_its_day_only_stays_one_instant() -> None:
    event = scan(TODAY, Status.DELIVERY_ATTEMPTED)
    seen = diff(shipment(), (), result(event, status=Status.DELIVERY_ATTEMPTED), NOW).shipment
    later = diff(seen, {scan_key(event)}, result(event, scan(None), status=Status.DELIVERY_ATTEMPTED), NOW + 3 * HOUR)
    assert later.shipment.status_at == seen.status_at


def test_a_delivered_parcel_is_not_moved_back_by_a_late_scan() -> None:
    known = shipment(status=Status.DELIVERED, status_at=NOW - HOUR, delivered_at=NOW - HOUR)
    change = diff(known, (), result(scan(NOW - 2 * HOUR)), NOW)
    assert change.shipment.status is Status.DELIVERED
    assert change.shipment.delivered_at == NOW - HOUR
    assert len(change.scans) == 1


def test_a_delivered_parcel_is_not_moved_back_by_a_bare_word() -> None:
    known = shipment(status=Status.DELIVERED, status_at=NOW - HOUR)
    assert diff(known, (), result(), NOW).shipment.status is Status.DELIVERED


def test_a_return_after_delivery_is_a_newer_movement() -> None:
    known = shipment(status=Status.DELIVERED, status_at=NOW - DAY, delivered_at=NOW - DAY)
    after = diff(known, (), result(scan(NOW, Status.RETURNING), status=Status.RETURNING), NOW).shipment
    assert (after.status, after.delivered_at) == (Status.RETURNING, None)


def test_an_arrival_without_a_time_is_left_by_any_movement() -> None:
    known = shipment(status=Status.DELIVERED, status_at=None)
    assert diff(known, (), result(scan()), NOW).shipment.status is Status.IN_TRANSIT


def test_a_carrier_may_take_back_that_it_lost_a_parcel() -> None:
    known = shipment(status=Status.LOST, status_at=NOW - HOUR)
    assert diff(known, (), result(), NOW).shipment.status is Status.IN_TRANSIT


def test_the_eta_is_a_day_in_the_destinations_zone() -> None:
    late = datetime(2026, 11, 25, 22, 30, tzinfo=UTC)
    assert diff(shipment(zone="Asia/Riyadh"), (), result(eta=late), NOW).shipment.eta_on == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("start", "end", "window"),
    [
        (naive("2026-11-25T14:00"), naive("2026-11-25T18:00"), "14:00-18:00"),
        (naive("2026-11-25T18:00"), naive("2026-11-25T14:00"), None),
        (naive("2026-11-25T14:00"), naive("2026-11-26T18:00"), None),
        (date(2026, 11, 25), naive("2026-11-25T18:00"), None),
        (naive("2026-11-25T14:00"), date(2026, 11, 25), None),
        (None, naive("2026-11-25T18:00"), None),
    ],
)
def test_a_window_needs_two_hours_of_one_day(start: Any, end: Any, window: str | None) -> None:
    after = diff(shipment(), (), result(eta_from=start, eta=end), NOW).shipment
    assert after.eta_window == window


def test_an_answer_without_eta_takes_none_back() -> None:
    change = diff(shipment(), (), result(scan()), NOW)
    assert change.shipment.eta_on == TODAY + DAY
    assert not change.eta_changed


@pytest.mark.parametrize(("eta", "promised"), [(TODAY + 2 * DAY, TODAY + 2 * DAY), (TODAY - DAY, None)])
def test_the_first_eta_is_the_promise_unless_it_is_past(eta: date, promised: date | None) -> None:
    known = shipment(promised_on=None, eta_on=None)
    assert diff(known, (), result(eta=eta), NOW).shipment.promised_on == promised


def test_the_shops_promise_is_never_moved() -> None:
    assert diff(shipment(), (), result(eta=TODAY + 5 * DAY), NOW).shipment.promised_on == TODAY + DAY


def test_a_delay_word_appears_once() -> None:
    first = diff(shipment(), (), result(delay="Delayed"), NOW)
    assert first.delay_appeared
    assert not diff(first.shipment, (), result(scan(), delay="Delayed"), NOW).delay_appeared


def test_the_country_the_carrier_names_brings_its_zone() -> None:
    after = diff(shipment(country=None), (), result(destination_country="SA"), NOW).shipment
    assert (after.country, after.zone) == ("SA", "Asia/Riyadh")


def test_a_country_of_several_zones_leaves_the_zone() -> None:
    after = diff(shipment(country=None, zone="America/Chicago"), (), result(destination_country="US"), NOW).shipment
    assert (after.country, after.zone) == ("US", "America/Chicago")


def test_a_country_we_know_is_not_overruled() -> None:
    assert diff(shipment(), (), result(destination_country="SA"), NOW).shipment.country == "DE"


def test_an_exact_delivery_time_is_kept() -> None:
    after = diff(shipment(), (), result(status=Status.DELIVERED, delivered_at=NOW - HOUR), NOW).shipment
    assert after.delivered_at == NOW - HOUR


def test_a_delivery_from_the_future_counts_as_now() -> None:
    later = scan(NOW + 400 * DAY, Status.DELIVERED)
    answer = result(later, status=Status.DELIVERED, delivered_at=NOW + 400 * DAY)
    assert diff(shipment(), (), answer, NOW).shipment.delivered_at == NOW


def test_a_delivery_day_takes_its_hour_from_the_scan() -> None:
    event = scan(NOW - HOUR, Status.DELIVERED)
    after = diff(shipment(), (), result(event, status=Status.DELIVERED, delivered_at=TODAY), NOW).shipment
    assert after.delivered_at == NOW - HOUR


def test_a_delivery_without_an_hour_has_none() -> None:
    after = diff(shipment(), (), result(status=Status.DELIVERED, delivered_at=TODAY), NOW).shipment
    assert after.delivered_at is None


def test_the_place_to_collect_from_is_forgotten_when_it_leaves() -> None:
    place = Pickup(place="Packstation 118", until=TODAY + 3 * DAY)
    waiting = diff(shipment(), (), result(status=Status.AVAILABLE_FOR_PICKUP, pickup=place), NOW).shipment
    still = diff(waiting, (), result(scan(), status=Status.AVAILABLE_FOR_PICKUP), NOW).shipment
    assert waiting.pickup == still.pickup == place
    assert diff(still, (), result(scan(), status=Status.RETURNING), NOW).shipment.pickup is None


def test_the_next_attempt_is_forgotten_with_the_next_attempt_or_movement() -> None:
    known = shipment(status=Status.DELIVERY_ATTEMPTED, status_at=NOW - DAY, next_attempt_on=TODAY)
    still = diff(known, (), result(scan(NOW, None), status=Status.DELIVERY_ATTEMPTED), NOW).shipment
    again = scan(NOW, Status.DELIVERY_ATTEMPTED)
    assert still.next_attempt_on == TODAY
    assert diff(still, (), result(again, status=Status.DELIVERY_ATTEMPTED), NOW).shipment.next_attempt_on is None
    assert diff(still, (), result(scan()), NOW).shipment.next_attempt_on is None


def test_a_better_reading_of_a_code_makes_no_new_scan() -> None:
    assert scan_key(scan(NOW, Status.UNKNOWN)) == scan_key(scan(NOW, Status.EXCEPTION))


@pytest.mark.parametrize("changed", [{"code": "ZZ"}, {"description": "x"}, {"place": "x"}, {"at": NOW + HOUR}])
def test_any_other_difference_makes_another_scan(changed: dict[str, Any]) -> None:
    assert scan_key(replace(scan(), **changed)) != scan_key(scan())


def test_what_a_follower_sees_decides_whether_the_live_message_is_edited() -> None:
    assert diff(shipment(), (), result(scan()), NOW).is_visible
    assert not diff(shipment(), (), result(scan(NOW - 9 * DAY)), NOW).is_visible


@given(parcels, results)
def test_the_same_answer_twice_changes_nothing_more(known: Shipment, answer: TrackingResult) -> None:
    once = diff(known, (), answer, NOW)
    twice = diff(once.shipment, {one.key for one in once.scans}, answer, NOW)
    assert twice.shipment == once.shipment
    assert twice.scans == ()


@given(st.lists(st.lists(scans, max_size=4), max_size=4), st.randoms())
def test_any_order_of_answers_ends_in_the_same_known_scans(answers: list[list[ScanEvent]], order: Random) -> None:
    def known_after(sequence: list[list[ScanEvent]]) -> tuple[set[int], datetime | None]:
        parcel = shipment(known_at=None)
        keys: set[int] = set()
        for events in sequence:
            change = diff(parcel, keys, result(*events), NOW)
            parcel, keys = change.shipment, keys | {one.key for one in change.scans}
        return keys, parcel.scan_at

    shuffled = order.sample(answers, len(answers))
    assert known_after(answers) == known_after(shuffled)


@given(parcels, results)
def test_no_scan_is_told_twice_in_one_answer_and_none_lies_in_the_future(
    known: Shipment, answer: TrackingResult
) -> None:
    change = diff(known, (), answer, NOW)
    keys = [one.key for one in change.scans]
    assert len(keys) == len(set(keys))
    at = change.shipment.scan_at
    assert at is None or at == known.scan_at or at <= NOW


@given(results)
def test_a_digest_and_keys_fit_a_signed_integer_column(answer: TrackingResult) -> None:
    assert 0 <= digest(answer) < 2**63
    assert all(0 <= scan_key(event) < 2**63 for event in answer.events)


def test_the_lane_is_what_the_carrier_says_and_stays() -> None:
    said = result(scan(), origin="RIYADH, SA", destination="Jeddah, SA")
    after = diff(shipment(), (), said, NOW).shipment
    assert (after.origin, after.destination) == ("Riyadh", "Jeddah")
    again = diff(after, (), result(scan(NOW + HOUR), origin="Dammam, SA", destination="Mekka, SA"), NOW + HOUR)
    assert (again.shipment.origin, again.shipment.destination) == ("Riyadh", "Jeddah")


def test_without_a_word_of_the_carrier_it_began_where_it_was_first_scanned() -> None:
    first, later = scan(NOW - DAY, place="Halle"), scan(NOW - HOUR, place="Jena")
    after = diff(shipment(), (), result(later, first), NOW).shipment
    assert (after.origin, after.destination) == ("Halle", "")
