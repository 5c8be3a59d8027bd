"""Who is told what, when, and when he hears again. Values only: the words are elsewhere."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.detector import Closed, ClosedAs, Raised
from bot.domain.finding import Finding, FindingKind, OpenFinding, Severity
from bot.domain.hours import day_there, default_staffed, moment, next_word, waking
from bot.domain.outgoing import Priority
from bot.domain.policy import Policy
from bot.domain.promise import PromiseDraft, is_by_person
from bot.domain.shipment import Shipment
from bot.domain.tracking import Change
from carriers.kit.model import Status

DAY = timedelta(days=1)
_K = FindingKind


class News(StrEnum):
    """Good or plain news that deserves a message of its own; all else edits the live one."""

    OUT_FOR_DELIVERY = "out_for_delivery"
    READY = "ready"
    DELIVERED = "delivered"
    RETURNED = "returned"


NEWS = {
    Status.OUT_FOR_DELIVERY: News.OUT_FOR_DELIVERY,
    Status.AVAILABLE_FOR_PICKUP: News.READY,
    Status.DELIVERED: News.DELIVERED,
    Status.RETURNED: News.RETURNED,
}
NEVER_HELD_BACK = frozenset({_K.LOST, _K.FAILED_ATTEMPT, _K.RETURNING})
"""What the customer can still act upon today, or must not learn a day late: breaks the one-a-day rule."""


class Following(Struct, frozen=True):
    """One follower of a shipment: where and when he reads, and what he was last told.

    `zone` and `quiet` are his own choice (None: the destination's zone, the policy's quiet hours).
    `told_on` is the arrival day last told, `slips` the told slips, `warned_at` the last unpromised warning.
    """

    customer_id: int
    chat_id: int
    follow_id: int = 0
    zone: str | None = None
    quiet: str | None = None
    told_on: date | None = None
    slips: int = 0
    warned_at: datetime | None = None
    has_live: bool = False


class Shop(Struct, frozen=True):
    """What of the shop decides about notices. `staffed` empty: nine to six on the country's working days."""

    zone: str = "UTC"
    staffed: str = ""
    country: str | None = None
    holidays: frozenset[date] = frozenset()
    paused: bool = False


class Notice(Struct, frozen=True):
    """One message to one customer. `kind` names a text; its facts are read from the records when it leaves.

    `told_on`/`slips`: what the follow says after this (None: unchanged / added to it); `warns`: it is the day's
    unpromised warning; `cancels_promises`: better news than was promised; else a draft re-times what is open.
    `undoes`: the cause of the warning taken back: only who got that one needs this one.
    `collapse`: a queued notice of the same is replaced by this one. `merge_key`: parcels of one order, said at once.
    """

    kind: str
    customer_id: int
    chat_id: int
    shipment_ids: tuple[int, ...]
    priority: Priority
    due_at: datetime
    cause: str
    merge_key: str
    follow_ids: tuple[int, ...] = ()
    finding: FindingKind | None = None
    occurrence: int | None = None
    finding_id: int | None = None
    promise: PromiseDraft | None = None
    cancels_promises: bool = False
    told_on: date | None = None
    slips: int = 0
    warns: bool = False
    expires_at: datetime | None = None
    undoes: str | None = None
    collapse: str | None = None


def plan(
    change: Change | None,
    raised: Sequence[Raised],
    closed: Sequence[Closed],
    followers: Sequence[Following],
    shipment: Shipment,
    policy: Policy,
    now: datetime,
    shop: Shop,
) -> tuple[Notice, ...]:
    """What each follower is told of this answer, at most one message each; nothing if it is how we found it."""
    told = [entry for entry in raised if not entry.baseline]
    if shop.paused or not (told or closed or (change is not None and change.status_changed)):
        return ()
    case = Case(change, tuple(told), tuple(closed), shipment, policy, now, shop)
    return tuple(notice for follower in followers if (notice := _for_one(case, follower)) is not None)


class Case(Struct, frozen=True):
    """All that a plan is made from but the reader."""

    change: Change | None
    raised: tuple[Raised, ...]
    closed: tuple[Closed, ...]
    shipment: Shipment
    policy: Policy
    now: datetime
    shop: Shop


def needs_edit(change: Change | None, raised: Sequence[Raised], closed: Sequence[Closed]) -> bool:
    """Whether the followers' live messages read differently now."""
    return bool(raised or closed) or (change is not None and change.is_visible)


def _for_one(case: Case, follower: Following) -> Notice | None:
    """The weightiest thing to say: news ends troubles, a turn for the better outweighs what is left of the worse."""
    for choose in (_news, _warning_not_held_back, _better, _warning):
        notice = choose(case, follower)
        if notice is not None:
            return notice
    return None


def _zone(case: Case, follower: Following) -> str:
    return follower.zone or case.shipment.zone


def _quiet(case: Case, follower: Following) -> str:
    return follower.quiet or case.policy.quiet


def _awake(case: Case, follower: Following, at: datetime) -> datetime:
    return waking(at, _zone(case, follower), _quiet(case, follower))


