"""Days off of a country around a day, for what is counted in working days of a shop or of a parcel's destination."""

from datetime import date
from functools import lru_cache

from bot.domain.workdays import feasts, still_days


@lru_cache(maxsize=512)
def feasts_around(country: str | None, year: int) -> frozenset[date]:
    """Public holidays of the year, the one before and the one after: whatever is counted near a year's end."""
    return feasts(country, year - 1) | feasts(country, year) | feasts(country, year + 1)


@lru_cache(maxsize=512)
def rests_around(country: str | None, year: int) -> frozenset[date]:
    """The same with the weeks in which parcels of the country stand still: for what its carriers do."""
    return still_days(country, year - 1) | still_days(country, year) | still_days(country, year + 1)
