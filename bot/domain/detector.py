"""What is wrong with a parcel now, with evidence; raised once per occurrence, withdrawn when wrong."""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.addresses import address_problem, asks_address
from bot.domain.customs import asks_customer, customs_action
from bot.domain.early import earlier
from bot.domain.evidence import QUIET_END, WAITS_FOR_CUSTOMER, outlives
from bot.domain.evidence import found as _finding
from bot.domain.evidence import is_domestic as is_domestic
from bot.domain.evidence import iso as _iso
from bot.domain.evidence import silent_since as silent_since
from bot.domain.evidence import step_of as _step
from bot.domain.evidence import whereabouts as _whereabouts
from bot.domain.feasts import rests_around
from bot.domain.finding import Finding, FindingKind, OpenFinding, Severity
from bot.domain.forecast import Forecast
from bot.domain.foreseen import foreseen
from bot.domain.hours import day_there, working_time
from bot.domain.mishaps import damaged, unpaid
from bot.domain.pickup import pickup_ending
from bot.domain.policy import Policy
from bot.domain.shipment import Shipment
from bot.domain.swallowing import EXPLAINS_LATE, SWALLOWED_BY
from bot.domain.tracking import Change
from bot.domain.unheard import Measure, about, heard
from bot.domain.unshipped import unshipped
from carriers.kit.model import Reason, Status

DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)

DELAYING = frozenset({Reason.CARRIER, Reason.CUSTOMS, Reason.WEATHER})
"""Reasons of an exception that cost time; what the merchant or the customer must mend is another matter."""


def detect(shipment: Shipment, now: datetime, policy: Policy, forecast: Forecast | None = None) -> tuple[Finding, ...]:
    """What holds now. The greater trouble swallows the smaller: lost > returning > late > at risk; lost > stalled."""
    if shipment.status in QUIET_END:
        return ()
    found = [finding for rule in RULES if (finding := rule(shipment, now, policy)) is not None]
    if forecast is not None and all(finding.kind is not _K.AT_RISK for finding in found):
        found += foreseen(shipment, now, policy, forecast)
    if len(found) < 2:
        return tuple(found)
    kinds = {finding.kind for finding in found}
    return tuple(_within(finding, kinds) for finding in found if not SWALLOWED_BY[finding.kind] & kinds)


def _within(finding: Finding, kinds: AbstractSet[FindingKind]) -> Finding:
    """A late parcel that is silent or was missed: who was told of that knows that the day does not hold."""
    beside = EXPLAINS_LATE & kinds
    if finding.kind is not _K.LATE or not beside:
        return finding
    return replace(finding, evidence={**finding.evidence, "beside": sorted(beside)})


_K = FindingKind


def _at_risk(shipment: Shipment, now: datetime, policy: Policy) -> Finding | None:
    """The carrier expects it after the promised day, or says itself that it is delayed."""
    slip = _slip(shipment)
    held_up = _held_up(shipment)
    if (slip == 0 and not held_up) or shipment.status in WAITS_FOR_CUSTOMER:
        return None
    return _finding(
        _K.AT_RISK,
        _size(shipment, policy, slip, shipment.eta_on) if slip else Severity.HINT,
        _iso(shipment.eta_on if slip else None) or f"delay:{shipment.promised_on}",
        slip=slip,
        days_late=slip,
        passed=False,
        promised_on=_iso(shipment.promised_on),
        eta_on=_iso(shipment.eta_on),
        delay=shipment.delay,
        **_whereabouts(shipment),
    )


def _slip(shipment: Shipment) -> int:
    """Days between the promised day and the carrier's ETA, 0 if it is not later."""
    if shipment.eta_on is None or shipment.promised_on is None:
        return 0
    return max((shipment.eta_on - shipment.promised_on).days, 0)


def _held_up(shipment: Shipment) -> bool:
    return shipment.delay is not None or (shipment.status is Status.EXCEPTION and shipment.reason in DELAYING)


