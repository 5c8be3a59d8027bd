"""The week of a shop: it begins with the first working day after its country's weekend."""

from datetime import date, timedelta

from bot.domain.zones import weekend_of

DAY = timedelta(days=1)
MONDAY = 0


def first_weekday(country: str | None) -> int:
    """Monday is 0."""
    off = weekend_of(country)
    return next((day for day in range(7) if day not in off and (day - 1) % 7 in off), MONDAY)


def began(today: date, country: str | None) -> date:
    """The day on which the week of `today` began."""
    return today - (today.weekday() - first_weekday(country)) % 7 * DAY
