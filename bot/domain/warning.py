"""Warnings and their taking back: which text, whether it is held, what the reader knows already."""

from datetime import date, datetime, timedelta

from msgspec.structs import replace

from bot.domain.customs import PAPERS
from bot.domain.detector import DELAYS, Closed, ClosedAs, Raised
from bot.domain.evidence import silent_since, window_in
from bot.domain.finding import Finding, FindingKind, OpenFinding, Severity
from bot.domain.heads_up import SHOP_FIRST, customer_hears_from
from bot.domain.hours import day_there, moment
from bot.domain.outgoing import Priority
from bot.domain.pickup import REMINDER, collect_until, reminder_of
from bot.domain.shipment import Shipment
from bot.domain.telling import Case, Following, Notice, Told, cause_of, warning_of
from bot.domain.unshipped import UNHANDED
from carriers.kit.model import Status

DAY = timedelta(days=1)
_K = FindingKind

NEVER_HELD_BACK = frozenset(
    {
        _K.LOST,
        _K.FAILED_ATTEMPT,
        _K.RETURNING,
        _K.ADDRESS_PROBLEM,
        _K.PICKUP_ENDING,
        _K.CUSTOMS_ACTION,
        _K.DAMAGED,
        _K.UNPAID,
    }
)
"""What the customer can still act upon today, or must not learn a day late: breaks the one-a-day rule."""
_WEIGHT = (
    _K.LOST, _K.RETURNING, _K.DAMAGED, _K.UNPAID, _K.FAILED_ATTEMPT, _K.CUSTOMS_ACTION, _K.PICKUP_ENDING,
    _K.ADDRESS_PROBLEM, _K.STALLED, _K.FIRST_SCAN_LATE, _K.NOT_HANDED_OVER, _K.LATE, _K.AT_RISK,
)  # fmt: skip
"""The heaviest is said; what it makes needless is not said beside it."""
_WARNED = frozenset(FindingKind) - {_K.EARLIER}
_DELAY_TEXTS = {Severity.SLIGHT: "delay_slight", Severity.SERIOUS: "delay_serious"}
_TEXTS = {
    _K.STALLED: "stalled",
    _K.LOST: "lost_probable",
    _K.FAILED_ATTEMPT: "attempt",
    _K.RETURNING: "returning",
    _K.ADDRESS_PROBLEM: "address_problem",
    _K.PICKUP_ENDING: "pickup_ending",
    _K.CUSTOMS_ACTION: "customs_action",
    _K.DAMAGED: "damaged",
    _K.UNPAID: "unpaid",
}
_OTHERWISE = {"pickup_ending": ("over", True, "pickup_over"), "customs_action": ("about", PAPERS, "customs_papers")}
"""What is said instead where the evidence says so."""
_UNSHIPPED = frozenset({_K.NOT_HANDED_OVER, _K.FIRST_SCAN_LATE})
_VISITS = frozenset({"attempt", "unpaid"})
"""About the courier's next visit."""
_NAMES_A_DAY = frozenset({"delay_slight", "delay_serious", "delay_again"})
_MORNING = 9 * 60


def warning_kind(finding: Finding, slips: int) -> str:
    """The text for a finding, to a customer who was told `slips` slips before."""
    text = _TEXTS.get(finding.kind)
    if text is not None:
        name, value, instead = _OTHERWISE.get(text, ("", None, text))
        return instead if name and finding.evidence.get(name) == value else text
    if finding.kind in _UNSHIPPED:
        # that it still lies here is known only where the carrier has the label and nothing else
        return "not_left_yet" if finding.evidence.get("status") == Status.PRE_TRANSIT else "stalled"
    if finding.evidence.get("passed"):
        return "delay_again" if slips else "late"
    if finding.severity is Severity.HINT:
        return "hint"
    return "delay_again" if slips else _DELAY_TEXTS[finding.severity]


def urgent_warning(case: Case, follower: Following) -> Notice | None:
    """The heaviest new finding that is told at once, whatever was told today."""
    return _heaviest(case, follower, NEVER_HELD_BACK)


def warning(case: Case, follower: Following) -> Notice | None:
    """The heaviest new finding that he does not know of; at most one unpromised warning a day."""
    return _heaviest(case, follower, _WARNED)


