"""Listens to Telegram: one task fetches updates and stores them, the other handles them lane by lane, in order."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from secrets import token_hex
from typing import Any

import aiohttp
import structlog
from aiogram import Bot
from aiogram.types import Update
from pydantic import ValidationError

from bot import tracing
from bot.chat.app import dispatcher
from bot.chat.lenient import completed
from bot.clock import Clock
from bot.flows import inbox, menus, topic_names
from bot.flows.inbox import Arrived, Wanted
from bot.flows.ingest import NO_RULES, Rules
from bot.flows.ports import Carriers, Settings, Telegram, TelegramRefused, TokenRefused, Vault
from bot.flows.tally import tally
from bot.flows.turn import Turn, speak

log = structlog.get_logger("herald.listen")

ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "chat_member",
    "message_reaction",
)
MOST_AT_ONCE = 16
BATCH = 200
MOST_LANES = 4 * MOST_AT_ONCE
"""Chats in memory from which on no further one is taken: they are there for other processes, too."""
ENOUGH = 20
"""Updates of a chat in memory from which on no more are taken."""
MOST_ATTEMPTS = 3
LOOK_AGAIN = 0.5
"""Seconds between looks into the inbox when nobody woke us (another process may have stored an update)."""
LONG_POLL = 30
TIMEOUT = aiohttp.ClientTimeout(total=LONG_POLL + 15, connect=10)
BACK_OFF = (0.5, 1, 2, 5, 10, 30)
SPAN = timedelta(seconds=1)
MENUS_AGAIN = 900.0
"""Seconds between looks at the menus when nobody woke us."""
ICONS_AGAIN = timedelta(minutes=10)


@dataclass
class Listening:
    """What listening needs, and the event that tells the handling side of new updates."""

    bot: Bot
    api_url: str
    clock: Clock
    vault: Vault
    telegram: Telegram
    carriers: Carriers
    settings: Settings
    rules: Rules = NO_RULES
    gap: timedelta = timedelta(0)
    """How long an update waits for the one before it, where several connections bring them."""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def for_handlers(self) -> dict[str, Any]:
        """The workflow data: what every handler may ask for by name."""
        return {
            "clock": self.clock,
            "vault": self.vault,
            "telegram": self.telegram,
            "carriers": self.carriers,
            "settings": self.settings,
            "rules_of_operator": self.rules,
        }


async def listen_forever(on: Listening, stop: asyncio.Event, *, fetch: bool = True) -> None:
    """Fetch and handle until `stop`; what is being handled then is finished first. Raises TokenRefused.

    Without `fetch` somebody else (another process, a webhook) fills the inbox and may set `on.arrived`.
    """
    dispatcher()  # imports the handlers now, not while the first person waits
    fetching = [asyncio.create_task(Fetcher(on).run(), name="listen.fetch")] if fetch else []
    handling = asyncio.create_task(Handler(on).run(stop), name="listen.handle")
    stopping = asyncio.create_task(stop.wait(), name="listen.stop")
    learning = asyncio.create_task(_learn_icons(on), name="listen.icons")
    listing = asyncio.create_task(keep_menus(on), name="listen.menus")
    try:
        await asyncio.wait({*fetching, handling, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.set()
        on.arrived.set()
        for task in (*fetching, stopping, learning, listing):
            task.cancel()
        results = await asyncio.gather(*fetching, handling, stopping, learning, listing, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


async def fetch_forever(on: Listening, stop: asyncio.Event) -> None:
    """Only fetch, until `stop`. Raises TokenRefused."""
    await _until(stop, Fetcher(on).run())


async def be_brought(on: Listening, address: str, secret: str, stop: asyncio.Event) -> None:
    """Have Telegram bring updates to `address`, each with `secret` in its head, until `stop`. Raises TokenRefused."""
    await _until(stop, Fetcher(on).ask_for_pushes(address, secret))
    await stop.wait()


async def _until(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Work that is cancelled by `stop`; its error is raised."""
    working = asyncio.create_task(work, name="listen.work")
    stopping = asyncio.create_task(stop.wait(), name="listen.stop")
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    for task in (working, stopping):
        task.cancel()
    result, _ = await asyncio.gather(working, stopping, return_exceptions=True)
    if isinstance(result, Exception):
        raise result


async def _learn_icons(on: Listening) -> None:
    """A desk that was bound before we knew icons gets them, too."""
    while True:
        try:
            if await topic_names.has_icons() or await topic_names.learn_icons(on.telegram):
                return
        except inbox.StoreUnavailable as error:
            log.warning("icons wait for the database", reason=error.reason)
        await on.clock.sleep(ICONS_AGAIN)


