"""A collector that takes whatever it is brought, in a process of its own; it prints its port."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator

from aiohttp import web

from bot.web.health import Server


@contextlib.contextmanager
def collector() -> Iterator[str]:
    """Its address, as long as it runs."""
    command = [sys.executable, "-m", "tests.benchmarks.collector_server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.kill()


async def _take(request: web.Request) -> web.Response:
    await request.read()
    return web.Response()


async def serve() -> None:
    """Until killed."""
    app = web.Application(client_max_size=2**26)
    app.router.add_post("/v1/traces", _take)
    server = Server(app, "127.0.0.1", 0)
    await server.start()
    print(server.port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
