"""A shop in shadow: its parcel slips, its people look at the draft; what each message says now."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import orjson

from bot.domain.outgoing import Act, Leaving, Priority, Sent
from bot.flows import card, draft_words, drafting, facts, outgoing, settling
from bot.flows.calls import Call
from bot.flows.ingest import Polled, Rules, ingest_batch
from bot.flows.outgoing import Composer
from bot.store import sql
from bot.store.models import Follow, Merchant, Order
from bot.texts.messages import render
from carriers.kit.model import TrackingResult
from tests.fakes import rows
from tests.fakes.answers import journey
from tests.fakes.parcels import Followed, followed

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = datetime.fromisoformat("2026-11-24T10:00:00+00:00")
PROMISED = date(2026, 11, 25)
QUIET = "22-8"
COMPOSER = Composer(facts.notice, facts.live, card.card, QUIET, draft_words.composer(QUIET))


async def shadowed(**changes: Any) -> Followed:
    """A parcel that runs to plan, of a shop in shadow."""
    parcel = await followed(NOW, **{"known_ms": None, "scan_ms": None, "scan_place": "", "status": "unknown"} | changes)
    await Merchant.filter(id=parcel.merchant.id).update(mode="shadow", zone="Europe/Berlin", country="DE")
    await asks(parcel, journey(NOW - HOUR, 3, eta=PROMISED), NOW)
    return parcel


async def asks(parcel: Followed, said: TrackingResult | None, now: datetime) -> None:
    """The carrier answers for it."""
    await ingest_batch([Polled(parcel.shipment.id, said)], now, Rules(quiet=QUIET))


async def slips(parcel: Followed, days: int = 2, now: datetime = NOW) -> None:
    """Now expected `days` after the promised day."""
    await asks(parcel, journey(now, 4, eta=PROMISED + days * DAY), now)


async def drafted(days: int = 2, **changes: Any) -> Followed:
    """A parcel whose slip stands as a draft before the shop's people."""
    parcel = await shadowed(**changes)
    await slips(parcel, days)
    await shown()
    return parcel


async def shown(now: datetime = NOW) -> None:
    """A sweep, and all that leaves after it."""
    await drafting.sweep(now, QUIET)
    await leave(now)


async def more(parcel: Followed, count: int, now: datetime = NOW, slug: str = "dhl_unified", first: int = 0) -> None:
    """So many further parcels, each of another customer, that slip at once; numbered from `first`."""
    ids = []
    for n in range(first, first + count):
        customer = await rows.customer(parcel.merchant, 100 + n, name=f"C{n}")
        order = await Order.create(merchant_id=parcel.merchant.id, number=str(2000 + n), created_ms=0)
        ids.append(await _like(parcel, order.id, customer.id, number=f"N{n}", slug=slug))
    await both_slip(ids, now)


async def twin(parcel: Followed) -> list[int]:
    """A further parcel of the same order and customer; both shipments."""
    return [
        parcel.shipment.id,
        await _like(parcel, parcel.order.id, parcel.customer.id, number="N", slug="dhl_unified"),
    ]


async def _like(parcel: Followed, order_id: int, customer_id: int, **changes: Any) -> int:
    row = (await sql.rows("SELECT * FROM shipment WHERE id = ?", (parcel.shipment.id,)))[0]
    row |= {"order_id": order_id, "eta_on": "2026-11-25", **changes}
    del row["id"]
    made = await sql.rows(
        f"INSERT INTO shipment ({', '.join(row)}) VALUES ({', '.join('?' * len(row))}) RETURNING id", list(row.values())
    )
    _ = await Follow.create(shipment_id=made[0]["id"], customer_id=customer_id, created_ms=0)
    return int(made[0]["id"])


async def both_slip(ids: list[int], now: datetime = NOW) -> None:
    """The same slip of several parcels in one answer."""
    said = journey(now, 4, eta=PROMISED + 2 * DAY)
    await ingest_batch([Polled(one, said) for one in ids], now, Rules(quiet=QUIET))


async def leave(now: datetime = NOW) -> list[Call]:
    """Whatever may leave now leaves; what was sent."""
    sent: list[Call] = []
    while found := await outgoing.lease(1, now):
        call = await outgoing.prepare(found[0], COMPOSER, now)
        if isinstance(call, Call):
            sent.append(call)
        await settling.settle(found[0], call if isinstance(call, Call) else None, _outcome(call, len(sent)), now)
    return sent


_numbers = iter(range(500, 100_000))


def _outcome(call: Any, count: int) -> Any:
    if not isinstance(call, Call):
        return call
    return Sent(call.params.get("message_id") or next(_numbers))


async def notices() -> list[dict[str, Any]]:
    """What was queued or sent for customers, oldest first."""
    found = await sql.rows("SELECT * FROM outbox WHERE act = 'notice' ORDER BY id")
    return [row | {"payload": orjson.loads(row["payload"])} for row in found]


async def kinds() -> list[str]:
    return [row["payload"]["kind"] for row in await notices()]


async def posts() -> list[dict[str, Any]]:
    return await sql.rows("SELECT * FROM draft_post ORDER BY id")


async def drafts() -> list[dict[str, Any]]:
    return await sql.rows("SELECT * FROM draft ORDER BY id")


async def states() -> list[str]:
    return [row["state"] for row in await drafts()]


async def says(post: int = 1, now: datetime = NOW) -> str:
    """The words of a message that shows drafts, as of now; buttons in brackets."""
    await sql.run("UPDATE draft_post SET digest = 0 WHERE id = ?", (post,))
    row = Leaving(0, Act.DRAFT, {"post": post}, "", Priority.LIVE, "", 0, now)
    composed = await draft_words.compose(row, now, QUIET)
    assert composed is not None
    said = render(composed.kind, composed.facts, composed.reader, composed.buttons)
    labels = [f"[{one.label}]" for line in said.buttons for one in line]
    return re.sub(r"</?(b|code)>", "", said.text) + ("\n" + " ".join(labels) if labels else "")
