from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.detector import Closed, ClosedAs, Raised
from bot.domain.finding import Finding, FindingKind, Severity
from bot.domain.hours import in_quiet
from bot.domain.notice import merge, needs_edit, plan
from bot.domain.outgoing import Priority
from bot.domain.policy import Policy
from bot.domain.shipment import Shipment
from bot.domain.telling import Following, Notice, Told
from bot.domain.tracking import Change, Scan
from bot.domain.warning import NEVER_HELD_BACK
from carriers.kit.model import Pickup, Reason, Status
from tests.domain.values import (
    DAY,
    HOUR,
    NOW,
    SHOP,
    TODAY,
    History,
    findings,
    follower,
    instants,
    parcels,
    quiets,
    shipment,
    stored,
    zones,
)

K = FindingKind
ZONE = "Europe/Berlin"
NIGHT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def told(
    parcel: Shipment,
    *followers: Following,
    history: History | None = None,
    now: datetime = NOW,
    before: Shipment | None = None,
    first: bool = False,
) -> tuple[Notice, ...]:
    """What is planned after this answer, for one follower if none is given."""
    change = Change(parcel, before or shipment(), first=first, status_changed=before is not None)
    verdict = (history or History()).look(parcel, now, change, first)
    return plan(change, verdict.raised, verdict.closed, followers or (follower(),), parcel, Policy(), now, SHOP)


def slip(days: int, **changed: Any) -> Shipment:
    return shipment(**{"promised_on": TODAY + DAY, "eta_on": TODAY + (1 + days) * DAY, "zone": ZONE} | changed)


@pytest.mark.parametrize(
    ("parcel", "kind"),
    [
        (slip(0, delay="DELAYED"), "hint"),
        (slip(1), "delay_slight"),
        (slip(2), "delay_slight"),
        (slip(3), "delay_serious"),
        (slip(1, needed_on=TODAY + DAY), "delay_serious"),
        (slip(2, cod_amount="240"), "delay_serious"),
        (shipment(promised_on=TODAY - DAY, eta_on=None), "late"),
        (shipment(promised_on=TODAY - DAY, eta_on=TODAY), "delay_slight"),
        (shipment(scan_at=NOW - 9 * DAY), "stalled"),
        (shipment(scan_at=NOW - 21 * DAY), "lost_probable"),
        (shipment(status=Status.DELIVERY_ATTEMPTED), "attempt"),
        (shipment(status=Status.RETURNING), "returning"),
    ],
)
def test_each_trouble_has_its_words_and_a_next_word(parcel: Shipment, kind: str) -> None:
    (notice,) = told(parcel)
    assert (notice.kind, notice.priority, notice.warns) == (kind, Priority.WARNING, True)
    assert due_of(notice) > notice.due_at


@pytest.mark.parametrize("kind", ["delay_again", "lost_probable", "returning"])
def test_a_person_owes_the_word_after_what_only_a_person_can_mend(kind: str) -> None:
    parcels_of = {
        "delay_again": slip(1),
        "lost_probable": shipment(scan_at=NOW - 21 * DAY),
        "returning": shipment(status=Status.RETURNING),
    }
    (notice,) = told(parcels_of[kind], follower(slips=1))
    assert notice.kind == kind
    assert notice.needs_person


def test_a_parcel_lost_on_its_way_back_is_the_shops_matter() -> None:
    history = History()
    told(shipment(status=Status.RETURNING), history=history)
    silent = shipment(status=Status.RETURNING, scan_at=NOW - 31 * DAY)
    assert told(silent, history=history) == ()
    assert [row.kind for row in history.open] == [K.LOST]


# ---- before shipping

LABEL = NOW - 7 * DAY
LABELLED = {"status": Status.PRE_TRANSIT, "scan_at": LABEL, "created_at": LABEL, "eta_on": None}
LAST_CALL = shipment(**LABELLED | {"promised_on": TODAY})


