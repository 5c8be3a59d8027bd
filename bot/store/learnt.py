"""What was learnt, and the ended shipments there are to learn from, in chunks."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from bot.domain.forecast import Window
from bot.domain.shipment import Shipment
from bot.store import bulk, packing, sql
from bot.store.ms import from_day, from_ms, to_day, to_ms
from bot.store.shipments import READ, to_shipment
from carriers.kit.model import Status

_ENDED = f"SELECT {READ} FROM shipment WHERE open = 0 AND learnt = 0 ORDER BY id LIMIT ?"  # noqa: S608
_UNDER_WAY = f"SELECT {READ} FROM shipment WHERE open = 1 AND learnt = 0 AND id > ? ORDER BY id LIMIT ?"  # noqa: S608
_SCANS = "SELECT shipment_id, status, at_ms FROM scan_event WHERE status IS NOT NULL AND at_ms IS NOT NULL"
_STATUS = {one.value: one for one in Status}

Scans = dict[int, list[tuple[Status, datetime]]]


class Foretold(NamedTuple):
    """A forecast that was made of a shipment, once, before `due_at`, the end of its promised day."""

    shipment_id: int
    merchant_id: int
    made_at: datetime
    due_at: datetime
    p_late: float
    window: Window


# ---- what was learnt


async def load(kind: str) -> tuple[bytes, datetime] | None:
    """What is known of this kind, and since when; None before anything was learnt."""
    found = await sql.records("SELECT body, at_ms FROM learnt WHERE kind = ?", (kind,))
    return (bytes(found[0][0]), from_ms(found[0][1])) if found else None


async def learnt_at(kind: str) -> datetime | None:
    """Since when it is known."""
    found = await sql.records("SELECT at_ms FROM learnt WHERE kind = ?", (kind,))
    return from_ms(found[0][0]) if found else None


async def hold(kind: str) -> None:
    """Keep others from learning this kind until the transaction ends; SQLite has one process."""
    if sql.dialect() == "postgres":
        await sql.rows("SELECT pg_advisory_xact_lock(hashtext(?))", [f"learnt:{kind}"])


async def save(kind: str, body: bytes, now: datetime) -> None:
    """This is known now."""
    await sql.run(
        "INSERT INTO learnt (kind, body, at_ms) VALUES (?, ?, ?)"
        " ON CONFLICT (kind) DO UPDATE SET body = excluded.body, at_ms = excluded.at_ms",
        (kind, body, to_ms(now)),
    )


# ---- what to learn from


async def ended(most: int) -> list[Shipment]:
    """Shipments that are over and not counted yet."""
    return [to_shipment(row) for row in await sql.records(_ENDED, (most,))]


async def under_way(after_id: int, most: int) -> list[Shipment]:
    """The next open shipments by id."""
    return [to_shipment(row) for row in await sql.records(_UNDER_WAY, (after_id, most))]


async def count_ended() -> int:
    """How many shipments are over and not counted yet."""
    return int((await sql.records("SELECT count(*) FROM shipment WHERE open = 0 AND learnt = 0"))[0][0])


async def scans(ids: Sequence[int]) -> Scans:
    """The movements of these shipments with an hour, in no order; also of those whose scans are packed."""
    found: Scans = {one: [] for one in ids}
    where, listed = sql.among("shipment_id", ids)
    for row in await sql.records(f"{_SCANS} AND {where}", (listed,)):
        found[row[0]].append((_STATUS[row[1]], from_ms(row[2])))
    for shipment_id, kept in (await packing.packed(ids)).items():
        scans = [one.scan for one in kept]
        found[shipment_id] += [(one.status, one.at) for one in scans if one.status is not None and one.at is not None]
    return found


async def mark(ids: Sequence[int]) -> None:
    """They have been counted."""
    where, listed = sql.among("id", ids)
    await sql.run(f"UPDATE shipment SET learnt = 1 WHERE {where}", (listed,))  # noqa: S608


# ---- what was foretold

_FORETOLD = {
    "shipment_id": "bigint",
    "merchant_id": "bigint",
    "made_ms": "bigint",
    "due_ms": "bigint",
    "p_late": "double precision",
    "from_on": "text",
    "to_on": "text",
    "claimed": "double precision",
    "likely_on": "text",
}


async def not_foretold(since: date, until: date, after_id: int, most: int) -> list[Shipment]:
    """Open shipments promised from `since` to `until` of which nothing was foretold yet, by id."""
    query = (
        f"SELECT {READ} FROM shipment WHERE open = 1 AND learnt = 0 AND id > ? AND promised_on >= ?"  # noqa: S608
        " AND promised_on <= ? AND NOT EXISTS (SELECT 1 FROM foretold f WHERE f.shipment_id = shipment.id)"
        " ORDER BY id LIMIT ?"
    )
    given = (after_id, to_day(since), to_day(until), most)
    return [to_shipment(row) for row in await sql.records(query, given)]


async def foretell(rows: Iterable[Foretold]) -> None:
    """Keep forecasts; one that stands already stays."""
    given = [(*one[:2], to_ms(one.made_at), to_ms(one.due_at), one.p_late, *_columns(one.window)) for one in rows]
    await bulk.insert("foretold", _FORETOLD, given, "ON CONFLICT (shipment_id) DO NOTHING")


def _columns(window: Window) -> tuple[object, ...]:
    return to_day(window.from_on), to_day(window.to_on), window.coverage, to_day(window.likely_on)


async def take_foretold(ids: Sequence[int]) -> list[Foretold]:
    """What was foretold of these shipments; it is gone from the table then."""
    where, listed = sql.among("shipment_id", ids)
    found = await sql.records(
        f"DELETE FROM foretold WHERE {where}"  # noqa: S608
        " RETURNING shipment_id, merchant_id, made_ms, due_ms, p_late, from_on, to_on, claimed, likely_on",
        (listed,),
    )
    return [_foretold(row) for row in found]


def _foretold(row: Any) -> Foretold:
    from_on = from_day(row[5])
    assert from_on is not None  # noqa: S101 (the column is never null)
    window = Window(from_on, from_day(row[6]), row[7] or 0.0, from_day(row[8]))
    return Foretold(row[0], row[1], from_ms(row[2]), from_ms(row[3]), row[4], window)


# ---- how well it held


async def scores(merchant_ids: Sequence[int] | None, since: str) -> dict[tuple[int, str], str]:
    """The counts of these shops (None: of all) from the month `since` on, by shop and month."""
    query, given = "SELECT merchant_id, month, body FROM score WHERE month >= ?", [since]
    if merchant_ids is None:
        found = await sql.records(query, given)
    else:
        shops, listed = sql.among("merchant_id", merchant_ids)
        found = await sql.records(f"{query} AND {shops}", [*given, listed])
    return {(row[0], row[1]): row[2] for row in found}


async def save_scores(counts: Iterable[tuple[int, str, str]]) -> None:
    """(shop, month, counts), in place of what was there."""
    tail = "ON CONFLICT (merchant_id, month) DO UPDATE SET body = excluded.body"
    await bulk.insert("score", {"merchant_id": "bigint", "month": "text", "body": "text"}, list(counts), tail)
