"""Many parcels of one shop at one carrier, each followed by a customer of its own, and what its people hear."""

from datetime import datetime, timedelta
from typing import Any

import orjson

from bot.flows.ingest import Polled, Rules, ingest_batch
from bot.store import sql
from bot.store.models import Customer, Follow, Order, Shipment
from bot.store.ms import to_ms
from carriers.kit.model import TrackingResult
from tests.fakes import rows
from tests.fakes.answers import answer, scan

GROUP = rows.GROUP
HOUR = timedelta(hours=1)
OWNER = 6003


class Crowd:
    """`count` parcels, numbered from 1, all scanned at `now` in Riyadh on their way to Jeddah."""

    def __init__(self, count: int, now: datetime) -> None:
        self.ids = list(range(1, count + 1))
        self.now = now

    async def polled(
        self, now: datetime, ids: list[int] | None = None, said: TrackingResult | None = None, **rules: Any
    ) -> None:
        """The carrier answers for them: the same as before, unless it says something."""
        await ingest_batch([Polled(one, said) for one in ids or self.ids], now, Rules(**rules))

    async def scanned(self, at: datetime, ids: list[int] | None = None, **more: Any) -> None:
        """Each has a new scan, asked for at that time."""
        place = more.pop("place", "Riyadh")
        said = answer(scan(at, place=place, description=f"at {at}"), **more)
        await self.polled(at, ids, said)


async def crowd(count: int, now: datetime, *, slug: str = "dhl_unified", desk: bool = True, **changes: Any) -> Crowd:
    """A shop with an owner and a desk, its account, its parcels; customer n follows parcel n."""
    given = {"country": "SA", "zone": "Asia/Riyadh", "desk_chat_id": GROUP if desk else None}
    merchant = await rows.shop(**given)
    at = to_ms(now)
    await sql.run("INSERT INTO person (user_id, name) VALUES (?, 'Nadia')", (OWNER,))
    await sql.run("INSERT INTO member (merchant_id, user_id, role, created_ms) VALUES (1, ?, 'owner', 0)", (OWNER,))
    await sql.run(
        "INSERT INTO account (id, merchant_id, slug, secrets, state, failures, retry_ms, outage_told, answered_ms,"
        " tat_ms, spent_on, spent, created_ms) VALUES (1, 1, ?, '', 'active', 0, 0, ?, ?, 0, '', 0, 0)",
        (slug, False, at),
    )
    parcel: dict[str, Any] = {
        "merchant_id": merchant.id, "account_id": 1, "slug": slug, "status": "in_transit", "zone": "Asia/Riyadh",
        "country": "SA", "scan_place": "Riyadh", "origin": "Riyadh", "destination": "Jeddah", "next_poll_ms": 0,
        "created_ms": at, "scan_ms": at, "known_ms": at, "polled_ms": at, "status_ms": at,
    } | changes  # fmt: skip
    numbers = range(1, count + 1)
    await Shipment.bulk_create([Shipment(id=n, order_id=n, number=f"N{n}", **parcel) for n in numbers])
    await Order.bulk_create([Order(id=n, merchant_id=1, number=str(1000 + n), created_ms=at) for n in numbers])
    await Customer.bulk_create(
        [Customer(id=n, merchant_id=1, user_id=100_000 + n, name=f"C{n}", created_ms=at) for n in numbers]
    )
    await Follow.bulk_create([Follow(id=n, shipment_id=n, customer_id=n, created_ms=at) for n in numbers])
    return Crowd(count, now)


async def said(act: str = "answer", **where: Any) -> list[dict[str, Any]]:
    """Rows of the outbox with their payload, oldest first."""
    condition = "".join(f" AND {name} = ?" for name in where)
    found = await sql.rows(f"SELECT * FROM outbox WHERE act = ?{condition} ORDER BY id", (act, *where.values()))
    return [row | {"payload": orjson.loads(row["payload"])} for row in found]


async def kinds(act: str = "answer", **where: Any) -> list[str]:
    """The kinds of those rows."""
    return [row["payload"]["kind"] for row in await said(act, **where)]


async def incidents() -> list[dict[str, Any]]:
    """All incidents."""
    return await sql.rows("SELECT * FROM incident ORDER BY id")


async def held() -> list[int]:
    """Shipments with a warning that waits."""
    return [row["shipment_id"] for row in await sql.rows("SELECT shipment_id FROM held_warning ORDER BY shipment_id")]