def test_what_the_shop_can_still_mend_is_not_the_customers_affair() -> None:
    history = History()
    assert told(shipment(**LABELLED | {"promised_on": TODAY + 20 * DAY}), history=history) == ()
    assert [row.kind for row in history.open] == [K.FIRST_SCAN_LATE]


def test_a_parcel_that_still_lies_here_is_told_as_ours_after_the_shop_has_had_its_time() -> None:
    (notice,) = told(LAST_CALL)
    assert notice.kind == "not_left_yet"
    assert notice.due_at == NOW + timedelta(hours=2, minutes=15)
    assert due_of(notice) > notice.due_at


def test_what_the_carrier_does_not_know_is_not_said_to_lie_here() -> None:
    (notice,) = told(shipment(**LABELLED | {"status": Status.UNKNOWN, "scan_at": None, "promised_on": TODAY}))
    assert notice.kind == "stalled"


def test_that_it_lies_here_is_said_once_whatever_is_found_after_it() -> None:
    history, warned = History(), follower(warned_at=NOW - 3 * HOUR)
    told(shipment(**LABELLED | {"scan_at": NOW - 2 * DAY, "promised_on": TODAY}), history=history)
    assert told(LAST_CALL, warned, history=history) == ()
    assert told(LAST_CALL, warned, history=history, now=NOW + DAY) == ()
    assert {row.kind for row in history.rows} == {K.NOT_HANDED_OVER, K.FIRST_SCAN_LATE, K.LATE}


def test_when_it_sets_out_whoever_heard_that_it_lay_here_hears_it() -> None:
    history = History()
    told(LAST_CALL, history=history)
    moving = shipment(promised_on=TODAY, eta_on=TODAY + DAY, status=Status.IN_TRANSIT, created_at=LABEL)
    (notice,) = told(moving, follower(warned_at=NOW), history=history, before=LAST_CALL)
    assert (notice.kind, notice.promise, notice.cancels_promises) == ("on_its_way", None, True)


def test_who_never_heard_that_it_lay_here_is_not_told_that_it_sets_out() -> None:
    history = History()
    told(LAST_CALL, history=history)
    moving = shipment(promised_on=TODAY + 9 * DAY, eta_on=TODAY + 9 * DAY, created_at=LABEL)
    assert told(moving, history=history, before=LAST_CALL) == ()


def test_the_right_address_is_asked_for_at_once_where_the_day_depends_on_it() -> None:
    held = shipment(
        status=Status.EXCEPTION, reason=Reason.CONSIGNEE, status_code="AG", status_at=NOW, promised_on=TODAY
    )
    (notice,) = told(held, follower(warned_at=NOW - HOUR))
    assert (notice.kind, notice.due_at) == ("address_problem", NOW + timedelta(hours=2, minutes=15))


def test_what_we_find_on_coming_warns_nobody() -> None:
    assert told(slip(3), first=True, before=shipment()) == ()


def test_nobody_follows_nobody_is_told() -> None:
    change = Change(slip(1), shipment(), status_changed=True)
    assert plan(change, (), (), (), slip(1), Policy(), NOW, SHOP) == ()


def test_an_answer_that_changes_nothing_says_nothing() -> None:
    assert told(slip(0)) == ()


def test_the_follow_remembers_the_day_and_the_slip_it_was_told() -> None:
    (notice,) = told(slip(1))
    assert notice.told == (Told(1, told_on=TODAY + 2 * DAY, slips=1, warns=True),)


def test_a_second_slip_is_told_in_its_own_words() -> None:
    history = History()
    told(slip(1), history=history)
    known = follower(slips=1, told_on=TODAY + 2 * DAY, warned_at=NOW - DAY)
    (notice,) = told(slip(2), known, history=history)
    assert notice.kind == "delay_again"


