"""The rhythm of a carrier nobody knows yet: what day one starts from, and what little learnt leans on.

Sources: research on delivery polling (nine scans a parcel, most of them by day, few at weekends). All figures are own,
round and wide on purpose; a shop's own scans replace them.
"""

from types import MappingProxyType

from bot.domain.rhythm import Pulse, Rhythm
from carriers.kit.model import Status

_S = Status


def _day(*spans: tuple[int, float]) -> tuple[float, ...]:
    """A factor an hour from (last hour of the span, factor); 1 is a usual working hour."""
    hours: list[float] = []
    for until, factor in spans:
        hours += [factor] * (until - len(hours))
    return tuple(hours)


_COLLECTED = _day((6, 0.1), (9, 0.4), (14, 0.7), (20, 1.3), (22, 0.6), (24, 0.2))
"""Merchants hand over in the afternoon."""
_HUB = _day((5, 0.4), (10, 3.0), (18, 0.8), (24, 0.6))
"""Hubs sort through the night, which is mere movement; going out for delivery is most of what counts, in the morning:
three fifths of a day's news in five hours."""
_VAN = _day((7, 0.05), (8, 0.2), (9, 0.6), (18, 1.0), (20, 0.8), (22, 0.5), (24, 0.25))
"""A courier's round; where days are hot it goes on into the night."""
_DESK = _day((6, 0.1), (8, 0.5), (18, 1.0), (20, 0.6), (22, 0.3), (24, 0.1))
"""What an office or a counter decides."""

_DAYS: dict[Status, tuple[tuple[float, ...], float, float]] = {
    # hours of a working day, then how much of it a rest day and the last rest day keep
    _S.UNKNOWN: (_COLLECTED, 0.4, 0.25),
    _S.PRE_TRANSIT: (_COLLECTED, 0.4, 0.25),
    _S.IN_TRANSIT: (_HUB, 0.5, 0.35),
    _S.CUSTOMS: (_DESK, 0.3, 0.2),
    _S.OUT_FOR_DELIVERY: (_VAN, 0.6, 0.4),
    _S.AVAILABLE_FOR_PICKUP: (_DESK, 0.5, 0.3),
    _S.DELIVERY_ATTEMPTED: (_HUB, 0.4, 0.25),
    _S.EXCEPTION: (_DESK, 0.4, 0.25),
    _S.RETURNING: (_DESK, 0.4, 0.3),
}

_RATES: dict[Status, tuple[float, ...]] = {
    # news in a usual working hour when the last scan is less than 2, 6, 12, 24, 48, 96, 240 hours ago, and beyond
    _S.UNKNOWN: (0.04, 0.04, 0.05, 0.05, 0.05, 0.04, 0.015, 0.004),
    _S.PRE_TRANSIT: (0.03, 0.05, 0.06, 0.06, 0.06, 0.05, 0.015, 0.004),
    _S.IN_TRANSIT: (0.01, 0.012, 0.015, 0.015, 0.015, 0.012, 0.008, 0.003),
    _S.CUSTOMS: (0.01, 0.02, 0.02, 0.02, 0.02, 0.02, 0.01, 0.003),
    _S.OUT_FOR_DELIVERY: (0.12, 0.2, 0.18, 0.1, 0.05, 0.04, 0.015, 0.004),
    _S.AVAILABLE_FOR_PICKUP: (0.02, 0.03, 0.03, 0.03, 0.03, 0.02, 0.015, 0.005),
    _S.DELIVERY_ATTEMPTED: (0.02, 0.03, 0.06, 0.08, 0.06, 0.03, 0.015, 0.005),
    _S.EXCEPTION: (0.03, 0.04, 0.04, 0.05, 0.04, 0.03, 0.015, 0.004),
    _S.RETURNING: (0.01, 0.02, 0.02, 0.02, 0.02, 0.015, 0.01, 0.003),
}


def _pulse(status: Status) -> Pulse:
    day, rest, last_rest = _DAYS[status]
    hours = (*day, *(factor * rest for factor in day), *(factor * last_rest for factor in day))
    return Pulse(_RATES[status], hours)


PRIOR: Rhythm = MappingProxyType({status: _pulse(status) for status in _RATES})
