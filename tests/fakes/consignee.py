"""A shop with a desk, an order with a parcel, and the customer who follows it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.flows import follow
from bot.store.models import Merchant, Order, ScanRow, Shipment
from bot.store.ms import to_ms
from bot.texts.messages import Reader, render
from tests.fakes.talk import Talk, Who

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
GROUP = -100500
LAYLA = Who(8001, "Layla77", "ar")
NUMBER = "RB123456785GB"


class SpokenTalk(Talk):
    """Every answer and every word to the desk must be sayable in every language."""

    async def feed(self, update: dict[str, Any]) -> list[Any]:
        rows = await super().feed(update)
        for row in of_act(rows, "answer", "desk"):
            for locale in ("en", "ar", "fa"):
                said = row["payload"]
                worded = render(said["kind"], said["facts"], Reader(locale), said.get("buttons", ()))
                assert worded.text, said["kind"]
        return rows


@dataclass(frozen=True)
class Shop:
    """What the customer's tests stand on; `link` opens the order."""

    merchant: Merchant
    order: Order
    shipment: Shipment
    link: str


async def open_shop(name: str = "Noor", number: str = "1001", **changes: Any) -> Shop:
    """A shop, staffed from 9 to 18 in Riyadh on working days; `changes` go to the parcel."""
    desk = changes.pop("desk", GROUP)
    merchant = await Merchant.create(
        name=name, locale="ar", zone="Asia/Riyadh", country="SA", desk_chat_id=desk, created_ms=to_ms(NOW)
    )
    contact = {"phone": changes.pop("phone", "0501234567"), "email": changes.pop("email", "layla@example.com")}
    order = await Order.create(
        merchant_id=merchant.id, number=number, name="Layla Haddad", locale="ar", created_ms=0, **contact
    )
    shipment = await add_parcel(merchant, order, changes.pop("tracking", NUMBER), **changes)
    return Shop(merchant, order, shipment, await follow.make_link(order.id, merchant.id, NOW))


async def add_parcel(merchant: Merchant, order: Order, number: str, **changes: Any) -> Shipment:
    """A parcel on its way to Riyadh, promised for tomorrow."""
    given: dict[str, Any] = {
        "slug": "dhl_unified",
        "status": "in_transit",
        "zone": "Asia/Riyadh",
        "country": "SA",
        "promised_on": "2026-11-25",
        "scan_place": "Riyadh",
        "scan_ms": to_ms(NOW - timedelta(hours=3)),
        "next_poll_ms": 0,
        "known_ms": 0,
        "created_ms": 0,
    }
    return await Shipment.create(merchant_id=merchant.id, order_id=order.id, number=number, **given | changes)


async def scan(shipment: Shipment, status: str, text: str, hours_ago: int = 1) -> None:
    """A scan of that parcel."""
    at = to_ms(NOW - timedelta(hours=hours_ago))
    _ = await ScanRow.create(
        shipment_id=shipment.id, key=hours_ago, at_ms=at, description=text, place="Riyadh", status=status, seen_ms=at
    )


async def follow_link(talk: Talk, shop: Shop, who: Who = LAYLA) -> list[Any]:
    """The customer opens the link."""
    return await talk.say(f"/start {shop.link}", who)


def of_act(rows: list[Any], *acts: str) -> list[Any]:
    """Rows of these acts."""
    return [row for row in rows if row["act"] in acts]


def facts(rows: list[Any], kind: str) -> dict[str, Any]:
    """The facts of the one answer of that kind."""
    found = [row["payload"]["facts"] for row in rows if row["payload"].get("kind") == kind]
    assert len(found) == 1, [row["payload"].get("kind") for row in rows]
    return dict(found[0])