def approved(case: Case, follower: Following, entry: Raised) -> Notice | None:
    """The warning that a person of the shop lets go: now, whatever was told today; None where he knows of it."""
    if knows(case, follower, entry.finding):
        return None
    return _at(case, follower, entry, case.awake(follower, case.now))


def _heaviest(case: Case, follower: Following, kinds: frozenset[FindingKind]) -> Notice | None:
    follower = follower.drafted or follower
    mine = [entry for entry in case.raised if entry.finding.kind in kinds]
    for entry in sorted(mine, key=lambda entry: _WEIGHT.index(entry.finding.kind)):
        if not knows(case, follower, entry.finding):
            return _warn(case, follower, entry)
    return None


def knows(case: Case, follower: Following, finding: Finding) -> bool:
    """Whether he was told of an arrival as late as this, or of what is behind it; what stays inside is not for him.

    A parcel lost on its way back is the shop's loss: he was told that it does not come.
    """
    if finding.evidence.get("inside"):
        return True
    if finding.kind is _K.LOST:
        return finding.evidence.get("status") == Status.RETURNING
    if finding.kind in _UNSHIPPED:
        return _warned_while_silent(case.shipment, follower)
    return finding.kind in DELAYS and _knows_delay(case, follower, finding)


def _knows_delay(case: Case, follower: Following, finding: Finding) -> bool:
    """A mere hint says nothing to who knows that it has not even left."""
    is_hint = finding.severity is Severity.HINT
    if is_hint and case.shipment.status in UNHANDED and _warned_while_silent(case.shipment, follower):
        return True
    if finding.evidence.get("beside") and _warned_since_scan(case.shipment, follower):
        return True
    told_on, promised = follower.told_on, case.shipment.promised_on
    if told_on is None:
        return False
    if is_hint:
        return promised is not None and told_on > promised
    arrives = case.shipment.eta_on
    if finding.evidence.get("passed") or arrives is None:
        return told_on >= day_there(case.now, case.shipment.zone)
    return arrives <= told_on


def _warned_since_scan(shipment: Shipment, follower: Following) -> bool:
    return shipment.scan_at is not None and _warned_while_silent(shipment, follower)


def _warned_while_silent(shipment: Shipment, follower: Following) -> bool:
    """Since its last scan, or since we know of it."""
    return follower.warned_at is not None and follower.warned_at > silent_since(shipment)


def _warn(case: Case, follower: Following, entry: Raised) -> Notice:
    kind = entry.finding.kind
    hears_from = customer_hears_from(case.now, case.shop) if kind in SHOP_FIRST else case.now
    due_at = case.awake(follower, hears_from)
    return _at(case, follower, entry, due_at if kind in NEVER_HELD_BACK else _held(case, follower, due_at))


def _at(case: Case, follower: Following, entry: Raised, due_at: datetime) -> Notice:
    finding = entry.finding
    kind = warning_kind(finding, follower.slips)
    if kind == REMINDER:
        return _reminder(case, follower, entry, due_at)
    notice = case.notice(follower, kind, warning_of(finding.kind, entry.occurrence), Priority.WARNING)
    family = finding.kind.value if finding.kind in NEVER_HELD_BACK else "warning"
    subject = _subject(case.shipment, kind, finding)
    return replace(
        notice,
        due_at=due_at,
        finding=finding.kind,
        occurrence=entry.occurrence,
        told=(_told(case.shipment, kind, finding, subject),),
        promise=case.promise(follower, kind, finding.severity, due_at, subject),
        collapse=f"{family}:{follower.customer_id}:{case.shipment.id}",
    )


def _reminder(case: Case, follower: Following, entry: Raised, due_at: datetime) -> Notice:
    """At the hour that it was promised for; whichever of the two comes first, the other is the same message."""
    until = collect_until(case.shipment)
    notice = case.notice(follower, REMINDER, reminder_of(until), Priority.WARNING)
    zone, owed_at = case.zone_for(follower), follower.promised_at
    if owed_at is not None and day_there(owed_at, zone) == day_there(due_at, zone):
        due_at = max(due_at, owed_at)
    return replace(
        notice,
        due_at=due_at,
        finding=entry.finding.kind,
        occurrence=entry.occurrence,
        merge_key=notice.cause,
        expires_at=moment(until + DAY, 0, case.shipment.zone) if until is not None else None,
    )