def test_a_day_he_was_told_already_is_not_told_again() -> None:
    assert told(slip(1), follower(told_on=TODAY + 2 * DAY)) == ()
    assert told(slip(1), follower(told_on=TODAY + 9 * DAY)) == ()


def test_a_delay_word_is_no_news_to_who_knows_a_later_day() -> None:
    assert told(slip(0, delay="DELAYED"), follower(told_on=TODAY + 3 * DAY)) == ()
    (notice,) = told(slip(0, delay="DELAYED"), follower(told_on=TODAY + DAY))
    assert notice.kind == "hint"


def test_a_delay_word_without_any_promise_is_a_hint_all_the_same() -> None:
    parcel = shipment(promised_on=None, eta_on=None, delay="DELAYED")
    (notice,) = told(parcel, follower(told_on=TODAY))
    assert notice.kind == "hint"


def test_late_is_no_news_to_who_knows_the_new_day() -> None:
    parcel = shipment(promised_on=TODAY - DAY, eta_on=TODAY + DAY)
    assert told(parcel, follower(told_on=TODAY + DAY)) == ()
    undated = shipment(promised_on=TODAY - DAY, eta_on=None)
    assert told(undated, follower(told_on=TODAY)) == ()
    assert len(told(undated, follower(told_on=TODAY - DAY))) == 1


def test_the_silence_is_told_and_not_the_lateness_beside_it() -> None:
    silent = shipment(promised_on=TODAY - DAY, eta_on=None, scan_at=NOW - 9 * DAY)
    (notice,) = told(silent)
    assert notice.kind == "stalled"


def test_late_is_no_news_to_who_was_told_of_the_silence() -> None:
    history, silent = History(), shipment(promised_on=TODAY, eta_on=None, scan_at=NOW - 9 * DAY)
    told(silent, history=history)
    warned = follower(warned_at=NOW)
    assert told(silent, warned, history=history, now=NOW + DAY) == ()


def test_a_silent_parcel_never_scanned_is_told_as_late_too() -> None:
    history = History()
    silent = shipment(status=Status.UNKNOWN, promised_on=TODAY, eta_on=None, scan_at=None, created_at=NOW - 9 * DAY)
    told(silent, history=history)
    (notice,) = told(silent, follower(warned_at=NOW), history=history, now=NOW + DAY)
    assert notice.kind == "late"


def test_a_second_warning_of_the_day_waits_for_the_next_morning() -> None:
    warned = follower(warned_at=NOW - 2 * HOUR, zone=ZONE)
    (notice,) = told(slip(1), warned)
    assert notice.due_at == datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def test_a_second_warning_of_the_day_comes_no_later_than_the_word_promised_for_that_day() -> None:
    promised_at = NOW + 3 * HOUR
    (notice,) = told(slip(1), follower(warned_at=NOW - 2 * HOUR, zone=ZONE, promised_at=promised_at))
    assert notice.due_at == promised_at
    (overdue,) = told(slip(1), follower(warned_at=NOW - 2 * HOUR, zone=ZONE, promised_at=NOW - HOUR))
    assert overdue.due_at == NOW


def test_a_newer_warning_takes_the_place_of_one_that_still_waits() -> None:
    history, reader = History(), follower(warned_at=NOW - HOUR)
    (first,) = told(slip(1), reader, history=history)
    (second,) = told(slip(2), reader, history=history)
    assert (second.due_at, second.collapse, second.kind) == (first.due_at, first.collapse, "delay_serious")


def test_what_is_never_held_back_takes_no_place() -> None:
    (notice,) = told(shipment(status=Status.DELIVERY_ATTEMPTED), follower(warned_at=NOW - HOUR))
    assert notice.due_at == NOW
    assert notice.collapse == "failed_attempt:7:1"


def test_who_was_told_of_the_attempt_is_not_told_next_day_that_it_is_late() -> None:
    history = History()
    missed = shipment(status=Status.DELIVERY_ATTEMPTED, promised_on=TODAY, eta_on=None)
    told(missed, history=history)
    assert told(missed, follower(warned_at=NOW), history=history, now=NOW + DAY) == ()


