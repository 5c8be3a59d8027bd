"""The ends of the rules that no usual parcel comes to."""

from datetime import date

import pytest
from msgspec.structs import replace

from bot.domain import cadence, learning
from bot.domain.calibration import Moment, looked_back, review
from bot.domain.claim import Window, next_reminder
from bot.domain.detector import Closed, ClosedAs, Raised, Verdict
from bot.domain.draft import as_if_told, raised_again
from bot.domain.finding import Finding, FindingKind, Severity
from bot.domain.forecast import forecast
from bot.domain.good_news import not_so_early
from bot.domain.held_up import calm_words
from bot.domain.hindsight import lived
from bot.domain.journey import Stage, Step
from bot.domain.learning import WrongModel, empty, learn, to_bytes
from bot.domain.memory import LANES_KEPT
from bot.domain.opening import WrongHours, spell_of
from bot.domain.policy import Policy
from bot.domain.rehearsal import Move, Past, Rehearsal, presets
from bot.domain.rhythm_learnt import Passage, tally
from bot.domain.second_slip import windowed
from bot.domain.shipment import Shipment
from bot.domain.survival import BEYOND, Curve
from bot.domain.telling import Case, Shop
from bot.domain.warning import knows, warning_kind
from bot.domain.workdays import feasts
from carriers.kit.model import Status
from tests.domain.values import DAY, NOW, SHOP, TODAY, follower, journey, shipment, stored

K = FindingKind


def test_who_was_promised_nothing_is_neither_looked_back_upon_nor_judged() -> None:
    free = journey(3, promised_by=None)
    assert looked_back(empty(NOW), free, NOW + DAY) is None
    assert lived(Past(shipment(promised_on=None)), NOW) is None


def test_who_was_never_handed_over_is_looked_back_upon_at_the_deadline_only() -> None:
    waits = journey(20, steps=(Step(Stage.ORDERED, NOW),))
    assert sorted(found.count for found in review(empty(NOW), [waits]).values()) == [0, 1]


def test_a_carrier_that_fails_in_a_new_way_is_left_alone_as_one_whose_server_fails() -> None:
    assert cadence.longest_wait("no such kind") == cadence.longest_wait("server")


def test_a_stored_finding_is_raised_again_as_it_was() -> None:
    once = Finding(K.LATE, Severity.SERIOUS, "m", {"mark": "m", "slip": 2})
    assert raised_again(stored(once)).finding == once


def test_a_model_of_another_version_and_bytes_that_are_none_are_refused() -> None:
    for body in (to_bytes(replace(empty(NOW), version=0)), b"\xff"):
        with pytest.raises(WrongModel):
            learning.from_bytes(body)


def test_more_lanes_than_are_kept_are_forgotten_on_the_way() -> None:
    past = [journey(4, destination=f"Town {number}") for number in range(LANES_KEPT + 1)]
    model = learn(empty(NOW), past, (), NOW + 40 * DAY)
    assert len(model.memory.ended) < LANES_KEPT + 10


@pytest.mark.parametrize("said", ["", "closed?", "nobody"])
def test_hours_that_are_none_are_refused(said: str) -> None:
    with pytest.raises(WrongHours):
        spell_of(date(2026, 11, 24), date(2026, 11, 25), said)


def test_what_happens_to_a_parcel_of_which_nobody_heard_is_no_matter() -> None:
    rehearsal = Rehearsal(presets("DE"), "DE")
    rehearsal.move(7, Status.DELIVERED, NOW)
    assert rehearsal.is_idle


def test_a_parcel_that_is_called_off_ends_without_a_delivery() -> None:
    rehearsal = Rehearsal(presets("DE"), "DE")
    rehearsal.order(shipment(status=Status.UNKNOWN))
    rehearsal.move(1, Status.CANCELLED, NOW + DAY)
    assert list(rehearsal.tick(NOW + 40 * DAY)) == []
    assert Move(Status.CANCELLED, NOW).status is Status.CANCELLED


def test_scans_before_a_parcel_was_waited_for_make_no_gap() -> None:
    early = ((Status.IN_TRANSIT, NOW - 3 * DAY),)
    told, silent = (tally([Passage("ups", "UTC", "DE", NOW, scans, NOW - 3 * DAY)]) for scans in (early, ()))
    assert told == silent


def test_a_curve_says_nothing_of_the_time_before_it() -> None:
    late = Curve(4, [1.0] * 5 + [0.5] * (BEYOND - 4))
    assert late.at(0.0) == 1.0
    assert late.when(1.0) is not None


