from datetime import UTC, date, datetime

import orjson
import pytest
from hypothesis import given

from bot.domain.detector import detect, is_domestic
from bot.domain.finding import Finding, FindingKind, Severity
from bot.domain.policy import Policy, policy_for
from bot.domain.shipment import Shipment
from bot.domain.swallowing import SWALLOWED_BY
from carriers.kit.model import Reason, Status
from tests.domain.values import DAY, HOUR, NOW, TODAY, instants, kinds, parcels, shipment

K = FindingKind
POLICY = Policy(home="DE")


def only(parcel: Shipment, now: datetime = NOW, policy: Policy = POLICY) -> Finding:
    (finding,) = detect(parcel, now, policy)
    return finding


def test_a_parcel_on_its_way_has_nothing_wrong() -> None:
    assert detect(shipment(), NOW, POLICY) == ()


@pytest.mark.parametrize(
    ("days", "severity"), [(1, Severity.SLIGHT), (2, Severity.SLIGHT), (3, Severity.SERIOUS), (9, Severity.SERIOUS)]
)
def test_an_eta_after_the_promise_is_a_risk_as_large_as_the_slip(days: int, severity: Severity) -> None:
    finding = only(shipment(promised_on=TODAY, eta_on=TODAY + days * DAY))
    assert (finding.kind, finding.severity, finding.evidence["days_late"]) == (K.AT_RISK, severity, days)


def test_a_parcel_to_be_paid_at_the_door_is_serious_a_day_sooner() -> None:
    parcel = shipment(promised_on=TODAY, eta_on=TODAY + 2 * DAY, cod_amount="240")
    assert only(parcel).severity is Severity.SERIOUS


def test_a_slip_past_the_day_it_is_needed_is_serious() -> None:
    parcel = shipment(promised_on=TODAY, eta_on=TODAY + DAY, needed_on=TODAY)
    assert only(parcel).severity is Severity.SERIOUS


def test_a_slip_before_the_day_it_is_needed_is_not() -> None:
    parcel = shipment(promised_on=TODAY, eta_on=TODAY + DAY, needed_on=TODAY + DAY)
    assert only(parcel).severity is Severity.SLIGHT


def test_a_delay_word_alone_is_a_hint() -> None:
    finding = only(shipment(delay="DELAYED IN TRANSIT"))
    assert (finding.kind, finding.severity) == (K.AT_RISK, Severity.HINT)
    assert finding.evidence["delay"] == "DELAYED IN TRANSIT"


def test_a_delay_word_and_the_slip_it_comes_with_are_one_finding() -> None:
    finding = only(shipment(delay="DELAYED", promised_on=TODAY, eta_on=TODAY + DAY))
    assert (finding.severity, finding.evidence["slip"]) == (Severity.SLIGHT, 1)


@pytest.mark.parametrize(
    ("reason", "found"),
    [
        (Reason.WEATHER, [K.AT_RISK]),
        (Reason.CARRIER, [K.AT_RISK]),
        (Reason.CUSTOMS, [K.AT_RISK]),
        (Reason.CONSIGNEE, [K.ADDRESS_PROBLEM]),
        (Reason.MERCHANT, []),
        (None, []),
    ],
)
def test_an_exception_is_a_delay_only_for_reasons_that_cost_time(
    reason: Reason | None, found: list[FindingKind]
) -> None:
    assert kinds(detect(shipment(status=Status.EXCEPTION, reason=reason), NOW, POLICY)) == found


def test_a_parcel_that_waits_to_be_collected_is_neither_late_nor_at_risk() -> None:
    parcel = shipment(status=Status.AVAILABLE_FOR_PICKUP, promised_on=TODAY - DAY, eta_on=TODAY + DAY, delay="x")
    assert detect(parcel, NOW, POLICY) == ()


def test_it_is_late_when_the_promised_day_is_over_there() -> None:
    parcel = shipment(promised_on=date(2026, 11, 23), eta_on=None, zone="Asia/Riyadh")
    assert detect(parcel, datetime(2026, 11, 23, 20, 59, tzinfo=UTC), POLICY) == ()
    finding = only(parcel, datetime(2026, 11, 23, 21, 0, tzinfo=UTC))
    assert (finding.kind, finding.evidence["passed"]) == (K.LATE, True)


def test_the_day_ends_later_in_the_west() -> None:
    parcel = shipment(promised_on=date(2026, 11, 23), eta_on=None, zone="America/Los_Angeles")
    assert detect(parcel, datetime(2026, 11, 24, 7, 59, tzinfo=UTC), POLICY) == ()
    assert only(parcel, datetime(2026, 11, 24, 8, tzinfo=UTC)).kind is K.LATE