def test_a_warning_of_yesterday_holds_nothing_back() -> None:
    (notice,) = told(slip(1), follower(warned_at=NOW - DAY, zone=ZONE))
    assert notice.due_at == NOW


@pytest.mark.parametrize(
    "parcel",
    [
        shipment(scan_at=NOW - 21 * DAY),
        shipment(status=Status.DELIVERY_ATTEMPTED),
        shipment(status=Status.RETURNING),
    ],
)
def test_lost_attempted_and_returning_are_never_held_back(parcel: Shipment) -> None:
    (notice,) = told(parcel, follower(warned_at=NOW - HOUR))
    assert notice.due_at == NOW


def test_at_night_everything_waits_for_the_morning() -> None:
    (warning,) = told(slip(1), now=NIGHT)
    (news,) = told(shipment(status=Status.DELIVERED, zone=ZONE), before=shipment(), now=NIGHT)
    assert warning.due_at == news.due_at == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


def test_the_readers_own_zone_and_quiet_hours_count() -> None:
    (notice,) = told(slip(1), follower(zone="Asia/Riyadh", quiet="12-16"))
    assert notice.due_at == datetime(2026, 11, 24, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (Status.OUT_FOR_DELIVERY, "out_for_delivery"),
        (Status.AVAILABLE_FOR_PICKUP, "ready"),
        (Status.DELIVERED, "delivered"),
        (Status.RETURNED, "returned"),
    ],
)
def test_news_is_told_and_ends_what_was_promised(status: Status, kind: str) -> None:
    (notice,) = told(shipment(status=status), before=shipment())
    assert (notice.kind, notice.priority, notice.cancels_promises, notice.warns) == (kind, Priority.NEWS, True, False)
    assert notice.promise is None


def test_news_we_find_on_coming_is_told_to_nobody() -> None:
    assert told(shipment(status=Status.DELIVERED), before=shipment(), first=True) == ()


def test_any_other_step_only_edits_the_live_message() -> None:
    customs = shipment(status=Status.CUSTOMS)
    assert told(customs, before=shipment()) == ()
    assert needs_edit(Change(customs, shipment(), status_changed=True), (), ())


def test_a_first_scan_or_an_earlier_eta_only_edits() -> None:
    moved = shipment(scan_at=NOW, eta_on=TODAY)
    assert told(moved) == ()
    assert needs_edit(Change(moved, shipment(), (Scan(1, NOW, ""),), moved=True), (), ())


def test_nothing_new_edits_nothing() -> None:
    assert not needs_edit(None, (), ())
    assert needs_edit(None, (Raised(Finding(K.LATE, Severity.SLIGHT), 1, False),), ())


@pytest.mark.parametrize("changed", [{"cod_amount": "240"}, {"needed_on": TODAY}])
def test_news_that_somebody_waits_for_goes_first(changed: dict[str, Any]) -> None:
    (notice,) = told(shipment(status=Status.OUT_FOR_DELIVERY, **changed), before=shipment())
    assert notice.priority is Priority.WARNING


def test_the_van_is_news_until_its_day_ends() -> None:
    (notice,) = told(shipment(status=Status.OUT_FOR_DELIVERY, status_at=NOW, zone=ZONE), before=shipment())
    assert notice.expires_at == datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
    assert notice.told[0].told_on == TODAY


def test_a_delivery_is_news_for_two_days_and_ready_until_the_last_day() -> None:
    (delivered,) = told(shipment(status=Status.DELIVERED), before=shipment())
    place = Pickup(until=TODAY + 3 * DAY)
    (ready,) = told(shipment(status=Status.AVAILABLE_FOR_PICKUP, pickup=place), before=shipment())
    (open_end,) = told(shipment(status=Status.AVAILABLE_FOR_PICKUP), before=shipment())
    assert delivered.expires_at == NOW + 2 * DAY
    assert ready.expires_at == datetime(2026, 11, 28, tzinfo=UTC)
    assert open_end.expires_at is None


