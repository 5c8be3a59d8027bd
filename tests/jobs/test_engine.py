"""The engine on a real PostgreSQL: jobs asked for by key, watches handed over, nothing left behind."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import pytest
from psycopg import AsyncConnection
from psycopg.conninfo import make_conninfo
from structlog.testing import capture_logs

from bot.flows.polling import CHUNK
from bot.flows.ports import TokenRefused
from bot.jobs import crews, engine_tables
from bot.jobs.connections import Connections
from bot.jobs.engine import Engine, Pulse
from bot.store.accounts import Due
from tests.fakes import database
from tests.fakes.clock import StandingClock

QUICK = Pulse(heartbeat=0.1, dead_after=0.6, look_every=0.05, grace=1.0)
SOON = 12.0
DEAD = (
    "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute')"
    " RETURNING id)"
    " INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status, worker_id)"
    " SELECT 'dispatch', 'dispatch', 'dispatch', 'dispatch', 'doing', id FROM dead"
)
"""A worker that died a minute ago while it held the watch of dispatching."""


@pytest.fixture(scope="module")
def made(postgres: str) -> str:
    """A database with the engine's tables in it."""
    url = database.fresh(postgres)
    assert asyncio.run(engine_tables.prepare(url)) == ["engine"]
    return url


@pytest.fixture
def bare(postgres: str) -> str:
    """A database without a table."""
    return database.fresh(postgres)


@pytest.fixture
async def url(made: str) -> str:
    async with await AsyncConnection.connect(made) as connection:
        for table in ("periodic_defers", "jobs", "workers"):
            await connection.execute(f"DELETE FROM procrastinate_{table}".encode())
    return made


async def count(url: str, table: str = "jobs", where: str = "true") -> int:
    async with await AsyncConnection.connect(url) as connection:
        found = await connection.execute(f"SELECT count(*) FROM procrastinate_{table} WHERE {where}".encode())
        row = await found.fetchone()
        assert row is not None
        return int(row[0])


@asynccontextmanager
async def at_work(*runs: Callable[[asyncio.Event], Awaitable[None]]) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    tasks = [asyncio.ensure_future(run(stop)) for run in runs]
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.wait_for(asyncio.gather(*tasks), SOON)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON):
        while not true():  # noqa: ASYNC110  (what is waited for rings no bell)
            await asyncio.sleep(0.02)


async def test_the_engines_tables_are_made_once_however_many_ask(bare: str) -> None:
    url = bare
    assert await engine_tables.pending(url)
    done = await asyncio.gather(*(engine_tables.prepare(url) for _ in range(3)))
    assert sorted(done) == [[], [], ["engine"]]
    assert not await engine_tables.pending(url)
    assert await engine_tables.prepare(url) == []


def test_tables_of_an_older_release_get_what_adds_to_them_and_only_a_release_later_what_takes_away() -> None:
    scripts = ["03.01.00_01_pre_a.sql", "03.01.00_50_post_a.sql"]
    state = engine_tables.next_step(None, scripts).state
    assert engine_tables.next_step(state, scripts) == ([], state)

    scripts += ["03.02.00_01_pre_b.sql", "03.02.00_50_post_b.sql"]
    run, state = engine_tables.next_step(state, scripts)
    assert run == ["03.02.00_01_pre_b.sql"]
    assert engine_tables.next_step(state, scripts) == ([], state)

    scripts += ["03.03.00_01_pre_c.sql", "03.04.00_01_pre_d.sql", "03.04.00_50_post_d.sql"]
    run, state = engine_tables.next_step(state, scripts)
    assert run == ["03.02.00_50_post_b.sql", "03.03.00_01_pre_c.sql", "03.04.00_01_pre_d.sql"]
    assert engine_tables.next_step(state, scripts) == ([], state)


def test_a_program_of_the_release_before_finds_its_tables_new_enough() -> None:
    older = ["03.01.00_01_pre_a.sql", "03.01.00_50_post_a.sql"]
    _, state = engine_tables.next_step(older[-1], [*older, "03.02.00_01_pre_b.sql", "03.02.00_50_post_b.sql"])
    assert engine_tables.next_step(state, older).run == []


async def test_what_waits_of_the_engines_scripts_is_run_and_then_done(bare: str) -> None:
    await engine_tables.prepare(bare)
    last = "03.04.00_50_post_add_retry_failed_job_procedure"
    state = f"{last.replace('50_post', '01_pre')}.sql"
    async with await AsyncConnection.connect(bare) as connection:
        await connection.execute(f"COMMENT ON TABLE procrastinate_jobs IS '{state}'".encode())
    assert await engine_tables.pending(bare)
    assert await engine_tables.prepare(bare) == [f"engine {last}"]
    assert not await engine_tables.pending(bare)
    assert await engine_tables.prepare(bare) == []


