"""Before the first scan: what the shop hears, and from when on it is the customer's affair."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.detector import detect
from bot.domain.finding import Finding, FindingKind
from bot.domain.policy import Policy, policy_for
from bot.domain.shipment import Shipment
from bot.domain.unshipped import earliest_on
from carriers.kit.model import Status
from tests.domain.values import DAY, HOUR, History, instants, parcels, shipment

K = FindingKind
POLICY = Policy(home="DE", zone="Europe/Berlin")
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
LATER = date(2026, 12, 11)


def waiting(status: Status = Status.PRE_TRANSIT, **changed: Any) -> Shipment:
    """A parcel of which we were told on Monday morning, its label made at once."""
    scan_at = MONDAY if status is Status.PRE_TRANSIT else None
    usual: dict[str, Any] = {"created_at": MONDAY, "scan_at": scan_at, "promised_on": LATER, "eta_on": None}
    return shipment(status=status, **usual | changed)


def found(parcel: Shipment, now: datetime, policy: Policy = POLICY) -> list[tuple[FindingKind, bool]]:
    """Kind, and whether it stays inside the shop."""
    return [(one.kind, bool(one.evidence.get("inside"))) for one in detect(parcel, now, policy)]


def test_a_label_is_given_four_working_days_for_its_first_scan() -> None:
    assert found(waiting(), MONDAY + 4 * DAY - HOUR) == []
    assert found(waiting(), MONDAY + 4 * DAY) == [(K.FIRST_SCAN_LATE, True)]


def test_a_number_that_the_carrier_does_not_know_is_noticed_after_three() -> None:
    parcel = waiting(Status.UNKNOWN)
    assert found(parcel, MONDAY + 3 * DAY - HOUR) == []
    assert found(parcel, MONDAY + 3 * DAY) == [(K.NOT_HANDED_OVER, True)]


def test_the_days_off_of_the_shop_do_not_count() -> None:
    friday = MONDAY + 4 * DAY
    parcel = waiting(created_at=friday, scan_at=friday)
    assert found(parcel, friday + 5 * DAY) == []
    assert found(parcel, friday + 6 * DAY) == [(K.FIRST_SCAN_LATE, True)]
    feast = Policy(home="DE", zone="Europe/Berlin", holidays=frozenset({date(2026, 11, 25)}))
    assert found(parcel, friday + 6 * DAY, feast) == []
    assert found(parcel, friday + 7 * DAY, feast) == [(K.FIRST_SCAN_LATE, True)]


def test_a_weekend_elsewhere_is_another_one() -> None:
    thursday = MONDAY + 3 * DAY
    parcel = waiting(created_at=thursday, scan_at=thursday)
    riyadh = Policy(home="SA", zone="Asia/Riyadh")
    assert found(parcel, thursday + 6 * DAY - HOUR, riyadh) == []
    assert found(parcel, thursday + 6 * DAY, riyadh) == [(K.FIRST_SCAN_LATE, True)]


def test_a_day_that_cannot_hold_any_more_concerns_the_customer_whatever_the_limit() -> None:
    parcel = waiting(promised_on=date(2026, 11, 18))
    assert found(parcel, MONDAY + DAY) == []
    assert found(parcel, MONDAY + DAY + 8 * HOUR) == [(K.NOT_HANDED_OVER, False)]


def test_a_parcel_of_today_is_nobodys_trouble() -> None:
    parcel = waiting(promised_on=date(2026, 11, 17))
    assert found(parcel, MONDAY + DAY - HOUR) == []


def test_the_finding_of_the_shop_and_that_of_the_customer_are_two_occurrences() -> None:
    history, parcel = History(POLICY), waiting(promised_on=date(2026, 11, 23))
    for hours in range(0, 8 * 24, 6):
        history.look(parcel, MONDAY + hours * HOUR)
    unscanned = [row for row in history.rows if row.kind is K.FIRST_SCAN_LATE]
    assert [(row.occurrence, row.evidence["mark"]) for row in unscanned] == [(1, "inside"), (2, "touches")]


def test_a_late_first_scan_says_all_that_a_missing_hand_over_says() -> None:
    parcel = waiting(promised_on=date(2026, 11, 20))
    kinds = [kind for kind, _ in found(parcel, MONDAY + 4 * DAY)]
    assert kinds == [K.FIRST_SCAN_LATE]


def test_who_was_promised_no_day_is_concerned_after_twice_the_time() -> None:
    parcel = waiting(promised_on=None)
    assert found(parcel, MONDAY + 9 * DAY) == [(K.FIRST_SCAN_LATE, True)]
    assert found(parcel, MONDAY + 10 * DAY) == [(K.FIRST_SCAN_LATE, False)]


@pytest.mark.parametrize("status", [one for one in Status if one not in (Status.UNKNOWN, Status.PRE_TRANSIT)])
def test_a_parcel_that_was_scanned_lies_here_no_more(status: Status) -> None:
    kinds = {kind for kind, _ in found(waiting(status, scan_at=MONDAY), MONDAY + 30 * DAY)}
    assert not kinds & {K.NOT_HANDED_OVER, K.FIRST_SCAN_LATE}


def test_the_shops_own_courier_scans_nothing() -> None:
    assert found(waiting(Status.UNKNOWN, slug="own"), MONDAY + 20 * DAY, policy_for("own", None)) == []


def test_a_shop_sets_its_own_days() -> None:
    policy = policy_for("ups", None, {"home": "DE", "unscanned": 48, "unannounced": 30})
    assert found(waiting(), MONDAY + 2 * DAY, policy) == [(K.FIRST_SCAN_LATE, True)]
    assert found(waiting(Status.UNKNOWN), MONDAY + 30 * HOUR, policy) == [(K.NOT_HANDED_OVER, True)]


@pytest.mark.parametrize(
    ("now", "country", "day"),
    [
        (MONDAY, "DE", date(2026, 11, 17)),
        (MONDAY, "FR", date(2026, 11, 18)),
        (MONDAY + 7 * HOUR, "DE", date(2026, 11, 18)),
        (MONDAY + 5 * DAY, "DE", date(2026, 11, 24)),
    ],
)
def test_the_earliest_arrival_is_that_of_the_fastest_service(now: datetime, country: str, day: date) -> None:
    assert earliest_on(waiting(country=country), now, POLICY) == day


@given(parcels, instants)
def test_nobody_is_concerned_within_a_day_of_the_label(parcel: Shipment, now: datetime) -> None:
    kinds: list[Finding] = list(detect(parcel, now, POLICY))
    fresh = now - (parcel.scan_at or parcel.created_at) < DAY and now - parcel.created_at < DAY
    assert not (fresh and any(one.kind in (K.NOT_HANDED_OVER, K.FIRST_SCAN_LATE) for one in kinds))


@given(st.integers(0, 60 * 24), st.sampled_from([Status.UNKNOWN, Status.PRE_TRANSIT]), st.integers(0, 40))
def test_once_a_customer_is_concerned_he_stays_so(hours: int, status: Status, promised: int) -> None:
    parcel, now = waiting(status, promised_on=MONDAY.date() + promised * DAY), MONDAY + hours * HOUR
    concerned = any(not inside for kind, inside in found(parcel, now) if kind in (K.NOT_HANDED_OVER, K.FIRST_SCAN_LATE))
    later = any(
        not inside for kind, inside in found(parcel, now + 12 * HOUR) if kind in (K.NOT_HANDED_OVER, K.FIRST_SCAN_LATE)
    )
    assert later or not concerned