def _notice(case: Case, follower: Following, kind: str, what: str, priority: Priority) -> Notice:
    shipment = case.shipment
    return Notice(
        kind=kind,
        customer_id=follower.customer_id,
        chat_id=follower.chat_id,
        shipment_ids=(shipment.id,),
        follow_ids=(follower.follow_id,),
        priority=priority,
        due_at=_awake(case, follower, case.now),
        cause=f"notice:{shipment.id}:{what}:{follower.customer_id}",
        merge_key=f"{shipment.order_id}:{follower.customer_id}:{kind}",
    )


# -- news


def _news(case: Case, follower: Following) -> Notice | None:
    change = case.change
    if change is None or change.first or not change.status_changed:
        return None
    news = NEWS.get(case.shipment.status)
    if news is None:
        return None
    shipment = case.shipment
    day = day_there(shipment.status_at or case.now, shipment.zone)
    urgent = shipment.cod_amount is not None or shipment.needed_on is not None
    priority = Priority.WARNING if urgent else Priority.NEWS
    notice = _notice(case, follower, news.value, f"{news.value}:{day}", priority)
    return replace(
        notice,
        cancels_promises=True,
        expires_at=_expiry(news, case, day),
        collapse=f"news:{follower.customer_id}:{shipment.id}",
        told_on=day if news is News.OUT_FOR_DELIVERY else None,
    )


_DELIVERED_NEWS_FOR = 2 * DAY


def _expiry(news: News, case: Case, day: date) -> datetime | None:
    """When it is no longer worth saying: the van's day over, a delivery two days old, the pick-up time over."""
    zone, pickup = case.shipment.zone, case.shipment.pickup
    if news is News.OUT_FOR_DELIVERY:
        return moment(day + DAY, 0, zone)
    if news is News.DELIVERED:
        return case.now + _DELIVERED_NEWS_FOR
    if news is News.READY and pickup is not None and pickup.until is not None:
        return moment(pickup.until + DAY, 0, zone)
    return None


# -- warnings


def _warning_not_held_back(case: Case, follower: Following) -> Notice | None:
    return _first_warning(case, follower, never_held=True)


def _warning(case: Case, follower: Following) -> Notice | None:
    return _first_warning(case, follower, never_held=False)


def _first_warning(case: Case, follower: Following, *, never_held: bool) -> Notice | None:
    for entry in sorted(case.raised, key=lambda entry: _WEIGHT.index(entry.finding.kind)):
        if (entry.finding.kind in NEVER_HELD_BACK) is never_held and not _knows(
            case, follower, entry.finding
        ):
            return _warn(case, follower, entry)
    return None


_WEIGHT = (_K.LOST, _K.RETURNING, _K.FAILED_ATTEMPT, _K.STALLED, _K.LATE, _K.AT_RISK)
_DELAY_KINDS = {Severity.HINT: "hint", Severity.SLIGHT: "delay_slight", Severity.SERIOUS: "delay_serious"}
_KINDS = {
    _K.STALLED: "stalled",
    _K.LOST: "lost_probable",
    _K.FAILED_ATTEMPT: "attempt",
    _K.RETURNING: "returning",
}


def warning_kind(finding: Finding, slips: int) -> str:
    """The text for a finding, to a customer who was told `slips` slips before."""
    kind = _KINDS.get(finding.kind)
    if kind is not None:
        return kind
    if finding.evidence.get("passed"):
        return "late"
    if finding.severity is Severity.HINT:
        return "hint"
    return "delay_again" if slips else _DELAY_KINDS[finding.severity]


def _knows(case: Case, follower: Following, finding: Finding) -> bool:
    """Whether he was already told of an arrival as late as this: a day's difference or nothing."""
    if finding.kind not in (_K.AT_RISK, _K.LATE) or follower.told_on is None:
        return False
    promised = case.shipment.promised_on
    if finding.severity is Severity.HINT:
        return promised is not None and follower.told_on > promised
    arrives = case.shipment.eta_on
    if finding.evidence.get("passed") or arrives is None:
        return follower.told_on >= day_there(case.now, case.shipment.zone)
    return arrives <= follower.told_on


def _warn(case: Case, follower: Following, entry: Raised) -> Notice:
    finding = entry.finding
    kind = warning_kind(finding, follower.slips)
    notice = _notice(case, follower, kind, warning_of(finding.kind, entry.occurrence), Priority.WARNING)
    due_at = notice.due_at
    if finding.kind not in NEVER_HELD_BACK and _warned_that_day(case, follower, due_at):
        due_at = _next_morning(case, follower, due_at)
    slipped = kind in _NAMES_A_DAY
    return replace(
        notice,
        due_at=due_at,
        finding=finding.kind,
        occurrence=entry.occurrence,
        warns=True,
        promise=_promise(case, follower, kind, finding, due_at),
        told_on=case.shipment.eta_on if slipped else None,
        slips=1 if slipped else 0,
        collapse=f"warning:{follower.customer_id}:{case.shipment.id}",
    )


_NAMES_A_DAY = frozenset({"delay_slight", "delay_serious", "delay_again"})


