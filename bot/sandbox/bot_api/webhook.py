"""Delivers updates to a webhook: one after the other, again until it answers with 2xx."""

import asyncio
from typing import Any

import aiohttp
import orjson
import structlog
from aiohttp.http_exceptions import HttpProcessingError

from bot.sandbox.bot_api import schema
from bot.sandbox.bot_api.api import BotApi
from bot.sandbox.bot_api.refusals import Refused

AGAIN = 0.2
PATIENCE = aiohttp.ClientTimeout(total=10)
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105
UNREADABLE = (ValueError, AssertionError, RuntimeError, HttpProcessingError)
"""What a body may raise that is not what it says: JSON, UTF-8 or a form."""
log = structlog.get_logger(__name__)


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
                try:
                    await self._deliver(http)
                except Exception as trouble:
                    log.warning("webhook_failed", kind=type(trouble).__name__)
                    self._note(f"Internal error: {type(trouble).__name__}")
                    await asyncio.sleep(AGAIN)

    async def _deliver(self, http: aiohttp.ClientSession) -> None:
        url, updates = self.api.webhook.get("url"), self.api.updates
        updates.expire()
        if not url or not updates.waiting:
            # Somebody polls instead: look again when the next update comes.
            await updates.next_ring()
            return
        update = updates.waiting[0]
        trouble = await self._trouble(http, url, orjson.dumps(update))
        if trouble is None:
            if updates.waiting and updates.waiting[0] is update:
                updates.waiting.popleft()
        else:
            self._note(trouble)
            await asyncio.sleep(AGAIN)

    def _note(self, trouble: str) -> None:
        """For getWebhookInfo."""
        at = int(self.api.world.clock.now().timestamp())
        self.api.webhook.update({"last_error_date": at, "last_error_message": trouble})

    async def _trouble(self, http: aiohttp.ClientSession, url: str, body: bytes) -> str | None:
        """Why it was not taken, None if it was."""
        headers = {"Content-Type": "application/json"}
        if self.api.webhook.get("secret_token"):
            headers[SECRET_HEADER] = self.api.webhook["secret_token"]
        try:
            async with http.post(url, data=body, headers=headers) as answer:
                if not answer.ok:
                    return f"Wrong response from the webhook: {answer.status} {answer.reason}"
                await self._obey(await _call_in(answer))
                return None
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientError:
            return "Connection refused"

    async def _obey(self, given: dict[str, Any]) -> None:
        """The one call that an answer may hold; nobody learns what came of it."""
        method = schema.method_named(str(given.pop("method", "")))
        if method is None:
            return
        try:
            await self.api.answer(self.api.begin(method, given), given)
        except Refused:
            return
        except Exception as trouble:  # the update is taken: it must not come again for a fault of ours
            log.warning("webhook_call_failed", method=method, kind=type(trouble).__name__)


async def _call_in(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    """The parameters in the answer's body; none where it cannot be read, as any 2xx takes the update."""
    try:
        return await _parameters(answer)
    except UNREADABLE:
        return {}


async def _parameters(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    """JSON, or a multipart form."""
    if answer.content_type == "application/json":
        found = orjson.loads(await answer.read() or b"null")
        return found if isinstance(found, dict) else {}
    if answer.content_type != "multipart/form-data":
        return {}
    given: dict[str, Any] = {}
    async for part in aiohttp.MultipartReader.from_response(answer):
        if isinstance(part, aiohttp.BodyPartReader) and part.name:
            body = bytes(await part.read(decode=True))
            mime = part.headers.get("Content-Type", "application/octet-stream")
            given[part.name] = schema.Upload(part.filename, body, mime) if part.filename else body.decode()
    return given
