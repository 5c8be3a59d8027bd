"""How right forecasts were: what was said of parcels that have ended, against how they ended. Sums, to be added up."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec import Struct

from bot.domain.forecast import Window, forecast
from bot.domain.hours import day_there
from bot.domain.journey import Ending, Journey, as_known
from bot.domain.learning import Model

BINS = 10
NEAR = timedelta(hours=48)
_LIKELY = (3, 7)
"""Bins at which "unlikely" and "open" end."""


class Moment(StrEnum):
    """When on its way a parcel is looked back at."""

    HANDED_OVER = "handed_over"
    NEAR_DEADLINE = "near_deadline"


class Outcome(Struct, frozen=True):
    """One forecast and what became of it. `days_off`: between the likely day and that of arrival, None: never came."""

    p_late: float
    was_late: bool
    claimed: float
    held: bool
    days_off: int | None = None
    width: int | None = None


class Bin(Struct, frozen=True):
    """Forecasts of about one chance: how many, the sum of their chances, how many came late."""

    count: int = 0
    expected: float = 0.0
    late: int = 0


class Calibration(Struct, frozen=True):
    """Sums over outcomes; see the properties for what they mean."""

    count: int = 0
    squares: float = 0.0
    bins: tuple[Bin, ...] = (Bin(),) * BINS
    claimed: float = 0.0
    held: int = 0
    arrived: int = 0
    days_off: int = 0

    @property
    def brier(self) -> float | None:
        """Mean squared error of the chance: 0 is perfect, .25 is what a coin knows."""
        return self.squares / self.count if self.count else None

    @property
    def coverage(self) -> tuple[float, float] | None:
        """What arrival windows claimed to hold, and what they held."""
        return (self.claimed / self.count, self.held / self.count) if self.count else None

    @property
    def error_days(self) -> float | None:
        """Mean distance of the likely day from that of arrival."""
        return self.days_off / self.arrived if self.arrived else None

    @property
    def bias(self) -> float | None:
        """Share expected to be late above the share that was."""
        if not self.count:
            return None
        return sum(one.expected - one.late for one in self.bins) / self.count


def calibration(outcomes: Iterable[Outcome]) -> Calibration:
    """The outcomes added up."""
    known = list(outcomes)
    offs = [one.days_off for one in known if one.days_off is not None]
    return Calibration(
        count=len(known),
        squares=sum((one.p_late - one.was_late) ** 2 for one in known),
        bins=tuple(_bin([one for one in known if _place(one.p_late) == place]) for place in range(BINS)),
        claimed=sum(one.claimed for one in known),
        held=sum(one.held for one in known),
        arrived=len(offs),
        days_off=sum(offs),
    )


def _place(p_late: float) -> int:
    return min(int(p_late * BINS), BINS - 1)


def _bin(outcomes: Sequence[Outcome]) -> Bin:
    return Bin(len(outcomes), sum(one.p_late for one in outcomes), sum(one.was_late for one in outcomes))


def together(parts: Iterable[Calibration]) -> Calibration:
    """Several nights' sums as one."""
    total = Calibration()
    for part in parts:
        total = Calibration(
            count=total.count + part.count,
            squares=total.squares + part.squares,
            bins=tuple(
                Bin(one.count + two.count, one.expected + two.expected, one.late + two.late)
                for one, two in zip(total.bins, part.bins, strict=True)
            ),
            claimed=total.claimed + part.claimed,
            held=total.held + part.held,
            arrived=total.arrived + part.arrived,
            days_off=total.days_off + part.days_off,
        )
    return total


def review(model: Model, ended: Iterable[Journey]) -> dict[Moment, Calibration]:
    """What `model`, which has not counted them yet, would have said of `ended` journeys on their way."""
    outcomes: dict[Moment, list[Outcome]] = {moment: [] for moment in Moment}
    for journey in ended:
        for moment, at in _moments(journey):
            outcome = looked_back(model, journey, at)
            if outcome is not None:
                outcomes[moment].append(outcome)
    return {moment: calibration(found) for moment, found in outcomes.items()}


def _moments(journey: Journey) -> list[tuple[Moment, datetime]]:
    moments = []
    if journey.handed_at is not None:
        moments.append((Moment.HANDED_OVER, journey.handed_at))
    if journey.promised_by is not None:
        moments.append((Moment.NEAR_DEADLINE, journey.promised_by - NEAR))
    return moments


def looked_back(model: Model, journey: Journey, at: datetime) -> Outcome | None:
    """The forecast at `at`, from what was known then; None if there was none to make, or its end is not known."""
    if journey.promised_by is None:
        return None
    known = as_known(journey, at)
    if known is None or at >= journey.promised_by:
        return None
    said = forecast(model, known, at)
    return None if said.p_late is None else outcome_of(said.p_late, said.window, journey)


def outcome_of(p_late: float, window: Window, journey: Journey) -> Outcome | None:
    """What became of a forecast; None where the end is not known, or no day was promised."""
    if journey.ended_at is None or journey.ended_as in (None, Ending.CUT_OFF) or journey.promised_by is None:
        return None
    came_on = day_there(journey.ended_at, journey.zone) if journey.ended_as is Ending.DELIVERED else None
    if came_on is None:
        return Outcome(p_late, True, window.coverage, window.to_on is None)
    is_soon = window.to_on is None or came_on <= window.to_on
    return Outcome(
        p_late=p_late,
        was_late=journey.ended_at >= journey.promised_by,
        claimed=window.coverage,
        held=window.from_on <= came_on and is_soon,
        days_off=abs((came_on - window.likely_on).days) if window.likely_on is not None else None,
        width=(window.to_on - window.from_on).days + 1 if window.to_on is not None else None,
    )


def grouped(counted: Calibration) -> tuple[Bin, ...]:
    """The forecasts of few, of some and of many chances, as one bin each."""
    parts = (counted.bins[: _LIKELY[0]], counted.bins[_LIKELY[0] : _LIKELY[1]], counted.bins[_LIKELY[1] :])
    return tuple(
        Bin(sum(one.count for one in part), sum(one.expected for one in part), sum(one.late for one in part))
        for part in parts
    )


def to_text(counted: Calibration) -> str:
    """For the store."""
    return msgspec.json.encode(counted).decode()


def from_text(stored: str) -> Calibration:
    """As stored; nothing where it is of another shape: counting begins anew."""
    try:
        counted = msgspec.json.decode(stored, type=Calibration)
    except msgspec.MsgspecError:
        return Calibration()
    return counted if len(counted.bins) == BINS else Calibration()
