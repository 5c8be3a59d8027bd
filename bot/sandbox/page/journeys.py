"""What becomes of a parcel: each fate as a list of scans, by day and hour of the shop's own clock."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.sandbox.parcels.life import Life, Step

ZONE = ZoneInfo("Asia/Riyadh")
ORIGIN, HUB, DOOR = "origin", "hub", "door"


class Beat(Struct, frozen=True):
    """One scan: on that day of the story at that hour, there; `eta`: the day that its carrier expects from then on."""

    day: int
    hour: float
    kind: str | None
    where: str = HUB
    eta: int | None = None


START = (Beat(0, 8.5, "label", ORIGIN), Beat(0, 15, "picked_up", ORIGIN), Beat(0, 21, "departed", ORIGIN))


def arrives(day: int) -> tuple[Beat, ...]:
    """As planned: in the hub by night, moving every day, there on that day."""
    between = [Beat(one, 11, "arrived" if one % 2 else "departed") for one in range(1, day)]
    last = (Beat(day, 2, "arrived", DOOR), Beat(day, 8.2, "out", DOOR), Beat(day, 14, "delivered", DOOR))
    return (*START, Beat(0, 23, "arrived"), *between, *last)


def slips(on: int, planned: int, hour: float = 6) -> tuple[Beat, ...]:
    """The carrier says on that day that it comes a day later than planned; so it does."""
    late = planned + 1
    hub = [Beat(one, 14, "departed" if one % 2 else "arrived") for one in range(1, on)]
    told = Beat(on, hour, "delay", HUB, late)
    last = (Beat(late, 4, "arrived", DOOR), Beat(late, 8.4, "out", DOOR), Beat(late, 13, "delivered", DOOR))
    return (*START, Beat(0, 23, "arrived"), *hub, told, Beat(planned, 3, "departed"), *last)


STUCK = (
    *START, Beat(0, 23.5, "arrived"),
    Beat(4, 9, "departed"), Beat(4, 16, "arrived", DOOR), Beat(5, 8, "out", DOOR), Beat(5, 12, "delivered", DOOR),
)  # fmt: skip
LOST = (*START, Beat(0, 22.5, "arrived"))
FAILS = (
    *START, Beat(0, 23, "arrived"), Beat(1, 12, "departed"), Beat(2, 4, "arrived", DOOR), Beat(2, 8, "out", DOOR),
    Beat(2, 12.4, "attempt", DOOR, 3), Beat(3, 8.4, "out", DOOR), Beat(3, 12, "delivered", DOOR),
)  # fmt: skip
RETURNS = (
    *START, Beat(0, 23, "arrived"), Beat(1, 5, "arrived", DOOR), Beat(1, 8.3, "out", DOOR),
    Beat(1, 15, "attempt", DOOR, 2), Beat(2, 10, "returning", DOOR), Beat(3, 12, "departed"),
    Beat(5, 11, "returned", ORIGIN),
)  # fmt: skip

FATES: Mapping[str, tuple[Beat, ...]] = {
    "day1": arrives(1),
    "day2": arrives(2),
    "day3": arrives(3),
    "day4": arrives(4),
    "slips0": slips(0, 1, 23.6),
    "slips1": slips(1, 2),
    "slips2": slips(2, 3),
    "slips3": slips(3, 4),
    "stuck": STUCK,
    "lost": LOST,
    "fails": FAILS,
    "returns": RETURNS,
}


class Route(Struct, frozen=True):
    """From the shop's store over a hub to the customer's town."""

    origin: str
    hub: str
    door: str

    def at(self, where: str) -> str:
        """The place that a beat means."""
        return {ORIGIN: self.origin, HUB: self.hub, DOOR: self.door}[where]


def life(number: str, fate: str, route: Route, promised: date, first_day: date, chance: Random) -> Life:
    """The parcel's whole life; the minutes differ from parcel to parcel, the order of scans does not."""
    born = datetime.combine(first_day, time(8), ZONE)
    # Hours of a line are at least an hour apart, so half an hour disturbs no order.
    steps = sorted(
        (_step(beat, route, born, first_day, chance.uniform(0, 0.5)) for beat in FATES[fate]), key=lambda one: one.after
    )
    return Life(number, born, tuple(steps), route.origin, route.door, ZONE.key, "", promised)


def _step(beat: Beat, route: Route, born: datetime, first_day: date, late: float) -> Step:
    at = datetime.combine(first_day + timedelta(days=beat.day), time(), ZONE) + timedelta(hours=beat.hour + late)
    eta = first_day + timedelta(days=beat.eta) if beat.eta is not None else None
    return Step(at - born, beat.kind, route.at(beat.where), eta=eta, leg=beat.where)