async def keep_menus(on: Listening) -> None:
    """The menus of commands are what desks and roles make them; another process may have changed these."""
    changed = asyncio.Event()
    unlisten = menus.listen(changed.set)
    try:
        while True:
            changed.clear()
            with suppress(inbox.StoreUnavailable, TelegramRefused):
                await menus.refresh(on.telegram)
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), MENUS_AGAIN)
    finally:
        unlisten()


_KEEP = {"drop_pending_updates": False}


class Fetcher:
    """getUpdates without end; the next call acknowledges only what is stored."""

    def __init__(self, on: Listening) -> None:
        self._on = on
        self._url = f"{on.api_url.rstrip('/')}/bot{on.bot.token}"
        self._failures = 0

    async def run(self) -> None:
        """Until cancelled. Raises TokenRefused."""
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            await self._until_done(session, "deleteWebhook", _KEEP)
            while True:
                await self._round(session)

    async def ask_for_pushes(self, address: str, secret: str) -> None:
        """Until Telegram has agreed. Raises TokenRefused."""
        asked = {"url": address, "secret_token": secret, "allowed_updates": list(ALLOWED_UPDATES)}
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            await self._until_done(session, "setWebhook", asked | {"max_connections": 40})

    async def _round(self, session: aiohttp.ClientSession) -> None:
        try:
            offset = await inbox.next_offset(self._on.bot.id, self._on.clock.now())
            asked: dict[str, Any] = {"timeout": LONG_POLL, "allowed_updates": list(ALLOWED_UPDATES)}
            updates = await self._call(session, "getUpdates", asked | ({"offset": offset} if offset else {}))
            if updates:
                await inbox.keep(self._on.bot.id, updates, self._on.vault, self._on.clock.now())
                self._on.arrived.set()
            self._failures = 0
        except _Webhook as error:
            await self._back_off(str(error))
            await self._until_done(session, "deleteWebhook", _KEEP)
        except (_NotNow, inbox.StoreUnavailable) as error:
            await self._back_off(str(error))

    async def _until_done(self, session: aiohttp.ClientSession, method: str, asked: dict[str, Any]) -> None:
        while True:
            try:
                await self._call(session, method, asked)
                return
            except _NotNow as error:
                await self._back_off(str(error))

    async def _call(self, session: aiohttp.ClientSession, method: str, asked: dict[str, Any]) -> Any:
        try:
            async with session.post(f"{self._url}/{method}", json=asked) as response:
                answer = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            # the address holds the token: neither the message nor the cause may be shown
            raise _NotNow(f"Telegram is out of reach ({type(error).__name__})") from None
        if isinstance(answer, dict) and answer.get("ok"):
            return answer.get("result")
        raise _refusal(answer if isinstance(answer, dict) else {})

    async def _back_off(self, reason: str) -> None:
        wait = BACK_OFF[min(self._failures, len(BACK_OFF) - 1)]
        self._failures += 1
        log.warning("listening is held up", reason=reason, again_in=wait)
        await self._on.clock.sleep(SPAN * wait)


class _NotNow(Exception):
    """This call failed; a later one may not. The message is for the log."""


class _Webhook(_NotNow):
    """A webhook is in the way of asking."""


def _refusal(answer: dict[str, Any]) -> Exception:
    code = answer.get("error_code")
    if code in (401, 404):
        return TokenRefused("BOT_TOKEN: Telegram does not know this token; take the right one from @BotFather")
    if code == 409 and "webhook" in str(answer.get("description", "")):
        return _Webhook("a webhook is set: does another process of this bot run with TELEGRAM_WEBHOOK on?")
    if code == 409:
        return _NotNow("another program fetches this bot's updates: one token, one listener; stop the other one")
    return _NotNow(f"Telegram answers {code or 'nothing readable'}")


