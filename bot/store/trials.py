"""A shop's parcels of the last months, and what the presets would have meant for them: a row of `learnt` a shop."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.domain.shipment import Shipment
from bot.store import learnt, sql
from bot.store.ms import to_day, to_ms
from bot.store.shipments import IS_FINAL, READ, to_shipment

_PAST = (
    f"SELECT {READ} FROM shipment WHERE merchant_id = ? AND promised_on >= ? AND promised_on < ?"  # noqa: S608
    f" AND known_ms IS NOT NULL AND (open = 1 OR {IS_FINAL}) ORDER BY promised_on DESC, id DESC LIMIT ?"
)
_STALE = (
    "SELECT m.id FROM merchant m LEFT JOIN learnt l ON l.kind = 'trial:' || m.id"
    " WHERE l.at_ms IS NULL OR l.at_ms < ? ORDER BY m.id"
)


def _kind(merchant_id: int) -> str:
    return f"trial:{merchant_id}"


async def past(merchant_id: int, since: date, until: date, most: int) -> Sequence[Shipment]:
    """The last parcels promised from `since` to before `until` of which a carrier has told anything."""
    given = (merchant_id, to_day(since), to_day(until), most)
    return [to_shipment(row) for row in await sql.records(_PAST, given)]


async def stale(before: datetime) -> list[int]:
    """Shops that were last tried before then, or never."""
    return [row[0] for row in await sql.records(_STALE, (to_ms(before),))]


async def load(merchant_id: int) -> tuple[bytes, datetime] | None:
    """What was found last, and when."""
    return await learnt.load(_kind(merchant_id))


async def save(merchant_id: int, body: bytes, now: datetime) -> None:
    """In place of what was there."""
    await learnt.save(_kind(merchant_id), body, now)
