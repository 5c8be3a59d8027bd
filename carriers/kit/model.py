"""The words of tracking: what any carrier's answer becomes."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct


class Status(StrEnum):
    """Where a parcel stands. `unknown` is a value: nothing is guessed into `in_transit`."""

    PRE_TRANSIT = "pre_transit"
    IN_TRANSIT = "in_transit"
    CUSTOMS = "customs"
    OUT_FOR_DELIVERY = "out_for_delivery"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    DELIVERY_ATTEMPTED = "delivery_attempted"
    DELIVERED = "delivered"
    EXCEPTION = "exception"
    RETURNING = "returning"
    RETURNED = "returned"
    LOST = "lost"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        """True where no further scan is expected."""
        return self in FINAL


FINAL = frozenset({Status.DELIVERED, Status.RETURNED, Status.LOST, Status.CANCELLED})


class Reason(StrEnum):
    """Who must act on an exception."""

    CARRIER = "carrier"
    MERCHANT = "merchant"
    CONSIGNEE = "consignee"
    CUSTOMS = "customs"
    WEATHER = "weather"


class ScanEvent(Struct, frozen=True, gc=False):
    """One scan. `at` is as the payload gives it: aware, naive local wall clock, or only a date.

    `status` is None for a row that is no movement (signature recorded, e-mail sent);
    `delay` marks a row that is itself the carrier's delay signal.
    """

    at: datetime | date | None
    code: str | None = None
    description: str = ""
    place: str = ""
    status: Status | None = None
    reason: Reason | None = None
    delay: bool = False


def written(at: datetime | date | None) -> str | None:
    """A time as ISO writes it, with milliseconds where they are exact, as payloads give them."""
    if isinstance(at, datetime) and at.microsecond and at.microsecond % 1000 == 0:
        return at.isoformat(timespec="milliseconds")
    return at.isoformat() if at is not None else None


class Pickup(Struct, frozen=True):
    """Where a parcel waits to be collected. `code` is what its customer shows there, not a name of the place."""

    place: str = ""
    hours: str = ""
    code: str = ""
    until: date | None = None


class Duty(Struct, frozen=True):
    """What customs or the carrier want paid before the parcel goes on; `amount` as given, `due_on` the last day."""

    amount: str
    currency: str
    due_on: date | None = None


class Piece(Struct, frozen=True):
    """One parcel of a shipment of several."""

    number: str
    status: Status = Status.UNKNOWN


class Leg(Struct, frozen=True):
    """The part of the way that another carrier has; `carrier` as the payload names it."""

    number: str
    carrier: str = ""


class TrackingResult(Struct, frozen=True, gc=False):
    """One tracking number's state; `events` newest first by instant, duplicates dropped.

    `delay` is the carrier's own delay signal, verbatim; `eta_from` opens a window that `eta` closes. `as_of` is when
    the carrier said all this, where a push tells: pushes may come late or twice.
    """

    number: str | None
    status: Status
    events: tuple[ScanEvent, ...] = ()
    eta: datetime | date | None = None
    eta_from: datetime | date | None = None
    delivered_at: datetime | date | None = None
    signed_by: str | None = None
    delay: str | None = None
    reason: Reason | None = None
    service: str | None = None
    origin: str | None = None
    destination: str | None = None
    destination_country: str | None = None
    pickup: Pickup | None = None
    next_attempt_on: date | None = None
    pieces: tuple[Piece, ...] = ()
    next_leg: Leg | None = None
    as_of: datetime | None = None
    duty: Duty | None = None

    @property
    def unmapped(self) -> tuple[str, ...]:
        """Codes (or wordings) no table knows, verbatim, each once: for the caller to count."""
        unknown = (event.code or event.description for event in self.events if event.status is Status.UNKNOWN)
        return tuple(dict.fromkeys(word for word in unknown if word))


class Field(Struct, frozen=True):
    """A credential or setting of an account: drives the merchant's form, validation and masking."""

    name: str
    label: str
    secret: bool = True
    pattern: str = r"\S{1,512}"
    required: bool = True


class Limits(Struct, frozen=True):
    """Documented limits of one account; None means undocumented."""

    per_second: float | None = None
    per_day: int | None = None
    burst: int = 1


class Request(Struct, frozen=True):
    """What a carrier wants asked. Never logged whole: headers and body may hold credentials."""

    method: str
    url: str
    headers: Mapping[str, str] = {}
    query: Mapping[str, str] = {}
    body: bytes | None = None


class Response(Struct, frozen=True):
    """The answer to a Request; header names in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = {}


Numbers = Sequence[str]
Credentials = Mapping[str, str]
