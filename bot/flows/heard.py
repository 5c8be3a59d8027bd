"""What a reader knows: remembered once a notice has left, forgotten with one that never did."""

from datetime import datetime

from msgspec import convert

from bot.domain.measures import DOUBTS
from bot.domain.outgoing import Leaving
from bot.domain.telling import Told
from bot.store import ingest
from bot.store import told as kept
from bot.store.told import Heard


async def remember(row: Leaving, now: datetime) -> None:
    """The reader of a notice has (or may have) read it: from this the next one is planned."""
    if row.customer_id is None:
        return
    told = convert(row.payload.get("told", ()), tuple[Told, ...])
    await ingest.save_told(row.customer_id, told, now)
    if row.merchant_id is not None:
        kind = str(row.payload["kind"])
        await kept.write(Heard(row.merchant_id, row.customer_id, kind, kind in DOUBTS), told, now)


async def forget(row: Leaving, now: datetime) -> None:
    """A notice is dropped unread: its promise is void, and the word that it was to take the place of owed again."""
    if row.customer_id is None:
        return
    shipments = row.payload.get("shipments", ())
    if "planned" in row.payload:
        await ingest.undo_promises(row.customer_id, shipments, row.payload["planned"], now)
    await ingest.cancel_unheard(row.customer_id, shipments, now)
