"""Migrations: they give the tables that the models describe, once, on both databases."""

import asyncio
from dataclasses import dataclass

import pytest
from tortoise.context import require_context
from tortoise.migrations.autodetector import MigrationAutodetector

from bot.store import core, schema, sql, storage
from tests.fakes import database
from tests.previous.released import released


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


@dataclass
class Way:
    """What a database was like that had rows in every table at first, tickets later, and went through every change."""

    tables: set[tuple[object, ...]]
    triggers: list[tuple[str, str]]
    kept: list[tuple[str, str]]
    counts: dict[str, int]
    tickets: list[dict[str, int | None]]
    left: list[str]
    released: set[tuple[object, ...]]
    refused: list[str]


@pytest.fixture(scope="module")
def way(kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Way:
    if kind == "sqlite":
        return asyncio.run(_gone(f"sqlite://{tmp_path_factory.mktemp('way') / 'one.sqlite3'}"))
    return asyncio.run(_gone(database.fresh(request.getfixturevalue("postgres"))))


async def _gone(url: str) -> Way:
    await core.connect(url, create=True)
    await schema.migrate("0001_initial")
    names = [name for name in await database.tables() if name != "tortoise_migrations"]
    for name in names:
        await database.fill(name)
    await schema.migrate("0011_own_texts")
    await _open_tickets()
    await schema.migrate(released().migration)
    shape_then = await database.shape()
    needed = {name: await database.needed(name) for name in await database.tables() if name != "tortoise_migrations"}
    await schema.migrate()
    counts = {name: (await sql.rows(f"SELECT count(*) AS n FROM {name}"))[0]["n"] for name in names}
    tickets = await sql.rows("SELECT id, due_ms, remind_ms FROM ticket WHERE id >= 11 ORDER BY id")
    shape = await database.shape(), await database.triggers(), await database.kept()
    refused = [name for name, columns in needed.items() if not await _takes(name, columns)]
    gone = Way(*shape, counts, tickets, await schema.pending(), shape_then, refused)
    await core.close()
    return gone


async def _takes(table: str, columns: list[tuple[str, str]]) -> bool:
    """Whether a row that names only these columns may be written."""
    try:
        await database.put(table, columns, 50)
    except Exception:
        return False
    return True


async def _open_tickets() -> None:
    await sql.run(
        "INSERT INTO ticket (id, merchant_id, customer_id, state, cause, evidence, opened_ms, snoozed_ms, closed_ms)"
        " VALUES (11, 1, 11, 'new', 'words', '{}', 1000, NULL, NULL), (12, 1, 12, 'waiting_us', 'words', '{}', 1000,"
        " NULL, NULL), (13, 1, 13, 'waiting_customer', 'words', '{}', 1000, NULL, NULL),"
        " (14, 1, 14, 'waiting_customer', 'words', '{}', 1000, 9000, NULL),"
        " (15, 1, 15, 'closed', 'words', '{}', 1000, NULL, 2000)"
    )
    await sql.run(
        "INSERT INTO promise (id, merchant_id, customer_id, ticket_id, kind, due_ms, made_ms, by_person, silent, open)"
        " VALUES (12, 1, 12, 12, 'answer', 5000, 1000, ?, 0, 1)",
        (True,),
    )


def test_tables_with_rows_in_them_are_brought_up_to_date(way: Way) -> None:
    assert way.left == []
    assert len(way.counts) > 20
    assert way.counts == dict.fromkeys(way.counts, 1) | {"ticket": 6, "promise": 2, "mark": 2}


def test_what_the_last_release_writes_can_be_written_to_the_tables_of_today(way: Way) -> None:
    assert len(way.released) > 150
    assert way.released - way.tables == set()
    assert way.refused == []


def test_tickets_that_were_open_before_are_due_as_promised_or_two_hours_after_they_were_opened(way: Way) -> None:
    assert [row["due_ms"] for row in way.tickets] == [7_201_000, 5000, None, 9000, None]
    assert all(row["remind_ms"] == row["due_ms"] for row in way.tickets)


async def test_going_through_every_change_leads_to_the_tables_that_an_empty_database_gets(
    way: Way, bare: core.Dialect
) -> None:
    await schema.migrate()
    assert len(way.tables) > 150
    assert await database.shape() == way.tables
    assert await database.triggers() == way.triggers != []
    assert await database.kept() == way.kept
    assert [table for table, _ in way.kept] == (sorted(storage.KEPT) if sql.dialect() == "postgres" else [])


async def test_a_migration_that_fails_leaves_nothing(bare: core.Dialect) -> None:
    await sql.run("CREATE TABLE audit (id INTEGER)")
    with pytest.raises(Exception, match="exists"):
        await schema.migrate()
    assert [name for name in await database.tables() if name != "audit"] == []