def _late(shipment: Shipment, now: datetime, policy: Policy) -> Finding | None:
    """The promised day is over there. A parcel on the courier's van has until the day's end."""
    promised = shipment.promised_on
    if promised is None or promised > now.date() or shipment.status in WAITS_FOR_CUSTOMER:
        return None
    today = day_there(now, shipment.zone)
    if promised >= today or _on_the_van(shipment, today):
        return None
    return _overdue(shipment, policy, promised, today)


def _overdue(shipment: Shipment, policy: Policy, promised: date, today: date) -> Finding:
    """`passed`: no day is named that is still ahead."""
    eta = shipment.eta_on
    passed = eta is None or eta < today
    arrives = today if eta is None or passed else eta
    days_late = (arrives - promised).days
    return _finding(
        _K.LATE,
        _size(shipment, policy, days_late, arrives),
        max(promised, eta or promised).isoformat(),
        slip=_slip(shipment),
        days_late=days_late,
        passed=passed,
        promised_on=_iso(promised),
        eta_on=None if passed else _iso(eta),
        delay=shipment.delay,
        **_whereabouts(shipment),
    )


def _on_the_van(shipment: Shipment, today: date) -> bool:
    return (
        shipment.status is Status.OUT_FOR_DELIVERY
        and shipment.status_at is not None
        and day_there(shipment.status_at, shipment.zone) == today
    )


def _size(shipment: Shipment, policy: Policy, days: int, arrives: date | None) -> Severity:
    """Size of a slip of `days`; past the day the customer needs it by, any is serious."""
    needed = shipment.needed_on
    if needed is not None and arrives is not None and arrives > needed:
        return Severity.SERIOUS
    limit = policy.serious_days_unpaid if shipment.cod_amount else policy.serious_days
    return Severity.SERIOUS if days >= limit else Severity.SLIGHT


def _stalled(shipment: Shipment, now: datetime, policy: Policy) -> Finding | None:
    """No scan for longer than usual at this stage, in working time of the destination."""
    limits = policy.stalled_domestic if is_domestic(shipment, policy) else policy.stalled_international
    limit = limits.get(shipment.status)
    since = silent_since(shipment)
    if limit is None or now - since < limit or asks_address(shipment) or asks_customer(shipment):
        return None
    if heard(since, now, about(shipment, policy.unheard), _working(shipment)) < limit:
        return None
    return _silence(_K.STALLED, since.isoformat(), shipment, now, limit)


def _working(shipment: Shipment) -> Measure:
    def working(start: datetime, end: datetime) -> timedelta:
        rests = rests_around(shipment.country, end.year)
        return working_time(start, end, shipment.zone, shipment.country, rests)

    return working


def _plain(start: datetime, end: datetime) -> timedelta:
    return end - start


def _silence(kind: FindingKind, mark: str, shipment: Shipment, now: datetime, limit: timedelta | None) -> Finding:
    since = silent_since(shipment)
    return _finding(
        kind,
        Severity.SERIOUS,
        mark,
        silent_since=since.isoformat(),
        silent_hours=int((now - since) / _HOUR),
        threshold_hours=int(limit / _HOUR) if limit is not None else None,
        promised_on=_iso(shipment.promised_on),
        eta_on=_iso(shipment.eta_on),
        **_whereabouts(shipment),
    )


def _lost(shipment: Shipment, now: datetime, policy: Policy) -> Finding | None:
    """The carrier says so, or the silence is longer than that of parcels that come back."""
    if shipment.status is Status.LOST:
        said = f"carrier:{_iso(shipment.status_at)}"
        return _silence(_K.LOST, said, shipment, now, None)
    limits = policy.lost_domestic if is_domestic(shipment, policy) else policy.lost_international
    limit = limits.get(shipment.status)
    if limit is None:
        return None
    since = silent_since(shipment)
    if now - since < limit:
        return None
    silent = heard(since, now, about(shipment, policy.unheard), _plain)
    return _silence(_K.LOST, since.isoformat(), shipment, now, limit) if silent >= limit else None


