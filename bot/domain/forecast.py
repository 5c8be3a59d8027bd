"""The chance that a parcel misses its promised day, and when it arrives.

Kaplan-Meier by stage and time in the stage, in working days, with back-off: everything here, then the same promised
window, the shop, its carrier's service, the lane. Each step leans on the one before it where it knows little itself.
Last, the chances are paced by how the network runs just now.
"""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.domain.backoff import Known, kind_of, known_of, memo_of
from bot.domain.day_hours import still_to_come
from bot.domain.journey import Journey, Stage, Step
from bot.domain.learning import DAY, Model, hours_of
from bot.domain.links import Level, bucket_of
from bot.domain.survival import Curve, landmark_of
from bot.domain.workdays import Workdays

PRIOR_WORTH = 4.0
"""Parcels that the prior is worth where no other went before."""
ENOUGH = 20.0
"""Ended parcels, of all kinds, before which a chance is a guess of ours."""
COVERAGE = 0.9
"""The least that an arrival window holds."""
_TAILS = (0.0, 0.02, 0.04, 0.06, 0.08)
"""Shares of arrivals that may come before the window; the rest of what is missing comes after it."""


class Window(Struct, frozen=True, gc=False):
    """Days between which it arrives with the chance `coverage`. `to_on` None: it may well not arrive in months.

    `likely_on`: by then half of such parcels have arrived.
    """

    from_on: date
    to_on: date | None
    coverage: float
    likely_on: date | None = None


class Outlook(Struct, frozen=True, gc=False):
    """From what an arrival window is read when somebody asks for it. `still`: share of today's arrivals to come."""

    curve: Curve
    clock: Workdays
    entered: float
    here: float
    still: float = 1.0

    @property
    def window(self) -> Window:
        """The fewest days that hold at least COVERAGE of the arrivals still to come."""
        today, likely_on = self.clock.day(self.here), self._day(0.5)
        spans = [
            ((self._day(tail) or today) if tail else today, to_on)
            for tail in _TAILS
            if (to_on := self._day(tail + COVERAGE)) is not None
        ]
        if not spans:
            return Window(self._day(1 - COVERAGE) or today, None, COVERAGE, likely_on)
        from_on, to_on = min(spans, key=lambda span: span[1] - span[0])
        return Window(from_on, to_on, self._holds(from_on, to_on), likely_on)

    def _day(self, gone: float) -> date | None:
        """The day by which that share of what is still to come has arrived; None: not in months."""
        open_, tomorrow = self._open()
        if (left := open_ * (1 - gone)) >= tomorrow:
            return self.clock.day(self.here)
        span = self.curve.when(left)
        return self.clock.day(max(self.entered + span, self.here)) if span is not None else None

    def _holds(self, from_on: date, to_on: date) -> float:
        open_, _ = self._open()
        before = min(self._left(from_on), open_)
        return (before - self._left(to_on + DAY)) / open_

    def _open(self) -> tuple[float, float]:
        """The share that is still to come now, and the share that will be tomorrow."""
        now, tomorrow = self.curve.at(self.here - self.entered), self._left(self.clock.day(self.here) + DAY)
        return tomorrow + (now - tomorrow) * self.still, tomorrow

    def _left(self, day: date) -> float:
        return self.curve.at(self.clock.start(day) - self.entered)


class Forecast(Struct, frozen=True, gc=False):
    """What is expected of an open parcel. `p_late` None: no day was promised. `n`: parcels like it at `level`.

    `level` is the most special one with a say. `waited`, `left`: working days in the stage so far, and from now to
    the deadline. `pace`: arrivals lately against the usual. `is_guess`: hardly any parcel of any kind has ended yet.
    """

    p_late: float | None
    arrival: Outlook | Window
    stage: Stage
    level: Level
    n: int
    waited: float
    left: float | None = None
    pace: float = 1.0
    is_guess: bool = False

    @property
    def window(self) -> Window:
        """When it arrives. Costs more than all the rest, so it is read when asked for."""
        return self.arrival.window if isinstance(self.arrival, Outlook) else self.arrival

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
            "likely_on": window.likely_on.isoformat() if window.likely_on is not None else None,
            "coverage": round(window.coverage, 2),
        }


def forecast(model: Model, journey: Journey, now: datetime) -> Forecast:
    """What is expected of an open journey at `now`. Sane for any input, and never surer than its experience."""
    memo = memo_of(model)
    kind = kind_of(memo, model, journey)
    clock, promised_by = kind.clock, journey.promised_by
    run = _present(journey, now)
    here, entered = clock.at(now), clock.at(run.at)
    waited = here - entered
    due = None if promised_by is None else clock.at(promised_by)
    bucket = bucket_of(None if due is None else due - clock.at(journey.window_from(run.at)))
    known = known_of(memo, model, kind, (run.stage, bucket, landmark_of(waited)))
    still = _still_to_come(model, journey, run.stage, now)
    arrival = Outlook(known.curve, clock, entered, here, still)
    if due is None or promised_by is None:
        return Forecast(None, arrival, run.stage, known.level, known.at_level, waited, None, kind.pace)
    left = due - here
    p_late = 1.0 if now >= promised_by else _p_late(known, waited, left, still)
    is_guess = model.parcels < ENOUGH
    return Forecast(p_late, arrival, run.stage, known.level, known.at_level, waited, left, kind.pace, is_guess)


def _present(journey: Journey, now: datetime) -> Step:
    """The present run; a scan from the future has not happened yet."""
    runs = journey.runs()
    for run in reversed(runs):
        if run.at <= now:
            return run
    return Step(runs[0].stage, now)


def _still_to_come(model: Model, journey: Journey, stage: Stage, now: datetime) -> float:
    """What of the promised day's arrivals is to come at this hour; on other days, and for who fetches it, all."""
    by = journey.promised_by
    if by is None or not timedelta() < by - now <= DAY or stage is Stage.AVAILABLE_FOR_PICKUP:
        return 1.0
    hour = now.astimezone(ZoneInfo(journey.zone)).hour
    return still_to_come(hours_of(model, journey), hour, on_van=stage is Stage.OUT_FOR_DELIVERY)


def _p_late(known: Known, waited: float, left: float, still: float) -> float:
    """The share that takes longer than what is left, drawn to the middle where few parcels are behind it.

    What of today is gone by without it is weighed last: it is seen, not guessed.
    """
    share = min(known.curve.at(waited + left) / known.curve.at(waited), 1.0)
    count = known.count + PRIOR_WORTH
    late = (share * count + 0.5) / (count + 1)
    return late / (late + (1 - late) * still)
