"""Opening, transactions, faults and the lock."""

import asyncio
import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from asyncpg.exceptions import InternalClientError  # type: ignore[import-untyped]

from bot.jobs.connections import Connections
from bot.store import core, faults, sql
from bot.store.models import Mark
from tests.fakes import database

Dialect = core.Dialect
HABITS = r"SELECT current_setting('transaction_isolation'), '\t', current_setting('timezone')"
"""How a transaction goes about its work, by whatever the database's own defaults are."""


async def mark(*names: str) -> None:
    await sql.run_many("INSERT INTO mark (name, value) VALUES (?, ?)", [(name, "1") for name in names])


async def marks() -> set[str]:
    return {row["name"] for row in await sql.rows("SELECT name FROM mark")}


async def fail_after(*names: str, nested: bool = False) -> None:
    async with core.transaction():
        if nested:
            async with core.transaction():
                await mark(*names)
        else:
            await mark(*names)
        raise LookupError


async def test_what_a_transaction_wrote_is_there_afterwards(store: Dialect) -> None:
    async with core.transaction():
        await Mark(name="orm", value="1").save()
        await mark("sql")
    assert await marks() == {"orm", "sql"}


async def test_a_failed_transaction_leaves_nothing(store: Dialect) -> None:
    with pytest.raises(LookupError):
        await fail_after("a", "b")
    assert await marks() == set()


async def test_nested_use_joins_the_outer_one(store: Dialect) -> None:
    with pytest.raises(LookupError):
        await fail_after("a", nested=True)
    assert await marks() == set()


async def test_a_cancelled_transaction_leaves_nothing_and_blocks_nobody(store: Dialect) -> None:
    async def stuck() -> None:
        async with core.transaction():
            await mark("a")
            await asyncio.Event().wait()

    task = asyncio.create_task(stuck())
    await asyncio.sleep(0.03)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await mark("b")
    assert await marks() == {"b"}


async def test_transactions_of_many_tasks_do_not_mix(store: Dialect) -> None:
    async def write(number: int) -> None:
        async with core.transaction():
            await mark(f"{number}a")
            await asyncio.sleep(0)
            await mark(f"{number}b")
            if number % 2:
                raise LookupError

    await asyncio.gather(*[write(number) for number in range(30)], return_exceptions=True)
    assert await marks() == {f"{number}{end}" for number in range(0, 30, 2) for end in "ab"}


async def test_a_number_of_touched_rows_comes_back_from_every_statement(store: Dialect) -> None:
    await mark("a", "b")
    assert await sql.run("INSERT INTO mark (name, value) VALUES (?, ?), (?, ?)", ["c", "1", "d", "1"]) == 2
    assert await sql.run("UPDATE mark SET value = ? WHERE name <> ?", ["2", "a"]) == 3
    assert await sql.run("DELETE FROM mark") == 4


async def test_rows_are_found_among_many_values_of_either_kind(store: Dialect) -> None:
    await mark("a", "b", "c")
    await sql.run("UPDATE mark SET value = ?", ["7"])
    names, listed = sql.among("name", ["a", "c", "x"])
    found = await sql.rows(f"SELECT name FROM mark WHERE {names} ORDER BY name", [listed])
    assert [row["name"] for row in found] == ["a", "c"]


@pytest.fixture
def strange(postgres: str) -> str:
    """A database whose own defaults are not PostgreSQL's."""
    url = database.fresh(postgres)
    with psycopg.connect(url, autocommit=True) as connection:
        name = connection.info.dbname
        for habit in ("default_transaction_isolation = serializable", "standard_conforming_strings = off"):
            connection.execute(f"ALTER DATABASE {name} SET {habit}".encode())
        connection.execute(f"ALTER DATABASE {name} SET timezone = 'Asia/Tehran'".encode())
    return url


async def test_a_database_with_other_habits_is_used_as_every_other(strange: str) -> None:
    await core.connect(strange)
    pool = await Connections(strange).take()
    try:
        async with core.transaction():
            [ours] = await sql.records(HABITS)
        async with pool.connection() as connection:
            theirs = await (await connection.execute(HABITS)).fetchone()
    finally:
        await core.close()
        await pool.close()
    assert tuple(ours) == theirs == ("read committed", "\\t", "UTC")


async def test_a_missing_file_is_said_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(core.StoreUnavailable) as caught:
        await core.connect(f"sqlite://{tmp_path / 'absent.sqlite3'}")
    assert caught.value.reason == "missing"
    assert os.listdir(tmp_path) == []


async def test_a_file_that_is_no_database_is_said_to_be_broken(tmp_path: Path) -> None:
    file = tmp_path / "broken.sqlite3"
    file.write_bytes(b"This is no database. " * 400)
    with pytest.raises(core.StoreUnavailable) as caught:
        await core.connect(f"sqlite://{file}")
    assert caught.value.reason == "broken"
    assert isinstance(caught.value.__cause__, sqlite3.DatabaseError)


