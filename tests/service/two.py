"""A shop as its bot, and its customer, see it."""

from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.sandbox.bot_api.world import User
from bot.sandbox.telegram import TelegramSandbox

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

    async def answers(self, text: str = "/parcels") -> str:
        """What Layla is told here when she says this."""
        said = await self.telegram.says(self.layla, text)
        return (await self.telegram.expects(self.layla, "", within=PATIENCE, after=said.id)).text

    async def get(self, path: str) -> tuple[int, str]:
        """What it answers on its own port; 0 while nobody listens there."""
        url = f"http://127.0.0.1:{self.settings['HTTP_PORT']}{path}"
        try:
            async with aiohttp.ClientSession() as session, session.get(url) as got:
                return got.status, await got.text()
        except aiohttp.ClientConnectionError:
            return 0, ""
