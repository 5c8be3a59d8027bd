"""A whole file kept at once leaves in the tables what its rows leave one by one."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.store import adding, adding_many, customers, sql
from bot.store.adding import Wanted

pytestmark = pytest.mark.usefixtures("store")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def wanted(number: str, order: str, **said: Any) -> Wanted:
    return Wanted(1, "dhl_unified", number, order, 1, "Europe/Berlin", **said)


BEFORE = [wanted("N1", "1001", name="Layla"), wanted("N2", "1002")]
FILE = [
    wanted("N3", "1003", name="Omar", email="omar@a.example", promised_on=date(2026, 11, 26)),
    wanted("N1", "1001", phone="+49301234", promised_on=date(2026, 11, 27)),
    wanted("N4", "1003", phone="+49305678", cod_amount="12.50", currency="EUR"),
    wanted("N5", "1002", name="سارة", locale="ar"),
    wanted("N6", "1006", needed_on=date(2026, 12, 1), value_amount="90"),
    wanted("N6", "1006", name="twice in the file"),
    Wanted(1, "own", "N1", "1007", None, "UTC", status="pre_transit", known=True),
]


async def one_by_one(rows: Sequence[Wanted]) -> list[tuple[str, bool]]:
    return [(str(shipment.number), is_new) for shipment, is_new in [await adding.keep(one, NOW) for one in rows]]


async def tables() -> list[list[dict[str, Any]]]:
    """Orders, and shipments with the number of their order instead of ids."""
    orders = await sql.rows("SELECT * FROM shop_order ORDER BY number")
    numbers = {one["id"]: one["number"] for one in orders}
    parcels = await sql.rows("SELECT * FROM shipment ORDER BY slug, number")
    for row in [*orders, *parcels]:
        row["order_id"] = numbers.get(row.get("order_id"))
        del row["id"]
    return [orders, parcels]


async def test_a_file_leaves_what_its_rows_leave_one_by_one() -> None:
    await one_by_one(BEFORE)
    singly = [is_new for _, is_new in await one_by_one(FILE)]
    expected = await tables()
    await sql.run("DELETE FROM shipment")
    await sql.run("DELETE FROM shop_order")

    await one_by_one(BEFORE)
    kept = await adding_many.keep(FILE, NOW)

    assert await tables() == expected
    assert [one.is_new for one in kept] == singly
    names = {row["id"]: row["number"] for row in await sql.rows("SELECT id, number FROM shipment")}
    assert [names[one.shipment_id] for one in kept] == [one.number for one in FILE]


async def test_an_empty_file_leaves_nothing() -> None:
    assert await adding_many.keep([], NOW) == []


async def test_who_follows_an_order_is_told_of_for_each_new_parcel_of_it() -> None:
    first, _ = await adding.keep(wanted("N1", "1001"), NOW)
    await customers.follow(first.id, 9, None, NOW)
    kept = await adding_many.keep([wanted("N2", "1001"), wanted("N3", "1003"), wanted("N4", "1001")], NOW)
    assert await adding_many.followers(kept) == [(kept[0], 9), (kept[2], 9)]