async def test_of_one_key_only_one_job_waits_and_none_is_left_when_it_is_done(url: str) -> None:
    done: list[int] = []

    async def chunk(ending: asyncio.Event, account: int) -> None:
        done.append(account)

    engine = Engine(url, "poll", 4, QUICK)
    job = engine.job("chunk", chunk)
    async with engine.app.open_async():
        assert await job.ask([("1", {"account": 1}), ("2", {"account": 2})]) == 2
        assert await job.ask([("2", {"account": 2}), ("3", {"account": 3})]) == 1
        assert await job.ask([]) == 0
    async with at_work(engine.run):
        await until(lambda: len(done) == 3)
    assert sorted(done) == [1, 2, 3]
    assert await count(url, where="task_name = 'chunk'") == 0
    assert await count(url, "events") == await count(url)  # of what waits for its next time


async def test_two_workers_never_run_the_same_key_side_by_side(url: str) -> None:
    running: set[int] = set()
    most = 0
    began = 0

    async def chunk(ending: asyncio.Event, account: int) -> None:
        nonlocal began, most
        assert account not in running
        running.add(account)
        began, most = began + 1, max(most, len(running))
        await asyncio.sleep(0.03)
        running.discard(account)

    engines = [Engine(url, "poll", 4, QUICK) for _ in range(2)]
    jobs = [engine.job("chunk", chunk) for engine in engines]
    async with at_work(*(engine.run for engine in engines)):
        await until(lambda: not any(engine.trouble() for engine in engines))
        async with asyncio.timeout(SOON):
            while began < 12:
                await jobs[0].ask([("1", {"account": 1}), ("2", {"account": 2})])
                await asyncio.sleep(0.02)
    assert most == 2


async def test_a_job_that_fails_is_told_and_gone_and_asked_for_anew(url: str) -> None:
    tries = 0

    async def chunk(ending: asyncio.Event) -> None:
        nonlocal tries
        tries += 1
        raise LookupError

    engine = Engine(url, "poll", 2, QUICK)
    job = engine.job("chunk", chunk)
    async with at_work(engine.run):
        await until(lambda: not engine.trouble())
        for tried in (1, 2):
            await job.ask([("1", {})])
            await until(lambda tried=tried: tries == tried)  # type: ignore[misc]
    assert await count(url, where="task_name = 'chunk'") == 0


async def test_one_watch_runs_and_the_next_takes_over_when_its_worker_stops(url: str) -> None:
    held: list[str] = []

    def watch(name: str) -> Callable[[asyncio.Event], Awaitable[None]]:
        async def forever(stop: asyncio.Event) -> None:
            assert not held
            held.append(name)
            await stop.wait()
            held.remove(name)

        return forever

    first = crews.watches(url, "dispatch", {"dispatch": watch("first")}, QUICK).run
    second = crews.watches(url, "dispatch", {"dispatch": watch("second")}, QUICK).run
    async with at_work(first) as stop_first:
        await until(lambda: held == ["first"])
        async with at_work(second):
            stop_first.set()
            await until(lambda: held == ["second"])
    assert held == []


async def test_what_a_dead_worker_held_is_given_to_one_that_lives(url: str) -> None:
    async with await AsyncConnection.connect(url) as connection:
        await connection.execute(DEAD)
    held = asyncio.Event()

    async def forever(stop: asyncio.Event) -> None:
        held.set()
        await stop.wait()

    async with at_work(crews.watches(url, "dispatch", {"dispatch": forever}, QUICK).run):
        await asyncio.wait_for(held.wait(), SOON)
    assert await count(url, "workers") == 0


async def test_who_was_taken_for_dead_lets_go_and_begins_anew(url: str) -> None:
    began: list[str] = []
    held: set[str] = set()

    def watch(name: str) -> Callable[[asyncio.Event], Awaitable[None]]:
        async def forever(stop: asyncio.Event) -> None:
            began.append(name)
            held.add(name)
            await stop.wait()
            held.discard(name)

        return forever

    first = crews.watches(url, "dispatch", {"dispatch": watch("first")}, QUICK).run
    second = crews.watches(url, "dispatch", {"dispatch": watch("second")}, QUICK).run
    async with at_work(first) as stop_first:
        await until(lambda: held == {"first"})
        async with await AsyncConnection.connect(url) as connection:  # what others do to one that is frozen
            for table in ("jobs", "workers"):
                await connection.execute(f"DELETE FROM procrastinate_{table}".encode())
        await until(lambda: began == ["first", "first"])
        async with at_work(second):
            stop_first.set()
            await until(lambda: held == {"second"})


