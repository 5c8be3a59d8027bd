"""The facts of a shipment as values."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from carriers.kit.model import Duty, Pickup, Reason, Status


class Shipment(Struct, frozen=True):
    """What is known of one tracking number. Times aware UTC; `*_on` are days in `zone`, the destination's.

    `stage_at` is the first scan of the present run of `status`, `status_at` the last; `origin` and `destination` are
    the towns of its lane, "" while they are not known. `since_at`: scans up to it are of an earlier parcel with this
    number. `legs`: other numbers under which it is followed, too.
    """

    id: int
    merchant_id: int
    order_id: int
    account_id: int | None
    slug: str
    number: str
    status: Status
    created_at: datetime
    zone: str = "UTC"
    status_at: datetime | None = None
    status_code: str | None = None
    reason: Reason | None = None
    delay: str | None = None
    scan_at: datetime | None = None
    scan_place: str = ""
    scan_digest: int = 0
    eta_on: date | None = None
    eta_from_on: date | None = None
    eta_window: str | None = None
    promised_on: date | None = None
    needed_on: date | None = None
    delivered_at: datetime | None = None
    pickup: Pickup | None = None
    next_attempt_on: date | None = None
    country: str | None = None
    service: str | None = None
    cod_amount: str | None = None
    value_amount: str | None = None
    currency: str | None = None
    priority: int = 0
    known_at: datetime | None = None
    polled_at: datetime | None = None
    misses: int = 0
    origin: str = ""
    destination: str = ""
    stage_at: datetime | None = None
    since_at: datetime | None = None
    legs: int = 0
    duty: Duty | None = None

    @property
    def tz(self) -> ZoneInfo:
        """The destination's zone."""
        return ZoneInfo(self.zone)
