"""The time after an update in which nothing is removed for its age: shops can still say how long they keep things."""

from datetime import datetime, timedelta

import structlog

from bot.store import sql

log = structlog.get_logger(__name__)

GRACE = timedelta(days=14)
NAME = "keeps_all_until"
"""A mark, which the update makes where parcels are there already; empty until somebody first walks."""


async def holds(now: datetime) -> bool:
    """Whether all is kept as yet; whoever asks first sets the end, and tells the log."""
    said = await _said()
    if said is None:
        return False
    if said:
        return now < datetime.fromisoformat(said)
    until = now + GRACE
    await sql.run("UPDATE mark SET value = ? WHERE name = ? AND value = ''", (until.isoformat(), NAME))
    log.info("removing_what_is_past_begins", at=f"{until:%F}", see="docs/retention.md")
    return True


async def until(now: datetime) -> datetime | None:
    """Until when all is kept if the service begins now; None where that is over, or never was."""
    said = await _said()
    end = None if said is None else datetime.fromisoformat(said) if said else now + GRACE
    return end if end is not None and now < end else None


async def _said() -> str | None:
    found = await sql.records("SELECT value FROM mark WHERE name = ?", (NAME,))
    return str(found[0][0]) if found else None
