"""Customs wait for somebody: the customer hears at once and once, the shop what is its own, and that it is through."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.detector import detect
from bot.domain.finding import FindingKind
from bot.domain.heads_up import shop_first
from bot.domain.notice import plan
from bot.domain.policy import Policy
from bot.domain.shipment import Shipment
from bot.domain.telling import Following, Notice
from bot.domain.tracking import Change
from carriers.kit.model import Duty, Reason, Status
from tests.domain.values import DAY, HOUR, NOW, SHOP, TODAY, History, follower, kinds, parcels, shipment

K = FindingKind


def held(code: str | None = "1C", **changed: Any) -> Shipment:
    usual: dict[str, Any] = {
        "status": Status.CUSTOMS, "reason": Reason.CONSIGNEE, "status_code": code, "stage_at": NOW - HOUR,
        "promised_on": TODAY + 9 * DAY, "eta_on": TODAY + 9 * DAY,
    }  # fmt: skip
    return shipment(**usual | changed)


def told(
    parcel: Shipment, history: History, reader: Following | None = None, before: Shipment | None = None
) -> tuple[Notice, ...]:
    change = Change(parcel, before or parcel, status_changed=before is not None)
    verdict = history.look(parcel, NOW, change)
    return plan(change, verdict.raised, verdict.closed, (reader or follower(),), parcel, Policy(), NOW, SHOP)


@pytest.mark.parametrize(
    ("parcel", "kind"),
    [
        (held("1C"), "customs_action"),
        (held("29"), "customs_papers"),
        (held("29", duty=Duty("86", "EUR")), "customs_action"),
        (held("X9", slug="aramex"), "customs_papers"),
        (held("PAR/17", slug="correios"), "customs_action"),
        (held("240", slug="dhl_unified"), "customs_action"),
    ],
)
def test_money_and_papers_are_two_messages_with_a_next_word(parcel: Shipment, kind: str) -> None:
    (notice,) = told(parcel, History())
    assert notice.kind == kind
    assert notice.promise is not None
    assert not notice.promise.by_person
    assert notice.promise.due_at > notice.due_at


def test_another_scan_of_the_same_stay_says_nothing_new() -> None:
    history = History()
    assert told(held(), history)
    assert told(held(status_at=NOW, scan_at=NOW), history) == ()


def test_money_after_papers_is_news_in_the_same_stay() -> None:
    history = History()
    told(held("29"), history)
    (notice,) = told(held("1C"), history)
    assert notice.kind == "customs_action"


def test_what_only_the_shop_can_send_is_told_to_the_shop_alone() -> None:
    history = History()
    assert told(held(reason=Reason.MERCHANT), history) == ()
    (row,) = history.open
    assert shop_first(detect(held(reason=Reason.MERCHANT), NOW, Policy())[0])
    assert row.evidence["inside"] is True
    assert not shop_first(detect(held(), NOW, Policy())[0])


def test_who_was_told_hears_that_it_is_through() -> None:
    history = History()
    told(held(), history)
    moving = shipment(promised_on=TODAY + 9 * DAY, eta_on=TODAY + 9 * DAY)
    (notice,) = told(moving, history, follower(warned_at=NOW), before=held())
    assert (notice.kind, notice.cancels_promises, notice.promise) == ("customs_done", True, None)
    assert history.open == []


def test_who_was_not_told_hears_nothing_of_its_end() -> None:
    history = History()
    told(held(), history)
    assert told(shipment(promised_on=TODAY + 9 * DAY, eta_on=TODAY + 9 * DAY), history, before=held()) == ()


def test_a_parcel_that_waits_for_its_customer_is_not_called_silent() -> None:
    assert K.STALLED not in kinds(detect(held(scan_at=NOW - 12 * DAY), NOW, Policy()))
    assert K.STALLED in kinds(detect(held(scan_at=NOW - 12 * DAY, reason=None), NOW, Policy()))


@given(parcels, st.sampled_from([None, "1C", "29", "0240"]))
def test_it_holds_only_at_customs_and_never_by_guess(parcel: Shipment, code: str | None) -> None:
    found = [one for one in detect(parcel, NOW, Policy()) if one.kind is K.CUSTOMS_ACTION]
    assert bool(found) <= (parcel.status is Status.CUSTOMS and parcel.reason in (Reason.CONSIGNEE, Reason.MERCHANT))
    assert all(one.evidence["mark"] == one.mark for one in found)
