"""Two bots of one process: what one keeps and hears is not the other's."""

import asyncio
import shutil
from pathlib import Path

import pytest

from bot import apart
from bot.apart import Bell, Own
from bot.store import core, sql
from bot.store.faults import StoreUnavailable


async def test_each_bot_keeps_its_own_thing_and_its_tasks_share_it() -> None:
    kept: Own[list[str]] = Own(list)

    async def live(name: str) -> list[str]:
        apart.begin()
        kept.here.append(name)
        await asyncio.create_task(also(name))
        return kept.here

    async def also(name: str) -> None:
        kept.here.append(f"{name} again")

    first, second = await asyncio.gather(live("a"), live("b"))

    assert (first, second) == (["a", "a again"], ["b", "b again"])
    assert kept.here == []


async def test_a_bell_is_heard_within_its_bot_only() -> None:
    bell, heard = Bell(), []

    async def live(name: str) -> None:
        apart.begin()
        end = bell.listen(lambda: heard.append(name))
        await asyncio.sleep(0)
        bell.ring()
        end()
        bell.ring()

    await asyncio.gather(live("a"), live("b"))
    bell.ring()

    assert sorted(heard) == ["a", "b"]


async def test_a_database_opened_for_one_task_is_its_own_and_that_of_its_children(
    sqlite_template: Path, tmp_path: Path
) -> None:
    async def live(name: str) -> str:
        file = tmp_path / f"{name}.sqlite3"
        await asyncio.to_thread(shutil.copy, sqlite_template, file)
        await core.connect(f"sqlite://{file}", everywhere=False)
        try:
            await asyncio.create_task(sql.run("CREATE TABLE own_mark (name TEXT)"))
            async with core.transaction():
                await sql.run("INSERT INTO own_mark VALUES (?)", [name])
                await asyncio.sleep(0)
            return str((await sql.rows("SELECT name FROM own_mark"))[0]["name"])
        finally:
            await core.close()
            with pytest.raises(StoreUnavailable):
                core.client()

    assert await asyncio.gather(*(asyncio.create_task(live(one)) for one in "abc")) == ["a", "b", "c"]
    with pytest.raises(StoreUnavailable):
        core.client()
