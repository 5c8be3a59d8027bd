"""What was learnt from parcels that went before: how long they take from each stage, lately, and on which weekdays."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from bot.domain.journey import HANDED, Ending, Journey, Stage
from bot.domain.memory import LANE, Memory, Places, bounded, decay, faded, summed, tally_in
from bot.domain.survival import EDGES, code_of
from bot.domain.workdays import Workdays, week_of, workdays

VERSION = 1
DAY = timedelta(days=1)
HALF_LIFE = 60 * DAY
"""After this time a parcel counts half: seasons change."""
LATELY = 14 * DAY
"""The same for how the network runs just now: strikes and storms."""
_BATCH = 5_000
"""So many parcels tell of the weekdays before they are counted in working days."""
_NEVER = EDGES[-1]

WINDOWS = (2.0, 4.0, 8.0, 16.0, 32.0)
"""Working days from order to the promised day's end at which another bucket of windows begins: each twice as long."""
_ANY_WINDOW = 7
_STAGES = {stage: number for number, stage in enumerate(Stage)}
ON_THE_WAY = len(Stage) << 3
"""The slot of the whole way from hand-over to arrival, by which the pace of the network is told."""


class Level(StrEnum):
    """How special the experience is that a forecast goes by, from nothing but our own guess to the very lane."""

    PRIOR = "prior"
    ALL = "all"
    WINDOW = "window"
    SHOP = "shop"
    CARRIER = "carrier"
    LANE = LANE


class Model(Struct, frozen=True, dict=True):
    """What was learnt, weighed as of `as_of`. Never changed in place: whoever learns makes a new one.

    `lately` is a short memory of the same, of ON_THE_WAY only. `weeks`: deliveries by weekday of a carrier in a
    country. `parcels`: how many ended journeys, by weight.
    """

    as_of: datetime
    version: int = VERSION
    memory: Memory = Memory()
    lately: Memory = Memory()
    weeks: dict[str, list[float]] = {}
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


def learn(model: Model, ended: Iterable[Journey], under_way: Iterable[Journey] | None, now: datetime) -> Model:
    """The model with the `ended` journeys, each given once ever, and all now open in place of last time's.

    `under_way` None: last time's stay.
    """
    slowly, quickly = decay(model.as_of, now, HALF_LIFE), decay(model.as_of, now, LATELY)
    weeks = {place: [count * slowly for count in counts] for place, counts in model.weeks.items()}
    learner = _Learner(faded(model.memory.ended, slowly), faded(model.lately.ended, quickly), weeks, now)
    for batch in _batches(ended):
        learner.see_weekdays(batch)
        learner.count(batch)
    watcher = _watch(model, under_way, learner, now)
    return Model(
        as_of=now,
        memory=Memory(bounded(learner.places), watcher.places),
        lately=Memory(learner.lately, watcher.lately),
        weeks=weeks,
        parcels=model.parcels * slowly + learner.weight,
    )


def _watch(model: Model, under_way: Iterable[Journey] | None, learner: "_Learner", now: datetime) -> "_Learner":
    if under_way is None:
        return _Learner(model.memory.under_way, model.lately.under_way, learner.weeks, now)
    watcher = _Learner(Places(), Places(), learner.weeks, now)
    for batch in _batches(under_way):
        watcher.count(batch)
    return watcher


def _batches(journeys: Iterable[Journey]) -> Iterator[list[Journey]]:
    rest = iter(journeys)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def merge(first: Model, second: Model) -> Model:
    """Two experiences as one, as of the later of the two."""
    as_of = max(first.as_of, second.as_of)
    models = (first, second)
    slowly = [decay(model.as_of, as_of, HALF_LIFE) for model in models]
    quickly = [decay(model.as_of, as_of, LATELY) for model in models]
    weeks: dict[str, list[float]] = {}
    for model, factor in zip(models, slowly, strict=True):
        for place, counts in model.weeks.items():
            sums = weeks.setdefault(place, [0.0] * 7)
            weeks[place] = [total + count * factor for total, count in zip(sums, counts, strict=True)]
    return Model(
        as_of=as_of,
        memory=_both([model.memory for model in models], slowly),
        lately=_both([model.lately for model in models], quickly),
        weeks=weeks,
        parcels=sum(model.parcels * factor for model, factor in zip(models, slowly, strict=True)),
    )


