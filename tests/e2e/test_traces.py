"""One trace across real processes: an update taken in by one that is killed, answered by the next."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from bot.sandbox.bot_api.world import User
from tests.e2e.stage import Stage
from tests.e2e.test_main_job import PATIENCE
from tests.fakes.collector import Collector, TakenSpan

WAY = ["update.take", "update.handle", "transaction", "outbox.send", "telegram.call"]


async def until(there: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not there():  # noqa: ASYNC110  (what it waits for has no event)
            await asyncio.sleep(0.02)


def calls(collector: Collector) -> list[TakenSpan]:
    return [one for one in collector.spans if one.name == "telegram.call"]


async def test_a_trace_begun_by_a_process_that_is_killed_is_gone_on_with_by_the_next(tmp_path: Path) -> None:
    async with Collector() as collector, Stage(tmp_path, TRACES_URL=collector.url) as stage:
        nour = await stage.telegram.user("Nour", "en")
        await stage.start("--only", "listen,web")
        said = await stage.telegram.says(nour, "/language")
        await until(lambda: "update.handle" in {one.name for one in collector.spans})
        await stage.kill()
        await stage.start()
        await stage.telegram.expects(nour, "Which language", within=PATIENCE, after=said.id)
        await until(lambda: bool(calls(collector)))

        [call] = calls(collector)
        assert collector.way(call) == WAY
        assert call.facts["herald.outcome"] == "sent"
        told_by = {one.name: one.service["process.pid"] for one in collector.of(call.trace)}
        assert told_by["outbox.send"] == stage.pid != told_by["update.handle"]
        assert stage.telegram.token not in str(collector.spans)
        assert await seconds_to_stop_while_it_hangs(stage, collector, nour) < 10


async def seconds_to_stop_while_it_hangs(stage: Stage, collector: Collector, who: User) -> float:
    """With spans on their way to it, and more that wait."""
    collector.hangs, asked = True, collector.asked
    said = await stage.telegram.says(who, "/language")
    await stage.telegram.expects(who, "Which language", within=PATIENCE, after=said.id)
    await until(lambda: collector.asked > asked)
    began = asyncio.get_running_loop().time()
    assert await stage.stop() == 0
    return asyncio.get_running_loop().time() - began