def test_a_curve_says_of_the_end_of_time_what_never_arrives() -> None:
    late = Curve(0, [1.0] * BEYOND + [0.25])
    assert late.at(10_000.0) == 0.25
    assert late.when(0.1) is None


def test_a_number_without_a_label_is_worded_as_silence() -> None:
    assert warning_kind(Finding(K.FIRST_SCAN_LATE, Severity.SLIGHT, "", {"status": "pre_transit"}), 0) == "not_left_yet"
    assert warning_kind(Finding(K.NOT_HANDED_OVER, Severity.SLIGHT, "", {"status": "unknown"}), 0) == "stalled"


def _case(parcel: Shipment, closed: tuple[Closed, ...] = ()) -> Case:
    return Case(None, (), closed, parcel, Policy(), NOW, SHOP)


def test_who_was_promised_nothing_is_looked_back_upon_never() -> None:
    assert review(empty(NOW), [journey(3, promised_by=None)])[Moment.HANDED_OVER].count == 0


def test_a_claim_is_reminded_of_at_nine_where_nobody_is_there_for_weeks() -> None:
    closed = frozenset(TODAY + days * DAY for days in range(-20, 22))
    shop = Shop(zone="UTC", staffed="Mon-Fri 09:00-18:00", country="DE", holidays=closed)
    at = next_reminder(Window(TODAY - DAY, TODAY + 20 * DAY), shop, NOW)
    assert at is not None
    assert at.hour == 9


def test_a_parcel_that_is_there_takes_no_early_day_back() -> None:
    early = Closed(stored(Finding(K.EARLIER, Severity.HINT)), ClosedAs.WITHDRAWN)
    parcel = shipment(status=Status.DELIVERED, promised_on=TODAY + 3 * DAY, eta_on=TODAY + 3 * DAY)
    assert not_so_early(_case(parcel, (early,)), follower(told_on=TODAY + DAY)) is None


def test_who_was_told_of_the_end_gets_no_calm_word() -> None:
    assert calm_words(_case(shipment(status=Status.DELIVERED)), [follower()], 1) == []


def test_a_parcel_that_waits_to_be_fetched_is_not_late_in_a_rehearsal() -> None:
    rehearsal = Rehearsal(presets("DE"), "DE")
    rehearsal.order(shipment(status=Status.UNKNOWN, slug="own"))
    rehearsal.move(1, Status.AVAILABLE_FOR_PICKUP, NOW)
    assert list(rehearsal.tick(NOW + 3 * DAY)) == []


def test_a_finding_without_a_slip_has_no_window() -> None:
    slipped = stored(Finding(K.AT_RISK, Severity.SLIGHT, "", {"slip": 2}))
    hint = Raised(Finding(K.AT_RISK, Severity.HINT, "", {"slip": 0}), 2, False)
    said = windowed(Verdict((hint,)), [slipped], shipment(), forecast(empty(NOW), journey(), NOW), NOW)
    assert said.raised == (hint,)


def test_what_stands_beside_a_trouble_he_was_warned_of_is_known_to_him() -> None:
    beside = Finding(K.AT_RISK, Severity.SLIGHT, "", {"slip": 1, "beside": True})
    parcel = shipment()
    assert knows(_case(parcel), follower(warned_at=NOW), beside)


def test_a_hint_is_known_to_who_was_warned_that_it_has_not_even_left() -> None:
    waits = shipment(status=Status.PRE_TRANSIT, scan_at=None, status_at=None)
    assert knows(_case(waits), follower(warned_at=NOW), Finding(K.AT_RISK, Severity.HINT, "", {"slip": 1}))


def test_of_two_scans_of_one_stage_the_first_counts() -> None:
    twice = journey(4, steps=(Step(Stage.IN_TRANSIT, NOW + 2 * DAY), Step(Stage.IN_TRANSIT, NOW + DAY)))
    assert twice.runs() == (Step(Stage.IN_TRANSIT, NOW + DAY),)


def test_what_ended_before_its_first_scan_teaches_nothing() -> None:
    assert learn(empty(NOW), [journey(-1)], (), NOW + DAY).memory.ended == empty(NOW).memory.ended


def test_a_country_whose_feasts_nobody_lists_has_none() -> None:
    assert feasts("XX", 2026) == frozenset()


def test_without_drafts_a_follower_stands_as_he_does() -> None:
    him = follower()
    assert as_if_told(him, ()) is him
