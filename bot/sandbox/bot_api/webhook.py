"""Delivers updates to a webhook: one after the other, again until it answers with 2xx."""

import asyncio

import aiohttp
import orjson

from bot.sandbox.bot_api.api import BotApi

AGAIN = 0.2
PATIENCE = aiohttp.ClientTimeout(total=10)
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105


class WebhookSender:
    """Runs while the server does."""

    def __init__(self, api: BotApi) -> None:
        self.api = api
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        async with aiohttp.ClientSession(timeout=PATIENCE) as http:
            while True:
                await self.api.updates.ready()
                await self._deliver(http)

    async def _deliver(self, http: aiohttp.ClientSession) -> None:
        url, updates = self.api.webhook.get("url"), self.api.updates
        if not url:
            # Somebody polls instead: look again when the next update comes.
            await updates.next_ring()
            return
        update = updates.waiting[0]
        if await self._accepted(http, url, orjson.dumps(update)):
            if updates.waiting and updates.waiting[0] is update:
                updates.waiting.popleft()
        else:
            await asyncio.sleep(AGAIN)

    async def _accepted(self, http: aiohttp.ClientSession, url: str, body: bytes) -> bool:
        headers = {"Content-Type": "application/json"}
        if self.api.webhook.get("secret_token"):
            headers[SECRET_HEADER] = self.api.webhook["secret_token"]
        try:
            async with http.post(url, data=body, headers=headers) as answer:
                return answer.ok
        except (aiohttp.ClientError, TimeoutError):
            return False
