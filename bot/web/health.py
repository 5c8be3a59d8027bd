"""`/healthz`: the process turns. `/readyz`: every part that was asked for works now, or which does not."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.web.hooks import LARGEST, Hooks
from bot.web.patience import Patient
from bot.web.telegram_hook import PATH, TelegramHook

Answer = Callable[[web.Request], Awaitable[web.Response]]
Check = Callable[[], Awaitable[str | None]]
"""Returns None when the part works, else a short reason without secrets."""


PATIENCE = 3.0
"""Seconds that a part gets to say how it is: who asks does not wait longer than ten himself."""


class Health:
    """Answers for the parts of one process."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = {name: Patient(check, PATIENCE) for name, check in checks.items()}

    async def _reason(self, name: str) -> str | None:
        try:
            return await self._checks[name].answer()
        except TimeoutError:
            return "does not answer"

    async def alive(self, request: web.Request) -> web.Response:
        """The loop turns: that is all this says."""
        return web.json_response({"ok": True})

    async def ready(self, request: web.Request) -> web.Response:
        """200 with every part, or 503 naming the parts that do not work and why."""
        reasons = await asyncio.gather(*(self._reason(name) for name in self._checks))
        parts = dict(zip(self._checks, reasons, strict=True))
        ok = not any(parts.values())
        told = {name: reason or "ok" for name, reason in parts.items()}
        return web.json_response({"ok": ok, "parts": told}, status=200 if ok else 503)


def application(
    health: Health, hooks: Hooks | None = None, metrics: Answer | None = None, telegram: TelegramHook | None = None
) -> web.Application:
    """The HTTP application of a process."""
    app = web.Application(client_max_size=LARGEST)
    app.router.add_get("/healthz", health.alive)
    app.router.add_get("/readyz", health.ready)
    if metrics is not None:
        app.router.add_get("/metrics", metrics)
    if hooks is not None:
        app.router.add_post("/hooks/carrier/{token}", hooks.carrier)
    if telegram is not None:
        app.router.add_post(PATH, telegram.update)
    return app


class Server:
    """Listens until stopped; `port` is the one really bound (0 asks for a free one)."""

    def __init__(self, app: web.Application, host: str, port: int) -> None:
        self._runner = web.AppRunner(app, access_log=None)
        self._host = host
        self.port = port

    async def start(self) -> None:
        """Bind and begin to answer; OSError where the port is taken."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Finish what is being answered and close."""
        await self._runner.cleanup()
