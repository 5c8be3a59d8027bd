"""An account that may not ask for all: what is remembered of it between chunks."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.cadence import BUILT_IN
from bot.flows.scarce import CHOSEN_FOR, COUNTED_FOR, Scarce
from bot.store import core, sql
from bot.store.models import Shipment
from bot.store.ms import to_ms
from tests.domain.values import HOUR, NOW
from tests.fakes import rows

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
async def _shop(store: core.Dialect) -> None:
    _ = await rows.shop()


async def parcel(hours: float, **changes: Any) -> int:
    """One that was asked for so long ago, and is due."""
    polled = to_ms(NOW - hours * HOUR)
    given = {
        "account_id": 1,
        "status": "in_transit",
        "polled_ms": polled,
        "scan_ms": polled,
        "next_poll_ms": to_ms(NOW),
    }
    row: dict[str, Any] = {"merchant_id": 1, "order_id": 1, "slug": "ups", "number": f"N{hours}", "created_ms": polled}
    return int((await Shipment.create(**row | given | changes)).id)


async def urgent(account: Scarce, most: int, minutes: float = 0) -> list[int]:
    return await account.most_urgent(NOW + minutes * MINUTE, most, BUILT_IN)


async def test_turns_are_taken_in_order_from_one_look_at_all() -> None:
    old, older, young = await parcel(6), await parcel(9), await parcel(2)
    account = Scarce(1)
    assert await urgent(account, 1) == [older]
    assert await urgent(account, 2, minutes=0.1) == [old, young]


async def test_what_another_worker_has_asked_for_is_left_out() -> None:
    old, older = await parcel(6), await parcel(9)
    young = await parcel(2)
    account = Scarce(1)
    assert await urgent(account, 1) == [older]
    await sql.run("UPDATE shipment SET next_poll_ms = ? WHERE id = ?", (to_ms(NOW + HOUR), old))
    assert await urgent(account, 1, minutes=0.1) == [young]


async def test_what_has_become_more_urgent_waits_a_minute_at_most() -> None:
    old = await parcel(6)
    _ = await parcel(5)
    account = Scarce(1)
    assert await urgent(account, 1) == [old]
    van = await parcel(7, status="out_for_delivery")
    assert await urgent(account, 1, minutes=0.5) != [van]
    assert await urgent(account, 1, minutes=CHOSEN_FOR / MINUTE) == [van]


async def test_whoever_wants_more_than_was_kept_looks_again() -> None:
    old = await parcel(6)
    account = Scarce(1)
    assert await urgent(account, 1) == [old]
    await sql.run("UPDATE shipment SET next_poll_ms = ? WHERE id = ?", (to_ms(NOW + HOUR), old))
    van = await parcel(7, status="out_for_delivery")
    assert await urgent(account, 2, minutes=0.1) == [van]


async def test_parcels_are_counted_once_in_a_while() -> None:
    _ = await parcel(6)
    account = Scarce(1)
    assert await account.parcels(NOW) == 1
    _ = await parcel(5)
    assert await account.parcels(NOW + MINUTE) == 1
    assert await account.parcels(NOW + COUNTED_FOR) == 2