def test_a_parcel_on_the_van_today_is_not_late_before_the_day_ends() -> None:
    parcel = shipment(status=Status.OUT_FOR_DELIVERY, promised_on=TODAY - DAY, eta_on=None, status_at=NOW)
    assert detect(parcel, NOW, POLICY) == ()


@pytest.mark.parametrize("loaded_at", [NOW - DAY, None])
def test_a_van_of_yesterday_is_no_excuse(loaded_at: datetime | None) -> None:
    parcel = shipment(status=Status.OUT_FOR_DELIVERY, promised_on=TODAY - DAY, eta_on=None, status_at=loaded_at)
    assert only(parcel).kind is K.LATE


def test_a_late_parcel_with_a_new_day_ahead_says_that_day() -> None:
    finding = only(shipment(promised_on=TODAY - DAY, eta_on=TODAY + DAY))
    assert finding.kind is K.LATE
    assert finding.evidence["eta_on"] == "2026-11-25"
    assert (finding.evidence["days_late"], finding.evidence["passed"]) == (2, False)


def test_a_late_parcel_whose_new_day_is_over_too_has_no_day() -> None:
    finding = only(shipment(promised_on=TODAY - 3 * DAY, eta_on=TODAY - DAY))
    assert "eta_on" not in finding.evidence
    assert (finding.evidence["days_late"], finding.evidence["slip"], finding.evidence["passed"]) == (3, 2, True)


@pytest.mark.parametrize(
    ("status", "country", "hours"),
    [
        (Status.IN_TRANSIT, "DE", 72),
        (Status.IN_TRANSIT, "NL", 120),
        (Status.IN_TRANSIT, None, 120),
        (Status.CUSTOMS, "NL", 168),
        (Status.EXCEPTION, "DE", 48),
    ],
)
def test_it_is_stalled_after_the_stages_working_time(status: Status, country: str | None, hours: int) -> None:
    monday = datetime(2026, 11, 9, 0, 0, tzinfo=UTC)
    parcel = shipment(status=status, country=country, scan_at=monday, promised_on=None)
    weekend = 48 if hours > 120 else 0
    limit = monday + (hours + weekend) * HOUR
    assert detect(parcel, limit - HOUR, POLICY) == ()
    assert only(parcel, limit).evidence["threshold_hours"] == hours


def test_a_public_holiday_there_is_no_silence() -> None:
    monday = datetime(2026, 11, 9, 0, 0, tzinfo=UTC)
    parcel = shipment(status=Status.IN_TRANSIT, country="FR", scan_at=monday, promised_on=None)
    armistice_and_weekend = (24 + 48) * HOUR
    limit = monday + 120 * HOUR + armistice_and_weekend
    assert detect(parcel, limit - HOUR, POLICY) == ()
    assert only(parcel, limit).kind is FindingKind.STALLED


def test_the_weeks_in_which_a_country_s_post_stands_still_are_no_silence() -> None:
    before = datetime(2027, 3, 18, 20, 30, tzinfo=UTC)
    parcel = shipment(status=Status.IN_TRANSIT, country="IR", zone="Asia/Tehran", scan_at=before, promised_on=None)
    assert detect(parcel, datetime(2027, 4, 2, 20, 30, tzinfo=UTC), POLICY) == ()


def test_a_weekend_there_is_no_silence() -> None:
    friday_in_riyadh = datetime(2026, 11, 19, 21, 0, tzinfo=UTC)
    parcel = shipment(country="SA", zone="Asia/Riyadh", scan_at=friday_in_riyadh, promised_on=None)
    policy = Policy(home="SA")
    assert detect(parcel, friday_in_riyadh + 4 * DAY, policy) == ()
    assert only(parcel, friday_in_riyadh + 5 * DAY, policy).kind is K.STALLED


def test_a_parcel_never_scanned_is_not_lost_on_the_way() -> None:
    parcel = shipment(status=Status.PRE_TRANSIT, scan_at=NOW - 90 * DAY, promised_on=None)
    assert only(parcel).kind is K.FIRST_SCAN_LATE


@pytest.mark.parametrize(("country", "days"), [("DE", 7), ("FR", 20), (None, 20)])
def test_it_is_probably_lost_after_the_loss_limit(country: str | None, days: int) -> None:
    parcel = shipment(country=country, scan_at=NOW - days * DAY, promised_on=None)
    assert only(parcel).kind is K.LOST
    assert only(parcel, NOW - HOUR).kind is K.STALLED


