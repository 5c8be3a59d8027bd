"""One showing of the story: the sandbox, the service beside it, the people, and what the visitor may do to them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bot.sandbox.bot_api.faults import Fault, Script
from bot.sandbox.carriers import CarriersSandbox
from bot.sandbox.page import cast, hubs
from bot.sandbox.page.clock import StoryClock
from bot.sandbox.page.journeys import ZONE
from bot.sandbox.serve import serve
from bot.sandbox.tale.service import ServiceFailed, ServiceProcess
from bot.sandbox.telegram import Chat, TelegramSandbox, User
from carriers.kit.model import Status

START = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
CALM = 60.0
# Of the story's clock: at twenty minutes a second each parcel is asked for about once in one and a half real seconds.
ASK_EVERY = 1800.0
RECOVER = 2.5
"""Real seconds for which a killed service is gone."""
SENDS = "[sc]*Message"
"""sendMessage and copyMessage."""


HUNG = "scripted hang"
ENDED = frozenset({Status.DELIVERED, Status.RETURNED})
LONGEST = 36_000.0


class Stage:
    """Everything that a page shows or moves. `changed` is called whenever something beside the chats changes."""

    def __init__(self, folder: Path, clock: StoryClock, telegram: TelegramSandbox, carriers: CarriersSandbox) -> None:
        self.clock = clock
        self.telegram = telegram
        self.carriers = carriers
        self.service = ServiceProcess(folder, telegram, carriers)
        self.parcels = cast.parcels()
        self.customers: dict[str, User] = {}
        self.owner: User | None = None
        self.agent: User | None = None
        self.colleague: User | None = None
        self.desk: Chat | None = None
        self.chapter = ""
        self.service_is = "down"
        self.kills = 0
        self.armed = False
        self._fault: Script | None = None
        self._watch: asyncio.Task[None] | None = None
        self.down: set[str] = set()
        self.held: dict[str, dict[str, hubs.Held]] = {}
        self.listeners: list[Callable[[], None]] = []
        self._work: set[asyncio.Task[None]] = set()

    @property
    def customer(self) -> User | None:
        """The one whose phone is shown."""
        return self.customers.get(self.parcels[0].order)

    @property
    def first_day(self) -> date:
        """The day on which the story begins, there."""
        return START.astimezone(ZONE).date()

    def changed(self) -> None:
        """Tells whoever listens."""
        for listener in self.listeners:
            listener()

    def says(self, chapter: str) -> None:
        """What the page writes above it all."""
        self.chapter = chapter
        self.changed()

    # The service

    async def start_service(self) -> None:
        """Starts it, if it is not there. Raises ServiceFailed."""
        if self.service_is != "down":
            return
        self._turns("starting")
        try:
            await self.service.begin(self._environment())
            await self.service.is_ready()
        except ServiceFailed:
            self._turns("down")
            raise
        self._turns("up")

    async def kill_service(self) -> None:
        """kill -9, and a new start a moment later."""
        if self.service_is != "up":
            return
        self.kills += 1
        self._turns("down")
        await self.service.end(kill=True)
        self._go_on(self._comes_back())

    def look(self) -> None:
        """Notices a service that ended by itself, and lets it come back."""
        if self.service_is == "up" and not self.service.runs:
            self._turns("down")
            self._go_on(self._comes_back())

    async def arm(self) -> None:
        """The service dies while it carries an agent's next words to the customer: said, and nobody told that it was.

        Armed twice, it is not.
        """
        if self.armed:
            self._disarm()
        elif self.customer is not None and self.service_is == "up":
            self.armed = True
            self._fault = Script(Fault.HANG, SENDS, self.customer.id, seconds=20, only=self._carries_a_reply)
            self.telegram.api.faults.add(self._fault)
            calls = self.telegram.api.record.calls
            self._watch = asyncio.create_task(self._dies_in_the_middle(self._fault, len(calls)))
            self._keep(self._watch)
        self.changed()

    def _disarm(self) -> None:
        self.armed = False
        if self._fault is not None:
            self.telegram.api.faults.remove(self._fault)
        if self._watch is not None:
            self._watch.cancel()

    def _carries_a_reply(self, given: Mapping[str, Any]) -> bool:
        """Whether a call takes an agent's words along: his text as he wrote it, or a copy out of the desk."""
        if self.desk is None or "from_chat_id" in given:
            return self.desk is not None and str(given["from_chat_id"]) == str(self.desk.id)
        said = {one.text.strip() for one in self.telegram.messages(self.desk) if not one.from_bot} - {""}
        text = f"\n{given.get('text', '')}"  # his name may stand on a line of its own above
        return "parse_mode" not in given and any(text.endswith(f"\n{one}") for one in said)

    async def _dies_in_the_middle(self, fault: Script, after: int) -> None:
        calls = self.telegram.api.record.calls
        await self.telegram.wait_for(
            lambda: any(one.outcome == HUNG and fault.fits(one.method, one.params) for one in calls[after:]),
            within=LONGEST,
        )
        self.armed = False
        await self.kill_service()

    async def _comes_back(self) -> None:
        await asyncio.sleep(RECOVER)
        with suppress(ServiceFailed):  # it stays down, and the page offers to start it
            await self.start_service()

    def _turns(self, state: str) -> None:
        self.service_is = state
        self.changed()

    def _environment(self) -> dict[str, str]:
        return dict(self.service.lives_by(self.clock.setting, ASK_EVERY))

    async def command(self, *words: str) -> str:
        """Another `herald` command beside the service: what it prints."""
        return await self.service.ask(self._environment(), *words)

    # The world

    async def carrier(self, slug: str, *, works: bool) -> None:
        """A carrier's servers answer 503, or work again."""
        self.down.discard(slug) if works else self.down.add(slug)
        await self.carriers.mends(slug)
        if not works:
            await self.carriers.breaks(slug, "unavailable")
        self.changed()

    def has_ended(self, parcel: cast.Parcel) -> bool:
        """Whether its carrier knows that it has arrived, or is back."""
        life = self.carriers.doors.lives.get(parcel.number)
        newest = life.known(self.clock.now()).newest if life else None
        return newest is not None and newest.kind.status in ENDED

    @property
    def hubs(self) -> list[str]:
        """The towns whose hub the parcels go over."""
        return sorted({one.route.hub for one in self.parcels})

    def hub(self, place: str, *, moves: bool) -> None:
        """Nothing leaves a hub any more, or it does again."""
        now, lives = self.clock.now(), self.carriers.doors.lives
        if moves:
            for one in self.held.pop(place, {}).values():
                lives[one.number] = hubs.release(lives[one.number], one, now)
        elif place not in self.held:
            found = [kept for life in lives.values() if (kept := hubs.hold(life, place, now))]
            lives.update((life.number, life) for life, _ in found)
            self.held[place] = {held.number: held for _, held in found}
        self.changed()

    def _go_on(self, work: Coroutine[None, None, None]) -> None:
        self._keep(asyncio.create_task(work))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def close(self) -> None:
        """Ends what is under way, the service too."""
        for task in list(self._work):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*self._work, return_exceptions=True)
        await self.service.end(kill=True)


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Stage]:
    """A stage with nobody on it yet; the clock goes calmly."""
    clock = StoryClock(folder / "clock", START, CALM)
    async with serve(clock=clock) as (telegram, carriers):
        stage = Stage(folder, clock, telegram, carriers)
        try:
            yield stage
        finally:
            await stage.close()