def test_two_vans_on_two_days_are_two_pieces_of_news() -> None:
    vans = [shipment(status=Status.OUT_FOR_DELIVERY, status_at=at) for at in (NOW, NOW + DAY)]
    causes = {notice.cause for van in vans for notice in told(van, before=shipment())}
    assert len(causes) == 2


def warned_of(parcel: Shipment) -> tuple[History, Following]:
    """A history and a follower who was warned of its trouble an hour ago."""
    history = History()
    history.look(parcel, NOW - HOUR)
    return history, follower(warned_at=NOW - HOUR, slips=1, told_on=parcel.eta_on)


def test_a_false_alarm_is_taken_back_in_words() -> None:
    history, warned = warned_of(slip(1))
    (notice,) = told(slip(0), warned, history=history)
    assert (notice.kind, notice.finding_id, notice.cancels_promises) == ("withdrawn", 1, True)
    assert notice.undoes == "notice:1:at_risk:1:7"
    assert notice.told == (Told(1, told_on=TODAY + DAY, slips=-1),)


def test_who_was_not_warned_hears_nothing_of_a_false_alarm() -> None:
    history, _ = warned_of(slip(1))
    assert told(slip(0), follower(warned_at=NOW - 2 * DAY), follower(), history=history) == ()


def test_what_was_known_from_the_start_is_not_taken_back() -> None:
    history = History()
    history.look(slip(1), NOW - HOUR, first=True)
    assert told(slip(0), follower(warned_at=NOW), history=history) == ()


def test_a_lost_parcel_that_moves_has_turned_up() -> None:
    history, warned = warned_of(shipment(scan_at=NOW - 21 * DAY))
    (notice,) = told(shipment(), warned, history=history)
    assert (notice.kind, notice.cancels_promises) == ("turned_up", True)
    assert notice.promise is not None
    assert notice.told[0].slips == 0


def test_a_lost_parcel_on_its_way_back_has_not_turned_up() -> None:
    history, warned = warned_of(shipment(scan_at=NOW - 21 * DAY))
    (notice,) = told(shipment(status=Status.RETURNING), warned, history=history)
    assert notice.kind == "returning"


def test_a_lost_parcel_that_turns_up_late_is_not_warned_of_in_the_same_breath() -> None:
    history, warned = warned_of(shipment(scan_at=NOW - 21 * DAY, promised_on=TODAY - 9 * DAY, eta_on=None))
    found = shipment(promised_on=TODAY - 9 * DAY, eta_on=TODAY + 4 * DAY)
    (notice,) = told(found, warned, history=history)
    assert notice.kind == "turned_up"
    assert notice.told[0].told_on == TODAY + 4 * DAY


def test_a_stall_that_ends_is_no_message() -> None:
    history, warned = warned_of(shipment(scan_at=NOW - 9 * DAY))
    assert told(shipment(), warned, history=history) == ()


def test_each_follower_gets_his_own() -> None:
    notices = told(slip(1), follower(), follower(customer_id=8, chat_id=80, follow_id=800, slips=1))
    assert [(notice.chat_id, notice.kind) for notice in notices] == [(70, "delay_slight"), (80, "delay_again")]


def due_of(notice: Notice) -> datetime:
    assert notice.promise is not None
    return notice.promise.due_at


def two_parcels(**second: Any) -> list[Notice]:
    notices: list[Notice] = []
    for number, changed in ((1, {}), (2, second)):
        parcel = slip(1, **{"id": number} | changed)
        notices += told(parcel, follower(follow_id=700 + number))
    return notices


