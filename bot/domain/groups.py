"""What parcels have in common that can hold them up together: a carrier, a lane, a hub."""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from bot.domain.shipment import Shipment

LONGEST = 128
"""Letters of a place that tell it from others."""
_PARTS = "\x1f"


class Scope(StrEnum):
    """Narrow to wide. ABROAD is a lane to a whole country."""

    HUB = "hub"
    LANE = "lane"
    ABROAD = "abroad"
    CARRIER = "carrier"


class Spot(Struct, frozen=True):
    """Where parcels of one carrier are and go; `place` is their last scan's. Empty: unknown."""

    slug: str
    place: str = ""
    origin: str = ""
    destination: str = ""
    country: str = ""


class Group(Struct, frozen=True, order=True):
    """All parcels of a carrier that share `start` (the hub, or where the lane begins) and `end` (of the lane)."""

    scope: Scope
    slug: str
    start: str = ""
    end: str = ""

    @property
    def key(self) -> str:
        """Its name in the store."""
        return _PARTS.join((self.scope, self.slug, self.start, self.end))

    def covers(self, spot: Spot) -> bool:
        """Whether parcels of that spot belong to it."""
        return self in groups_of(spot)


def group_of(key: str) -> Group:
    """The group of that name."""
    scope, slug, start, end = key.split(_PARTS, 3)
    return Group(Scope(scope), slug, start, end)


def spot_of(shipment: Shipment) -> Spot:
    """Where a shipment is and goes."""
    place = shipment.scan_place[:LONGEST]
    return Spot(shipment.slug, place, shipment.origin, shipment.destination, shipment.country or "")


def groups_of(spot: Spot) -> tuple[Group, ...]:
    """Every group it belongs to, the widest last; what is unknown makes none."""
    return tuple(_groups(spot))


def _groups(spot: Spot) -> Iterator[Group]:
    if spot.place:
        yield Group(Scope.HUB, spot.slug, spot.place)
    if spot.origin and spot.destination:
        yield Group(Scope.LANE, spot.slug, spot.origin, spot.destination)
    if spot.origin and spot.country:
        yield Group(Scope.ABROAD, spot.slug, spot.origin, spot.country)
    yield Group(Scope.CARRIER, spot.slug)
