"""What a carrier's answer leads to, for flows' tests: taken in, then the notices as planned and as they would leave."""

from datetime import UTC, datetime

import orjson

from bot.flows import facts
from bot.flows.composed import Composed
from bot.flows.ingest import Polled, ingest_batch
from bot.store import sql
from carriers.kit.model import TrackingResult
from tests.fakes.parcels import Followed, notice

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


async def take_in(parcel: Followed, said: TrackingResult, now: datetime = NOW) -> None:
    """The carrier's answer, as a poll would bring it."""
    await ingest_batch([Polled(parcel.shipment.id, said)], now)


async def said() -> list[str]:
    """The kinds of all notices that were planned, in order."""
    rows = await sql.rows("SELECT payload FROM outbox WHERE act = 'notice' ORDER BY id")
    return [orjson.loads(row["payload"])["kind"] for row in rows]


async def composed(parcel: Followed, kind: str, now: datetime) -> Composed | None:
    """The last notice of that kind as it would leave now."""
    rows = await sql.rows("SELECT payload FROM outbox WHERE act = 'notice' ORDER BY id DESC")
    known = next(found for row in rows if (found := orjson.loads(row["payload"]))["kind"] == kind)
    return await facts.notice(notice(parcel, known.pop("kind"), now, **known), now)
