"""The engine of PostgreSQL mode: chunks of work as jobs of procrastinate, shared out over any number of machines.

The tables are the truth; a job only says that it is time to look. So a job whose worker died is thrown away, not
repeated: the next tick asks anew, and what the chunk had claimed is given back when the account's next job begins.
Finished jobs are deleted. Nothing here knows what the work is: bot/jobs/crews.py.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job as StoredJob
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from procrastinate.tasks import Task
from procrastinate.worker import Worker
from psycopg import Error as PsycopgError
from psycopg.errors import ForeignKeyViolation, RaiseException

from bot.flows.installation import of_libpq
from bot.flows.ports import Unfit
from bot.jobs.connections import Connections, Connector
from bot.jobs.loop import wait_for

log = structlog.get_logger("herald.engine")

AFTER_FAULT = 1.0
TELLS_OF_FAULT = 10.0
"""Seconds for which a watch or a tick that broke is told to health: by then it has been tried again some times."""


@dataclass(frozen=True)
class Pulse:
    """Real seconds. Who gives no heartbeat for `dead_after` is taken for dead, and what he held goes to others.

    `look_every`: between looks for jobs where no notice of one came, as when another's ends. `grace`: what running
    jobs have to end in when we are to stop.
    """

    heartbeat: float = 2.0
    dead_after: float = 8.0
    look_every: float = 1.0
    grace: float = 8.0


USUAL = Pulse()

Chunk = Callable[..., Awaitable[None]]
"""Given the event that says that its worker ends, and the job's own arguments."""


class Job:
    """A kind of work, asked for by key: of one key at most one job waits and at most one runs, anywhere."""

    def __init__(self, engine: "Engine", task: Task[..., Any, ...]) -> None:
        self._engine = engine
        self._task = task

    async def ask(self, wanted: Iterable[tuple[str, dict[str, Any]]]) -> int:
        """Let these (key, arguments) be done soon; those that wait already are not doubled. How many are new."""
        waiting = {f"{self._task.name}:{key}": arguments for key, arguments in wanted}
        for lock in await self._engine.waiting(list(waiting)):
            waiting.pop(lock, None)
        jobs = [self._task.configure(lock=lock, queueing_lock=lock, task_kwargs=one) for lock, one in waiting.items()]
        if not jobs:
            return 0
        try:
            return len(await self._engine.app.job_manager.batch_defer_jobs_async([one.job for one in jobs]))
        except AlreadyEnqueued:  # somebody was faster with one of them
            return sum([await _ask_one(one.defer_async) for one in jobs])


async def _ask_one(defer: Callable[[], Awaitable[int]]) -> bool:
    with suppress(AlreadyEnqueued):
        await defer()
        return True
    return False


class _Round:
    """Work that comes again and again: once every so many seconds by the database's clock, whoever asks for it.

    When to look goes by no clock that can be set: a machine's may be set back by an hour.
    """

    _TIME = (
        "SELECT floor(extract(epoch FROM clock_timestamp()))::bigint AS now, EXISTS"
        " (SELECT 1 FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = %(lock)s) AS waits"
    )

    def __init__(self, app: App, task: Task[..., Any, ...], every: int) -> None:
        self._app = app
        self._task = task
        self._every = every

    async def run(self, ending: asyncio.Event) -> None:
        """Ask for it as long as its worker lives."""
        while True:
            with suppress(ConnectorException, AlreadyEnqueued):  # away (its heart sees to that), or another was faster
                await self._ask()
            if await wait_for(self._every, ending):
                return

    async def _ask(self) -> None:
        found = await self._app.connector.execute_query_one_async(self._TIME, lock=self._task.name)
        if not found["waits"]:
            time = found["now"] // self._every * self._every
            job = self._task.configure(task_kwargs={"timestamp": time}).job
            await self._app.job_manager.defer_periodic_job(job=job, periodic_id="", defer_timestamp=time)


class _Jobs(JobManager):
    """Ends jobs also where the connection to do so is cut, and those that others have ended meanwhile."""

    ending: asyncio.Event
    lost: Callable[[], None]
    """A job could not be ended: its lock would be taken as long as its worker lives."""

    async def finish_job(self, job: StoredJob, status: Status, delete_job: bool) -> None:
        """It has run."""
        for _ in range(2):
            try:
                return await super().finish_job(job, status, delete_job)
            except ConnectorException as error:
                is_gone = isinstance(error.__cause__, RaiseException)  # its worker was taken for dead
                if is_gone or await wait_for(AFTER_FAULT, self.ending):
                    return None
        return self.lost()

    async def throw_away(self, job: StoredJob) -> None:
        """Its worker died. Raises ConnectorException where another was faster."""
        await super().finish_job(job, Status.FAILED, delete_job=True)


class _Crewman(Worker):
    """A worker that says when it ends, whoever made it end."""

    ending: asyncio.Event
    rounds: Sequence[_Round] = ()

    async def _periodic_deferrer(self) -> None:
        """In place of procrastinate's, which goes by the machine's clock."""
        await asyncio.gather(self.ending.wait(), *[one.run(self.ending) for one in self.rounds])

    async def is_listed(self) -> bool:
        """False where others took it for dead: it was stopped for a while, and what it held is theirs now."""
        found = await self.app.connector.execute_query_all_async(
            "SELECT 1 FROM procrastinate_workers WHERE id = %(id)s", id=self.worker_id
        )
        return self.worker_id is None or bool(found)

    def stop(self) -> None:
        """Take no further job; those that run are to come to an end."""
        self.ending.set()
        super().stop()  # type: ignore[no-untyped-call]


