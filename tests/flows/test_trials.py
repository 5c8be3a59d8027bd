"""What presets would have meant for a shop: worked out once, kept, said with what it rests on; on both databases."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from bot.domain.trial import LEAST, MOST, SPAN
from bot.flows import trials
from bot.flows.turn import ShopView
from bot.store import sql
from bot.store import trials as kept
from bot.store.models import Merchant, ScanRow, Shipment
from bot.store.ms import to_ms
from tests.fakes import rows
from tests.fakes.clock import StandingClock
from tests.flows.test_learning import NOW

DAY = timedelta(days=1)


async def ended(shop: Merchant, number: int, took: int = 3, **changes: Any) -> None:
    """A parcel handed over some weeks ago, promised for the fifth day from then."""
    handed = NOW - (20 + number % 60) * DAY
    given: dict[str, Any] = {
        "merchant_id": shop.id,
        "order_id": number,
        "slug": "dhl_unified",
        "number": f"T{number}",
        "status": "delivered",
        "status_ms": to_ms(handed + took * DAY),
        "delivered_ms": to_ms(handed + took * DAY),
        "zone": "Europe/Berlin",
        "country": "DE",
        "promised_on": (handed + 5 * DAY).date().isoformat(),
        "next_poll_ms": 0,
        "open": 0,
        "known_ms": to_ms(handed),
        "created_ms": to_ms(handed - DAY),
    }
    shipment = await Shipment.create(**(given | changes))
    scan: dict[str, Any] = {"at_ms": to_ms(handed), "status": "in_transit", "seen_ms": to_ms(handed)}
    _ = await ScanRow.create(shipment_id=shipment.id, key=number, **scan)


def view(shop: Merchant) -> ShopView:
    return ShopView(shop.id, "owner", shop.name, "en", "Asia/Riyadh", "SA")


async def test_a_shop_with_a_history_reads_figures_of_its_own_and_their_day(store: str) -> None:
    shop = await rows.shop()
    for number in range(LEAST + 10):
        await ended(shop, number, took=9 if number % 2 else 3)
    await trials.prepare(view(shop), NOW)
    basis, meant = await trials.shown(view(shop))
    assert basis == {"own": True, "until_on": "2026-11-24", "parcels": LEAST + 10, "missed": (LEAST + 10) // 2}
    assert set(meant) == {"careful", "balanced", "early"}
    assert all(one["right"] + one["unwarned"] == basis["missed"] for one in meant.values())


async def test_a_shop_with_too_few_parcels_reads_those_of_another(store: str) -> None:
    shop = await rows.shop()
    for number in range(4):
        await ended(shop, number)
    await trials.prepare(view(shop), NOW)
    basis, meant = await trials.shown(view(shop))
    assert basis == {"few": 4, "least": LEAST, "parcels": 1010, "missed": 143}
    assert meant["early"]["lead"] == 96


async def test_what_was_worked_out_stands_for_a_week_and_a_day_where_too_little(store: str) -> None:
    shop = await rows.shop()
    await trials.prepare(view(shop), NOW)
    await trials.prepare(view(shop), NOW + DAY / 2)
    assert await kept_at(shop) == to_ms(NOW)
    await trials.prepare(view(shop), NOW + DAY)
    assert await kept_at(shop) == to_ms(NOW + DAY)
    assert await trials.stale(NOW + 8 * DAY) == []
    assert await trials.stale(NOW + 8 * DAY + DAY / 2) == [shop.id]


async def kept_at(shop: Merchant) -> int:
    found = await sql.rows("SELECT at_ms FROM learnt WHERE kind = ?", (f"trial:{shop.id}",))
    return int(found[0]["at_ms"])


async def test_a_shop_that_was_never_tried_has_its_turn(store: str, clock: StandingClock) -> None:
    shop = await rows.shop()
    assert await trials.stale(clock.now()) == [shop.id]


@pytest.mark.parametrize(
    "changes",
    [
        {"open": 0, "status": "in_transit"},
        {"known_ms": None},
        {"promised_on": (NOW + DAY).date().isoformat()},
        {"promised_on": (NOW - SPAN - DAY).date().isoformat()},
        {"merchant_id": 999_999},
    ],
    ids=["closed by people", "never answered", "not due yet", "too long ago", "of another shop"],
)
async def test_a_parcel_of_which_nobody_can_say_is_not_looked_at(store: str, changes: dict[str, Any]) -> None:
    shop = await rows.shop()
    await ended(shop, 1, **changes)
    today = NOW.date()
    assert await kept.past(shop.id, today - SPAN, today, MOST) == []


async def test_a_late_parcel_still_under_way_counts_as_late(store: str) -> None:
    shop = await rows.shop()
    for number in range(LEAST):
        await ended(shop, number)
    await ended(shop, 99, open=1, status="in_transit", delivered_ms=None)
    await trials.prepare(view(shop), NOW)
    basis, _ = await trials.shown(view(shop))
    assert (basis["parcels"], basis["missed"]) == (LEAST + 1, 1)


async def test_thresholds_of_its_own_are_tried_once_they_are_set(store: str) -> None:
    shop = await rows.shop()
    for number in range(LEAST):
        await ended(shop, number, took=9 if number % 2 else 3)
    await trials.prepare(view(shop), NOW)
    odds: dict[str, float | str] = {"preset": "early", "very_sure": 0.85}
    await Merchant.filter(id=shop.id).update(settings=orjson.dumps({"odds": odds}).decode())
    assert (await trials.shown(view(shop), odds))[1]["own"] == {"untried": True}
    await trials.prepare(view(shop), NOW + DAY)
    _, meant = await trials.shown(view(shop), odds)
    assert meant["own"] == meant["early"]
    await trials.prepare(view(shop), NOW + 2 * DAY)
    assert await kept_at(shop) == to_ms(NOW + DAY)
