"""What was learnt from parcels that went before: counts by place, stage and promised window, in bounded memory."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import msgspec
from msgspec import Struct

from bot.domain.journey import Ending, Journey, Stage
from bot.domain.survival import EDGES, Tally, add, code_of, scaled
from bot.domain.workdays import Workdays, workdays

VERSION = 1
DAY = timedelta(days=1)
HALF_LIFE = 60 * DAY
"""After this time a parcel counts half: months drift."""
LANES_KEPT = 20_000
"""More lanes than this are forgotten, the least used first: a bound on memory."""
NEVER = EDGES[-1]

WINDOWS = (3.0, 6.0, 10.0, 15.0, 20.0, 26.0)
"""Working days from order to the promised day's end at which another bucket of windows begins."""
_ANY_WINDOW = 7
_STAGES = {stage: number for number, stage in enumerate(Stage)}

Slots = dict[int, Tally]
Places = dict[str, Slots]


class Level(StrEnum):
    """How special the experience is that a forecast goes by, from nothing but our own guess to the very lane."""

    PRIOR = "prior"
    ALL = "all"
    WINDOW = "window"
    SHOP = "shop"
    CARRIER = "carrier"
    LANE = "lane"


class Model(Struct, frozen=True, dict=True):
    """What was learnt, weighed as of `as_of`. `under_way`: the same of parcels open then, `parcels`: ended ones.

    Never changed in place: whoever learns makes a new one.
    """

    as_of: datetime
    version: int = VERSION
    places: Places = {}
    under_way: Places = {}
    parcels: float = 0.0


class WrongModel(ValueError):
    """Bytes that are no model of this version: begin anew."""


def empty(now: datetime) -> Model:
    """What is known on day one: nothing."""
    return Model(now)


def to_bytes(model: Model) -> bytes:
    """The model for the store."""
    return msgspec.msgpack.encode(model)


def from_bytes(stored: bytes) -> Model:
    """The model from the store. Raises WrongModel."""
    try:
        model = msgspec.msgpack.decode(stored, type=Model)
    except msgspec.MsgspecError as error:
        raise WrongModel(str(error)) from error
    if model.version != VERSION:
        raise WrongModel(f"version {model.version}")
    return model


def learn(model: Model, ended: Iterable[Journey], under_way: Iterable[Journey], now: datetime) -> Model:
    """The model with the `ended` journeys, each given once ever, and all now open in place of last time's."""
    factor = _decay(model.as_of, now)
    ended_places, open_places = _scaled(model.places, factor), Places()
    fresh = sum(_count(journey, ended_places, now) for journey in ended)
    for journey in under_way:
        _count(journey, open_places, now)
    return Model(now, VERSION, _bounded(ended_places), open_places, model.parcels * factor + fresh)


def merge(first: Model, second: Model) -> Model:
    """Both experiences as one, as of the later of the two."""
    as_of = max(first.as_of, second.as_of)
    parts = [(model, _decay(model.as_of, as_of)) for model in (first, second)]
    return Model(
        as_of,
        VERSION,
        _bounded(_sum([(model.places, factor) for model, factor in parts])),
        _sum([(model.under_way, factor) for model, factor in parts]),
        sum(model.parcels * factor for model, factor in parts),
    )


def _decay(then: datetime, now: datetime) -> float:
    """What a parcel of `then` still counts; one of the future counts as one of today."""
    return float(0.5 ** (max(now - then, timedelta()) / HALF_LIFE))


def _scaled(places: Places, factor: float) -> Places:
    return {
        place: {slot: Tally(scaled(tally.arrived, factor), scaled(tally.cut, factor)) for slot, tally in slots.items()}
        for place, slots in places.items()
    }


def _sum(parts: Iterable[tuple[Places, float]]) -> Places:
    sums = Places()
    for places, factor in parts:
        for place, slots in places.items():
            into = sums.setdefault(place, {})
            for slot, tally in slots.items():
                both = into.setdefault(slot, Tally({}, {}))
                add(both.arrived, tally.arrived, factor)
                add(both.cut, tally.cut, factor)
    return sums


def _bounded(places: Places) -> Places:
    lanes = [place for place in places if place.startswith(Level.LANE)]
    if len(lanes) <= LANES_KEPT:
        return places
    weights = {place: sum(tally.weight for tally in places[place].values()) for place in lanes}
    gone = set(sorted(lanes, key=weights.__getitem__)[: len(lanes) - LANES_KEPT])
    return {place: slots for place, slots in places.items() if place not in gone}


class Link(NamedTuple):
    """One step of the back-off: where to look."""

    level: Level
    place: str
    by_window: bool


def chain_of(journey: Journey) -> tuple[Link, ...]:
    """The places that know of parcels like this one, from the general to the special."""
    carrier = f"{journey.merchant_id}|{journey.slug}|{journey.service or ''}"
    chain = (
        Link(Level.ALL, "all", False),
        Link(Level.WINDOW, "all", True),
        Link(Level.SHOP, f"shop|{journey.merchant_id}", True),
        Link(Level.CARRIER, f"carrier|{carrier}", True),
    )
    if journey.origin is None and journey.destination is None:
        return chain
    lane = f"lane|{carrier}|{journey.origin or ''}|{journey.destination or ''}"
    return (*chain, Link(Level.LANE, lane, False))


def bucket_of(journey: Journey, clock: Workdays) -> int:
    """The bucket of the promised window; without a promise the last, as if there were much time."""
    if journey.promised_by is None:
        return len(WINDOWS)
    window = clock.at(journey.promised_by) - clock.at(journey.ordered_at)
    return sum(window >= edge for edge in WINDOWS)


def slot_of(stage: Stage, bucket: int, by_window: bool) -> int:
    """The key of a tally within a place."""
    return _STAGES[stage] << 3 | (bucket if by_window else _ANY_WINDOW)


def _count(journey: Journey, places: Places, now: datetime) -> float:
    """Count a journey in place, in every stage that it was in; its weight, 0 if it ended before it began."""
    end = now if journey.ended_as is None or journey.ended_at is None else journey.ended_at
    clock = workdays(journey.country, journey.zone)
    starts = [(run.stage, clock.at(run.at)) for run in journey.runs() if run.at <= end]
    if not starts:
        return 0.0
    weight, bucket, chain = _decay(journey.ordered_at, now), bucket_of(journey, clock), chain_of(journey)
    ends = clock.at(end)
    leaves = [*(at for _, at in starts[1:]), ends]
    is_cut = journey.ended_as is None or journey.ended_as is Ending.CUT_OFF
    for (stage, entered), left in zip(starts, leaves, strict=True):
        arrived = ends - entered if is_cut or journey.ended_as is Ending.DELIVERED else NEVER
        code = code_of(left - entered, arrived)
        for link in chain:
            tally = places.setdefault(link.place, {}).setdefault(slot_of(stage, bucket, link.by_window), Tally({}, {}))
            counts = tally.cut if is_cut else tally.arrived
            counts[code] = counts.get(code, 0.0) + weight
    return weight
