"""What was learnt from parcels that went before: how long they take from each stage, lately, and on which weekdays."""

import math
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from bot.domain.day_hours import count_delivery, no_hours
from bot.domain.journey import HANDED, Ending, Journey, Stage
from bot.domain.links import ALL, ON_THE_WAY, Link, bucket_of, carrier_of, chain_of, slot_of, without_window
from bot.domain.memory import LANES_KEPT, Memory, Places, Slots, bounded, decay, faded, summed
from bot.domain.survival import Tally, add, code_of
from bot.domain.workdays import Workdays, week_of, workdays

VERSION = 1
DAY = timedelta(days=1)
HALF_LIFE = 60 * DAY
"""After this time a parcel counts half: seasons change."""
LATELY = 14 * DAY
"""The same for how the network runs just now: strikes and storms."""
_BATCH = 5_000
"""So many parcels tell of the weekdays before they are counted in working days."""


class Model(Struct, frozen=True, dict=True):
    """What was learnt, weighed as of `as_of`. Never changed in place: whoever learns makes a new one.

    `lately` is a short memory of the same, of ON_THE_WAY only. `weeks`: deliveries by weekday of a carrier in a
    country, `hours`: the same by the hours of getting on the van and of arriving. `parcels`: how many ended journeys,
    by weight.
    """

    as_of: datetime
    version: int = VERSION
    memory: Memory = Memory()
    lately: Memory = Memory()
    weeks: dict[str, list[float]] = {}
    parcels: float = 0.0
    hours: dict[str, list[float]] = {}


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
    weeks, hours = _faded_lists(model.weeks, slowly), _faded_lists(model.hours, slowly)
    learner = _Learner(faded(model.memory.ended, slowly), faded(model.lately.ended, quickly), weeks, hours, now)
    for batch in _batches(ended):
        learner.see_deliveries(batch)
        learner.count(batch)
    learner.settle()
    learnt = Model(
        as_of=now,
        memory=Memory(learner.places, model.memory.under_way),
        lately=Memory(learner.lately, model.lately.under_way),
        weeks=weeks,
        parcels=model.parcels * slowly + learner.weight,
        hours=hours,
    )
    return learnt if under_way is None else _watched(learnt, under_way, now)


def _watched(model: Model, under_way: Iterable[Journey], now: datetime) -> Model:
    watching = Watching(model, now)
    for batch in _batches(under_way):
        watching.see(batch)
    return watching.into(model)


def _faded_lists(lists: dict[str, list[float]], factor: float) -> dict[str, list[float]]:
    return {place: [count * factor for count in counts] for place, counts in lists.items()}


class Watching:
    """Counts the journeys under way, a page at a time, by the weeks of `model`, to take the place of last time's."""

    def __init__(self, model: Model, now: datetime) -> None:
        self._learner = _Learner(Places(), Places(), model.weeks, {}, now)

    def see(self, under_way: Iterable[Journey]) -> None:
        """Count a page of them."""
        self._learner.count(under_way)

    def into(self, model: Model) -> Model:
        """The model with what was counted in place of last time's."""
        self._learner.settle()
        return msgspec.structs.replace(
            model,
            memory=Memory(model.memory.ended, self._learner.places),
            lately=Memory(model.lately.ended, self._learner.lately),
        )


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
    return Model(
        as_of=as_of,
        memory=_both([model.memory for model in models], slowly),
        lately=_both([model.lately for model in models], quickly),
        weeks=_sums([model.weeks for model in models], slowly),
        parcels=sum(model.parcels * factor for model, factor in zip(models, slowly, strict=True)),
        hours=_sums([model.hours for model in models], slowly),
    )


def _sums(parts: list[dict[str, list[float]]], factors: list[float]) -> dict[str, list[float]]:
    """Lists of the same place as one, each weighed."""
    sums: dict[str, list[float]] = {}
    for lists, factor in zip(parts, factors, strict=True):
        for place, counts in lists.items():
            so_far = sums.get(place) or [0.0] * len(counts)
            sums[place] = [total + count * factor for total, count in zip(so_far, counts, strict=True)]
    return sums


def _both(memories: list[Memory], factors: list[float]) -> Memory:
    pairs = list(zip(memories, factors, strict=True))
    return Memory(
        bounded(summed((memory.ended, factor) for memory, factor in pairs)),
        summed((memory.under_way, factor) for memory, factor in pairs),
    )


def clock_of(weeks: dict[str, list[float]], journey: Journey) -> Workdays:
    """The working clock of the journey's carrier in its country."""
    delivered = weeks.get(_week_place(journey))
    return workdays(journey.country, journey.zone, week_of(journey.country, delivered) if delivered else None)


def hours_of(model: Model, journey: Journey) -> list[float] | None:
    """At which hours the journey's carrier delivers in its country; None where none was seen."""
    return model.hours.get(_week_place(journey))


def _week_place(journey: Journey) -> str:
    return f"{journey.slug}|{journey.country or ''}"