async def test_a_process_that_is_unfit_says_so_and_ends(url: str) -> None:
    async def refused(stop: asyncio.Event) -> None:
        raise TokenRefused("BOT_TOKEN: unknown")

    with pytest.raises(TokenRefused, match="unknown"):
        await asyncio.wait_for(crews.watches(url, "listen", {"fetch": refused}, QUICK).run(asyncio.Event()), SOON)
    assert await count(url, "workers") == 0


async def test_health_is_told_of_a_watch_that_breaks_again_and_again(url: str) -> None:
    async def broken(stop: asyncio.Event) -> None:
        raise LookupError("words of people")

    crew = crews.watches(url, "dispatch", {"dispatch": broken, "sweep": asyncio.Event.wait}, QUICK)  # type: ignore[dict-item]
    assert crew.trouble() == "takes no jobs: it has no connection to PostgreSQL"
    async with at_work(crew.run):
        await until(lambda: crew.trouble() == "dispatch breaks (LookupError)")


async def test_work_goes_on_after_every_connection_was_cut(url: str) -> None:
    beats = 0

    async def beat(ending: asyncio.Event) -> None:
        nonlocal beats
        beats += 1

    engine, other = Engine(url, "poll", 2, QUICK), Engine(url, "poll", 2, QUICK)
    _, job = engine.job("beat", beat), other.job("beat", beat)
    async with at_work(engine.run):
        await until(lambda: not engine.trouble())
        async with await AsyncConnection.connect(url) as connection:
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'herald-engine'"
                " AND datname = current_database()"
            )
        async with other.app.open_async():
            await job.ask([("1", {})])
        await until(lambda: beats == 1)


async def test_an_absence_of_the_database_ends_nobody(unused_tcp_port: int) -> None:
    crew = crews.watches(f"postgres://herald@127.0.0.1:{unused_tcp_port}/x", "dispatch", {}, QUICK)
    with capture_logs() as told:
        async with at_work(crew.run):
            await until(lambda: len(told) >= 2)
    assert {one["event"] for one in told} == {"store_unavailable"}
    assert crew.trouble() == "takes no jobs: it has no connection to PostgreSQL"


class Accounts:
    """Stands in for bot.flows.polling.Poller: so many shipments are left of each account."""

    def __init__(self, at: datetime, **left: int) -> None:
        self.at = at
        self.left = {int(name.removeprefix("a")): many for name, many in left.items()}
        self.chunks: list[int | None] = []
        self.freed: set[int | None] = set()
        self.stuck: set[int | None] = set()

    async def dues(self) -> list[Due]:
        return [Due(account, self.at) for account, left in self.left.items() if left > 0]

    async def free(self, account_id: int | None) -> None:
        self.freed.add(account_id)

    async def chunk(self, account_id: int | None, ending: asyncio.Event) -> int:
        assert account_id in self.freed
        assert account_id is not None
        self.chunks.append(account_id)
        if account_id in self.stuck:
            return 0
        taken = min(self.left[account_id], CHUNK)
        self.left[account_id] -= taken
        return taken


async def test_the_tick_asks_for_what_is_due_and_an_account_is_polled_to_its_end(url: str) -> None:
    clock = StandingClock()
    poller = Accounts(clock.now(), a1=CHUNK + 1, a2=3)
    async with at_work(crews.polling(url, poller, clock, QUICK).run):  # type: ignore[arg-type]
        await until(lambda: not any(poller.left.values()))
    assert sorted(one for one in poller.chunks if one) == [1, 1, 2]


async def test_accounts_that_do_not_get_on_keep_nobody_from_being_asked(url: str) -> None:
    clock = StandingClock()
    poller = Accounts(clock.now(), a1=1, a2=1, a3=1)
    poller.stuck = {1, 2}
    async with at_work(crews.polling(url, poller, clock, QUICK, asked_at_once=2).run):  # type: ignore[arg-type]
        await until(lambda: not poller.left[3])
    assert {1, 2} <= set(poller.chunks)


async def test_who_lives_buries_the_dead_of_other_parts(url: str) -> None:
    async with await AsyncConnection.connect(url) as connection:
        await connection.execute(DEAD)
    async with at_work(Engine(url, "poll", 2, QUICK).run):
        async with asyncio.timeout(SOON):
            while await count(url, where="task_name = 'dispatch'"):  # noqa: ASYNC110
                await asyncio.sleep(0.02)


async def test_a_job_that_hangs_ends_with_its_worker_and_leaves_no_row(url: str) -> None:
    began = asyncio.Event()

    async def chunk(ending: asyncio.Event) -> None:
        began.set()
        await asyncio.Event().wait()

    engine = Engine(url, "poll", 2, Pulse(0.1, 0.6, 0.05, grace=0.1))
    job = engine.job("chunk", chunk)
    async with at_work(engine.run):
        await until(lambda: not engine.trouble())
        await job.ask([("1", {})])
        await asyncio.wait_for(began.wait(), SOON)
    assert (await count(url), await count(url, "workers")) == (0, 0)


