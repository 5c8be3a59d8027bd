"""A parcel's life: what happens how long after its birth, and what a carrier knows of it by now."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from carriers.kit.model import Pickup, Status

Day = datetime | date


class Kind(Struct, frozen=True):
    """What may happen to a parcel; each carrier's codes for it stand with its writer."""

    name: str
    status: Status
    words: str
    delay: bool = False


# One line a kind. The words are such as the carriers use; some of DHL's states are known by their words only.
_KINDS = (
    Kind("label", Status.PRE_TRANSIT, "Shipper created a label, the parcel has not been handed over yet"),
    Kind("picked_up", Status.IN_TRANSIT, "Picked up"),
    Kind("departed", Status.IN_TRANSIT, "Departed from facility"),
    Kind("arrived", Status.IN_TRANSIT, "Arrived at facility"),
    Kind("customs", Status.CUSTOMS, "Clearance in progress"),
    Kind("cleared", Status.IN_TRANSIT, "Clearance completed, processed at location"),
    Kind("out", Status.OUT_FOR_DELIVERY, "Out for delivery"),
    Kind("attempt", Status.DELIVERY_ATTEMPTED, "Delivery attempted, recipient not home"),
    Kind("pickup", Status.AVAILABLE_FOR_PICKUP, "Ready for collection"),
    Kind("delivered", Status.DELIVERED, "Delivered"),
    Kind("delay", Status.EXCEPTION, "Shipment on hold, the delivery will be later than planned", delay=True),
    Kind("weather", Status.EXCEPTION, "Severe weather has delayed delivery", delay=True),
    Kind("damaged", Status.EXCEPTION, "The parcel was damaged"),
    Kind("refused", Status.EXCEPTION, "The recipient refused the delivery"),
    Kind("returning", Status.RETURNING, "The shipment is being returned to the sender"),
    Kind("returned", Status.RETURNED, "Returned to the sender"),
    Kind("lost", Status.LOST, "The shipment was lost"),
    Kind("cancelled", Status.CANCELLED, "The shipment cancellation was requested by the sender"),
)
KINDS: dict[str, Kind] = {one.name: one for one in _KINDS}


class Step(Struct, frozen=True):
    """`after` its birth, a parcel is scanned (`kind`), or only its ETA moves (no kind).

    `place` is "City, CC"; `eta` holds from then on (`eta_gone`: there is none any more). `leg`: the part of the way
    that it belongs to, where somebody needs to know; no carrier tells it.
    """

    after: timedelta
    kind: str | None = None
    place: str = ""
    words: str = ""
    eta: Day | None = None
    eta_gone: bool = False
    pickup: Pickup | None = None
    zone: str | None = None
    leg: str = ""


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

    def known(self, now: datetime, told: Collection[str] = KINDS) -> "Standing":
        """What a carrier can tell by `now` that has words for these kinds of scans."""
        past = [step for step in self.steps if self.born_at + step.after <= now]
        scans = tuple(self._scan(step) for step in reversed(past) if step.kind in told)
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
    def spoken(self) -> bool:
        """True where the step has words of its own, which then stand for the carrier's."""
        return self.words != self.kind.words

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
