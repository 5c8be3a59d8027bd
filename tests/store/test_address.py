"""What PostgreSQL's address may look like, what is wrong with it or behind it: one reason each, and no secret told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from psycopg import AsyncConnection

from bot.jobs import engine_tables
from bot.store import address, core, pooler, schema
from bot.store.faults import StoreUnavailable
from tests.fakes import database

SECRET = "geheim"
PLAIN = f"postgres://herald:{SECRET}@db.example:5432/herald"


@pytest.mark.parametrize(
    ("url", "given"),
    [
        (PLAIN, PLAIN),
        ("postgresql://u:p%40ss%2F%23@h/db", "postgresql://u:p%40ss%2F%23@h/db"),
        ("postgres://u:p@h1:1,h2:2/db", "postgres://u:p@h1:1,h2:2/db"),
        ("postgres://u@/db?host=/run/sock", "postgres://u@/db?host=%2Frun%2Fsock"),
        (f"{PLAIN}?sslmode=verify-full&connect_timeout=5", f"{PLAIN}?sslmode=verify-full"),
        (f"{PLAIN}?connect_timeout=5", PLAIN),
        (f"{PLAIN}?options=-c%20statement_timeout%3D9", f"{PLAIN}?options=-c+statement_timeout%3D9"),
    ],
)
def test_an_address_is_given_to_asyncpg_without_what_only_libpq_knows(url: str, given: str) -> None:
    assert address.read(url) == given


@pytest.mark.parametrize(
    "url",
    [
        f"postgres://herald:{SECRET}@x@db/herald",
        f"postgres://herald:{SECRET}#x@db/herald",
        f"postgres://herald:{SECRET}/x@db/herald",
        f"postgres://herald:{SECRET}%zz@db/herald",
        f"postgres://herald:{SECRET}@db:port/herald",
        f"postgres://herald:{SECRET}@db/herald?nonsense=1",
    ],
)
def test_an_address_that_cannot_be_read_is_refused_without_a_word_of_it(url: str) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be read") as caught:
        address.read(url)
    assert (caught.value.reason, SECRET in str(caught.value)) == ("address", False)


WRONG = {
    "no_database": (),
    "crowded": ("CREATE ROLE crowded LOGIN CONNECTION LIMIT 0",),
    "standby": ("CREATE ROLE standby LOGIN SUPERUSER", "ALTER ROLE standby SET default_transaction_read_only = on"),
    "not_allowed": ("CREATE ROLE not_allowed LOGIN",),
    "unreachable": (),
}


@pytest.fixture
def bare(postgres: str) -> str:
    return database.fresh(postgres)


@pytest.mark.parametrize("reason", WRONG)
async def test_what_is_wrong_with_a_server_is_one_reason_and_nothing_is_made(bare: str, reason: str) -> None:
    async with await AsyncConnection.connect(bare, autocommit=True) as connection:
        await connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        for statement in WRONG[reason]:
            await connection.execute(statement.encode())
    url = bare.replace("postgres:@", f"{reason}:{SECRET}@") if WRONG[reason] else bare
    if reason == "no_database":
        url = bare.replace("/fresh_", "/gone_")
    if reason == "unreachable":
        url = f"postgres://herald:{SECRET}@127.0.0.1:1/herald"

    with pytest.raises(StoreUnavailable) as caught:
        await _migrated(url)
    assert caught.value.reason == reason
    assert (SECRET in str(caught.value), "\n" in str(caught.value)) == (False, False)
    async with await AsyncConnection.connect(bare) as connection:
        found = await connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert await found.fetchone() == (0,)


async def test_who_may_not_read_the_tables_is_not_told_that_they_are_old(bare: str) -> None:
    await _migrated(bare)
    async with await AsyncConnection.connect(bare, autocommit=True) as connection:
        await connection.execute("CREATE ROLE not_reader LOGIN")
    await core.connect(bare.replace("postgres:@", "not_reader:@"))
    with pytest.raises(StoreUnavailable) as caught:
        await schema.pending()
    assert caught.value.reason == "not_allowed"
    await core.close()


async def _migrated(url: str) -> None:
    await core.connect(url)
    try:
        await schema.migrate()
    finally:
        await core.close()


@pytest.mark.parametrize(
    ("mode", "words"), [("require", "rejected SSL"), ("verify-full&sslrootcert=/none.crt", "No such file")]
)
async def test_what_is_wrong_with_a_certificate_is_told(mode: str, words: str) -> None:
    there = await asyncio.start_server(lambda _, out: _refuse(out), "127.0.0.1", 0)
    port = there.sockets[0].getsockname()[1]
    with pytest.raises(StoreUnavailable, match=words) as caught:
        await core.connect(f"postgres://herald:{SECRET}@127.0.0.1:{port}/herald?sslmode={mode}")
    assert (SECRET in str(caught.value), "\n" in str(caught.value)) == (False, False)
    there.close()


async def _refuse(out: asyncio.StreamWriter) -> None:
    """As a PostgreSQL does that has no certificate."""
    out.write(b"N")
    await out.drain()
    out.close()


async def test_where_the_engine_gets_no_connection_it_is_told_as_libpq_says_it_without_the_password() -> None:
    with pytest.raises(StoreUnavailable, match=r"\(.*refused\)") as caught:
        await engine_tables.pending(f"postgres://herald:{SECRET}@127.0.0.1:1/herald")
    assert SECRET not in str(caught.value)


# ---- poolers


class Backend:
    """One connection of a client, to whichever of the server's the pooler gives it."""

    def __init__(self, told: int, pooler: "Pooler") -> None:
        self._told, self._pooler = told, pooler
        self.own = told
        self.is_held = False

    def get_server_pid(self) -> int:
        return self._told

    async def fetchval(self, query: str) -> int:
        if self.is_held or self._pooler.is_session:
            return self.own
        return self._pooler.free(self)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        self.own, self.is_held = self._pooler.free(self), True
        yield
        self.is_held = False


class Pooler:
    """A pool of two clients; `is_session`: each keeps its connection. `shift`: what the pids it makes up are off."""

    def __init__(self, *, is_session: bool, shift: int) -> None:
        self.is_session = is_session
        self.backends = [Backend(one + shift, self) for one in (1, 2)]
        for place, one in enumerate(self.backends, 1):
            one.own = place
        self._out: list[Backend] = []

    def free(self, asking: Backend) -> int:
        held = {one.own for one in self.backends if one.is_held and one is not asking}
        return asking.own if self.is_session else min({1, 2} - held)

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Backend]:
        await asyncio.sleep(0)
        one = next(one for one in self.backends if one not in self._out)
        self._out.append(one)
        yield one
        self._out.remove(one)


@pytest.mark.parametrize("shift", [0, 70])
async def test_a_server_itself_and_a_pooler_that_leaves_each_client_its_connection_are_let_through(shift: int) -> None:
    pool: Any = Pooler(is_session=True, shift=shift)
    await pooler.check(pool)


async def test_a_pooler_that_hands_connections_round_is_refused() -> None:
    with pytest.raises(StoreUnavailable, match="set its pool_mode to session"):
        await pooler.check(Pooler(is_session=False, shift=70))
