"""The next word: what is said when it falls due. Two "no news" in a row are impossible."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from bot.domain.evidence import Said, window_in
from bot.domain.finding import NO_TROUBLE, FindingKind, OpenFinding, Severity
from bot.domain.hours import FIRST_RESPONSE, WORDS, day_there, default_staffed, next_word, waking
from bot.domain.pickup import DAY, READY, REMINDER, collect_until, remind_at, reminder_of
from bot.domain.shipment import Shipment
from carriers.kit.model import Status


class PromiseDraft(Struct, frozen=True):
    """A next word to be stored. `silent`: promised words without news so far, this one's predecessor included."""

    kind: str
    due_at: datetime
    by_person: bool = False
    silent: int = 0


class OpenPromise(Struct, frozen=True):
    """A stored promise not yet kept."""

    id: int
    customer_id: int
    shipment_id: int | None
    kind: str
    due_at: datetime
    made_at: datetime
    by_person: bool = False
    silent: int = 0
    ticket_id: int | None = None


class Kept(Struct, frozen=True):
    """How a promise is kept. `kind` None: nothing need be said (it was said since, or the matter is over).

    `ticket`: open (or join) one for this cause; `escalate`: it is broken, the lead or owner must hear of it.
    `told_on`: the day it names, the last one of a window that begins on `told_from`. `what`: the part of its cause
    that makes it one message with the notice that says the same.
    """

    kind: str | None = None
    due_at: datetime | None = None
    promise: PromiseDraft | None = None
    ticket: str | None = None
    escalate: bool = False
    told_on: date | None = None
    told_from: date | None = None
    what: str | None = None


class Hearer(Struct, frozen=True):
    """Whose zone and hours count: the reader's and, where a person must act, the shop's. `answer`: its target."""

    zone: str
    quiet: str | None = None
    shop_zone: str = "UTC"
    staffed: str = ""
    country: str | None = None
    holidays: frozenset[date] = frozenset()
    answer: timedelta = FIRST_RESPONSE


OVER = frozenset({Status.DELIVERED, Status.RETURNED, Status.CANCELLED})
ARRIVES_TODAY = frozenset({Status.OUT_FOR_DELIVERY, Status.AVAILABLE_FOR_PICKUP})
UNDATED = frozenset(
    {
        FindingKind.STALLED,
        FindingKind.LOST,
        FindingKind.RETURNING,
        FindingKind.FAILED_ATTEMPT,
        FindingKind.NOT_HANDED_OVER,
        FindingKind.FIRST_SCAN_LATE,
        FindingKind.ADDRESS_PROBLEM,
        FindingKind.CUSTOMS_ACTION,
        FindingKind.DAMAGED,
        FindingKind.UNPAID,
    }
)
"""While one of these is open, an ETA on record is not believed."""


def is_by_person(kind: str) -> bool:
    """Whether the next word after a message of `kind` must come from a person."""
    word = WORDS.get(kind)
    return word is not None and word.by_person


def keep_promise(
    promise: OpenPromise,
    shipment: Shipment | None,
    findings: Sequence[OpenFinding],
    now: datetime,
    hearer: Hearer,
    *,
    answered: bool = False,
    broken_before: bool = False,
) -> Kept:
    """What is said at the due time. `findings`: the open ones; `answered`: a person wrote since it was made.

    `broken_before`: a person's word to him was not kept either, and nobody has written since.

    A person's words keep a person's promise only: the machine's own word comes all the same.

    An offer that nobody has answered is repeated once.

    Never two "no news" in a row: the second time a person takes it, and a person who is late is a broken promise.
    """
    if promise.by_person:
        return Kept() if answered else _broken(promise, now, hearer, again=broken_before)
    if shipment is None or shipment.status in OVER:
        return Kept()
    if promise.kind == "loss_offer":
        return Kept("loss_offer_again", waking(now, hearer.zone, hearer.quiet))
    if promise.kind == READY:
        return _reminder(shipment, now, hearer)
    findings = [one for one in findings if one.kind not in NO_TROUBLE]
    if _has_news(promise, shipment, findings, now):
        return _moved(shipment, findings, now, hearer)
    if promise.silent == 0:
        return _say("still_nothing", Severity.SERIOUS, now, hearer, silent=1)
    return _person("human_coming", "silence", now, hearer)


