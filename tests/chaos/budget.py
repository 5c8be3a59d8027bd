"""What an account with a documented allowance was asked, by its carrier's own record and against what it may be."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import psycopg

from bot.sandbox.parcels.server import Asked
from bot.store.ms import to_ms
from carriers.kit.model import Limits

DAY = timedelta(days=1)
AT_ONCE = 0.5
"""Of a day's allowance: what may be asked at midnight (UTC); the rest is earned as the day goes."""
LOT = 10
"""Questions that are granted at a time, at one a second; so many may come late, and all at once."""
LATE_LOTS = 2
"""One that a worker still held while it stood still, and one of him who had taken over."""
PRESS = (
    "UPDATE shipment SET next_poll_ms = %(now)s WHERE id IN (SELECT id FROM shipment WHERE open = 1 AND slug = %(slug)s"
    " AND next_poll_ms > %(now)s ORDER BY {order} LIMIT %(most)s FOR UPDATE SKIP LOCKED)"
)
"""Parcels become due without the operator's own pace, at which carriers' limits do not hold."""


def overspent(asked: Sequence[Asked], limits: Limits) -> list[str]:
    """Where more was asked than was granted, in words. All times are those of the clock that everybody goes by."""
    times = [one.at for one in asked]
    return [*_over_allowance(times, limits.per_day or 0), *_over_rate(times, limits)]


def _over_allowance(times: Sequence[datetime], per_day: int) -> list[str]:
    days: dict[date, int] = {}
    said: dict[date, str] = {}
    for at in times if per_day else ():
        days[at.date()] = many = days.get(at.date(), 0) + 1
        passed = (at - at.replace(hour=0, minute=0, second=0, microsecond=0)) / DAY
        earned = per_day * (AT_ONCE + (1 - AT_ONCE) * passed)
        if many > min(earned + LOT, per_day):
            said[at.date()] = f"{many} questions by {at:%F %T}, {earned:.0f} of {per_day} a day granted"
    return list(said.values())


def _over_rate(times: Sequence[datetime], limits: Limits) -> list[str]:
    """The worst span, if any: an ideal bucket that is filled by each question and leaks at the granted rate."""
    if limits.per_second is None:
        return []
    level, worst, before = 0.0, (0.0, ""), None
    for at in times:
        leaked = (at - before).total_seconds() * limits.per_second if before and at > before else 0.0
        level, before = max(level - leaked, 0.0) + 1, max(at, before or at)
        worst = max(worst, (level, f"{at:%F %T}"))
    most = limits.burst + LATE_LOTS * LOT
    return [f"{worst[0]:.0f} questions at once at {worst[1]}, {most} granted at most"] if worst[0] > most else []


async def press(url: str, now: datetime, slug: str, most: int, order: str = "id") -> bool:
    """So many more parcels of that carrier are due now; False where PostgreSQL takes nothing just now."""
    given = {"now": to_ms(now), "slug": slug, "most": most}
    try:
        async with asyncio.timeout(2):
            async with await psycopg.AsyncConnection.connect(url, connect_timeout=2) as connection:
                await connection.execute(PRESS.format(order=order), given)
    except (psycopg.Error, TimeoutError):
        return False
    return True
