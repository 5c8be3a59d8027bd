"""What stories against the sandbox share."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import core
from tests.fakes import database
from tests.fakes.office import Office


@pytest.fixture
async def office(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Office]:
    """A shop with its desk bound, listening and sending; SQLite, as what the databases do is tested elsewhere."""
    file = tmp_path / "herald.sqlite3"
    shutil.copy(sqlite_template, file)
    await database.connect(f"sqlite://{file}")
    try:
        async with Office() as open_office:
            yield open_office
    finally:
        await core.close()
