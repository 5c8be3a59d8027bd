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


async def test_migrated_tables_are_those_of_the_models(bare: core.Dialect, empty_urls: list[str]) -> None:
    await schema.migrate()
    migrated = await database.shape()
    await core.close()
    await core.connect(empty_urls[1], create=True)
    await require_context().generate_schemas(safe=False)
    assert len(migrated) > 150
    assert await database.shape() == migrated


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
