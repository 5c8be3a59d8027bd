"""A shop moves from SQLite to PostgreSQL: whole, resumable, verified, refused where it would do harm."""

import asyncio
import shutil
import sqlite3
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import connect
from rich.console import Console

from bot.moving import move as moving
from bot.moving.command import copy_shop
from bot.moving.move import CannotCopy, Move, Sum, Table, fitted, shown, summed
from bot.settings import CannotRun, SettingsError, read_settings
from bot.store import core, schema
from tests.fakes import database


@pytest.fixture(scope="module")
def migrated(postgres: str) -> str:
    """A PostgreSQL with our tables and nothing in them, to be copied by CREATE DATABASE."""
    url = database.fresh(postgres)
    asyncio.run(_migrate(url))
    return url


async def _migrate(url: str) -> None:
    await core.connect(url)
    await schema.migrate()
    await core.close()


@pytest.fixture
def target(postgres: str, migrated: str) -> str:
    name = urlsplit(migrated).path.strip("/")
    made = f"{name}_{next(_NUMBERS)}"
    with connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {made} TEMPLATE {name}".encode())
    return migrated.replace(f"/{name}?", f"/{made}?")


_NUMBERS = iter(range(1000))
CUSTOMER = "INSERT INTO customer (merchant_id, user_id, created_ms, name, topic_generation) VALUES (9, 9, 9, '', 0)"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop with something in every table."""
    file = tmp_path_factory.mktemp("shop") / "herald.sqlite3"
    asyncio.run(_fill(file))
    with sqlite3.connect(file) as connection:
        connection.execute("INSERT INTO mark (name, value) VALUES ('zero', 'a' || char(0) || 'b')")
        columns = [row[1] for row in connection.execute("PRAGMA table_info(shipment)")]
        others = ", ".join(f'"{name}"' for name in columns if name not in ("id", "number"))
        for number in range(10, 60):
            connection.execute(
                f"INSERT INTO shipment (id, number, {others}) SELECT ?, ?, {others} FROM shipment WHERE id = 1",
                (number, f"N{number}"),
            )
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the file is copied without its log
    connection.close()
    return file


@pytest.fixture
def source(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(filled, tmp_path / "herald.sqlite3"))


async def _fill(file: Path) -> None:
    await core.connect(f"sqlite://{file}", create=True)
    await schema.migrate()
    for table in await database.tables():
        if table != "tortoise_migrations":
            await database.fill(table)
    await core.close()


def copied(source: Path, target: str) -> tuple[int, str]:
    said = StringIO()
    settings = read_settings(_env_file=None, database_url=f"sqlite://{source}")
    code = copy_shop(settings, target, Console(file=said, width=200))
    return code, said.getvalue()


def count(url: str, table: str) -> int:
    with connect(url) as connection:
        found = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
        assert found is not None
        return int(found[0])


def test_every_row_of_every_table_arrives_and_numbers_go_on(source: Path, target: str) -> None:
    code, said = copied(source, target)

    assert code == 0
    assert "counts and checksums agree" in said
    assert "SECRET_KEYS" in said
    with sqlite3.connect(source) as ours, connect(target) as theirs:
        names = [row[0] for row in ours.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        names = [name for name in names if not name.startswith(("sqlite", "tortoise"))]
        assert len(names) > 30
        for name in names:
            assert count(target, name) == ours.execute(f"SELECT count(*) FROM {name}").fetchone()[0] > 0
        row = theirs.execute(f"{CUSTOMER} RETURNING id".encode())
        assert row.fetchone() == (2,)
        assert theirs.execute("SELECT value FROM mark WHERE name = 'zero'").fetchone() == ("a\ufffdb",)
        assert theirs.execute("SELECT count(*) FROM mark WHERE name LIKE 'copy:%'").fetchone() == (0,)


def test_a_copy_that_was_interrupted_goes_on_behind_the_last_batch(
    source: Path, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "BATCH", 10)
    move = Move(source, target)
    table = next(one for one in move.tables if one.name == "shipment")
    came: list[int] = []

    def falls(more: int) -> None:
        came.append(more)
        if len(came) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move.copy(table, falls)
    move.close()
    assert count(target, "shipment") == 30

    again = Move(source, target)
    again.check()
    rest: list[int] = []
    again.copy(table, rest.append)
    again.close()
    assert rest[0] == 30
    assert sum(rest) == table.rows == count(target, "shipment")


def test_what_differs_afterwards_is_named_and_nothing_is_called_done(source: Path, target: str) -> None:
    move = Move(source, target)
    table = next(one for one in move.tables if one.name == "shipment")
    move.copy(table, lambda more: None)
    move.close()
    with connect(target) as connection:
        connection.execute("UPDATE shipment SET number = 'X' WHERE id = 10")

    code, said = copied(source, target)

    assert code == 1
    assert "These tables differ: shipment" in said


def test_a_database_that_is_somebody_elses_is_left_alone(source: Path, target: str) -> None:
    with connect(target) as connection:
        connection.execute(CUSTOMER)

    with pytest.raises(CannotRun, match=r"not empty \(customer\)"):
        copied(source, target)
    assert count(target, "customer") == 1
    assert count(target, "shipment") == 0


def test_an_older_file_is_to_be_migrated_first(source: Path, target: str) -> None:
    with sqlite3.connect(source) as connection:
        connection.execute("DELETE FROM tortoise_migrations WHERE id = (SELECT max(id) FROM tortoise_migrations)")

    with pytest.raises(CannotRun, match="run herald migrate"):
        copied(source, target)


def test_a_running_service_is_not_copied_under_its_hands(source: Path, target: str) -> None:
    with core.hold_lock(source.with_name(source.name + ".lock")), pytest.raises(CannotRun, match="stop it first"):
        copied(source, target)


def test_a_server_that_is_away_is_told_without_its_password(source: Path) -> None:
    with pytest.raises(CannotRun) as told:
        copied(source, "postgres://herald:s3cret@127.0.0.1:1/shop")
    assert "s3cret" not in str(told.value)
    assert "127.0.0.1" in str(told.value)


@pytest.mark.parametrize(("url", "to"), [("postgres://h/x", "postgres://h/y"), ("sqlite://gone.db", "postgres://h/y")])
def test_only_a_file_that_is_there_can_be_copied(url: str, to: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        copy_shop(read_settings(_env_file=None, database_url=url), to, Console(file=StringIO()))


def test_what_is_wrong_with_the_target_is_told_of_it_and_nothing_is_made_beside_a_running_service(
    source: Path,
) -> None:
    settings, made = read_settings(_env_file=None, database_url=f"sqlite://{source}"), []

    def refuses() -> int:
        made.append(1)
        raise SettingsError("DATABASE_URL: the database refuses this user")

    with core.hold_lock(source.with_name(source.name + ".lock")), pytest.raises(CannotRun, match="stop it first"):
        copy_shop(settings, "postgres://h/y", Console(file=StringIO()), refuses)
    assert made == []
    with pytest.raises(SettingsError, match=r"^--to: the database refuses"):
        copy_shop(settings, "postgres://h/y", Console(file=StringIO()), refuses)


def test_nothing_is_made_among_another_programs_tables(source: Path, postgres: str) -> None:
    url = database.fresh(postgres)
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return 0

    with connect(url) as connection:
        connection.execute("CREATE TABLE theirs (id int)")
    settings = read_settings(_env_file=None, database_url=f"sqlite://{source}")
    with pytest.raises(CannotRun, match=r"another program's tables \(theirs\)"):
        copy_shop(settings, url, Console(file=StringIO()), make)
    assert made == []


def test_what_does_not_fit_is_told_by_its_table_and_column_without_its_words(source: Path, target: str) -> None:
    with sqlite3.connect(source) as connection:
        connection.execute("UPDATE customer SET name = ?", ("Zahra" * 60,))
    with pytest.raises(CannotRun, match="table customer, column name") as told:
        copied(source, target)
    assert "Zahra" not in str(told.value)


def test_only_postgres_can_be_copied_to(source: Path) -> None:
    with pytest.raises(SettingsError, match="--to"):
        copied(source, "mysql://h/y")


def test_a_source_and_a_target_that_do_not_fit_are_refused_by_name(source: Path, target: str) -> None:
    move = Move(source, target)
    move._to.execute("DELETE FROM tortoise_migrations WHERE name = '0001_initial'")
    with pytest.raises(CannotCopy):
        move.check()
    move.close()


@given(st.lists(st.tuples(st.integers(), st.text())), st.randoms())
def test_a_checksum_knows_rows_and_not_their_order(rows: list[tuple[int, str]], random: object) -> None:
    mixed = sorted(rows, key=lambda row: hash((row, str(random))))
    assert summed(rows) == summed(mixed)
    assert summed([*rows, (0, "")]) != summed(rows)
    assert summed([]) == Sum(0, 0)


@given(st.one_of(st.none(), st.integers(0, 1)), st.text())
def test_flags_become_flags_and_zero_characters_are_replaced(flag: int | None, text: str) -> None:
    table = Table("t", "a", ("a", "b"), frozenset({"a"}), 0)
    told = fitted((flag, text), table)
    assert told[0] is (None if flag is None else bool(flag))
    assert "\0" not in told[1]
    assert len(told[1]) == len(text)


def test_an_address_is_shown_without_its_password() -> None:
    assert shown("postgres://me:secret@db.example/shop?x=1") == "db.example/shop"
    assert shown("postgres:///shop") == "localhost/shop"