def _failed_attempt(shipment: Shipment, now: datetime, policy: Policy) -> Finding | None:
    """The courier says that he could not hand it over. One finding an attempt."""
    if shipment.status is not Status.DELIVERY_ATTEMPTED:
        return None
    at = shipment.status_at
    return _finding(
        _K.FAILED_ATTEMPT,
        Severity.SERIOUS,
        _iso(at) or "",
        attempt_at=_iso(at),
        next_attempt_on=_iso(shipment.next_attempt_on),
        **_whereabouts(shipment),
    )


def _returning(shipment: Shipment, now: datetime, policy: Policy) -> Finding | None:
    """It is on its way back to the shop."""
    if shipment.status is not Status.RETURNING:
        return None
    return _finding(_K.RETURNING, Severity.SERIOUS, _iso(shipment.status_at) or "", **_whereabouts(shipment))


Rule = Callable[[Shipment, datetime, Policy], Finding | None]
RULES: tuple[Rule, ...] = (
    _at_risk, _late, _stalled, _lost, _failed_attempt, _returning, unshipped, address_problem, pickup_ending,
    customs_action, earlier, damaged, unpaid,
)  # fmt: skip


class ClosedAs(StrEnum):
    """Why a finding no longer holds."""

    WITHDRAWN = "withdrawn"
    """It was wrong after all: whoever was warned is told."""
    RESOLVED = "resolved"
    SUPERSEDED = "superseded"
    """A greater or newer finding stands in its place."""
    SET_ASIDE = "set_aside"
    """A person said that it is no trouble of the parcel's: nobody was told."""


class Raised(NamedTuple):
    """A finding to be stored. `baseline`: it held when we first looked, nobody is warned of it."""

    finding: Finding
    occurrence: int
    baseline: bool


class Closed(NamedTuple):
    """A stored finding that no longer holds."""

    finding: OpenFinding
    outcome: ClosedAs


class Escalated(NamedTuple):
    """A stored finding that holds on with another size: its row changes, nobody is told again."""

    finding: OpenFinding
    now: Finding


class Verdict(Struct, frozen=True):
    """What becomes of the stored findings of a shipment."""

    raised: tuple[Raised, ...] = ()
    closed: tuple[Closed, ...] = ()
    escalated: tuple[Escalated, ...] = ()


_NOTHING = Verdict()
_NO_SLIP = (0, False)
_SIZES = tuple(Severity)
SWINGING = 4
"""From so many slips on good news is no longer believed: an ETA that swings is not a warning and an all-clear a day."""
DELAYS = frozenset({_K.AT_RISK, _K.LATE})
"""Findings of one family: what was raised as one is not said again as the other."""


def reconcile(
    open_: Sequence[OpenFinding],
    past: Iterable[OpenFinding],
    holding: Sequence[Finding],
    change: Change | None,
    first: bool,
    eased: bool = False,
) -> Verdict:
    """Compare what is stored with what holds. `past`: closed findings (at least the last of each kind).

    `first`: this is the first answer at all, or the first successful one, and nobody awaited it: all is baseline.
    `change` is None where the carrier had no answer about the parcel, or the same as before.
    `eased`: it is expected on time (see eases).
    """
    if not open_ and not holding:
        return _NOTHING
    last = _last_of_each([*open_, *past])
    raised = [
        Raised(_grown(finding, open_), _number(last, finding.kind) + 1, first)
        for finding in holding
        if _is_news(finding, open_, last)
    ]
    kept = {finding.kind: finding for finding in holding}
    renewed = {entry.finding.kind for entry in raised}
    closed = [
        Closed(finding, _outcome(finding, kept, change, eased))
        for finding in open_
        if finding.kind not in kept or finding.kind in renewed
    ]
    gone = {entry.finding.id for entry in closed}
    escalated = [
        Escalated(finding, kept[finding.kind])
        for finding in open_
        if finding.id not in gone and _SIZES.index(kept[finding.kind].severity) > _SIZES.index(finding.severity)
    ]
    return Verdict(tuple(raised), tuple(closed), tuple(escalated))


