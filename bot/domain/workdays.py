"""Time as carriers work it: weekends and feasts go slowly. A position counts working days.

A day counts when it is over: what the van may still bring tonight is not given up in the afternoon.
"""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import accumulate
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.domain.zones import SATURDAY, weekend_of

Week = tuple[float, ...]
"""What each weekday (Monday first) brings, as a share of a usual working day."""

# own, rounded from the deliveries of several thousand parcels of one national post: a Saturday off brings about a
# third of a working day's, the other rest day a tenth; feasts are taken to be like that one
SATURDAY_SHARE = 0.3
REST_SHARE = 0.1

_FIRST = date(2010, 1, 1).toordinal()
_LAST = date(2050, 1, 1).toordinal()
_DAYS = _LAST - _FIRST


@lru_cache(maxsize=512)
def usual_week(country: str | None) -> Week:
    """The week of a country before anything is known of its carriers."""
    rest = weekend_of(country)
    return tuple(1.0 if day not in rest else SATURDAY_SHARE if day == SATURDAY else REST_SHARE for day in range(7))


class Workdays:
    """The working clock of one country, zone and week. It stands still before 2010 and after 2049."""

    def __init__(self, country: str | None, zone: str, week: Week) -> None:
        self._zone: tzinfo = UTC if zone == "UTC" else ZoneInfo(zone)
        off = {day.toordinal() for year in range(2010, 2050) for day in still_days(country, year)}
        first = date.fromordinal(_FIRST).weekday()
        shares = (REST_SHARE if day in off else week[(day - _FIRST + first) % 7] for day in range(_FIRST, _LAST))
        self._done = array("d", (0.0, *accumulate(shares)))

    def at(self, moment: datetime) -> float:
        """Working days that were over at `moment`."""
        day = moment.astimezone(self._zone).toordinal() - _FIRST
        return self._done[day] if 0 <= day < _DAYS else self._after(day)

    def _after(self, days: int) -> float:
        return self._done[min(max(days, 0), _DAYS)]

    def start(self, day: date) -> float:
        """The position at which a day begins."""
        return self._after(day.toordinal() - _FIRST)

    def day(self, position: float) -> date:
        """The day that begins at `position` or contains it."""
        day = bisect_right(self._done, position) - 1
        return date.fromordinal(_FIRST + min(max(day, 0), len(self._done) - 2))


@lru_cache(maxsize=64)
def workdays(country: str | None, zone: str, week: Week | None = None) -> Workdays:
    """The clock of a country and zone, built once (a hundredth of a second, 120 KB)."""
    return Workdays(country, zone, week or usual_week(country))


@lru_cache(maxsize=8192)
def feasts(country: str | None, year: int) -> frozenset[date]:
    """Public holidays of a country; none where they are not known."""
    if country is None:
        return frozenset()
    # costs a tenth of a second, and is needed only where something is forecast
    import holidays

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()


def nowruz(year: int) -> tuple[date, ...]:
    """The first thirteen days of spring: Iran's carriers rest for about two weeks, though only five days are feasts."""
    from persiantools.jdatetime import JalaliDate

    first: date = JalaliDate(year - 621, 1, 1).to_gregorian()  # type: ignore[no-untyped-call]
    return tuple(first + timedelta(days=step) for step in range(13))


STANDSTILLS: Mapping[str, Callable[[int], Iterable[date]]] = MappingProxyType({"IR": nowruz})
"""Weeks in which a country's carriers stand still beyond its public holidays."""


@lru_cache(maxsize=8192)
def still_days(country: str | None, year: int) -> frozenset[date]:
    """Days on which parcels of a country rest: its public holidays and standstills."""
    more = STANDSTILLS.get(country or "")
    return feasts(country, year) | frozenset(more(year) if more else ())


_DOUBT = 30.0
"""Deliveries on a usual working day from which what was seen of a weekend outweighs what is usual in the country."""


def week_of(country: str | None, delivered: Sequence[float]) -> Week:
    """The week that deliveries by weekday tell of: how much the days of rest bring, in tenths of a working day.

    In tenths, so that the clock seldom changes: what was counted by it stays comparable.
    """
    usual = usual_week(country)
    typical = sorted(delivered)[-4:-1]
    busy = sum(typical) / len(typical)
    return tuple(
        1.0 if share == 1.0 else round((seen + _DOUBT * share) / (busy + _DOUBT), 1)
        for seen, share in zip(delivered, usual, strict=True)
    )