def warning_of(kind: FindingKind, occurrence: int) -> str:
    """The part of a cause that names a finding."""
    return f"{kind.value}:{occurrence}"


def _warned_that_day(case: Case, follower: Following, due_at: datetime) -> bool:
    zone = _zone(case, follower)
    return follower.warned_at is not None and day_there(follower.warned_at, zone) >= day_there(due_at, zone)


_MORNING = 9 * 60


def _next_morning(case: Case, follower: Following, at: datetime) -> datetime:
    """The morning after the day's warning, awake."""
    zone = _zone(case, follower)
    warned = follower.warned_at or at
    day = max(day_there(at, zone), day_there(warned, zone)) + DAY
    return _awake(case, follower, moment(day, _MORNING, zone))


def _promise(case: Case, follower: Following, kind: str, finding: Finding, at: datetime) -> PromiseDraft:
    return promise_for(
        kind,
        finding.severity,
        at,
        zone=_zone(case, follower),
        quiet=_quiet(case, follower),
        shop=case.shop,
        on=_subject(case.shipment, kind),
    )


def _subject(shipment: Shipment, kind: str) -> date | None:
    """The day a message is about."""
    if kind == "attempt":
        return shipment.next_attempt_on
    return shipment.promised_on if kind == "hint" else shipment.eta_on


def promise_for(
    kind: str,
    severity: Severity,
    at: datetime,
    *,
    zone: str,
    quiet: str | None,
    shop: Shop,
    on: date | None = None,
    silent: int = 0,
) -> PromiseDraft:
    """The next word owed by a message of `kind` that is read at `at`."""
    due_at = next_word(
        kind,
        severity,
        at,
        zone,
        quiet,
        shop.zone,
        shop.staffed or default_staffed(shop.country),
        on=on,
        holidays=shop.holidays,
    )
    return PromiseDraft(kind=kind, due_at=due_at, by_person=is_by_person(kind), silent=silent)


# -- better news


def _better(case: Case, follower: Following) -> Notice | None:
    """A false alarm taken back, a lost parcel that moves again: to whoever was warned of it."""
    for entry in case.closed:
        kind = _better_kind(case, entry)
        if kind is not None and _was_warned(follower, entry.finding):
            return _take_back(case, follower, kind, entry.finding)
    return None


def _better_kind(case: Case, entry: Closed) -> str | None:
    if entry.outcome is ClosedAs.WITHDRAWN:
        return "withdrawn"
    moving = case.shipment.status not in (Status.RETURNING, Status.CANCELLED, Status.LOST)
    if entry.finding.kind is _K.LOST and entry.outcome is ClosedAs.RESOLVED and moving:
        return "turned_up"
    return None


def _was_warned(follower: Following, finding: OpenFinding) -> bool:
    return not finding.baseline and follower.warned_at is not None and follower.warned_at >= finding.raised_at


def _take_back(case: Case, follower: Following, kind: str, finding: OpenFinding) -> Notice:
    what = warning_of(finding.kind, finding.occurrence)
    notice = _notice(case, follower, kind, f"{kind}:{what}", Priority.NEWS)
    promise = None
    if kind == "turned_up":
        promise = promise_for(
            kind,
            Severity.SLIGHT,
            notice.due_at,
            zone=_zone(case, follower),
            quiet=_quiet(case, follower),
            shop=case.shop,
        )
    return replace(
        notice,
        finding=finding.kind,
        finding_id=finding.id,
        occurrence=finding.occurrence,
        cancels_promises=True,
        promise=promise,
        told_on=case.shipment.eta_on,
        undoes=f"notice:{case.shipment.id}:{what}:{follower.customer_id}",
        collapse=f"warning:{follower.customer_id}:{case.shipment.id}",
    )


# -- parcels of one order


def merge(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Notices of the same kind about parcels of one order become one; the order of the first is kept."""
    groups: dict[str, list[Notice]] = {}
    for notice in notices:
        groups.setdefault(notice.merge_key, []).append(notice)
    return tuple(group[0] if len(group) == 1 else _merged(group) for group in groups.values())


def _merged(group: Sequence[Notice]) -> Notice:
    """The latest hour at which all may be said; the soonest promise of all, so that none is broken."""
    first = group[0]
    promises = [notice.promise for notice in group if notice.promise is not None]
    due_at = max(notice.due_at for notice in group)
    later = [promise for promise in promises if promise.due_at > due_at]
    return replace(
        first,
        shipment_ids=tuple(_each(notice.shipment_ids for notice in group)),
        follow_ids=tuple(_each(notice.follow_ids for notice in group)),
        priority=min(notice.priority for notice in group),
        due_at=due_at,
        promise=min(later or promises, key=lambda promise: promise.due_at, default=None),
        told_on=max((notice.told_on for notice in group if notice.told_on is not None), default=None),
        cancels_promises=all(notice.cancels_promises for notice in group),
        warns=any(notice.warns for notice in group),
        cause=f"{first.cause}+{len(group) - 1}",
        collapse=None,
    )


def _each(ids: Iterable[tuple[int, ...]]) -> Iterator[int]:
    return iter(dict.fromkeys(one for some in ids for one in some))
