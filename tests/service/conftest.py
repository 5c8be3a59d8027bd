"""Two shops, each with a Telegram, a database and a settings file of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes import database
from tests.service.two import Shop, opened

NAMES = ("rose", "thyme")


@pytest.fixture(params=["sqlite", "postgres"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """Where two databases of one kind are; there is nothing in them."""
    if request.param == "postgres":
        return [database.fresh(request.getfixturevalue("postgres")) for _ in range(2)]
    return [f"sqlite://{tmp_path / name}.sqlite3" for name in NAMES]


@pytest.fixture
async def shops(urls: list[str], tmp_path: Path) -> AsyncIterator[list[Shop]]:
    """Rose and Thyme: the same ids in both, other orders, and Layla is a customer of each."""
    found = [await opened(name, number, url, tmp_path) for number, name, url in zip((1, 2), NAMES, urls, strict=True)]
    yield found
    for one in found:
        await one.telegram.stop()
