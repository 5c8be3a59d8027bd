"""Counts of parcels by place and stage, in bounded memory, that fade with a half-life."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from bot.domain.survival import Tally, add, scaled

LANES_KEPT = 10_000
"""More lanes than this are forgotten, the least used first."""
LANE = "lane"

Slots = dict[int, Tally]
Places = dict[str, Slots]


class Memory(Struct, frozen=True, array_like=True):
    """Parcels that have ended, and those under way as far as they have come. Never changed in place."""

    ended: Places = {}
    under_way: Places = {}

    def tallies(self, place: str, slot: int) -> list[Tally]:
        """What is known at a place of a slot."""
        found = (places[place].get(slot) for places in (self.ended, self.under_way) if place in places)
        return [tally for tally in found if tally is not None]


def decay(then: datetime, now: datetime, half_life: timedelta) -> float:
    """What a parcel of `then` still counts; one of the future counts as one of today."""
    return float(0.5 ** (max(now - then, timedelta()) / half_life))


def faded(places: Places, factor: float) -> Places:
    """A copy that may be counted into, without what has become negligible."""
    return {
        place: {slot: Tally(scaled(tally.arrived, factor), scaled(tally.cut, factor)) for slot, tally in slots.items()}
        for place, slots in places.items()
    }


def summed(parts: Iterable[tuple[Places, float]]) -> Places:
    """Several counts as one, each weighed."""
    sums = Places()
    for places, factor in parts:
        for place, slots in places.items():
            for slot, tally in slots.items():
                into = sums.setdefault(place, {}).setdefault(slot, Tally({}, {}))
                add(into.arrived, tally.arrived, factor)
                add(into.cut, tally.cut, factor)
    return sums


def bounded(places: Places, most: int = LANES_KEPT) -> Places:
    """Without the least used lanes beyond `most`."""
    lanes = [place for place in places if place.startswith(LANE)]
    if len(lanes) <= most:
        return places
    weights = {place: sum(tally.weight for tally in places[place].values()) for place in lanes}
    gone = set(sorted(lanes, key=weights.__getitem__)[: len(lanes) - most])
    return {place: slots for place, slots in places.items() if place not in gone}
