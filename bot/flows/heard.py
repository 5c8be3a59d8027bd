"""What a reader knows: remembered once a notice has left, forgotten with one that never did."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import convert

from bot.domain.measures import DOUBTS
from bot.domain.outgoing import Leaving
from bot.domain.telling import Told
from bot.store import ingest, ratings
from bot.store import told as kept
from bot.store.told import Heard


async def remember(row: Leaving, now: datetime) -> None:
    """The reader of a notice has (or may have) read it: from this the next one is planned."""
    if row.customer_id is None:
        return
    if "rating" in row.payload:
        await ratings.left(row.payload["rating"], now)
    told = convert(row.payload.get("told", ()), tuple[Told, ...])
    await knows(row.merchant_id, row.customer_id, str(row.payload["kind"]), told, now)


async def knows(merchant_id: int | None, customer_id: int, kind: str, told: Sequence[Told], now: datetime) -> None:
    """He knows what a notice of that kind tells."""
    await ingest.save_told(customer_id, told, now)
    if merchant_id is not None:
        await kept.write(Heard(merchant_id, customer_id, kind, kind in DOUBTS), told, now)


async def forget(row: Leaving, now: datetime) -> None:
    """A notice is dropped unread: its promise is void, and the word that it was to take the place of owed again."""
    if row.customer_id is None:
        return
    shipments = row.payload.get("shipments", ())
    if "planned" in row.payload:
        await ingest.undo_promises(row.customer_id, shipments, row.payload["planned"], now)
    await ingest.cancel_unheard(row.customer_id, shipments, now)
