"""What tests of the tables themselves share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import core, sql
from tests.fakes import database


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def bare_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if kind == "sqlite":
        return f"sqlite://{tmp_path / 'one.sqlite3'}"
    return database.fresh(request.getfixturevalue("postgres"))


@pytest.fixture
async def bare(bare_url: str) -> AsyncIterator[core.Dialect]:
    """A database without a single table."""
    await core.connect(bare_url, create=True)
    yield sql.dialect()
    await core.close()
