"""Ready values and strategies for the rules' tests."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from bot.domain.detector import detect, reconcile
from bot.domain.finding import Finding, FindingKind, OpenFinding, Severity
from bot.domain.forecast import Forecast, Window
from bot.domain.foreseen import eases
from bot.domain.journey import Ending, Journey, Stage, Step
from bot.domain.links import Level
from bot.domain.policy import Policy
from bot.domain.second_slip import windowed
from bot.domain.shipment import Shipment
from bot.domain.telling import Following, Shop
from bot.domain.tracking import Change
from carriers.kit.model import Reason, ScanEvent, Status, TrackingResult

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ZONES = ("UTC", "Asia/Riyadh", "Asia/Tehran", "Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu")


def naive(text: str) -> datetime:
    """A wall clock time, as payloads have it."""
    return datetime.fromisoformat(text)


def shipment(**changed: Any) -> Shipment:
    usual: dict[str, Any] = {
        "id": 1,
        "merchant_id": 1,
        "order_id": 1,
        "account_id": 1,
        "slug": "ups",
        "number": "1Z0000000000000000",
        "status": Status.IN_TRANSIT,
        "created_at": NOW - DAY,
        "status_at": NOW - 5 * HOUR,
        "scan_at": NOW - 5 * HOUR,
        "known_at": NOW - DAY,
        "polled_at": NOW - HOUR,
        "country": "DE",
        "promised_on": TODAY + DAY,
        "eta_on": TODAY + DAY,
    }
    return Shipment(**usual | changed)


def result(*events: ScanEvent, status: Status = Status.IN_TRANSIT, **changed: Any) -> TrackingResult:
    return TrackingResult(number="1Z0000000000000000", status=status, events=events, **changed)


def scan(at: datetime | date | None = NOW, status: Status | None = Status.IN_TRANSIT, **changed: Any) -> ScanEvent:
    return ScanEvent(at=at, status=status, **{"code": "AR", "place": "Leipzig"} | changed)


def follower(**changed: Any) -> Following:
    return Following(**{"customer_id": 7, "chat_id": 70, "follow_id": 700} | changed)


SHOP = Shop(zone="Europe/Berlin", staffed="Mon-Fri 09:00-18:00", country="DE")


class History:
    """The stored findings of one shipment, as the store would keep them."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.policy = policy or Policy()
        self.rows: list[OpenFinding] = []

    @property
    def open(self) -> list[OpenFinding]:
        return [row for row in self.rows if row.closed_at is None]

    def look(
        self,
        parcel: Shipment,
        now: datetime = NOW,
        change: Change | None = None,
        first: bool = False,
        forecast: Forecast | None = None,
    ) -> Any:
        """Detect, reconcile, store; the verdict."""
        holding = detect(parcel, now, self.policy, forecast)
        past = [row for row in self.rows if row.closed_at is not None]
        eased = eases(parcel, now, self.policy, forecast)
        verdict = windowed(reconcile(self.open, past, holding, change, first, eased), self.rows, parcel, forecast, now)
        for gone, outcome in verdict.closed:
            self._replace(gone, closed_at=now, outcome=outcome.value)
        for row, grown in verdict.escalated:
            self._replace(row, severity=grown.severity, evidence=grown.evidence)
        for finding, occurrence, baseline in verdict.raised:
            self.rows.append(stored(finding, occurrence, baseline=baseline, id=len(self.rows) + 1, raised_at=now))
        return verdict

    def _replace(self, row: OpenFinding, **changed: Any) -> None:
        fields = {name: getattr(row, name) for name in row.__struct_fields__}
        self.rows[self.rows.index(row)] = OpenFinding(**fields | changed)


def stored(finding: Finding, occurrence: int = 1, **changed: Any) -> OpenFinding:
    usual: dict[str, Any] = {
        "id": 1,
        "shipment_id": 1,
        "kind": finding.kind,
        "occurrence": occurrence,
        "severity": finding.severity,
        "evidence": finding.evidence,
        "baseline": False,
        "raised_at": NOW - HOUR,
    }
    return OpenFinding(**usual | changed)


