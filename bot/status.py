"""`herald status`: a live table in the terminal of accounts, queue and workers, beside the running service."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from bot.clock import Clock
from bot.flows.installation import Doing, allowance, doing
from bot.operator import check_current, database
from bot.settings import Settings
from bot.store import core, faults
from bot.store.faults import StoreUnavailable

if TYPE_CHECKING:
    from psycopg import AsyncConnection

EVERY = 2.0
MOST_ACCOUNTS = 20
LATE = timedelta(minutes=10).total_seconds()
"""Seconds behind after which an account stands out."""
_STATES = {"outage": "no answer", "pause": "waits"}
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"))


class Crew(Struct, frozen=True):
    """The workers of PostgreSQL mode: seconds since each gave a sign, and jobs by their queue, waiting and running."""

    workers: list[float]
    jobs: Mapping[str, tuple[int, int]]


async def show(settings: Settings, console: Console, *, once: bool) -> int:
    """Until Ctrl-C; once where asked for, or where nobody looks at a terminal."""
    clock = settings.make_clock()
    async with database(settings):
        await check_current()
        if once or not console.is_terminal:
            console.print(await _screen(settings, clock))
            return 0
        with Live(console=console, auto_refresh=False) as live:
            while True:
                live.update(await _screen_or_trouble(settings, clock), refresh=True)
                await asyncio.sleep(EVERY)


async def _screen_or_trouble(settings: Settings, clock: Clock) -> RenderableType:
    try:
        return await _screen(settings, clock)
    except StoreUnavailable as error:
        return Text(f"DATABASE_URL: {error}")


async def _screen(settings: Settings, clock: Clock) -> Group:
    by_theirs = settings.on_postgres and not settings.clock
    found = await doing(await core.time_there() if by_theirs else clock.now())
    parts = [accounts(found), queue(found)]
    if settings.on_postgres:
        parts.append(workers(await _crew(settings.database_url)))
    return Group(*parts)


async def _crew(url: str) -> Crew:
    from psycopg import Error

    from bot.jobs.engine_tables import connected

    try:
        async with connected(url) as connection:
            return await _crew_of(connection)
    except Error as error:
        raise faults.of_libpq(error) or error from error


async def _crew_of(connection: "AsyncConnection") -> Crew:
    signs = await connection.execute(
        "SELECT EXTRACT(EPOCH FROM clock_timestamp() - last_heartbeat) FROM procrastinate_workers ORDER BY 1"
    )
    seconds = [float(row[0]) for row in await signs.fetchall()]
    jobs = await connection.execute(
        "SELECT queue_name, count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'doing')"
        " FROM procrastinate_jobs GROUP BY queue_name ORDER BY queue_name"
    )
    return Crew(seconds, {row[0]: (row[1], row[2]) for row in await jobs.fetchall()})


def accounts(found: Doing) -> Table:
    """Those that are furthest behind first."""
    table = Table("account", "shop", "carrier", "state", "parcels", "behind", "asked today", title="Accounts")
    for one in found.accounts[:MOST_ACCOUNTS]:
        most = allowance(one.slug)
        spent = f"{one.spent} of {most}" if most else str(one.spent)
        state = _STATES.get(one.kept_by, one.state) if one.state == "active" else one.state
        behind = f"[red]{span(one.lag)}[/]" if one.lag > LATE else span(one.lag)
        table.add_row(str(one.id), one.merchant.replace("[", "("), one.slug, state, str(one.parcels), behind, spent)
    more = len(found.accounts) - MOST_ACCOUNTS
    if more > 0:
        table.add_row("…", f"{more} more", "", "", "", "", "")
    return table


def queue(found: Doing) -> Table:
    """What waits to be said, and to be handled."""
    table = Table("waits", "how many", "the oldest for", title="Queue")
    for priority, (waiting, age) in found.queue.items():
        table.add_row(priority, str(waiting), span(age))
    table.add_row("updates", str(found.updates), "")
    table.add_row("in doubt (a day)", str(found.in_doubt), "")
    return table


def workers(crew: Crew) -> Table:
    """Who lives, and what jobs there are."""
    table = Table("queue", "waiting", "running", title=f"{len(crew.workers)} workers")
    for name, (waiting, running) in crew.jobs.items():
        table.add_row(name, str(waiting), str(running))
    if crew.workers:
        table.caption = f"the quietest gave a sign {span(crew.workers[-1])} ago"
    return table


def span(seconds: float) -> str:
    """Seconds as a person reads them, in its largest unit."""
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
