"""Time as carriers work it: nights, weekends and holidays go slowly. Positions are working days since 2000."""

from array import array
from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from bot.domain.zones import SATURDAY, weekend_of

DAY = timedelta(days=1)

# own, rounded from deliveries of several thousand parcels of one national post: a Saturday sees a quarter to a third
# of a working day's deliveries, the other rest day a tenth; feasts are taken to be like that other day
SATURDAY_SHARE = 0.3
REST_SHARE = 0.1

# own, from the same deliveries: parcels are handed over from eight to ten, little before and after. Shares of a day.
_NIGHT, _ROUND, _EVENING = 0.0125, 0.06, 0.03
_HOURS = (*[_NIGHT] * 8, *[_ROUND] * 14, *[_EVENING] * 2)
_UNTIL = (0.0, *accumulate(_HOURS))

_FIRST = date(2000, 1, 1).toordinal()
_LAST = date(2060, 1, 1).toordinal()


class Workdays:
    """The working clock of one country and zone."""

    def __init__(self, country: str | None, zone: str) -> None:
        self._zone: tzinfo = UTC if zone == "UTC" else ZoneInfo(zone)
        self._shares = array("d", (_share(country, date.fromordinal(day)) for day in range(_FIRST, _LAST)))
        self._done = array("d", (0.0, *accumulate(self._shares)))

    def at(self, moment: datetime) -> float:
        """Working days that have passed at `moment`; before 2000 and after 2059 the clock stands still."""
        there = moment.astimezone(self._zone)
        day = there.toordinal() - _FIRST
        if not 0 <= day < len(self._shares):
            return 0.0 if day < 0 else self._done[-1]
        hour = there.hour
        return self._done[day] + self._shares[day] * (_UNTIL[hour] + _HOURS[hour] * there.minute / 60)

    def day(self, position: float) -> date:
        """The day on the wall on which the clock shows `position`."""
        day = bisect_right(self._done, position) - 1
        return date.fromordinal(_FIRST + min(max(day, 0), len(self._shares) - 1))


@lru_cache(maxsize=128)
def workdays(country: str | None, zone: str) -> Workdays:
    """The clock of a country and zone, built once."""
    return Workdays(country, zone)


def _share(country: str | None, day: date) -> float:
    rest = weekend_of(country)
    if day in feasts(country, day.year):
        return REST_SHARE
    if day.weekday() not in rest:
        return 1.0
    return SATURDAY_SHARE if day.weekday() == SATURDAY else REST_SHARE


@lru_cache(maxsize=4096)
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
