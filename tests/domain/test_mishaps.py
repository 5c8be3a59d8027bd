"""Damage and unpaid sums by the carrier's own codes; earlier than promised, told once it is near and taken back."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.detector import detect
from bot.domain.finding import NO_TROUBLE, FindingKind
from bot.domain.mishaps import DAMAGED, NOT_PAID
from bot.domain.notice import plan
from bot.domain.outgoing import Priority
from bot.domain.policy import Policy
from bot.domain.promise import Hearer, OpenPromise, keep_promise
from bot.domain.shipment import Shipment
from bot.domain.telling import Following, Notice
from bot.domain.tracking import Change
from carriers.kit.model import Reason, Status
from tests.domain.values import DAY, HOUR, NOW, SHOP, TODAY, History, follower, kinds, parcels, shipment

K = FindingKind
ZONE = "Europe/Berlin"


def told(
    parcel: Shipment,
    history: History | None = None,
    reader: Following | None = None,
    before: Shipment | None = None,
) -> tuple[Notice, ...]:
    change = Change(parcel, before or parcel, status_changed=before is not None and before.status is not parcel.status)
    verdict = (history or History()).look(parcel, NOW, change)
    return plan(change, verdict.raised, verdict.closed, (reader or follower(),), parcel, Policy(), NOW, SHOP)


def hurt(**changed: Any) -> Shipment:
    usual = {"status": Status.EXCEPTION, "reason": Reason.CARRIER, "status_code": "45", "stage_at": NOW - HOUR}
    return shipment(**usual | changed)


# ---- damaged


def test_damage_is_told_at_once_and_a_person_owes_the_next_word() -> None:
    (notice,) = told(hurt(), reader=follower(warned_at=NOW - HOUR))
    assert (notice.kind, notice.needs_person, notice.priority) == ("damaged", True, Priority.WARNING)


def test_a_further_scan_of_the_same_damage_is_no_news() -> None:
    history = History()
    assert told(hurt(), history)
    assert told(hurt(status_at=NOW, scan_at=NOW), history, follower(warned_at=NOW)) == ()


@settings(deadline=None)
@given(parcels, st.sampled_from([None, "45", "DAMAGED", "0045"]))
def test_damage_is_never_guessed(parcel: Shipment, code: str | None) -> None:
    found = K.DAMAGED in kinds(detect(parcel, NOW, Policy()))
    assert not found or (parcel.status is Status.EXCEPTION and parcel.status_code in DAMAGED[parcel.slug])


def test_no_code_means_both() -> None:
    assert all(not DAMAGED.get(slug, frozenset()) & codes for slug, codes in NOT_PAID.items())


# ---- paid on delivery

DOOR = {"slug": "dhl_unified", "status_code": "NO_MONEY_REDELIVER", "reason": Reason.CONSIGNEE}


def test_a_sum_that_was_not_paid_is_told_instead_of_the_failed_attempt() -> None:
    missed = shipment(
        status=Status.DELIVERY_ATTEMPTED,
        cod_amount="64.00",
        next_attempt_on=TODAY + DAY,
        **DOOR | {"status_code": "614"},
    )
    assert kinds(detect(missed, NOW, Policy())) == [K.UNPAID]
    (notice,) = told(missed)
    assert (notice.kind, notice.told[0].told_on) == ("unpaid", TODAY + DAY)
    assert notice.promise is not None


def test_held_for_payment_of_a_paid_parcel_is_not_called_unpaid() -> None:
    assert K.UNPAID not in kinds(detect(shipment(status=Status.EXCEPTION, **DOOR), NOW, Policy()))
    paid_at_door = shipment(status=Status.EXCEPTION, cod_amount="64.00", **DOOR)
    assert K.ADDRESS_PROBLEM not in kinds(detect(paid_at_door, NOW, Policy()))


# ---- earlier


def early(eta: date = TODAY + DAY, promised: date = TODAY + 2 * DAY, **changed: Any) -> Shipment:
    return shipment(**{"eta_on": eta, "promised_on": promised, "zone": ZONE} | changed)


PROMISED = follower(told_on=TODAY + 2 * DAY)


def test_an_earlier_day_is_good_news_that_voids_the_word_owed() -> None:
    (notice,) = told(early(), reader=PROMISED)
    assert (notice.kind, notice.priority, notice.warns, notice.promise) == ("earlier", Priority.NEWS, False, None)
    assert (notice.told[0].told_on, notice.cancels_promises) == (TODAY + DAY, True)


@pytest.mark.parametrize(
    "parcel",
    [
        early(TODAY + 2 * DAY),
        early(TODAY + 5 * DAY, TODAY + 9 * DAY),
        early(status=Status.OUT_FOR_DELIVERY),
        early(delay="DELAYED"),
        early(scan_at=NOW - 9 * DAY),
    ],
)
def test_no_news_where_it_is_the_day_far_off_on_the_van_or_anything_is_wrong(parcel: Shipment) -> None:
    assert "earlier" not in [notice.kind for notice in told(parcel, reader=PROMISED)]


def test_on_the_very_day_nobody_is_told_that_it_comes_early() -> None:
    assert told(early(TODAY), reader=PROMISED) == ()


def test_who_knows_the_day_is_not_told_again() -> None:
    assert told(early(), reader=follower(told_on=TODAY + DAY)) == ()


def test_back_to_the_promised_day_is_said_with_a_sorry_to_whoever_was_told() -> None:
    history = History()
    told(early(), history, PROMISED)
    (notice,) = told(early(TODAY + 2 * DAY), history, follower(told_on=TODAY + DAY))
    assert (notice.kind, notice.told[0].told_on) == ("not_earlier", TODAY + 2 * DAY)
    assert notice.promise is not None


def test_who_was_not_told_hears_nothing_of_its_end() -> None:
    history = History()
    told(early(), history, PROMISED)
    assert told(early(TODAY + 2 * DAY), history, PROMISED) == ()


def test_later_than_promised_is_a_warning_and_no_taking_back() -> None:
    history = History()
    told(early(), history, PROMISED)
    (notice,) = told(early(TODAY + 3 * DAY), history, follower(told_on=TODAY + DAY))
    assert notice.kind == "delay_slight"


@given(parcels, st.one_of(st.none(), st.dates(date(2026, 11, 20), date(2026, 11, 30))))
def test_what_comes_earlier_is_told_only_if_a_day_or_more_before_what_he_knows(
    parcel: Shipment, told_on: date | None
) -> None:
    for notice in told(parcel, reader=follower(told_on=told_on)):
        if notice.kind == "earlier":
            assert parcel.eta_on is not None
            assert parcel.promised_on is not None
            assert parcel.eta_on < parcel.promised_on
            assert told_on is None or parcel.eta_on < told_on


def test_good_news_is_no_trouble_a_promised_word_waits_for() -> None:
    history = History()
    told(early(), history, PROMISED)
    assert {row.kind for row in history.open} == {K.EARLIER} <= NO_TROUBLE
    owed = OpenPromise(id=1, customer_id=7, shipment_id=1, kind="stalled", due_at=NOW, made_at=NOW - DAY)
    hearer = Hearer(zone=ZONE, quiet="22-8", shop_zone=ZONE, staffed="Mon-Fri 09:00-18:00", country="DE")
    kept = keep_promise(owed, early(), history.open, NOW, hearer)
    assert (kept.kind, kept.promise) == ("promise_moved", None)
