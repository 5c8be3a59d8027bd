"""Values of telling: the reader, the shop, the message; and what all messages share."""

from datetime import date, datetime

from msgspec import Struct

from bot.domain.detector import Closed, Raised
from bot.domain.finding import FindingKind, Severity
from bot.domain.hours import default_staffed, next_word, waking
from bot.domain.outgoing import Priority
from bot.domain.policy import Policy
from bot.domain.promise import PromiseDraft, is_by_person
from bot.domain.shipment import Shipment
from bot.domain.tracking import Change


class Following(Struct, frozen=True):
    """One follower of a shipment: where and when he reads, and what he was last told.

    `zone` and `quiet` are his own choice (None: the destination's zone, the policy's quiet hours).
    `told_on` is the arrival day last told, `slips` the told slips, `warned_at` when the last unpromised warning left,
    `promised_at` when our next word of this parcel is owed to him. `drafted`: how he would stand had the shop's
    drafts been sent; None where it has none about this parcel.
    """

    customer_id: int
    chat_id: int
    follow_id: int = 0
    zone: str | None = None
    quiet: str | None = None
    told_on: date | None = None
    slips: int = 0
    warned_at: datetime | None = None
    promised_at: datetime | None = None
    has_live: bool = False
    drafted: "Following | None" = None


class Shop(Struct, frozen=True):
    """What of the shop decides about notices. `staffed` empty: nine to six on the country's working days."""

    zone: str = "UTC"
    staffed: str = ""
    country: str | None = None
    holidays: frozenset[date] = frozenset()


class Told(Struct, frozen=True, omit_defaults=True):
    """What the reader knows of a parcel once the notice has left (not before: a waiting one may never leave).

    None leaves his follow's `told_on` as it is, `slips` is added to it, `warns` sets its `warned_at`. `from_on`: the
    first day of a window of which `told_on` is the last, said to hold with the chance `claimed`. `named` False: he
    reckons with `told_on`, but the message names no day.
    """

    shipment_id: int
    told_on: date | None = None
    slips: int = 0
    warns: bool = False
    from_on: date | None = None
    claimed: float | None = None
    named: bool = True


class Notice(Struct, frozen=True):
    """One message to one customer. `kind` names a text; its facts are read from the records when it leaves.

    The finding is that of the first shipment: by kind and occurrence where it is being raised, by id where it is
    stored. `promise` is owed for each shipment and takes the place of their open ones; `cancels_promises`: better
    news than was promised, their open ones are void. `expires_at`: not worth saying later than this.
    `undoes`: the cause of the warning taken back; only who got that one needs this one.
    `parts`: the notices merged into it, each of one shipment with its own finding; none where it stands alone.
    `collapse`: takes the place of a queued notice of the same. `merge_key`: parcels of one order, said at once.
    `counted_at`: where it counts against the shop's share of an hour, whenever it leaves.
    """

    kind: str
    customer_id: int
    chat_id: int
    shipment_ids: tuple[int, ...]
    told: tuple[Told, ...]
    priority: Priority
    due_at: datetime
    cause: str
    merge_key: str
    finding: FindingKind | None = None
    occurrence: int | None = None
    finding_id: int | None = None
    promise: PromiseDraft | None = None
    cancels_promises: bool = False
    expires_at: datetime | None = None
    undoes: str | None = None
    collapse: str | None = None
    parts: tuple["Notice", ...] = ()
    counted_at: datetime | None = None

    @property
    def warns(self) -> bool:
        """Whether it is the day's unpromised warning."""
        return any(one.warns for one in self.told)

    @property
    def needs_person(self) -> bool:
        """Whether a person owes the next word: a ticket must be open, or nobody knows of it."""
        return self.promise is not None and self.promise.by_person


class Case(Struct, frozen=True):
    """All that a plan is made from but the reader. `raised` without what we found on coming."""

    change: Change | None
    raised: tuple[Raised, ...]
    closed: tuple[Closed, ...]
    shipment: Shipment
    policy: Policy
    now: datetime
    shop: Shop

    def zone_for(self, follower: Following) -> str:
        """The reader's own zone, else the destination's."""
        return follower.zone or self.shipment.zone

    def awake(self, follower: Following, at: datetime) -> datetime:
        """`at`, or when the reader's quiet hours end."""
        return waking(at, self.zone_for(follower), follower.quiet or self.policy.quiet)

    def notice(self, follower: Following, kind: str, what: str, priority: Priority) -> Notice:
        """The message as far as all kinds share it; `what` makes its cause unique for this reader and parcel."""
        return Notice(
            kind=kind,
            customer_id=follower.customer_id,
            chat_id=follower.chat_id,
            shipment_ids=(self.shipment.id,),
            told=(Told(self.shipment.id),),
            priority=priority,
            due_at=self.awake(follower, self.now),
            cause=cause_of(self.shipment.id, what, follower.customer_id),
            merge_key=f"{self.shipment.order_id}:{follower.customer_id}:{kind}",
        )

    def promise(
        self, follower: Following, kind: str, severity: Severity, at: datetime, on: date | None = None
    ) -> PromiseDraft:
        """The next word owed by a message of `kind` that leaves at `at`."""
        due_at = next_word(
            kind,
            severity,
            at,
            self.zone_for(follower),
            follower.quiet or self.policy.quiet,
            self.shop.zone,
            self.shop.staffed or default_staffed(self.shop.country),
            on=on,
            holidays=self.shop.holidays,
        )
        return PromiseDraft(kind=kind, due_at=due_at, by_person=is_by_person(kind))


def cause_of(shipment_id: int, what: str, customer_id: int) -> str:
    """Unique for what happened to a parcel and who is told."""
    return f"notice:{shipment_id}:{what}:{customer_id}"


def warning_of(kind: FindingKind, occurrence: int) -> str:
    """The part of a cause that names a finding."""
    return f"{kind.value}:{occurrence}"
