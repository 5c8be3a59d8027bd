"""What `/stats` at a desk and the gauges cost with a hundred thousand tickets, and with all of them in one month."""

import random
import resource
import time
from datetime import UTC, datetime, timedelta

from bot.flows import desk_gauges, desk_stats
from bot.store import core, desk_numbers, sql
from bot.store.models import Merchant
from bot.store.ms import to_ms
from tests.benchmarks import stores
from tests.benchmarks.machine import Row, machine, show

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
TICKETS, WORDS, DAY = 100_000, 5, timedelta(days=1)
SINCE = NOW - desk_stats.DAYS * DAY
MOST = {365: 2.0, 30: 6.0}
"""Seconds of the processor asked of a year's tickets, and of a month's."""
_TICKET = (
    "INSERT INTO ticket (id, merchant_id, customer_id, cause, state, evidence, opened_ms, answered_ms, closed_ms,"
    " solved_ms, assignee_id, reopened, reminded) VALUES (?, ?, ?, ?, ?, '{}', ?, ?, ?, ?, ?, 0, 0)"
)
_WORD = (
    "INSERT INTO ticket_message (customer_id, ticket_id, direction, user_id, text, source_chat_id,"
    " source_message_id, fate, created_ms) VALUES (?, ?, ?, ?, '', ?, ?, 'sent', ?)"
)
_RATING = (
    "INSERT INTO rating (merchant_id, customer_id, ticket_id, agent_id, stars, comment, made_ms, asked_ms, rated_ms)"
    " VALUES (?, ?, ?, ?, ?, '', ?, ?, ?)"
)


async def measure() -> list[Row]:
    """Wall time on both databases, each figure with what it counted."""
    rows = []
    for kind in stores.KINDS:
        for days in MOST:
            with stores.address(kind) as url:
                async with stores.opened(url):
                    shop = await _filled(days)
                    rows += [await _stats(kind, shop, days), await _gauges(kind, days)]
    return rows


async def _stats(kind: str, shop: Merchant, days: int) -> Row:
    began, spent = time.monotonic(), time.process_time()
    standing = await desk_numbers.standing(shop.id, NOW)
    found = await desk_stats.numbers(shop, SINCE, NOW)
    rated = await desk_numbers.ratings(shop.id, SINCE, NOW)
    seconds, spent = time.monotonic() - began, time.process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    detail = (
        f"{TICKETS:,} tickets of {days} days, {WORDS} words each: {standing.open} open, {found.first.clock.of} first"
        f" answers, {found.following.clock.of} later, {rated.given.of} asked; {seconds:.2f} s in all, {peak} MB"
    )
    return Row(f"/stats at a desk, {kind}, {_named(days)}", spent, "s of processor", most=MOST[days], detail=detail)


async def _gauges(kind: str, days: int) -> Row:
    began = time.monotonic()
    found = await desk_gauges.read(SINCE, NOW)
    seconds = time.monotonic() - began
    detail = f"the same tables: {found['herald_desk_first_answers']} first answers"
    return Row(f"desk gauges, {kind}, {_named(days)}", seconds, "s", most=1.0, detail=detail)


async def _filled(days: int) -> Merchant:
    shop = await Merchant.create(name="Noor", zone="Asia/Riyadh", country="SA", created_ms=0)
    drawn = random.Random(3)
    async with core.transaction():
        for start in range(1, TICKETS + 1, 10_000):
            await _tickets(shop.id, range(start, start + 10_000), days, drawn)
    return shop


async def _tickets(shop: int, ids: range, days: int, drawn: random.Random) -> None:
    tickets, words, ratings = [], [], []
    for number in ids:
        opened, agent = to_ms(NOW - days * DAY * drawn.random()), number % 9
        steps = sorted(opened + int(drawn.expovariate(1 / 3_600_000)) for _ in range(WORDS - 1))
        closed = steps[-1] + 3_600_000 if number % 50 else None
        state = "closed" if closed else "new"
        tickets.append((number, shop, number, "words", state, opened, steps[0], closed, closed, agent))
        for place, at in enumerate([opened, *steps]):
            words.append((number, number, "out" if place % 2 else "in", agent, number, place, at))
        ratings.append((shop, number, number, agent, 1 + number % 5 if number % 2 else None, opened, opened, opened))
    await sql.run_many(_TICKET, tickets)
    await sql.run_many(_WORD, words)
    await sql.run_many(_RATING, ratings)


def _named(days: int) -> str:
    return "a year" if days > desk_stats.DAYS else "a month"


if __name__ == "__main__":
    import asyncio

    show(machine(), asyncio.run(measure()))
