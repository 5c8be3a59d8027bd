"""Times as files have them: ISO and its cousins, days without an hour, three calendars, with or without an offset."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple

from bot.flows.saying import day, digits

_CLOCK = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s*(?:(Z|UTC|GMT)|([+-])(\d{2}):?(\d{2})?)?", re.IGNORECASE
)
_END = time(23, 59, 59)


class Said(NamedTuple):
    """A time as it stands in a file: its day, the hour if one is given, the offset if one is given."""

    on: date
    hour: time | None = None
    offset: tzinfo | None = None

    def at(self, zone: tzinfo, *, late: bool = False) -> datetime:
        """The UTC instant, by the wall clock of `zone` where no offset is given; a bare day's start, or its end."""
        hour = self.hour if self.hour is not None else _END if late else time()
        return datetime.combine(self.on, hour, self.offset or zone).astimezone(UTC)


def read_time(text: str) -> Said | None:
    """None where it is no time, or its day could be read in two ways."""
    said = digits(text).strip()
    head, _, tail = said.replace("T", " ", 1).partition(" ")
    on = day(head)
    if on is None:
        return None
    clock = tail.strip()
    if not clock:
        return Said(on)
    found = _CLOCK.fullmatch(clock)
    return _at_hour(on, found) if found else None


def _at_hour(on: date, found: re.Match[str]) -> Said | None:
    try:
        hour = time(int(found[1]), int(found[2]), int(found[3] or 0))
        return Said(on, hour, _offset(found))
    except ValueError:
        return None


def _offset(found: re.Match[str]) -> tzinfo | None:
    if found[4]:
        return UTC
    if not found[5]:
        return None
    span = timedelta(hours=int(found[6]), minutes=int(found[7] or 0))
    return timezone(span if found[5] == "+" else -span)
