"""Migrations: they give the tables that the models describe, once, on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tortoise.context import require_context
from tortoise.migrations.autodetector import MigrationAutodetector

from bot.store import core, schema, sql
from tests.fakes import database


@pytest.fixture(params=["sqlite", "postgres"])
def empty_urls(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    if request.param == "sqlite":
        return [f"sqlite://{tmp_path / name}" for name in ("one.sqlite3", "two.sqlite3")]
    server = request.getfixturevalue("postgres")
    return [database.fresh(server), database.fresh(server)]


@pytest.fixture
async def bare(empty_urls: list[str]) -> AsyncIterator[core.Dialect]:
    """A database without a single table."""
    await core.connect(empty_urls[0], create=True)
    yield sql.dialect()
    await core.close()


async def test_an_empty_database_gets_everything_once(bare: core.Dialect) -> None:
    before = await schema.pending()
    applied = await schema.migrate()
    assert (before[0], applied) == ("0001_initial", before)
    assert (await schema.pending(), await schema.migrate()) == ([], [])


async def test_nothing_is_left_to_migrate_after_the_models(bare: core.Dialect) -> None:
    apps = require_context().apps
    assert apps is not None
    missing = await MigrationAutodetector(apps, core.apps(bare)).changes()
    assert [operation for writer in missing for operation in writer.operations] == []


async def test_going_through_every_change_leads_to_the_tables_that_an_empty_database_gets(
    bare: core.Dialect, empty_urls: list[str]
) -> None:
    await schema.migrate((await schema.pending())[-1])
    migrated, guards = await database.shape(), await database.triggers()
    await core.close()
    await core.connect(empty_urls[1], create=True)
    await schema.migrate()
    assert len(migrated) > 150
    assert await database.shape() == migrated
    assert await database.triggers() == guards != []
    assert await schema.pending() == []


async def test_tables_with_rows_in_them_are_brought_up_to_date(bare: core.Dialect) -> None:
    await schema.migrate("0001_initial")
    names = [name for name in await database.tables() if name != "tortoise_migrations"]
    for name in names:
        await database.fill(name)
    await schema.migrate()
    assert await schema.pending() == []
    assert {name: (await sql.rows(f"SELECT count(*) AS n FROM {name}"))[0]["n"] for name in names} == dict.fromkeys(
        names, 1
    )


async def test_a_migration_that_fails_leaves_nothing(bare: core.Dialect) -> None:
    await sql.run("CREATE TABLE audit (id INTEGER)")
    with pytest.raises(Exception, match="exists"):
        await schema.migrate()
    assert [name for name in await database.tables() if name != "audit"] == []


async def test_tickets_that_were_open_before_are_due_as_promised_or_two_hours_after_they_were_opened(
    bare: core.Dialect,
) -> None:
    await schema.migrate("0011_own_texts")
    await sql.run(
        "INSERT INTO ticket (id, merchant_id, customer_id, state, cause, evidence, opened_ms, snoozed_ms, closed_ms)"
        " VALUES (1, 1, 1, 'new', 'words', '{}', 1000, NULL, NULL), (2, 1, 2, 'waiting_us', 'words', '{}', 1000, NULL,"
        " NULL), (3, 1, 3, 'waiting_customer', 'words', '{}', 1000, NULL, NULL),"
        " (4, 1, 4, 'waiting_customer', 'words', '{}', 1000, 9000, NULL),"
        " (5, 1, 5, 'closed', 'words', '{}', 1000, NULL, 2000)"
    )
    await sql.run(
        "INSERT INTO promise (merchant_id, customer_id, ticket_id, kind, due_ms, made_ms, by_person, silent, open)"
        " VALUES (1, 2, 2, 'answer', 5000, 1000, ?, 0, 1)",
        (True,),
    )
    await schema.migrate()
    found = await sql.rows("SELECT id, due_ms, remind_ms FROM ticket ORDER BY id")
    assert [row["due_ms"] for row in found] == [7_201_000, 5000, None, 9000, None]
    assert all(row["remind_ms"] == row["due_ms"] for row in found)
