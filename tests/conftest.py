"""Fixtures for all: the two databases, a standing clock, a vault."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from bot.store import core, crypt, sql
from tests.fakes import database
from tests.fakes.clock import StandingClock

# A busy machine is no fault of a property: how long examples take to make says nothing here. Each run tries others:
# what fifty miss today the next runs find.
settings.register_profile("suite", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

AGAIN = {"chat", "flows"}
"""Folders whose tests go the same ways on PostgreSQL as on SQLite: whose ways differ is the store, tried in its own."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In each module one kind of database after the other: to change over costs. Covering costs as much as the test:
    what has been gone through once, or is gone through with fifty examples, is not counted again."""
    places = {path: place for place, path in enumerate(dict.fromkeys(item.path for item in items))}
    items.sort(key=lambda item: (places[item.path], _kind(item) == "postgres"))
    for item in items:
        if _is_property(item) or (_kind(item) == "postgres" and item.path.parent.name in AGAIN):
            item.add_marker("no_cover")


def _is_property(item: pytest.Item) -> bool:
    return bool(getattr(getattr(item, "obj", None), "is_hypothesis_test", False))


def _kind(item: pytest.Item) -> object:
    """Of the database that a test runs on; None where there is none."""
    called = getattr(item, "callspec", None)
    return called.params.get("database_url") if called else None


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    """One line an entry: structlog's own rendering of an error takes a second."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def vault() -> crypt.Vault:
    return crypt.Vault([crypt.new_key()])


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a real PostgreSQL, one server a test session."""
    folder = Path(tempfile.mkdtemp(prefix="herald-postgres-"))
    with database.server(folder) as url:
        yield url
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return database.template_file(tmp_path_factory.mktemp("template") / "empty.sqlite3")


@pytest.fixture(scope="session")
def postgres_tables(postgres: str) -> str:
    return database.template_tables(postgres)


@pytest.fixture(scope="session")
def broom(postgres_tables: str) -> Iterator[database.Broom]:
    found = database.Broom(postgres_tables)
    yield found
    found.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database of each kind with the tables in it; a PostgreSQL one may hold rows of earlier tests."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_tables"))
    file = tmp_path / "herald.sqlite3"
    shutil.copy(request.getfixturevalue("sqlite_template"), file)
    return f"sqlite://{file}"


@pytest.fixture
async def store(database_url: str, request: pytest.FixtureRequest) -> AsyncIterator[core.Dialect]:
    """An empty database, connected; each test that asks for it runs on both kinds."""
    if database_url.startswith("postgres"):
        request.getfixturevalue("broom").sweep()
    await database.connect(database_url)
    try:
        yield sql.dialect()
    finally:
        await core.close()


@pytest.fixture
async def postgres_store(postgres_tables: str, broom: database.Broom) -> AsyncIterator[None]:
    """An empty PostgreSQL, connected: for what only several processes need."""
    broom.sweep()
    await database.connect(postgres_tables)
    try:
        yield
    finally:
        await core.close()