def _broken(promise: OpenPromise, now: datetime, hearer: Hearer, *, again: bool) -> Kept:
    """Broken again, no third hour is named: two were not kept, and a person must write."""
    kept = _person("promise_broken", "promise_broken", now, hearer)
    word = None if again or promise.kind == "promise_broken" else kept.promise
    return Kept(kept.kind, kept.due_at, word, kept.ticket, escalate=True)


def _reminder(shipment: Shipment, now: datetime, hearer: Hearer) -> Kept:
    """That it ends tomorrow; with more days than he knows of, these; nothing where it waits no more."""
    until = collect_until(shipment)
    if until is None or until < day_there(now, shipment.zone):
        return Kept()
    due_at = waking(now, hearer.zone, hearer.quiet)
    if until - DAY <= day_there(now, shipment.zone):
        return Kept(REMINDER, due_at, what=reminder_of(until))
    again = remind_at(until, due_at, hearer.zone, hearer.quiet)
    return Kept(READY, due_at, PromiseDraft(READY, again) if again is not None else None)


def _has_news(promise: OpenPromise, shipment: Shipment, findings: Sequence[OpenFinding], now: datetime) -> bool:
    """A believable day of arrival, or any scan since the promise was made."""
    if shipment.scan_at is not None and shipment.scan_at > promise.made_at:
        return True
    return _believed(shipment, findings, now) is not None


def _believed(shipment: Shipment, findings: Sequence[OpenFinding], now: datetime) -> Said | None:
    """The day (or window) in which it arrives, as far as we would say it aloud."""
    today = day_there(now, shipment.zone)
    if shipment.status in ARRIVES_TODAY:
        return Said(today, today)
    if any(finding.kind in UNDATED for finding in findings):
        return None
    # the promised day holds as long as nothing speaks against it
    day = shipment.eta_on or (None if findings else shipment.promised_on)
    windows = [window for finding in findings if (window := window_in(finding.evidence)) is not None]
    first, last = (windows[-1].from_on, windows[-1].to_on) if windows else (day, day)
    return Said(first, last) if first is not None and last is not None and last >= today else None


def _moved(shipment: Shipment, findings: Sequence[OpenFinding], now: datetime, hearer: Hearer) -> Kept:
    """The state, with the day if it is known; another word is owed only while something is wrong."""
    said = _believed(shipment, findings, now)
    told_on, told_from = (said.to_on, said.from_on) if said is not None else (None, None)
    if not findings:
        due_at = waking(now, hearer.zone, hearer.quiet)
        return Kept("promise_moved", due_at, told_on=told_on, told_from=told_from)
    kept = _say("promise_moved", Severity.SLIGHT, now, hearer, on=told_on)
    return Kept(kept.kind, kept.due_at, kept.promise, told_on=told_on, told_from=told_from)


def _say(
    kind: str,
    severity: Severity,
    now: datetime,
    hearer: Hearer,
    *,
    on: date | None = None,
    silent: int = 0,
    as_after: str | None = None,
) -> Kept:
    said_at = waking(now, hearer.zone, hearer.quiet)
    due_at = next_word(
        as_after or kind,
        severity,
        said_at,
        hearer.zone,
        hearer.quiet,
        hearer.shop_zone,
        hearer.staffed or default_staffed(hearer.country),
        on=on,
        holidays=hearer.holidays,
        answer=hearer.answer,
    )
    return Kept(kind, said_at, PromiseDraft(kind, due_at, is_by_person(kind), silent))


def _person(kind: str, cause: str, now: datetime, hearer: Hearer, *, as_after: str | None = None) -> Kept:
    kept = _say(kind, Severity.SERIOUS, now, hearer, as_after=as_after)
    return Kept(kept.kind, kept.due_at, kept.promise, ticket=cause)