class Handler:
    """Handles stored updates: strictly in order within a lane, several lanes at once."""

    def __init__(self, on: Listening) -> None:
        self._on = on
        self._lanes: dict[int, asyncio.Queue[Arrived]] = {}
        self._taken: set[int] = set()
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        self._name = token_hex(8)
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; then whatever has begun is finished."""
        try:
            while not stop.is_set():
                self._on.arrived.clear()
                if await self._take() >= BATCH:
                    continue  # behind a long row of one chat others may wait
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._on.arrived.wait(), LOOK_AGAIN)
        finally:
            self._stopping = True
            await asyncio.gather(*self._tasks, return_exceptions=True)
            with suppress(inbox.StoreUnavailable):
                await inbox.leave(self._name)

    async def drain(self) -> None:
        """Handle all that waits, then return."""
        while await self._take():
            await asyncio.gather(*self._tasks)
        await inbox.leave(self._name)

    async def _take(self) -> int:
        try:
            found = await inbox.waiting(self._on.vault, self._wanted())
        except inbox.StoreUnavailable as error:
            log.error("the inbox cannot be read", reason=error.reason)
            return 0
        for one in found:
            self._taken.add(one.update_id)
            self._lane(one.lane).put_nowait(one)
        return len(found)

    def _wanted(self) -> Wanted:
        """One chat with much to say holds up nobody else: no more is taken of it than keeps it busy."""
        full = [lane for lane, queue in self._lanes.items() if queue.qsize() >= ENOUGH]
        held = sum(queue.qsize() + 1 for lane, queue in self._lanes.items() if lane not in full)
        since = self._on.clock.now() - self._on.gap if self._on.gap else None
        enough = len(self._lanes) >= MOST_LANES
        return Wanted(self._name, held + BATCH, since, self._lanes.keys(), full, self._taken, enough)

    def _lane(self, lane: int) -> asyncio.Queue[Arrived]:
        queue = self._lanes.get(lane)
        if queue is None:
            queue = self._lanes[lane] = asyncio.Queue()
            task = asyncio.create_task(self._work(lane, queue), name=f"listen.lane.{lane}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return queue

    async def _work(self, lane: int, queue: asyncio.Queue[Arrived]) -> None:
        try:
            while not queue.empty() and not self._stopping:
                one = queue.get_nowait()
                async with self._slots:
                    await self._see_through(one)
                self._taken.discard(one.update_id)
        finally:
            # nothing is awaited between the last look at the queue and here: no update can slip in
            del self._lanes[lane]
            while not queue.empty():
                self._taken.discard(queue.get_nowait().update_id)

    async def _see_through(self, one: Arrived) -> None:
        attempts, waits = one.attempts, 0
        while not self._stopping:
            try:
                await handle(self._on, one, attempts + 1)
                return
            except inbox.StoreUnavailable as error:
                log.warning("handling waits for the database", update_id=one.update_id, reason=error.reason)
                await self._on.clock.sleep(SPAN * BACK_OFF[min(waits, len(BACK_OFF) - 1)])
                waits += 1
            except Exception:
                attempts += 1
                log.exception("handling failed", update_id=one.update_id, attempt=attempts)
                if await self._is_given_up(one, attempts):
                    return

    async def _is_given_up(self, one: Arrived, attempts: int) -> bool:
        try:
            await inbox.count_attempt(one.update_id)
            if attempts < MOST_ATTEMPTS:
                return False
            await give_up(self._on, one)
        except inbox.StoreUnavailable:
            return False
        return True


async def give_up(on: Listening, one: Arrived) -> None:
    """Mark it as failed and say so kindly, where a person waits for a word."""
    now = on.clock.now()
    body = one.body or {}
    said = body.get("message") or body.get("callback_query")
    person = said.get("from") if isinstance(said, dict) else None
    told = None
    if one.lane > 0 and isinstance(person, dict):
        code = person.get("language_code")
        reader = {"locale": speak(code if isinstance(code, str) else None)}
        told = inbox.sorry(one.update_id, one.lane, reader, now)
    await inbox.give_up(one.update_id, now, told)
    tally.count("herald_updates_total", "given_up")


async def handle(on: Listening, one: Arrived, attempt: int = 1) -> None:
    """Let the handlers see one update; afterwards it is handled, even if nobody wanted it."""
    with tracing.span("update.handle", within=one.trace, update=one.update_id, kind=one.kind) as span:
        span.note(attempt=attempt)
        span.note(outcome=await _handled(on, one))


async def _handled(on: Listening, one: Arrived) -> str:
    """What came of it."""
    structlog.contextvars.bind_contextvars(update_id=one.update_id)
    if one.body is None:
        log.error("an update cannot be opened", update_id=one.update_id)
        tally.count("herald_updates_total", "unreadable")
        await inbox.give_up(one.update_id, on.clock.now(), None)
        return "unreadable"
    body = one.body
    if not any(kind in body for kind in ALLOWED_UPDATES):
        log.info("an update of no use", update_id=one.update_id, kinds=sorted(body.keys() - {"update_id"})[:3])
        await inbox.settle(one.update_id, on.clock.now())
        return "of_no_use"
    try:
        update = Update.model_validate(completed(body), context={"bot": on.bot})
    except ValidationError as error:
        places = [".".join(map(str, fault["loc"])) for fault in error.errors(include_input=False)][:5]
        log.error("an update cannot be read", update_id=one.update_id, at=places)
        await give_up(on, one)
        return "given_up"
    turns: list[Turn] = []
    await dispatcher().feed_update(on.bot, update, turns=turns, **on.for_handlers())
    if not any(turn.settled for turn in turns):
        await inbox.settle(one.update_id, on.clock.now())
    tally.count("herald_updates_total", "handled")
    return "handled"