def test_parcels_of_one_order_are_one_message() -> None:
    (notice,) = merge(two_parcels(eta_on=TODAY + 3 * DAY))
    assert notice.shipment_ids == (1, 2)
    assert [one.told_on for one in notice.told] == [TODAY + 2 * DAY, TODAY + 3 * DAY]
    assert due_of(notice) == min(due_of(one) for one in two_parcels(eta_on=TODAY + 3 * DAY))


def test_other_orders_kinds_and_readers_stay_apart() -> None:
    assert len(merge(two_parcels(order_id=2))) == 2
    assert len(merge(two_parcels(eta_on=TODAY + 9 * DAY))) == 2
    assert len(merge(told(slip(1), follower(), follower(customer_id=8)))) == 2


def test_merged_news_owes_no_word() -> None:
    notices = [
        notice for number in (1, 2) for notice in told(shipment(id=number, status=Status.DELIVERED), before=shipment())
    ]
    (notice,) = merge(notices)
    assert notice.promise is None
    assert notice.cancels_promises


followers_ = st.builds(
    follower,
    zone=st.one_of(st.none(), zones),
    quiet=quiets,
    told_on=st.one_of(st.none(), st.dates(date(2026, 10, 1), date(2026, 12, 31))),
    slips=st.integers(0, 3),
    warned_at=st.one_of(st.none(), st.integers(0, 100).map(lambda ago: NOW - ago * HOUR)),
)


@given(parcels, parcels, instants, st.lists(followers_, max_size=3), st.booleans())
def test_whatever_happens_the_plan_keeps_the_rules(
    before: Shipment, after: Shipment, now: datetime, followers: list[Following], first: bool
) -> None:
    change = Change(after, before, first=first, status_changed=before.status is not after.status)
    history = History()
    history.look(before, now - HOUR)
    verdict = history.look(after, now, change, first)
    notices = plan(change, verdict.raised, verdict.closed, followers, after, Policy(), now, SHOP)
    assert len(notices) <= len(followers)
    for notice, reader in [(one, reader) for one in notices for reader in followers if len(followers) == 1]:
        zone = reader.zone or after.zone
        assert notice.due_at >= now
        assert not in_quiet(notice.due_at, zone, reader.quiet)
        if notice.promise is not None:
            assert notice.promise.due_at > notice.due_at
            assert not in_quiet(notice.promise.due_at, zone, reader.quiet)


@given(st.lists(findings, min_size=1, max_size=4, unique_by=lambda one: one.kind), followers_)
def test_at_most_one_unpromised_warning_a_day_but_for_what_cannot_wait(
    holding: list[Finding], reader: Following
) -> None:
    raised = [Raised(finding, 1, False) for finding in holding]
    parcel = shipment(zone=reader.zone or "UTC")
    for notice in plan(None, raised, (), (reader,), parcel, Policy(), NOW, SHOP):
        days = [at.astimezone(parcel.tz).date() for at in (notice.due_at, reader.warned_at) if at is not None]
        cannot_wait = notice.finding in NEVER_HELD_BACK
        assert cannot_wait or not notice.warns or len(set(days)) == len(days)


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 2), st.integers(1, 4)), max_size=6))
def test_merging_loses_no_parcel_and_breaks_no_promise(wishes: Any) -> None:
    notices = [notice for number, order, days in wishes for notice in told(slip(days, id=number, order_id=order))]
    merged = merge(notices)
    assert {one for notice in merged for one in notice.shipment_ids} == {number for number, _, _ in wishes}
    assert sum(len(notice.told) for notice in merged) == len(notices)
    assert all(due_of(notice) > notice.due_at for notice in merged)
    assert merge(merged) == merged


def test_only_a_withdrawal_of_what_was_raised_is_planned() -> None:
    gone = Closed(stored(Finding(K.STALLED, Severity.SERIOUS)), ClosedAs.SUPERSEDED)
    assert plan(None, (), (gone,), (follower(warned_at=NOW),), shipment(), Policy(), NOW, SHOP) == ()