def test_a_post_is_given_more_time_than_an_express_service() -> None:
    parcel = shipment(scan_at=NOW - 10 * DAY, promised_on=None)
    assert only(parcel).kind is K.LOST
    assert only(parcel, policy=policy_for("ups", "UPS Mail Innovations", {"home": "DE"})).kind is K.STALLED


def test_a_parcel_waiting_to_be_collected_is_never_lost() -> None:
    assert detect(shipment(status=Status.AVAILABLE_FOR_PICKUP, scan_at=NOW - 90 * DAY), NOW, POLICY) == ()


def test_the_shops_own_courier_is_never_silent() -> None:
    parcel = shipment(slug="own", scan_at=NOW - 90 * DAY, promised_on=TODAY - DAY, eta_on=None)
    assert only(parcel, policy=policy_for("own", None)).kind is K.LATE


def test_a_carrier_that_says_lost_is_believed() -> None:
    finding = only(shipment(status=Status.LOST, promised_on=TODAY - 9 * DAY))
    assert finding.kind is K.LOST
    assert finding.mark.startswith("carrier:")


def test_a_failed_attempt_is_marked_by_its_instant() -> None:
    parcel = shipment(status=Status.DELIVERY_ATTEMPTED, status_at=NOW - HOUR, next_attempt_on=TODAY + DAY)
    finding = only(parcel)
    assert (finding.kind, finding.mark) == (K.FAILED_ATTEMPT, (NOW - HOUR).isoformat())
    assert finding.evidence["next_attempt_on"] == "2026-11-25"


def test_a_failed_attempt_without_a_time_is_one_all_the_same() -> None:
    assert only(shipment(status=Status.DELIVERY_ATTEMPTED, status_at=None)).mark == ""


def test_a_parcel_on_its_way_back_is_only_that() -> None:
    parcel = shipment(status=Status.RETURNING, promised_on=TODAY - 5 * DAY, scan_at=NOW - 6 * DAY, delay="x")
    assert only(parcel).kind is K.RETURNING


def test_late_swallows_at_risk() -> None:
    assert only(shipment(promised_on=TODAY - DAY, eta_on=TODAY + DAY, delay="x")).kind is K.LATE


def test_a_late_parcel_that_was_missed_says_so() -> None:
    parcel = shipment(status=Status.DELIVERY_ATTEMPTED, promised_on=TODAY - DAY, eta_on=None)
    late, attempt = detect(parcel, NOW, POLICY)
    assert late.evidence["beside"] == ["failed_attempt"]
    assert "beside" not in attempt.evidence


def test_a_late_parcel_that_is_silent_says_so() -> None:
    found = detect(shipment(promised_on=TODAY - DAY, eta_on=None, scan_at=NOW - 6 * DAY), NOW, POLICY)
    assert kinds(found) == [K.LATE, K.STALLED]
    assert found[0].evidence["beside"] == ["stalled"]


@pytest.mark.parametrize("status", [Status.DELIVERED, Status.RETURNED, Status.CANCELLED])
def test_nothing_is_wrong_with_a_parcel_whose_journey_is_over(status: Status) -> None:
    parcel = shipment(status=status, promised_on=TODAY - 30 * DAY, scan_at=NOW - 60 * DAY, delay="x")
    assert detect(parcel, NOW, POLICY) == ()


def test_domestic_needs_both_countries() -> None:
    assert is_domestic(shipment(country="DE"), Policy(home="DE"))
    assert not is_domestic(shipment(country=None), Policy(home=None))


@given(parcels, instants)
def test_findings_are_plain_distinct_and_none_is_swallowed_by_another(parcel: Shipment, now: datetime) -> None:
    found = detect(parcel, now, POLICY)
    assert len(set(kinds(found))) == len(found)
    assert not any(SWALLOWED_BY[finding.kind] & set(kinds(found)) for finding in found)
    assert all(orjson.loads(orjson.dumps(finding.evidence)) == finding.evidence for finding in found)
    assert all(finding.evidence["mark"] == finding.mark for finding in found)


@given(parcels, instants)
def test_silence_only_grows_worse_with_time(parcel: Shipment, now: datetime) -> None:
    order: dict[tuple[FindingKind, ...], int] = {(): 0, (K.STALLED,): 1, (K.LOST,): 2}
    silent = tuple(kind for kind in kinds(detect(parcel, now, POLICY)) if kind in (K.STALLED, K.LOST))
    later = tuple(kind for kind in kinds(detect(parcel, now + DAY, POLICY)) if kind in (K.STALLED, K.LOST))
    assert order[silent] <= order[later]
