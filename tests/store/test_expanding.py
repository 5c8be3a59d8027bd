"""Changes of the tables since the last release: its workers go on with the tables of today, and are not stopped."""

import asyncio
import re
from collections.abc import AsyncIterator
from itertools import chain
from pathlib import Path

import pytest
from procrastinate.schema import SchemaManager
from psycopg import AsyncConnection
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.migration import Migration

from bot.store import core, indexes, schema, sql
from bot.store.faults import StoreUnavailable
from bot.store.schema import Patience
from tests.fakes import database
from tests.previous.released import FILE, disturbing, engine_scripts, released, since

POINT = "0021_gesture_words"
HASTY = Patience(lock=0.02, pause=0.02, most=200)


@pytest.fixture(scope="module")
def old_url(postgres: str) -> str:
    """A PostgreSQL database with the tables of long ago."""
    url = database.fresh(postgres)
    asyncio.run(_migrated(url, "0003_claims"))
    return url


async def _migrated(url: str, up_to: str) -> None:
    await core.connect(url)
    await schema.migrate(up_to)
    await core.close()


@pytest.fixture
def older_url(postgres: str, old_url: str) -> str:
    return database.fresh(postgres, like=old_url)


@pytest.fixture
async def older(older_url: str) -> AsyncIterator[str]:
    """A copy of it that is connected; its address."""
    await core.connect(older_url)
    yield older_url
    await core.close()


# ---- what a migration may do


def _made(*operations: ops.TortoiseOperation, **marks: str) -> Migration:
    made: type[Migration] = type("Migration", (Migration,), {"operations": list(operations), **marks})
    return made("0099_tried", "store")


def test_every_change_since_the_release_only_adds() -> None:
    point = released()
    names = [one.name for one in since("")]

    assert point.migration in names, f"{FILE.name} names no migration"
    assert [said for one in since(point.migration) for said in disturbing(one, point.migration)] == []


def test_the_engines_scripts_since_the_release_only_add() -> None:
    scripts = sorted(one.name for one in Path(SchemaManager.get_migrations_path()).glob("*.sql"))

    assert released().engine in scripts, f"{FILE.name} names no script of the engine"
    assert engine_scripts(scripts, released().engine) == []
    assert engine_scripts(["03.05.00_01_pre_a.sql", "03.05.00_50_post_a.sql"], "03.04") == ["03.05.00_50_post_a.sql"]


WRONG = {
    "a column that must hold something": ops.AddField("Ticket", "mood", fields.IntField(default=0)),
    "a unique column": ops.AddField("Ticket", "mood", fields.IntField(null=True, unique=True)),
    "a column with an index": ops.AddField("Ticket", "mood", fields.IntField(null=True, db_index=True)),
    "a column less": ops.RemoveField("Ticket", "state"),
    "another column": ops.AlterField("Ticket", "state", fields.CharField(max_length=2)),
    "another name": ops.RenameField("Ticket", "state", "stand"),
    "another table": ops.RenameModel("Ticket", "Matter"),
    "a table less": ops.DeleteModel("Ticket"),
    "an index less": ops.RemoveIndex("Ticket", fields=["due_ms"]),
    "what nobody has argued for": ops.RunSQL("UPDATE ticket SET state = 'new'"),
}
RIGHT = {
    "a column that may be empty": ops.AddField("Ticket", "mood", fields.IntField(null=True)),
    "a column with a default there": ops.AddField("Ticket", "mood", fields.IntField(default=0, db_default=0)),
    "an index": ops.AddIndex("Ticket", Index(fields=["due_ms"])),
    "a table": ops.CreateModel("Mood", [("id", fields.BigIntField(primary_key=True))]),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_older_workers_cannot_live_with_is_named(what: str) -> None:
    assert len(disturbing(_made(WRONG[what]), POINT)) == 1


@pytest.mark.parametrize("what", RIGHT)
def test_what_only_adds_is_let_through(what: str) -> None:
    assert disturbing(_made(RIGHT[what]), POINT) == []


def test_filling_is_let_through_once_its_author_has_said_why_and_taking_away_a_release_later() -> None:
    assert disturbing(_made(ops.RunSQL("SELECT 1"), beside="reads one row"), POINT) == []
    assert disturbing(_made(WRONG["a column less"], needs=POINT), POINT) == []
    assert len(disturbing(_made(WRONG["a column less"], needs="0022_later"), POINT)) == 1


def test_no_statement_asks_for_every_column_for_then_a_further_one_breaks_what_is_prepared() -> None:
    folder = Path(core.__file__).parent
    every = re.compile(r"SELECT \* FROM [a-z]|RETURNING \*")

    assert [path.name for path in folder.glob("*.py") if every.search(path.read_text())] == []


# ---- how it is done


async def test_a_program_that_does_not_know_what_was_taken_away_is_refused_and_an_older_one_that_does_goes_on(
    bare: core.Dialect,
) -> None:
    await schema.migrate()
    await sql.run(
        "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('store', '0098_beyond', CURRENT_TIMESTAMP),"
        " ('needs', '0020_steps', CURRENT_TIMESTAMP)"
    )
    assert await schema.pending() == await schema.migrate() == []
    await sql.run(
        "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('needs', '0098_beyond', CURRENT_TIMESTAMP)"
    )
    for ask in (schema.pending, schema.migrate):
        with pytest.raises(StoreUnavailable, match=r"a newer version has changed the tables for good.*0098_beyond"):
            await ask()


async def test_who_writes_is_never_kept_waiting_behind_a_change_that_waits(older: str) -> None:
    told: list[str] = []
    waits = asyncio.Event()

    def tell(line: str) -> None:
        told.append(line)
        if line.startswith("waiting"):
            waits.set()

    async with await AsyncConnection.connect(older) as holding:
        await holding.execute("UPDATE account SET slug = 'ups'")
        changing = asyncio.create_task(schema.migrate("0004_push", tell, HASTY))
        await waits.wait()
        async with await AsyncConnection.connect(older, autocommit=True) as writing:
            for _ in range(20):
                await asyncio.wait_for(writing.execute("UPDATE account SET slug = 'gls'"), 2)
        assert not changing.done()
    assert await changing == ["0003_learnt", "0004_push"]
    assert told[:2] == ["1 of 2: 0003_learnt", "2 of 2: 0004_push"]
    assert told[-1].startswith("building index ")


async def test_of_two_operators_each_change_is_made_by_one_and_each_index_built_once(older: str) -> None:
    done = await asyncio.gather(*(schema.migrate("0004_push", patience=HASTY) for _ in range(2)))

    assert sorted(chain.from_iterable(done)) == ["0003_learnt", "0004_push"]
    assert await indexes.wanted() == {}


async def test_an_index_that_was_left_half_built_is_built_anew(older: str) -> None:
    name = "idx_left_half_built"
    await sql.run(f"CREATE INDEX {name} ON ticket (state)")
    await sql.run(f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{name}'::regclass")
    async with core.transaction():
        await indexes.note({name: f'CREATE INDEX "{name}" ON "ticket" ("state", "cause")'})
    await schema.migrate("0003_learnt")
    found = await sql.rows("SELECT indexdef FROM pg_indexes WHERE indexname = ?", [name])
    assert found[0]["indexdef"].endswith("(state, cause)")
    assert await indexes.wanted() == {}
