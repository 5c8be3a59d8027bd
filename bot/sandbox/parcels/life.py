"""A parcel's life: what happens how long after its birth, and what a carrier knows of it by now."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from carriers.kit.model import Pickup, Status

Day = datetime | date


class Kind(Struct, frozen=True):
    """What may happen to a parcel, and each carrier's codes for it.

    `ups`: type, activity code, status code; `dhl`: generic code, the unit's own; `track17`: sub status, stage.
    """

    status: Status
    words: str
    ups: tuple[str, str, str]
    dhl: tuple[str, str]
    track17: tuple[str, str | None]
    delay: bool = False


# One line a kind. The words are such as the carriers use; some of DHL's states are known by their words only.
KINDS: dict[str, Kind] = {
    "label": Kind(
        Status.PRE_TRANSIT,
        "Shipper created a label, the parcel has not been handed over yet",
        ("M", "MP", "003"),
        ("pre-transit", ""),
        ("InfoReceived", "InfoReceived"),
    ),
    "picked_up": Kind(
        Status.IN_TRANSIT, "Picked up", ("I", "OR", "038"), ("transit", "PU"), ("InTransit_PickedUp", "PickedUp")
    ),
    "departed": Kind(
        Status.IN_TRANSIT, "Departed from facility", ("I", "DP", "005"), ("transit", "DF"), ("InTransit_Other", None)
    ),
    "arrived": Kind(
        Status.IN_TRANSIT, "Arrived at facility", ("I", "AR", "005"), ("transit", "AF"), ("InTransit_Other", None)
    ),
    "customs": Kind(
        Status.CUSTOMS,
        "Clearance in progress",
        ("I", "", "012"),
        ("transit", "IC"),
        ("InTransit_CustomsProcessing", None),
    ),
    "cleared": Kind(
        Status.IN_TRANSIT,
        "Clearance completed, processed at location",
        ("I", "", "014"),
        ("transit", "PL"),
        ("InTransit_CustomsReleased", None),
    ),
    "out": Kind(
        Status.OUT_FOR_DELIVERY,
        "Out for delivery",
        ("I", "OT", "021"),
        ("transit", "WC"),
        ("OutForDelivery_Other", "OutForDelivery"),
    ),
    "attempt": Kind(
        Status.DELIVERY_ATTEMPTED,
        "Delivery attempted, recipient not home",
        ("X", "", "022"),
        ("failure", "NH"),
        ("DeliveryFailure_NoBody", None),
    ),
    "pickup": Kind(
        Status.AVAILABLE_FOR_PICKUP,
        "Ready for collection",
        ("I", "", "017"),
        ("transit", "CC"),
        ("AvailableForPickup_Other", "AvailableForPickup"),
    ),
    "delivered": Kind(
        Status.DELIVERED, "Delivered", ("D", "FS", "011"), ("delivered", "OK"), ("Delivered_Other", "Delivered")
    ),
    "delay": Kind(
        Status.EXCEPTION,
        "Shipment on hold, the delivery will be later than planned",
        ("X", "", "046"),
        ("transit", "OH"),
        ("Exception_Delayed", None),
        delay=True,
    ),
    "weather": Kind(
        Status.EXCEPTION,
        "Severe weather has delayed delivery",
        ("X", "", "052"),
        ("transit", "OH"),
        ("Exception_Delayed", None),
        delay=True,
    ),
    "damaged": Kind(
        Status.EXCEPTION, "The parcel was damaged", ("X", "", "059"), ("failure", ""), ("Exception_Damage", None)
    ),
    "refused": Kind(
        Status.EXCEPTION,
        "The recipient refused the delivery",
        ("X", "", "064"),
        ("failure", "RD"),
        ("Exception_Rejected", None),
    ),
    "returning": Kind(
        Status.RETURNING,
        "The shipment is being returned to the sender",
        ("X", "", "035"),
        ("failure", ""),
        ("Exception_Returning", None),
    ),
    "returned": Kind(
        Status.RETURNED,
        "Returned to the sender",
        ("X", "", "034"),
        ("delivered", "RT"),
        ("Exception_Returned", "Returned"),
    ),
    "lost": Kind(Status.LOST, "The shipment was lost", ("X", "", "068"), ("failure", ""), ("Exception_Lost", None)),
    "cancelled": Kind(
        Status.CANCELLED,
        "The shipment cancellation was requested by the sender",
        ("MV", "VP", "007"),
        ("pre-transit", ""),
        ("Exception_Cancel", None),
    ),
}


class Step(Struct, frozen=True):
    """`after` its birth, a parcel is scanned (`kind`), or only its ETA moves (no kind).

    `place` is "City, CC"; `eta` holds from then on (`eta_gone`: there is none any more).
    """

    after: timedelta
    kind: str | None = None
    place: str = ""
    words: str = ""
    eta: Day | None = None
    eta_gone: bool = False
    pickup: Pickup | None = None
    zone: str | None = None


class Life(Struct, frozen=True):
    """A parcel from its birth on. `zone` is the destination's: local times are told in it."""

    number: str
    born_at: datetime
    steps: tuple[Step, ...] = ()
    origin: str = "Dubai, AE"
    destination: str = "Riyadh, SA"
    zone: str = "Asia/Riyadh"
    service: str = ""
    eta: Day | None = None

    def then(self, step: Step) -> "Life":
        """With one more step, in the order of time."""
        return replace(self, steps=tuple(sorted((*self.steps, step), key=lambda one: one.after)))

    def known(self, now: datetime) -> "Standing":
        """What a carrier can tell by `now`."""
        past = [step for step in self.steps if self.born_at + step.after <= now]
        scans = tuple(self._scan(step) for step in reversed(past) if step.kind)
        return Standing(self, scans, self._eta(past), past[-1].pickup if past else None)

    def _scan(self, step: Step) -> "Scan":
        kind = KINDS[step.kind or ""]
        at = (self.born_at + step.after).astimezone(ZoneInfo(step.zone or self.zone))
        return Scan(at, kind, step.words or kind.words, step.place or self.origin)

    def _eta(self, past: Sequence[Step]) -> Day | None:
        eta = self.eta
        for step in past:
            eta = None if step.eta_gone else step.eta or eta
        return eta


class Scan(Struct, frozen=True):
    """A scan as it stands on the carrier's books; `at` in the local zone."""

    at: datetime
    kind: Kind
    words: str
    place: str

    @property
    def city(self) -> str:
        return city(self.place)

    @property
    def country(self) -> str:
        return country(self.place)


class Standing(Struct, frozen=True):
    """What is known of a parcel at an instant; scans newest first."""

    life: Life
    scans: tuple[Scan, ...]
    eta: Day | None
    pickup: Pickup | None

    @property
    def newest(self) -> Scan | None:
        return self.scans[0] if self.scans else None

    @property
    def eta_at(self) -> datetime | None:
        """The ETA as an instant in the destination's zone: a bare day ends at 20:00 there."""
        if self.eta is None:
            return None
        zone = ZoneInfo(self.life.zone)
        if isinstance(self.eta, datetime):
            return self.eta.astimezone(zone)
        return datetime(self.eta.year, self.eta.month, self.eta.day, 20, tzinfo=zone)


def city(place: str) -> str:
    """The part before the country."""
    return place.rpartition(", ")[0] or place


def country(place: str) -> str:
    """The country's two letters, or nothing."""
    tail = place.rpartition(", ")[2]
    return tail if len(tail) == 2 and tail.isupper() else ""


def utc(at: datetime) -> datetime:
    """The instant in UTC."""
    return at.astimezone(UTC)
