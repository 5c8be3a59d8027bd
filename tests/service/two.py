"""A shop as its bot, and its customer, see it."""

from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.operator import migrate_database
from bot.sandbox.bot_api.world import User
from bot.sandbox.telegram import TelegramSandbox
from bot.settings import read_settings
from bot.store import core
from bot.store.crypt import new_key
from bot.store.models import Customer, Merchant, Order
from tests.e2e.stage import free_port
from tests.fakes.parcels import followed
from tests.fakes.rows import NOON

PATIENCE = 30.0


@dataclass
class Shop:
    """One bot of several; its file is written anew whenever its settings have changed."""

    name: str
    telegram: TelegramSandbox
    layla: User
    file: Path
    settings: dict[str, str]

    def write(self) -> None:
        """Its settings into its file."""
        self.file.write_text("".join(f"{key}={value}\n" for key, value in self.settings.items()), encoding="utf-8")

    async def answers(self, text: str = "/parcels", within: float = PATIENCE) -> str:
        """What Layla is told here when she says this."""
        said = await self.telegram.says(self.layla, text)
        return (await self.telegram.expects(self.layla, "", within=within, after=said.id)).text

    async def get(self, path: str) -> tuple[int, str]:
        """What it answers on its own port; 0 while nobody listens there."""
        url = f"http://127.0.0.1:{self.settings['HTTP_PORT']}{path}"
        try:
            async with aiohttp.ClientSession() as session, session.get(url) as got:
                return got.status, await got.text()
        except aiohttp.ClientConnectionError:
            return 0, ""


async def opened(name: str, number: int, url: str, folder: Path) -> Shop:
    """A shop with one order, whose customer is Layla, its Telegram started and its file written."""
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
    settings = {
        "BOT_TOKEN": telegram.token,
        "BOT_API_URL": telegram.url,
        "DATABASE_URL": url,
        "SECRET_KEYS": new_key(),
        "HTTP_PORT": str(free_port()),
    }
    shop = Shop(name, telegram, layla, folder / f"{name}.env", settings)
    shop.write()
    return shop