def _both(memories: list[Memory], factors: list[float]) -> Memory:
    pairs = list(zip(memories, factors, strict=True))
    return Memory(
        bounded(summed((memory.ended, factor) for memory, factor in pairs)),
        summed((memory.under_way, factor) for memory, factor in pairs),
    )


class Link(NamedTuple):
    """One step of the back-off: where to look, and whether only at parcels with as long a promised window."""

    level: Level
    place: str
    by_window: bool


ALL = "all"


def carrier_of(journey: Journey) -> str:
    """The place of a shop's carrier and service."""
    return f"carrier|{journey.merchant_id}|{journey.slug}|{journey.service or ''}"


def chain_of(journey: Journey) -> tuple[Link, ...]:
    """The places that know of parcels like this one, from the general to the special."""
    carrier = carrier_of(journey)
    chain = (
        Link(Level.ALL, ALL, False),
        Link(Level.WINDOW, ALL, True),
        Link(Level.SHOP, f"shop|{journey.merchant_id}", True),
        Link(Level.CARRIER, carrier, True),
    )
    if journey.origin is None and journey.destination is None:
        return chain
    lane = f"{LANE}|{carrier}|{journey.origin or ''}|{journey.destination or ''}"
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


def clock_of(weeks: dict[str, list[float]], journey: Journey) -> Workdays:
    """The working clock of the journey's carrier in its country."""
    delivered = weeks.get(_week_place(journey))
    return workdays(journey.country, journey.zone, week_of(journey.country, delivered) if delivered else None)


def _week_place(journey: Journey) -> str:
    return f"{journey.slug}|{journey.country or ''}"


class _Learner:
    """Counts journeys into places that are its own."""

    def __init__(self, places: Places, lately: Places, weeks: dict[str, list[float]], now: datetime) -> None:
        self.places = places
        self.lately = lately
        self.weight = 0.0
        self.weeks = weeks
        self._now = now

    def see_weekdays(self, journeys: Iterable[Journey]) -> None:
        """Take the weekdays of deliveries into the weeks."""
        for journey in journeys:
            if journey.ended_as is Ending.DELIVERED and journey.ended_at is not None:
                counts = self.weeks.setdefault(_week_place(journey), [0.0] * 7)
                weekday = journey.ended_at.astimezone(ZoneInfo(journey.zone)).weekday()
                counts[weekday] += decay(journey.ordered_at, self._now, HALF_LIFE)

    def count(self, journeys: Iterable[Journey]) -> None:
        """Count each journey in every stage that it was in; one that ended before it began is not counted."""
        clocks: dict[tuple[str, str], Workdays] = {}
        for journey in journeys:
            name = (_week_place(journey), journey.zone)
            clock = clocks.get(name)
            if clock is None:
                clock = clocks[name] = clock_of(self.weeks, journey)
            self._count(journey, clock)

    def _count(self, journey: Journey, clock: Workdays) -> None:
        end = self._now if journey.ended_as is None or journey.ended_at is None else journey.ended_at
        runs = [run for run in journey.runs() if run.at <= end]
        if not runs:
            return
        weight = decay(journey.ordered_at, self._now, HALF_LIFE)
        bucket, chain = bucket_of(journey, clock), chain_of(journey)
        ends, starts = clock.at(end), [clock.at(run.at) for run in runs]
        is_cut = journey.ended_as is None or journey.ended_as is Ending.CUT_OFF
        has_come = is_cut or journey.ended_as is Ending.DELIVERED
        for run, entered, left in zip(runs, starts, [*starts[1:], ends], strict=True):
            code = code_of(left - entered, ends - entered if has_come else _NEVER)
            for link in chain:
                tally = tally_in(self.places, link.place, slot_of(run.stage, bucket, link.by_window))
                tally.counts(is_cut)[code] = tally.counts(is_cut).get(code, 0.0) + weight
        handed = next((entered for run, entered in zip(runs, starts, strict=True) if run.stage in HANDED), None)
        if handed is not None:
            span = ends - handed if has_come else _NEVER
            self._count_pace(journey, code_of(span, span), is_cut, weight)
        self.weight += weight

    def _count_pace(self, journey: Journey, code: int, is_cut: bool, weight: float) -> None:
        soon = decay(journey.ordered_at, self._now, LATELY)
        for place in (ALL, carrier_of(journey)):
            for places, counts_as in ((self.places, weight), (self.lately, soon)):
                counts = tally_in(places, place, ON_THE_WAY).counts(is_cut)
                counts[code] = counts.get(code, 0.0) + counts_as