def _told(shipment: Shipment, kind: str, finding: Finding, subject: date | None) -> Told:
    """What he knows after a warning: the day or the window that it names."""
    is_dated = kind in _NAMES_A_DAY or (kind == "late" and subject is not None)
    if not is_dated:
        return Told(shipment.id, told_on=subject if kind in _VISITS else None, warns=True)
    told, window = Told(shipment.id, told_on=subject, slips=1, warns=True), window_in(finding.evidence)
    if window is None:
        return told
    if window.to_on is None:
        return replace(told, named=False)
    return replace(told, from_on=window.from_on, claimed=window.claimed)


def _held(case: Case, follower: Following, due_at: datetime) -> datetime:
    """Not on a day that had its warning: the next morning, where what holds then is said.

    A word promised for sooner than that is not unpromised: the warning is that word, at its hour.
    """
    zone = case.zone_for(follower)
    if follower.warned_at is None or day_there(follower.warned_at, zone) < day_there(due_at, zone):
        return due_at
    morning = case.awake(follower, moment(day_there(due_at, zone) + DAY, _MORNING, zone))
    return min(morning, max(follower.promised_at or morning, due_at))


def _subject(shipment: Shipment, kind: str, finding: Finding) -> date | None:
    """The day a message is about: of a window its last."""
    if kind in _VISITS:
        return shipment.next_attempt_on
    window = window_in(finding.evidence)
    if window is not None and window.to_on is not None:
        return window.to_on
    if finding.evidence.get("passed"):
        return None
    return shipment.promised_on if kind == "hint" else shipment.eta_on


def better(case: Case, follower: Following) -> Notice | None:
    """A false alarm taken back, a lost parcel that moves again: to whoever was warned of it."""
    for entry in case.closed:
        kind = _better_kind(case.shipment, entry)
        if kind is not None and _was_warned(case, follower, entry.finding):
            return _take_back(case, follower, kind, entry.finding)
    return None


_ASTRAY = frozenset({Status.RETURNING, Status.CANCELLED, Status.LOST})
_UNDER_WAY = frozenset({Status.IN_TRANSIT, Status.CUSTOMS})


def _better_kind(shipment: Shipment, entry: Closed) -> str | None:
    if entry.outcome is ClosedAs.WITHDRAWN:
        return "withdrawn"
    if entry.finding.kind in _UNSHIPPED and entry.outcome is ClosedAs.RESOLVED:
        return "on_its_way" if shipment.status in _UNDER_WAY else None
    if entry.finding.kind is _K.CUSTOMS_ACTION and entry.outcome is ClosedAs.RESOLVED:
        return "customs_done" if shipment.status is Status.IN_TRANSIT else None
    found = entry.finding.kind is _K.LOST and entry.outcome is ClosedAs.RESOLVED
    return "turned_up" if found and shipment.status not in _ASTRAY else None


def _was_warned(case: Case, follower: Following, finding: OpenFinding) -> bool:
    """A warning left since it was raised; which one is seen when this one leaves.

    That a parcel still lies here is said once, whichever of its findings was the first.
    """
    if finding.kind in _UNSHIPPED:
        since = case.shipment.created_at
        return follower.warned_at is not None and follower.warned_at >= since and not finding.evidence.get("inside")
    return not finding.baseline and follower.warned_at is not None and follower.warned_at >= finding.raised_at


def _take_back(case: Case, follower: Following, kind: str, finding: OpenFinding) -> Notice:
    what = warning_of(finding.kind, finding.occurrence)
    notice = case.notice(follower, kind, f"{kind}:{what}", Priority.NEWS)
    found = kind == "turned_up"
    undone = -1 if follower.slips and finding.evidence.get("slip") else 0
    return replace(
        notice,
        finding=finding.kind,
        finding_id=finding.id,
        occurrence=finding.occurrence,
        cancels_promises=True,
        promise=case.promise(follower, kind, Severity.SLIGHT, notice.due_at) if found else None,
        told=(Told(case.shipment.id, told_on=case.shipment.eta_on, slips=undone),),
        undoes=cause_of(case.shipment.id, what, follower.customer_id),
        collapse=f"warning:{follower.customer_id}:{case.shipment.id}",
    )