class _Learner:
    """Counts journeys into places that are its own."""

    def __init__(
        self,
        places: Places,
        lately: Places,
        weeks: dict[str, list[float]],
        hours: dict[str, list[float]],
        now: datetime,
    ) -> None:
        self.places = places
        self.lately = lately
        self.weeks = weeks
        self.hours = hours
        self.weight = 0.0
        self._now = now
        self._fresh: dict[tuple[Any, ...], tuple[tuple[Link, ...], Slots]] = {}

    def see_deliveries(self, journeys: Iterable[Journey]) -> None:
        """Take the weekdays and the hours of deliveries into what is known of them."""
        for journey in journeys:
            if journey.ended_as is Ending.DELIVERED and journey.ended_at is not None:
                place, weight = _week_place(journey), decay(journey.ordered_at, self._now, HALF_LIFE)
                arrived = journey.ended_at.astimezone(ZoneInfo(journey.zone))
                self.weeks.setdefault(place, [0.0] * 7)[arrived.weekday()] += weight
                hours = self.hours.setdefault(place, no_hours())
                count_delivery(hours, _loaded(journey, arrived).hour, arrived.hour, weight)

    def count(self, journeys: Iterable[Journey]) -> None:
        """Count each journey in every stage that it was in; one that ended before it began is not counted."""
        clocks: dict[tuple[str, str], Workdays] = {}
        for journey in journeys:
            name = (_week_place(journey), journey.zone)
            clock = clocks.get(name)
            if clock is None:
                clock = clocks[name] = clock_of(self.weeks, journey)
            self._count(journey, clock)
        if len(self._fresh) > LANES_KEPT:
            self.settle()

    def _count(self, journey: Journey, clock: Workdays) -> None:
        end = self._now if journey.ended_as is None or journey.ended_at is None else journey.ended_at
        runs = [run for run in journey.runs() if run.at <= end]
        if not runs:
            return
        is_cut = journey.ended_as is None or journey.ended_as is Ending.CUT_OFF
        ends, starts = clock.at(end), [clock.at(run.at) for run in runs]
        arrives = ends if is_cut or journey.ended_as is Ending.DELIVERED else math.inf
        weight, slots = decay(journey.ordered_at, self._now, HALF_LIFE), self._slots(journey)
        for run, entered, left in zip(runs, starts, [*starts[1:], ends], strict=True):
            slot = slot_of(run.stage, bucket_of(_window(journey, clock, run.at)))
            _add(slots, slot, is_cut, code_of(left - entered, arrives - entered), weight)
        handed = next((entered for run, entered in zip(runs, starts, strict=True) if run.stage in HANDED), None)
        if handed is not None:
            self._count_pace(journey, code_of(arrives - handed, arrives - handed), is_cut, weight)
        self.weight += weight

    def _slots(self, journey: Journey) -> Slots:
        """Where parcels like this one are counted, until they are added to all places that they belong to."""
        key = (journey.merchant_id, journey.slug, journey.service, journey.origin, journey.country, journey.destination)
        fresh = self._fresh.get(key)
        if fresh is None:
            fresh = self._fresh[key] = (chain_of(journey), {})
        return fresh[1]

    def _count_pace(self, journey: Journey, code: int, is_cut: bool, weight: float) -> None:
        soon = decay(journey.ordered_at, self._now, LATELY)
        carrier = carrier_of(journey)
        for place in (ALL, carrier):
            for places, counts_as in ((self.places, weight), (self.lately, soon)):
                _add(places.setdefault(place, {}), ON_THE_WAY, is_cut, code, counts_as)

    def settle(self) -> None:
        """Add what was counted to all places that it belongs to."""
        for chain, slots in self._fresh.values():
            for link in chain:
                into = self.places.setdefault(link.place, {})
                for slot, fresh in slots.items():
                    tally = into.setdefault(slot if link.by_window else without_window(slot), Tally({}, {}))
                    add(tally.arrived, fresh.arrived, 1.0)
                    add(tally.cut, fresh.cut, 1.0)
        self._fresh, self.places = {}, bounded(self.places)


def _window(journey: Journey, clock: Workdays, entered: datetime) -> float | None:
    promised_by = journey.promised_by
    return None if promised_by is None else clock.at(promised_by) - clock.at(journey.window_from(entered))


def _loaded(journey: Journey, arrived: datetime) -> datetime:
    """When it got on the van on the day of its arrival; its arrival where no scan says so. Local."""
    on_van = (step.at.astimezone(arrived.tzinfo) for step in journey.steps if step.stage is Stage.OUT_FOR_DELIVERY)
    return max((at for at in on_van if at.date() == arrived.date() and at <= arrived), default=arrived)


def _add(slots: Slots, slot: int, is_cut: bool, code: int, weight: float) -> None:
    tally = slots.get(slot)
    if tally is None:
        tally = slots[slot] = Tally({}, {})
    counts = tally.cut if is_cut else tally.arrived
    counts[code] = counts.get(code, 0.0) + weight
