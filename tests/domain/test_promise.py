from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.finding import Finding, FindingKind, OpenFinding, Severity
from bot.domain.hours import in_quiet
from bot.domain.promise import Hearer, Kept, OpenPromise, PromiseDraft, is_by_person, keep_promise
from bot.domain.shipment import Shipment
from carriers.kit.model import Status
from tests.domain.values import DAY, HOUR, NOW, TODAY, instants, parcels, quiets, shipment, stored, zones

K = FindingKind
HEARER = Hearer(zone="Europe/Berlin", shop_zone="Europe/Berlin", staffed="Mon-Fri 09:00-18:00")
SILENT = [stored(Finding(K.STALLED, Severity.SERIOUS))]
LATE = [stored(Finding(K.LATE, Severity.SLIGHT))]


def promise(**changed: Any) -> OpenPromise:
    usual: dict[str, Any] = {
        "id": 1,
        "customer_id": 7,
        "shipment_id": 1,
        "kind": "stalled",
        "due_at": NOW,
        "made_at": NOW - DAY,
    }
    return OpenPromise(**usual | changed)


def keep(
    owed: OpenPromise | None = None,
    parcel: Shipment | None = None,
    findings: Sequence[OpenFinding] = (),
    now: datetime = NOW,
    **changed: Any,
) -> Kept:
    silent = shipment(scan_at=NOW - 9 * DAY)
    return keep_promise(owed or promise(), parcel or silent, findings, now, HEARER, **changed)


def owed_next(kept: Kept) -> PromiseDraft:
    assert kept.promise is not None
    return kept.promise


def test_without_news_it_is_said_once_with_a_new_word() -> None:
    kept = keep(findings=SILENT)
    assert (kept.kind, owed_next(kept).silent, kept.ticket) == ("still_nothing", 1, None)


def test_the_second_time_a_person_takes_it() -> None:
    kept = keep(promise(silent=1), findings=SILENT)
    assert (kept.kind, kept.ticket) == ("human_coming", "silence")
    assert owed_next(kept).by_person
    assert not kept.escalate


def test_a_scan_since_then_is_news() -> None:
    kept = keep(parcel=shipment(scan_at=NOW - HOUR, eta_on=None, promised_on=None), findings=SILENT)
    assert (kept.kind, kept.told_on, owed_next(kept).silent) == ("promise_moved", None, 0)


def test_a_day_to_come_is_news_and_another_word_is_owed_while_it_is_late() -> None:
    kept = keep(parcel=shipment(eta_on=TODAY + 2 * DAY, scan_at=NOW - 2 * DAY), findings=LATE)
    assert (kept.kind, kept.told_on) == ("promise_moved", TODAY + 2 * DAY)
    assert kept.promise is not None


def test_nothing_more_is_owed_once_all_is_well() -> None:
    kept = keep(parcel=shipment(scan_at=NOW - 2 * DAY))
    assert (kept.kind, kept.told_on, kept.promise) == ("promise_moved", TODAY + DAY, None)


def test_the_promised_day_holds_where_nothing_speaks_against_it() -> None:
    parcel = shipment(scan_at=NOW - 2 * DAY, eta_on=None)
    assert keep(parcel=parcel).told_on == TODAY + DAY
    assert keep(parcel=parcel, findings=LATE).kind == "still_nothing"


def test_a_day_that_is_over_is_no_news() -> None:
    parcel = shipment(scan_at=NOW - 2 * DAY, eta_on=TODAY - DAY, promised_on=TODAY - 2 * DAY)
    assert keep(parcel=parcel, findings=LATE).kind == "still_nothing"


@pytest.mark.parametrize("kind", [K.STALLED, K.LOST, K.RETURNING, K.FAILED_ATTEMPT])
def test_a_day_on_record_is_not_believed_while_it_is_astray(kind: FindingKind) -> None:
    parcel = shipment(scan_at=NOW - 2 * DAY, eta_on=TODAY + 2 * DAY)
    assert keep(parcel=parcel, findings=[stored(Finding(kind, Severity.SERIOUS))]).kind == "still_nothing"