def is_first(before: Shipment, change: Change | None, *, awaited: bool = False) -> bool:
    """Whether the answer being taken in is the first one at all, or the first successful one.

    `awaited`: somebody followed while nothing was known: to him what the carrier knows is news, but not that a day
    promised in the past is over.
    """
    if awaited and not was_over(before):
        return False
    return before.polled_at is None or (change is not None and change.first)


def was_over(shipment: Shipment) -> bool:
    """Whether its promised day lay in the past when we were told of it."""
    return shipment.promised_on is not None and shipment.promised_on < day_there(shipment.created_at, shipment.zone)


def _last_of_each(findings: Iterable[OpenFinding]) -> dict[FindingKind, OpenFinding]:
    last: dict[FindingKind, OpenFinding] = {}
    for finding in findings:
        known = last.get(finding.kind)
        if known is None or finding.occurrence > known.occurrence:
            last[finding.kind] = finding
    return last


def _number(last: dict[FindingKind, OpenFinding], kind: FindingKind) -> int:
    return last[kind].occurrence if kind in last else 0


_NO_MORE = frozenset({ClosedAs.WITHDRAWN, ClosedAs.SET_ASIDE})
"""Outcomes after which the same again is news."""


def _is_news(finding: Finding, open_: Sequence[OpenFinding], last: dict[FindingKind, OpenFinding]) -> bool:
    """Not yet raised, taken back, a further slip of a day or more, a window over, another attempt, another silence."""
    if not finding.firm:
        return False
    known = last.get(finding.kind)
    if known is None:
        return True
    if known.outcome in _NO_MORE:
        return not _is_taken_back_guess(finding, known)
    step = _step(finding.evidence)
    if finding.kind not in DELAYS or step == _NO_SLIP:
        return known.evidence.get("mark") != finding.mark and step >= _step(known.evidence)
    same = [entry for entry in open_ if entry.kind is finding.kind]
    return not same or any(step > _step(entry.evidence) or outlives(finding.evidence, entry.evidence) for entry in same)


def _is_taken_back_guess(finding: Finding, known: OpenFinding) -> bool:
    """Of one promised day the odds alone speak once, and take it back once."""
    by_odds = finding.evidence.get("basis") == "forecast"
    return by_odds and known.outcome == ClosedAs.WITHDRAWN and known.evidence.get("mark") == finding.mark


def _grown(finding: Finding, open_: Sequence[OpenFinding]) -> Finding:
    """A second slip is serious whatever its length."""
    slip = finding.evidence.get("slip", 0)
    if finding.kind not in DELAYS or not slip:
        return finding
    if not any(0 < _step(entry.evidence)[0] < slip for entry in open_ if entry.kind in DELAYS):
        return finding
    return replace(finding, severity=Severity.SERIOUS)


def _outcome(finding: OpenFinding, kept: dict[FindingKind, Finding], change: Change | None, eased: bool) -> ClosedAs:
    if finding.kind in kept or SWALLOWED_BY[finding.kind] & kept.keys():
        return ClosedAs.SUPERSEDED
    if finding.kind is _K.AT_RISK and finding.occurrence < SWINGING and (eased or _is_back(change)):
        return ClosedAs.WITHDRAWN
    return ClosedAs.RESOLVED


def _is_back(change: Change | None) -> bool:
    return change is not None and _back_on_time(change.shipment)


def _back_on_time(shipment: Shipment) -> bool:
    return (
        shipment.status not in QUIET_END
        and shipment.eta_on is not None
        and shipment.promised_on is not None
        and shipment.eta_on <= shipment.promised_on
    )
