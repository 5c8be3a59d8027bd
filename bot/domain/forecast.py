"""The chance that a parcel misses its promised day, and when it arrives.

Kaplan-Meier by stage and time in the stage, in working days, with back-off: everything here, then the same promised
window, the shop, its carrier's service, the lane. Each step leans on the one before it where it knows little itself.
Last, the chances are paced by how the network runs just now.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from bot.domain.journey import Journey, Stage, Step
from bot.domain.learning import DAY, Level, Model, bucket_of, carrier_of, chain_of, clock_of, slot_of
from bot.domain.pace import pace_of
from bot.domain.prior import prior_chances
from bot.domain.survival import BEYOND, Curve, bin_of, curve, hazards, paced, risk
from bot.domain.workdays import Workdays

STRENGTH = 20.0
"""Parcels at risk from which own experience outweighs what is behind it."""
TELLING = 8.0
"""Parcels at risk from which a level is named as what a forecast goes by."""
PRIOR_WORTH = 4.0
"""Parcels that the prior is worth where no other went before."""
COVERAGE = 0.9
"""The least that an arrival window holds."""
_TAILS = (0.0, 0.02, 0.04, 0.06, 0.08)
"""Shares of arrivals that may come before the window; the rest of what is missing comes after it."""


class Window(Struct, frozen=True):
    """Days between which it arrives with the chance `coverage`. `to_on` None: it may well not arrive in months."""

    from_on: date
    to_on: date | None
    coverage: float


class Forecast(Struct, frozen=True):
    """What is expected of an open parcel. `p_late` None: no day was promised. `n`: parcels like it at `level`.

    `level` is the most special one with a say. `waited`, `left`: working days in the stage so far, and from now to
    the deadline. `pace`: arrivals lately against the usual.
    """

    p_late: float | None
    window: Window
    stage: Stage
    level: Level
    n: int
    waited: float
    left: float | None = None
    pace: float = 1.0

    @property
    def evidence(self) -> dict[str, Any]:
        """JSON-able: `p_late` of the `n` parcels at `level` in `stage` after `waited_days` needed over `left_days`."""
        window = self.window
        return {
            "basis": "forecast",
            "p_late": None if self.p_late is None else round(self.p_late, 3),
            "level": self.level.value,
            "n": self.n,
            "stage": self.stage.value,
            "waited_days": round(self.waited, 1),
            "left_days": None if self.left is None else round(self.left, 1),
            "pace": round(self.pace, 2),
            "from_on": window.from_on.isoformat(),
            "to_on": window.to_on.isoformat() if window.to_on is not None else None,
            "coverage": round(window.coverage, 2),
        }


class _Known(Struct, frozen=True, gc=False):
    """What a model knows of parcels like one: their curve, how many are behind it, by which level to explain it."""

    curve: Curve
    level: Level
    at_level: int
    count: float
    pace: float


def forecast(model: Model, journey: Journey, now: datetime) -> Forecast:
    """What is expected of an open journey at `now`. Sane for any input, and never surer than its experience."""
    clock = _clock(model, journey)
    run = _present(journey, now)
    here, entered = clock.at(now), clock.at(run.at)
    waited = here - entered
    known = _known(model, journey, run.stage, bucket_of(journey, clock), bin_of(waited))
    window = _window(known.curve, clock, entered, waited, now)
    if journey.promised_by is None:
        return Forecast(None, window, run.stage, known.level, known.at_level, waited, None, known.pace)
    left = clock.at(journey.promised_by) - here
    p_late = 1.0 if now >= journey.promised_by else _p_late(known, waited, left)
    return Forecast(p_late, window, run.stage, known.level, known.at_level, waited, left, known.pace)


def _p_late(known: _Known, waited: float, left: float) -> float:
    """The share that takes longer than what is left, drawn to the middle where few parcels are behind it."""
    share = min(known.curve.at(waited + left) / known.curve.at(waited), 1.0)
    count = known.count + PRIOR_WORTH
    return (share * count + 0.5) / (count + 1)


def _present(journey: Journey, now: datetime) -> Step:
    """The present run; a scan from the future has not happened yet."""
    runs = journey.runs()
    return next((run for run in reversed(runs) if run.at <= now), Step(runs[0].stage, now))


def _memo(model: Model, name: str) -> dict[Any, Any]:
    """What has been read out of a model is kept with it: a model never changes."""
    memo: dict[Any, Any] = model.__dict__.setdefault(name, {})
    return memo


def _clock(model: Model, journey: Journey) -> Workdays:
    memo, key = _memo(model, "clocks"), (journey.slug, journey.country, journey.zone)
    clock: Workdays | None = memo.get(key)
    if clock is None:
        clock = memo[key] = clock_of(model.weeks, journey)
    return clock


def _known(model: Model, journey: Journey, stage: Stage, bucket: int, first: int) -> _Known:
    place = (journey.merchant_id, journey.slug, journey.service, journey.origin, journey.destination)
    memo, key = _memo(model, "known"), (place, stage, bucket, first)
    known: _Known | None = memo.get(key)
    if known is None:
        known = memo[key] = _learnt(model, journey, (stage, bucket, min(first, BEYOND - 1)))
    return known


def _learnt(model: Model, journey: Journey, at: tuple[Stage, int, int]) -> _Known:
    stage, bucket, first = at
    chances: Sequence[float] = prior_chances(stage, _is_abroad(journey), first)
    level, at_level, count = Level.PRIOR, 0.0, 0.0
    for link in chain_of(journey):
        own = risk(model.memory.tallies(link.place, slot_of(stage, bucket, link.by_window)), first)
        chances = hazards(own, chances, STRENGTH)
        count = max(count, own.count)
        if own.count >= TELLING:
            level, at_level = link.level, own.count
    pace = _pace(model, journey)
    return _Known(curve(first, paced(chances, pace)), level, round(at_level), count, pace)


def _pace(model: Model, journey: Journey) -> float:
    memo, carrier = _memo(model, "paces"), carrier_of(journey)
    pace: float | None = memo.get(carrier)
    if pace is None:
        pace = memo[carrier] = pace_of(model, journey)
    return pace


def _is_abroad(journey: Journey) -> bool:
    return journey.origin is not None and journey.destination is not None and journey.origin != journey.destination


def _window(known: Curve, clock: Workdays, entered: float, waited: float, now: datetime) -> Window:
    """The fewest days that hold at least COVERAGE of the arrivals still to come."""
    still, today = known.at(waited), clock.day(clock.at(now))
    spans = [
        (_day(known, clock, entered, still * (1 - tail)) if tail else today, to_on)
        for tail in _TAILS
        if (to_on := _day(known, clock, entered, still * (1 - tail - COVERAGE))) is not None
    ]
    if not spans:
        return Window(_day(known, clock, entered, still * COVERAGE) or today, None, COVERAGE)
    from_on, to_on = min(
        ((max(start or today, today), end) for start, end in spans), key=lambda span: span[1] - span[0]
    )
    to_on = max(from_on, to_on)
    before, after = clock.start(from_on) - entered, clock.start(to_on + DAY) - entered
    return Window(from_on, to_on, (min(known.at(before), still) - known.at(after)) / still)


def _day(known: Curve, clock: Workdays, entered: float, share: float) -> date | None:
    """The day on which the share not yet arrived falls to `share`."""
    span = known.when(share)
    return clock.day(entered + span) if span is not None else None