async def test_work_comes_again_whatever_the_machines_clock_says(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    came = asyncio.Event()

    async def beat(ending: asyncio.Event) -> None:
        came.set()

    engine = Engine(url, "poll", 2, QUICK)
    engine.repeat(1, "beat", beat)
    async with at_work(engine.run):
        for _ in range(2):  # as it was, then in 1970
            came.clear()
            await asyncio.wait_for(came.wait(), SOON)
            monkeypatch.setattr(time, "time", lambda: 0.0)


async def test_work_that_comes_again_and_again_comes_once_for_all_workers_and_leaves_one_row(url: str) -> None:
    began: list[int] = []

    async def beat(ending: asyncio.Event) -> None:
        began.append(await count(url, "periodic_defers"))

    engines = [Engine(url, "poll", 2, QUICK) for _ in range(3)]
    for one in engines:
        one.repeat(1, "beat", beat)
    at = asyncio.get_running_loop().time()
    async with at_work(*(one.run for one in engines)):
        await until(lambda: len(began) >= 3)
        assert len(began) <= asyncio.get_running_loop().time() - at + 2
    assert set(began) == {1}
    async with at_work(engines[0].run):  # a job that was asked for while they ended is done
        await until(lambda: len(began) > 3)
    left = {table: await count(url, table) for table in ("periodic_defers", "events", "workers")}
    assert left == {"periodic_defers": 1, "events": await count(url), "workers": 0}


async def test_who_was_frozen_ends_its_jobs_without_a_noise(url: str) -> None:
    went, complaints = asyncio.Event(), []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: complaints.append(what))

    async def chunk(ending: asyncio.Event) -> None:
        await went.wait()

    engine = Engine(url, "poll", 2, QUICK)
    job = engine.job("chunk", chunk)
    with capture_logs() as told:
        async with at_work(engine.run):
            await until(lambda: not engine.trouble())
            await job.ask([("1", {})])
            async with asyncio.timeout(SOON):
                while not await count(url, where="status = 'doing'"):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
            async with await AsyncConnection.connect(url) as connection:  # what others do to one that is frozen
                for table in ("jobs", "workers"):
                    await connection.execute(f"DELETE FROM procrastinate_{table}".encode())
            went.set()
            await until(lambda: bool(told))
            await until(lambda: not engine.trouble())
        gc.collect()
    assert ({one["event"] for one in told}, complaints) == ({"taken_for_dead"}, [])


async def test_a_job_that_cannot_be_ended_has_its_worker_begin_anew(url: str) -> None:
    began = 0

    async def chunk(ending: asyncio.Event) -> None:
        nonlocal began
        began += 1
        if began == 1:  # for a while nobody can end a job
            async with await AsyncConnection.connect(url, autocommit=True) as connection:
                await connection.execute("ALTER FUNCTION procrastinate_finish_job_v1 RENAME TO procrastinate_away")

    engine = Engine(url, "poll", 2, QUICK)
    job = engine.job("chunk", chunk)
    async with at_work(engine.run):
        await until(lambda: not engine.trouble())
        await job.ask([("1", {})])
        await until(lambda: began == 1)
        await until(lambda: bool(engine.trouble()))
        async with await AsyncConnection.connect(url, autocommit=True) as connection:
            await connection.execute("ALTER FUNCTION procrastinate_away RENAME TO procrastinate_finish_job_v1")
        await until(lambda: not engine.trouble())
        await job.ask([("1", {})])
        await until(lambda: began == 2)


async def test_the_parts_of_a_process_share_few_connections(url: str) -> None:
    shared = Connections(url)
    watched = ("dispatch", "learn", "listen")
    crews_ = [crews.watches(shared, name, {name: asyncio.Event.wait}, QUICK) for name in watched]  # type: ignore[dict-item]
    crews_.append(crews.polling(shared, Accounts(StandingClock().now()), StandingClock(), QUICK))  # type: ignore[arg-type]
    async with at_work(*(one.run for one in crews_)):
        await until(lambda: not any(one.trouble() for one in crews_))
        async with await AsyncConnection.connect(url) as connection:
            await asyncio.sleep(0.05)
            found = await connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'herald-engine'"
                " AND datname = current_database()"
            )
            row = await found.fetchone()
    assert row is not None
    assert 1 <= row[0] <= 5


async def test_a_database_that_takes_no_more_connections_is_told_in_one_clear_line(url: str) -> None:
    async with await AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute("CREATE ROLE crowd LOGIN PASSWORD 'x' CONNECTION LIMIT 0")
    crew = crews.watches(make_conninfo(url, user="crowd", password="x"), "dispatch", {}, QUICK)
    with capture_logs() as told:
        async with at_work(crew.run):
            await until(lambda: bool(told))
    assert "takes no more connections" in told[0]["reason"]
