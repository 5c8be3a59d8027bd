"""What the image asks of itself: where its process listens, and nothing of one that listens nowhere."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.healthcheck import address, is_well
from bot.settings import read_settings
from bot.web.health import Health

RUN = ["/opt/herald/bin/python", "/opt/herald/bin/herald", "run"]
IMAGE = Path(__file__).parents[1] / "ops" / "Containerfile"


@pytest.mark.parametrize(
    ("words", "metrics_port", "asked"),
    [
        ([], None, "http://127.0.0.1:8090/healthz"),
        ([], "9100", "http://127.0.0.1:8090/healthz"),
        (["--only", "listen,web"], "9100", "http://127.0.0.1:8090/healthz"),
        (["--only", "poll,learn"], "9100", "http://127.0.0.1:9100/healthz"),
        (["--only=poll, learn"], "9100", "http://127.0.0.1:9100/healthz"),
        (["--only", "poll,learn"], None, None),
        (["--bot", "/etc/herald"], "9100", None),
    ],
)
def test_it_asks_where_the_process_listens(words: list[str], metrics_port: str | None, asked: str | None) -> None:
    given: dict[str, Any] = {} if metrics_port is None else {"metrics_port": metrics_port}
    settings = read_settings(_env_file=None, http_host="0.0.0.0", http_port="8090", **given)
    assert address([*RUN, *words], settings) == asked


async def test_who_answers_is_well_and_so_is_who_listens_nowhere_but_not_who_is_silent(unused_tcp_port: int) -> None:
    app = web.Application()
    app.router.add_get("/healthz", Health({}).alive)
    async with TestServer(app) as server:
        assert await asyncio.to_thread(is_well, str(server.make_url("/healthz")))
        assert not await asyncio.to_thread(is_well, str(server.make_url("/other")))
    assert is_well(None)
    assert not is_well(f"http://127.0.0.1:{unused_tcp_port}/healthz")


def test_the_image_asks_by_it() -> None:
    assert '"-m", "bot.healthcheck"' in IMAGE.read_text(encoding="utf-8")
