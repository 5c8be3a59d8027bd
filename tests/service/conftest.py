"""Two shops, each with a Telegram, a database and a settings file of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.operator import migrate_database
from bot.sandbox.telegram import TelegramSandbox
from bot.settings import read_settings
from bot.store import core
from bot.store.crypt import new_key
from bot.store.models import Customer, Merchant, Order
from tests.e2e.stage import free_port
from tests.fakes import database
from tests.fakes.parcels import followed
from tests.fakes.rows import NOON
from tests.service.two import Shop


@pytest.fixture(params=["sqlite", "postgres"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """Where two databases of one kind are; there is nothing in them."""
    if request.param == "postgres":
        return [database.fresh(request.getfixturevalue("postgres")) for _ in range(2)]
    return [f"sqlite://{tmp_path / name}.sqlite3" for name in ("rose", "thyme")]


@pytest.fixture
async def shops(urls: list[str], tmp_path: Path) -> AsyncIterator[list[Shop]]:
    """Rose and Thyme: the same ids in both, other orders, and Layla is a customer of each."""
    made = []
    for number, (name, url) in enumerate(zip(("rose", "thyme"), urls, strict=True), 1):
        telegram = TelegramSandbox(token=f"{number}00001:token-of-{name}")
        await telegram.start()
        layla = await telegram.user("Layla", "en")
        await migrate_database(read_settings(_env_file=None, database_url=url))
        await core.connect(url)
        await followed(NOON, number=f"0034043416109404255{number}", status="in_transit")
        await Merchant.all().update(name=name)
        await Customer.all().update(user_id=layla.id, locale="en")
        await Order.all().update(number=f"{name}-1")
        await core.close()
        file = tmp_path / f"{name}.env"
        settings = {
            "BOT_TOKEN": telegram.token,
            "BOT_API_URL": telegram.url,
            "DATABASE_URL": url,
            "SECRET_KEYS": new_key(),
            "HTTP_PORT": str(free_port()),
        }
        made.append(Shop(name, telegram, layla, file, settings))
        made[-1].write()
    yield made
    for one in made:
        await one.telegram.stop()
