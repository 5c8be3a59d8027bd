"""Matters past their shop's time of keeping go with their words and ratings, then customers of whom nothing is left."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.store import bygone, grace, sql
from bot.store.bygone import Counted
from bot.store.ms import from_ms, to_ms
from bot.store.pruning import Bite, Key

TICKETS = 200
ROWS = 500
_TICKETS = "SELECT id, merchant_id, opened_ms, closed_ms FROM ticket WHERE id > ? ORDER BY id LIMIT ?"
_WORDS = (
    "SELECT w.id, c.merchant_id, w.created_ms, CASE WHEN w.ticket_id IS NULL THEN w.created_ms END"
    " FROM ticket_message w LEFT JOIN customer c ON c.id = w.customer_id WHERE w.id > ? ORDER BY w.id LIMIT ?"
)
_CUSTOMERS = "SELECT id, merchant_id, created_ms, created_ms FROM customer WHERE id > ? ORDER BY id LIMIT ?"
_PARTS = "DELETE FROM ticket_part WHERE message_id IN (SELECT id FROM ticket_message WHERE {these})"
# Who is banned stays so; whose parcel, matter or words are still kept stays a customer.
_LEAVE = (
    "DELETE FROM customer WHERE {these} AND banned_ms IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM follow f WHERE f.customer_id = customer.id)"
    " AND NOT EXISTS (SELECT 1 FROM ticket t WHERE t.customer_id = customer.id)"
    " AND NOT EXISTS (SELECT 1 FROM ticket_message w WHERE w.customer_id = customer.id)"
    " AND NOT EXISTS (SELECT 1 FROM gesture g WHERE g.customer_id = customer.id)"
    " AND NOT EXISTS (SELECT 1 FROM rating r WHERE r.customer_id = customer.id)"
    " AND NOT EXISTS (SELECT 1 FROM promise p WHERE p.customer_id = customer.id AND p.open = 1) RETURNING user_id"
)
_CLOSED = "SELECT id, merchant_id, closed_ms, cause FROM ticket WHERE {these} AND closed_ms IS NOT NULL"
_RATED = "SELECT merchant_id, rated_ms, stars FROM rating WHERE {these} AND stars IS NOT NULL AND rated_ms IS NOT NULL"
_NO_PERSON = (
    "DELETE FROM person WHERE {these} AND NOT EXISTS (SELECT 1 FROM customer c WHERE c.user_id = person.user_id)"
    " AND NOT EXISTS (SELECT 1 FROM member m WHERE m.user_id = person.user_id)"
)


async def tickets(after: Key | None, now: datetime, most: int) -> Bite:
    """Look at the next `most` tickets; how many rows went."""
    return await _walk(_TICKETS, _end_tickets, after, now, most)


async def words(after: Key | None, now: datetime, most: int) -> Bite:
    """Look at the next `most` messages; those without a ticket go by their own age."""
    return await _walk(_WORDS, _end_words, after, now, most)


async def customers(after: Key | None, now: datetime, most: int) -> Bite:
    """Look at the next `most` customers; one of whom nothing is left goes, with his account's settings."""
    return await _walk(_CUSTOMERS, _end_customers, after, now, most)


async def _walk(page_of: str, end: Any, after: Key | None, now: datetime, most: int) -> Bite:
    """`page_of` gives key, shop, age and since when it is over (null: it is not)."""
    page = await sql.records(page_of, (after or 0, most))
    if not page or await grace.holds(now):
        return Bite(0)
    shops = await bygone.keepings(now)
    past = [row[0] for row in page if row[3] is not None and now - from_ms(row[3]) > shops.of(row[1]).tickets]
    gone = await end(past) if past else 0
    youngest = now - shops.shortest.tickets
    is_end = len(page) < most or page[-1][2] >= to_ms(youngest)
    return Bite(gone, None if is_end else page[-1][0])


async def _end_tickets(ids: Sequence[int]) -> int:
    these, listed = sql.among("id", ids)
    rows = await sql.rows(_CLOSED.format(these=these), (listed,))
    closed = [row["id"] for row in rows]
    these, listed = sql.among("ticket_id", closed)
    stars = await sql.rows(_RATED.format(these=these), (listed,))
    await bygone.add([*_matters(rows), *_stars(stars)])
    gone = await sql.run(_PARTS.format(these=these), (listed,))
    for table in ("ticket_message", "wait", "rating"):
        gone += await sql.remove(table, "ticket_id", closed)
    return gone + await sql.remove("ticket", "id", closed)


def _matters(rows: Iterable[Mapping[str, Any]]) -> Iterator[Counted]:
    return (Counted(row["merchant_id"], from_ms(row["closed_ms"]), f"ticket.{row['cause']}") for row in rows)


def _stars(rows: Iterable[Mapping[str, Any]]) -> Iterator[Counted]:
    return (Counted(row["merchant_id"], from_ms(row["rated_ms"]), f"rating.{row['stars']}") for row in rows)


async def _end_words(ids: Sequence[int]) -> int:
    these, listed = sql.among("id", ids)
    gone = await sql.run(_PARTS.format(these=these), (listed,))
    return gone + await sql.remove("ticket_message", "id", ids)


async def _end_customers(ids: Sequence[int]) -> int:
    these, listed = sql.among("id", ids)
    left = await sql.rows(_LEAVE.format(these=these), (listed,))
    these, listed = sql.among("user_id", [row["user_id"] for row in left])
    return len(left) + await sql.run(_NO_PERSON.format(these=these), (listed,))
