"""What a model says of parcels of one kind: each place leans on the more general one behind it. Kept once read out."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from bot.domain.journey import Journey, Stage
from bot.domain.learning import Model, clock_of
from bot.domain.links import Level, Link, carrier_of, chain_of, slot_of
from bot.domain.pace import pace_of
from bot.domain.prior import prior_chances
from bot.domain.survival import Curve, Tally, curve, led
from bot.domain.workdays import Workdays

STRENGTH = 20.0
"""Parcels at risk from which own experience outweighs what is behind it; a lane of fewer has no say."""
TELLING = 8.0
"""Ended parcels that were at risk from which on a level is named as what a forecast goes by."""


class Known(Struct, frozen=True, gc=False):
    """What a model knows of parcels like one: their curve, how many that ended are behind it, by which level to explain
    it.
    """

    curve: Curve
    level: Level
    at_level: int
    count: float


Where = tuple[Stage, int, int]
"""Stage, bucket of the promised window, landmark of the time in the stage."""


class _Leaning(Struct, frozen=True, gc=False):
    """The chances at one link of the back-off, and what stands behind them so far. `place`: who has said the last."""

    place: str
    chances: Sequence[float]
    level: Level
    at_level: float
    count: float


class Kind(Struct, frozen=True, gc=False):
    """What journeys of one carrier's service on one lane share."""

    clock: Workdays
    chain: tuple[Link, ...]
    is_abroad: bool
    pace: float


class Memo:
    """What has been read out of a model. It is kept with the model, which never changes."""

    def __init__(self) -> None:
        self.kinds: dict[tuple[Any, ...], Kind] = {}
        self.paces: dict[str, float] = {}
        self.tallies: dict[tuple[str, int], tuple[list[Tally], float]] = {}
        self.leaning: dict[tuple[str, Where, bool], _Leaning] = {}
        self.known: dict[tuple[str, Where, bool], Known] = {}


def memo_of(model: Model) -> Memo:
    """What was read out of the model before."""
    memo: Memo | None = model.__dict__.get("memo")
    if memo is None:
        memo = model.__dict__["memo"] = Memo()
    return memo


def kind_of(memo: Memo, model: Model, journey: Journey) -> Kind:
    """What the journey shares with others of its kind."""
    lane = (journey.origin, journey.home, journey.country, journey.destination, journey.zone)
    key = (journey.merchant_id, journey.slug, journey.service, lane)
    kind = memo.kinds.get(key)
    if kind is None:
        pace = _pace(memo, model, journey)
        kind = Kind(clock_of(model.weeks, journey), _telling(model, journey), journey.is_abroad, pace)
        memo.kinds[key] = kind
    return kind


def _telling(model: Model, journey: Journey) -> tuple[Link, ...]:
    """The journey's back-off without lanes that few have gone: their parcels share what is known of the carrier."""
    return tuple(link for link in chain_of(journey) if link.level is not Level.LANE or _tells(model, link.place))


def _tells(model: Model, place: str) -> bool:
    return any(tally.weight >= STRENGTH for tally in model.memory.ended.get(place, {}).values())


def _pace(memo: Memo, model: Model, journey: Journey) -> float:
    carrier = carrier_of(journey)
    pace = memo.paces.get(carrier)
    if pace is None:
        pace = memo.paces[carrier] = pace_of(model, journey)
    return pace


def known_of(memo: Memo, model: Model, kind: Kind, where: Where) -> Known:
    """What the model knows of parcels of a kind at a point of their way."""
    key = (kind.chain[-1].place, where, kind.is_abroad)
    known = memo.known.get(key)
    if known is None:
        leaning = _leaning(memo, model, kind.chain, where, kind.is_abroad)
        last = (leaning.place, where, kind.is_abroad)
        known = memo.known.get(last) or _said(leaning, where[2], kind.pace)
        memo.known[key] = memo.known[last] = known
    return known


def _said(leaning: _Leaning, first: int, pace: float) -> Known:
    return Known(curve(first, leaning.chances, pace), leaning.level, round(leaning.at_level), leaning.count)


def _leaning(memo: Memo, model: Model, chain: Sequence[Link], where: Where, is_abroad: bool) -> _Leaning:
    """The chances of the last link, each leaning on the one before it."""
    if not chain:
        return _Leaning("", prior_chances(where[0], is_abroad, where[2], where[1]), Level.PRIOR, 0.0, 0.0)
    link = chain[-1]
    key = (link.place if link.by_window else "", where, is_abroad)
    known = memo.leaning.get(key)
    if known is None:
        behind = _leaning(memo, model, chain[:-1], where, is_abroad)
        known = memo.leaning[key] = _led(memo, model, link, where, behind)
    return known


def _tallies(memo: Memo, model: Model, place: str, slot: int) -> tuple[list[Tally], float]:
    """The tallies and how many parcels they count."""
    found = memo.tallies.get((place, slot))
    if found is None:
        tallies = model.memory.tallies(place, slot)
        found = memo.tallies[place, slot] = tallies, sum(tally.weight for tally in tallies)
    return found


def _led(memo: Memo, model: Model, link: Link, where: Where, behind: _Leaning) -> _Leaning:
    stage, bucket, first = where
    tallies, weight = _tallies(memo, model, link.place, slot_of(stage, bucket, link.by_window))
    if link.level is Level.LANE and weight < STRENGTH:
        return behind
    chances, count = led(tallies, first, behind.chances, STRENGTH)
    is_telling = count >= TELLING
    return _Leaning(
        place=link.place if link.by_window else "",
        chances=chances,
        level=link.level if is_telling else behind.level,
        at_level=count if is_telling else behind.at_level,
        count=max(count, behind.count),
    )
