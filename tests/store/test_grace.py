"""The update that begins to remove what is long over lets shops say first how long they keep it."""

from pathlib import Path

import pytest

from bot.operator import migrate_database
from bot.settings import Settings, read_settings
from bot.store import core, schema, sql
from tests.fakes import database


@pytest.fixture(params=["sqlite", "postgres"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        return database.fresh(request.getfixturevalue("postgres"))
    return f"sqlite://{tmp_path / 'old.sqlite3'}"


@pytest.fixture
async def before(bare: str) -> Settings:
    """An installation of the release before, with a parcel."""
    await core.connect(bare, create=True)
    await schema.migrate("0021_gesture_words")
    await sql.run(
        "INSERT INTO shipment (merchant_id, order_id, slug, number, status, scan_digest, zone, priority, open,"
        " next_poll_ms, misses, created_ms) VALUES (1, 1, 'ups', '1Z', 'unknown', 0, 'UTC', 0, 1, 0, 0, 0)"
    )
    await core.close()
    return read_settings(_env_file=None, database_url=bare)


async def test_who_updates_is_told_that_things_will_be_removed_and_until_when_not(
    before: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert await migrate_database(before) == 0
        said = capsys.readouterr().out
        assert "REMOVED" in said
        assert "/shop keep_parcels=730" in said


async def test_a_new_installation_is_told_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = read_settings(_env_file=None, database_url=f"sqlite://{tmp_path / 'new.sqlite3'}")
    assert await migrate_database(settings) == 0
    assert "REMOVED" not in capsys.readouterr().out