@pytest.mark.parametrize("status", [Status.OUT_FOR_DELIVERY, Status.AVAILABLE_FOR_PICKUP])
def test_what_is_there_today_is_there_today(status: Status) -> None:
    assert keep(parcel=shipment(status=status, scan_at=NOW - 2 * DAY, eta_on=None)).told_on == TODAY


@pytest.mark.parametrize("status", [Status.DELIVERED, Status.RETURNED, Status.CANCELLED])
def test_nothing_is_said_of_what_is_over(status: Status) -> None:
    assert keep(parcel=shipment(status=status)) == Kept()


def test_a_persons_words_keep_a_persons_promise_and_no_other() -> None:
    assert keep(promise(by_person=True), answered=True) == Kept()
    assert keep(findings=SILENT, answered=True).kind == "still_nothing"


def test_a_promise_about_no_parcel_is_kept_by_the_person_only() -> None:
    assert keep_promise(promise(shipment_id=None), None, (), NOW, HEARER) == Kept()


def test_a_person_who_is_late_is_a_broken_promise() -> None:
    kept = keep(promise(by_person=True))
    assert (kept.kind, kept.ticket, kept.escalate) == ("promise_broken", "promise_broken", True)
    assert owed_next(kept).by_person
    assert owed_next(kept).due_at == NOW + 3 * HOUR


@pytest.mark.parametrize(("kind", "before"), [("promise_broken", False), ("answer", True)])
def test_who_is_late_again_is_promised_no_third_hour(kind: str, before: bool) -> None:
    kept = keep(promise(by_person=True, kind=kind), broken_before=before)
    assert (kept.kind, kept.ticket, kept.escalate) == ("promise_broken", "promise_broken", True)
    assert kept.promise is None


def test_after_a_night_without_power_it_is_said_in_the_morning() -> None:
    kept = keep(findings=SILENT, now=datetime.fromisoformat("2026-11-25T03:00:00+00:00"))
    assert kept.due_at == datetime.fromisoformat("2026-11-25T07:00:00+00:00")


def test_which_words_a_person_owes_is_in_the_table() -> None:
    assert is_by_person("lost_probable")
    assert not is_by_person("late")
    assert not is_by_person("anything else")


kept_findings = st.lists(
    st.sampled_from(FindingKind).map(lambda kind: stored(Finding(kind, Severity.SERIOUS))), max_size=3
)
hearers = st.builds(Hearer, zone=zones, quiet=quiets, shop_zone=zones, country=st.sampled_from([None, "SA"]))


@given(parcels, kept_findings, instants, hearers)
def test_two_no_news_in_a_row_are_impossible(
    parcel: Shipment, findings: list[OpenFinding], now: datetime, hearer: Hearer
) -> None:
    owed = promise(due_at=now, made_at=now - DAY)
    said = []
    for _ in range(4):
        kept = keep_promise(owed, parcel, findings, owed.due_at, hearer)
        said.append(kept.kind)
        if kept.promise is None:
            break
        owed = promise(
            due_at=kept.promise.due_at,
            made_at=owed.due_at,
            by_person=kept.promise.by_person,
            silent=kept.promise.silent,
        )
    assert ("still_nothing", "still_nothing") not in set(pairwise(said))
    assert said.count("still_nothing") <= 1 or "promise_moved" in said


@given(parcels, kept_findings, instants, hearers, st.booleans(), st.integers(0, 1))
def test_what_is_owed_next_is_never_past_nor_quiet(
    parcel: Shipment, findings: list[OpenFinding], now: datetime, hearer: Hearer, by_person: bool, silent: int
) -> None:
    kept = keep_promise(promise(by_person=by_person, silent=silent), parcel, findings, now, hearer)
    for at in (kept.due_at, kept.promise.due_at if kept.promise is not None else None):
        assert at is None or (at >= now and not in_quiet(at, hearer.zone, hearer.quiet))
    if kept.promise is not None and kept.due_at is not None:
        assert kept.promise.due_at > kept.due_at