def foreseen(p_late: float | None, **changed: Any) -> Forecast:
    usual: dict[str, Any] = {
        "arrival": Window(TODAY + DAY, TODAY + 3 * DAY, 0.9),
        "stage": Stage.IN_TRANSIT,
        "level": Level.LANE,
        "n": 212,
        "waited": 4.0,
        "left": 2.0,
    }
    return Forecast(p_late=p_late, **usual | changed)


def journey(days: float | None = None, **changed: Any) -> Journey:
    """A parcel in transit, ordered at NOW; delivered after `days`, None: still under way."""
    usual: dict[str, Any] = {
        "merchant_id": 1,
        "slug": "ups",
        "ordered_at": NOW,
        "steps": (Step(Stage.ORDERED, NOW), Step(Stage.IN_TRANSIT, NOW + DAY)),
        "origin": "Leipzig",
        "destination": "Berlin",
        "country": "DE",
        "promised_by": datetime(2026, 12, 5, tzinfo=UTC),
    }
    if days is not None:
        usual |= {"ended_at": NOW + days * DAY, "ended_as": Ending.DELIVERED}
    return Journey(**usual | changed)


def kinds(found: Any) -> list[FindingKind]:
    return [finding.kind for finding in found]


instants = st.datetimes(naive("2026-01-01T00:00"), naive("2027-12-31T00:00"), timezones=st.just(UTC))
days = st.dates(date(2026, 10, 1), date(2026, 12, 31))
zones = st.sampled_from(ZONES)
quiets = st.one_of(
    st.sampled_from([None, "off", "22-8", "0-6", "13:30-15:15", "23:59-0:01", "9-9"]),
    st.tuples(st.integers(0, 23), st.integers(0, 23)).map(lambda span: f"{span[0]}-{span[1]}"),
)
scan_times = st.one_of(
    st.datetimes(naive("2026-11-01T00:00"), naive("2026-11-30T00:00")),
    st.datetimes(naive("2026-11-01T00:00"), naive("2026-11-30T00:00"), timezones=st.just(UTC)),
    st.dates(date(2026, 11, 1), date(2026, 11, 30)),
    st.none(),
)
scans = st.builds(
    ScanEvent,
    at=scan_times,
    code=st.sampled_from([None, "AR", "DP", "X1"]),
    description=st.sampled_from(["", "Arrived", "غادرت"]),
    place=st.sampled_from(["", "Leipzig", "Riyadh"]),
    status=st.sampled_from([None, *Status]),
    delay=st.booleans(),
)
results = st.builds(
    TrackingResult,
    number=st.just("1Z0000000000000000"),
    status=st.sampled_from(Status),
    events=st.lists(scans, max_size=5).map(tuple),
    eta=st.one_of(st.none(), days, instants),
    eta_from=st.one_of(st.none(), days, instants),
    delivered_at=st.one_of(st.none(), days, instants),
    delay=st.sampled_from([None, "late"]),
    reason=st.sampled_from([None, *Reason]),
    destination_country=st.sampled_from([None, "SA", "US"]),
    next_attempt_on=st.one_of(st.none(), days),
)
parcels = st.builds(
    shipment,
    status=st.sampled_from(Status),
    status_at=st.one_of(st.none(), instants),
    scan_at=st.one_of(st.none(), instants),
    created_at=instants,
    zone=zones,
    country=st.sampled_from([None, "DE", "SA", "IR"]),
    promised_on=st.one_of(st.none(), days),
    eta_on=st.one_of(st.none(), days),
    needed_on=st.one_of(st.none(), days),
    delay=st.sampled_from([None, "late"]),
    reason=st.sampled_from([None, *Reason]),
    cod_amount=st.sampled_from([None, "240"]),
    misses=st.integers(0, 50),
    priority=st.integers(0, 2),
    known_at=st.one_of(st.none(), instants),
)
findings = st.builds(
    Finding,
    kind=st.sampled_from(FindingKind),
    severity=st.sampled_from(Severity),
    mark=st.sampled_from(["", "a", "b"]),
    evidence=st.fixed_dictionaries({"slip": st.integers(0, 5), "passed": st.booleans()}),
)