async def test_a_locked_database_is_said_to_be_locked_and_works_again_afterwards(
    sqlite_template: Path, tmp_path: Path
) -> None:
    file = Path(shutil.copy(sqlite_template, tmp_path / "herald.sqlite3"))
    await core.connect(f"sqlite://{file}")
    await sql.run("PRAGMA busy_timeout=20")
    other = sqlite3.connect(file, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(core.StoreUnavailable) as caught:
            await fail_after("a")
        other.execute("ROLLBACK")
        await mark("b")
        assert (caught.value.reason, await marks()) == ("locked", {"b"})
    finally:
        other.close()
        await core.close()


async def test_a_full_disk_is_said_and_what_was_written_before_stays(sqlite_template: Path, tmp_path: Path) -> None:
    file = Path(shutil.copy(sqlite_template, tmp_path / "herald.sqlite3"))
    await core.connect(f"sqlite://{file}")
    try:
        await mark("before")
        pages = (await sql.rows("PRAGMA page_count"))[0]["page_count"]
        await sql.run(f"PRAGMA max_page_count={pages}")
        with pytest.raises(core.StoreUnavailable) as caught:
            await mark(*(f"{number:0>200}" for number in range(5000)))
        assert (caught.value.reason, await marks()) == ("disk_full", {"before"})
    finally:
        await core.close()


async def test_a_server_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(core.StoreUnavailable) as caught:
        await core.connect(f"postgres://nobody@/herald?host={tmp_path}")
    assert caught.value.reason == "unreachable"


async def test_using_a_closed_store_is_an_error_of_its_own() -> None:
    with pytest.raises(core.StoreUnavailable):
        await sql.rows("SELECT 1")


def test_the_lock_is_one_process_only_and_goes_with_it(tmp_path: Path) -> None:
    path = tmp_path / "herald.lock"
    program = (
        "import sys; from pathlib import Path; from bot.store.core import hold_lock\n"
        f"with hold_lock(Path({str(path)!r})): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=-1, stdout=-1, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(core.AlreadyRunning, match=str(other.pid)), core.hold_lock(path):
            pass
        other.kill()
    with core.hold_lock(path):
        assert path.read_text() == f"{os.getpid()}\n"


def test_both_forms_of_a_file_name_are_understood() -> None:
    assert core.database_file("sqlite://herald.sqlite3") == Path("herald.sqlite3")
    assert core.database_file("sqlite:///var/lib/herald.sqlite3") == Path("/var/lib/herald.sqlite3")
    assert core.lock_file("sqlite://a/b.sqlite3") == Path("a/b.sqlite3.lock").resolve()
    assert core.lock_file("postgres://localhost/herald") is None


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("08006", "unreachable"),
        ("28P01", "refused"),
        ("3D000", "no_database"),
        ("25006", "standby"),
        ("53300", "crowded"),
        ("40P01", "locked"),
        ("53100", "disk_full"),
    ],
)
def test_postgres_states_are_read_from_a_table(state: str, reason: str) -> None:
    error = Exception()
    error.sqlstate = state  # type: ignore[attr-defined]
    fault = faults.of_postgres(error)
    assert fault is not None
    assert fault.reason == reason


def test_a_connection_that_ended_between_two_statements_is_one_that_is_lost() -> None:
    fault = faults.of_postgres(InternalClientError("cannot switch to state 11"))
    assert fault is not None
    assert fault.reason == "unreachable"


def test_a_file_has_one_lock_by_whatever_link_it_is_reached(tmp_path: Path) -> None:
    (tmp_path / "link.sqlite3").symlink_to(tmp_path / "herald.sqlite3")
    (tmp_path / "folder").symlink_to(tmp_path)
    names = ("herald.sqlite3", "link.sqlite3", "folder/herald.sqlite3")
    assert len({core.lock_file(f"sqlite://{tmp_path}/{name}") for name in names}) == 1


def test_an_error_of_the_statement_itself_is_no_fault_of_the_store() -> None:
    assert faults.of_sqlite(sqlite3.OperationalError("no such table")) is None
    assert faults.of_postgres(ValueError()) is None


@pytest.mark.parametrize(
    ("code", "reason"), [(errno.ENOSPC, "disk_full"), (errno.EROFS, "read_only"), (errno.EIO, "unreachable")]
)
def test_a_lock_that_cannot_be_made_says_what_the_operator_can_do(code: int, reason: str) -> None:
    assert faults.of_file(OSError(code, "…")).reason == reason


async def test_a_database_that_cannot_hold_every_script_is_refused_in_words(postgres_tables: str) -> None:
    await core.connect(postgres_tables)
    try:
        await sql.run("CREATE DATABASE narrow ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    finally:
        await core.close()
    with pytest.raises(core.StoreUnavailable, match=r"UTF8.*LATIN1"):
        await core.connect(postgres_tables.replace("/postgres?", "/narrow?", 1))


MIGRATES = """
import asyncio, sys
from bot.store import core, schema

async def main():
    await core.connect(sys.argv[1])
    print(len(await schema.migrate()))
    await core.close()

asyncio.run(main())
"""


@pytest.fixture
def fresh_database(postgres: str) -> str:
    return database.fresh(postgres)


async def test_any_number_of_operators_may_migrate_at_once(fresh_database: str) -> None:
    several = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", MIGRATES, fresh_database, stdout=asyncio.subprocess.PIPE
        )
        for _ in range(3)
    ]
    told = [(await one.communicate())[0].decode().strip() for one in several]
    assert sorted(int(one) > 0 for one in told) == [False, False, True]