class Engine:
    """One part of this process at its queue: `part` names it, `at_once` is how many jobs run side by side.

    Not `hears`: it looks for jobs every so often and is not told of them, which spares a connection where few come.
    """

    def __init__(
        self,
        to: str | Connections,
        part: str,
        at_once: int,
        pulse: Pulse = USUAL,
        *,
        hears: bool = True,
    ) -> None:
        self._pulse = pulse
        self.app = App(connector=Connector(Connections(to) if isinstance(to, str) else to))
        self.app.job_manager = self._jobs = _Jobs(self.app.connector)
        self._jobs.lost = self._begin_anew
        self._rounds: list[_Round] = []
        self._hears = hears
        self._part = part
        self._at_once = at_once
        self._ending = asyncio.Event()
        self._ending.set()
        self._broken: dict[str, tuple[float, str]] = {}
        self._unfit: Unfit | None = None
        self._worker: _Crewman | None = None

    def trouble(self) -> str | None:
        """Why this part is not at its work now; None where it is."""
        if self._ending.is_set():
            return "takes no jobs: it has no connection to PostgreSQL"
        since = asyncio.get_running_loop().time() - TELLS_OF_FAULT
        lately = [f"{name} breaks ({why})" for name, (at, why) in self._broken.items() if at > since]
        return ", ".join(lately) or None

    def job(self, name: str, chunk: Chunk) -> Job:
        """Work that is asked for."""
        return Job(self, self.app.task(name=name, queue=self._part)(partial(self._run, name, chunk)))

    def repeat(self, every: int, name: str, chunk: Chunk) -> None:
        """Work that comes by itself, `every` so many seconds; never twice at a time, anywhere."""

        async def do(timestamp: int) -> None:
            error = await self._run(name, chunk)
            if error is not None:
                self._broken[name] = asyncio.get_running_loop().time(), type(error).__name__

        task = self.app.task(name=name, queue=self._part, lock=name, queueing_lock=name)(do)
        self._rounds.append(_Round(self.app, task, every))

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`, also through an absence of the database. Raises Unfit."""
        while not stop.is_set():
            try:
                async with self.app.open_async():
                    await self._work(stop)
            except (ConnectorException, PsycopgError) as error:
                self._tell(error.__cause__ or error)
            if self._unfit is not None:
                raise self._unfit
            await wait_for(0 if stop.is_set() else AFTER_FAULT, stop)

    def _tell(self, error: BaseException) -> None:
        if isinstance(error, ForeignKeyViolation):
            log.warning("taken_for_dead", part=self._part)
            return
        log.error("store_unavailable", part=self._part, reason=str(of_libpq(error) or type(error).__name__))

    def _begin_anew(self) -> None:
        if self._worker is not None:
            self._worker.stop()

    async def _work(self, stop: asyncio.Event) -> None:
        worker = self._worker = _Crewman(
            self.app,
            queues=[self._part],
            name=self._part,
            concurrency=self._at_once,
            fetch_job_polling_interval=self._pulse.look_every,
            shutdown_graceful_timeout=self._pulse.grace,
            delete_jobs="always",
            listen_notify=self._hears,
            install_signal_handlers=False,
            update_heartbeat_interval=self._pulse.heartbeat,
            stalled_worker_timeout=self._pulse.dead_after,
        )
        self._ending = self._jobs.ending = worker.ending = asyncio.Event()
        worker.rounds = self._rounds
        stopping = asyncio.create_task(_then(stop, worker.stop))
        burying = asyncio.create_task(self._bury(worker))
        try:
            await worker.run()  # type: ignore[no-untyped-call]
        finally:
            self._ending.set()
            stopping.cancel()
            burying.cancel()

    async def _run(self, name: str, chunk: Chunk, **arguments: Any) -> Exception | None:
        """One job. What goes wrong is told, not repeated: the next tick asks again."""
        try:
            await chunk(self._ending, **arguments)
        except Unfit as error:
            self._unfit = error
            self._begin_anew()
        except Exception as error:
            log.exception("job_failed", job=name, **arguments)
            return error
        return None

    async def waiting(self, locks: list[str]) -> set[str]:
        """Which of these have a job that waits."""
        found = await self.app.connector.execute_query_all_async(
            "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = ANY(%(locks)s)",
            locks=locks,
        )
        return {row["queueing_lock"] for row in found}

    async def _bury(self, worker: _Crewman) -> None:
        """Whoever lives buries the dead of every part. It is no job: who died in one would hold it for ever."""
        jobs = self.app.job_manager
        while not await wait_for(self._pulse.dead_after / 4, self._ending):
            with suppress(ConnectorException):  # the worker itself sees to a database that is away
                if not await worker.is_listed():
                    log.warning("taken_for_dead", part=self._part)
                    worker.stop()
                    return
                await jobs.prune_stalled_workers(self._pulse.dead_after)
                for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=self._pulse.dead_after):
                    await self._throw_away(job)

    async def _throw_away(self, job: StoredJob) -> None:
        with suppress(ConnectorException):  # another one was faster
            await self._jobs.throw_away(job)
            log.warning("job_left_behind", job=job.task_name, lock=job.lock)


async def _then(happened: asyncio.Event, do: Callable[[], None]) -> None:
    await happened.wait()
    do()
