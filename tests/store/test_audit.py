"""The audit log only grows: the databases themselves refuse everything else."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.store import audit, core, erasure, schema, sql
from bot.store.models import Customer, Member, Merchant, Person, Shipment
from tests.fakes import database

NOW = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
REFUSED = (
    "DELETE FROM audit",
    "UPDATE audit SET deed = 'other'",
    "UPDATE audit SET user_id = 9",
    "UPDATE audit SET user_id = NULL, detail = 'other'",
    "UPDATE audit SET at_ms = 0",
)


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite://{tmp_path / 'one.sqlite3'}"
    return database.fresh(request.getfixturevalue("postgres"))


async def written() -> None:
    await audit.write(1, 7, "desk.close", "customer:5", NOW)
    await audit.write(1, 7, "customer.found_it", "shipment:2", NOW)


@pytest.mark.parametrize("statement", REFUSED)
async def test_nothing_that_was_written_can_be_changed_or_deleted(store: core.Dialect, statement: str) -> None:
    await written()
    before = await sql.rows("SELECT * FROM audit ORDER BY id")
    with pytest.raises(Exception, match="append-only"):
        await sql.run(statement)
    assert await sql.rows("SELECT * FROM audit ORDER BY id") == before


async def test_nor_is_the_table_emptied(store: core.Dialect) -> None:
    if store == "postgres":
        with pytest.raises(Exception, match="append-only"):
            await sql.run("TRUNCATE audit")


async def test_the_tables_that_an_operator_has_are_guarded_too(empty_url: str) -> None:
    await core.connect(empty_url, create=True)
    try:
        await schema.migrate()
        await written()
        with pytest.raises(Exception, match="append-only"):
            await sql.run(REFUSED[0])
    finally:
        await core.close()


async def test_who_was_a_customer_can_be_taken_out_of_what_he_did_and_a_colleague_cannot_wipe_his_traces(
    store: core.Dialect,
) -> None:
    await written()
    await erasure.erase(7, [], NOW)
    rows = await sql.rows("SELECT deed, user_id FROM audit ORDER BY id")
    assert [(row["deed"], row["user_id"]) for row in rows] == [("desk.close", 7), ("customer.found_it", None)]


async def test_a_shop_reads_its_own_lines_newest_first_page_by_page(store: core.Dialect) -> None:
    for number in range(5):
        await audit.write(1, 7, f"rule.r{number}", "1", NOW)
        await audit.write(2, 7, f"rule.s{number}", "2", NOW)
    first = await audit.page(1, None, 3)
    rest = await audit.page(1, first[-1]["id"], 3)
    assert [row["deed"] for row in (*first, *rest)] == ["rule.r4", "rule.r3", "rule.r2", "rule.r1", "rule.r0"]


async def test_names_are_those_of_the_shop_that_asks(store: core.Dialect) -> None:
    shop = await Merchant.create(name="Noor", created_ms=0)
    ours = await Customer.create(merchant_id=shop.id, user_id=5, name="Layla", created_ms=0)
    other = await Customer.create(merchant_id=shop.id + 1, user_id=5, name="Stranger", created_ms=0)
    box = await Shipment.create(merchant_id=shop.id, order_id=1, slug="ups", number="1Z", next_poll_ms=0, created_ms=0)
    _ = await Person.create(user_id=9, name="Sara Haddad")
    _ = await Member.create(merchant_id=shop.id, user_id=9, role="lead", alias="Abu Ali", created_ms=0)
    assert await audit.names(shop.id, "customer", [ours.id, other.id]) == {ours.id: "Layla"}
    assert await audit.names(shop.id, "shipment", [box.id]) == {box.id: "1Z"}
    assert await audit.names(shop.id, "user", [9]) == {9: "Abu Ali"}
    assert await audit.names(shop.id + 1, "user", [9]) == {9: "Sara Haddad"}
    assert await audit.names(shop.id, "rule", [1]) == {}
