"""Fetching and handling: stored before acknowledged, in order, never lost, never stuck."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from bot.chat.app import AskTelegram, make_bot
from bot.chat.listen import Handler, Listening, listen_forever
from bot.flows import inbox
from bot.flows.ports import Me, TelegramRefused, TokenRefused
from bot.sandbox.telegram import TelegramSandbox
from bot.store import sql
from bot.store.core import StoreUnavailable
from tests.fakes.ports import FakeCarriers, FakeSettings, FakeTelegram
from tests.fakes.shopkeeper import OMAR, open_shop
from tests.fakes.talk import BOT_ID, Talk, Who, kinds


@dataclass
class FailingTelegram(FakeTelegram):
    """Whoever asks who we are gets a fault that nobody expects, `times` times."""

    times: int = 99

    async def me(self) -> Me:
        self.times -= 1
        if self.times >= 0:
            raise ZeroDivisionError
        return self.bot


async def states() -> dict[str, int]:
    found = await sql.rows("SELECT state, count(*) AS n FROM inbox GROUP BY state")
    return {row["state"]: row["n"] for row in found}


async def test_a_handler_that_fails_thrice_is_given_up_kindly_and_the_lane_goes_on(talk: Talk) -> None:
    await open_shop(talk)
    talk.telegram = FailingTelegram()
    assert kinds(await talk.say("/shipment add OWN-1 carrier=own", OMAR)) == ["failed_softly"]
    assert kinds(await talk.say("/stats", OMAR)) == ["stats_shown"]
    assert (await states())["failed"] == 1


async def test_a_handler_that_fails_once_is_tried_again(talk: Talk) -> None:
    await open_shop(talk)
    talk.telegram = FailingTelegram(times=2)
    assert kinds(await talk.say("/shipment add OWN-1 carrier=own", OMAR)) == ["shipment_added"]


@dataclass
class LockedTelegram(FakeTelegram):
    """The database is locked the first three times that somebody asks who we are."""

    times: int = 3

    async def me(self) -> Me:
        self.times -= 1
        if self.times >= 0:
            raise StoreUnavailable("locked")
        return self.bot


async def test_a_locked_database_is_waited_for_and_counts_as_no_failure(talk: Talk) -> None:
    await open_shop(talk)
    began, talk.telegram = talk.clock.now(), LockedTelegram()
    assert kinds(await talk.say("/shipment add OWN-1 carrier=own", OMAR)) == ["shipment_added"]
    assert talk.clock.now() > began
    assert {row["attempts"] for row in await sql.rows("SELECT attempts FROM inbox")} == {0}


async def test_an_update_of_an_unknown_kind_is_harmless(talk: Talk) -> None:
    assert await talk.feed({"telepathy": {"from": {"id": 1}}}) == []
    assert await states() == {"handled": 1}


async def test_an_update_of_a_shape_nobody_knows_is_given_up(talk: Talk) -> None:
    broken = {"message": {"message_id": "x", "chat": {"id": 7}, "from": {"id": 7, "language_code": "ar"}}}
    rows = await talk.feed(broken)
    assert kinds(rows) == ["failed_softly"]
    assert rows[0]["payload"]["reader"] == {"locale": "ar"}


async def test_updates_without_a_person_are_harmless(talk: Talk) -> None:
    post = {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "supergroup", "title": "D"}, "text": "hi"}
    await talk.feed({"message": post})
    await talk.feed(
        {"message_reaction": {"chat": post["chat"], "message_id": 1, "date": 1, "old_reaction": [], "new_reaction": []}}
    )
    assert await states() == {"handled": 2}


async def test_half_a_surrogate_pair_stops_nobody(talk: Talk) -> None:
    await talk.say("hello \ud800", OMAR)
    assert kinds(await talk.say("/nosuchthing", OMAR)) == ["not_for_you"]


def crippled(update: Any, random: Random) -> Any:
    """The update with one thing in it replaced by something else."""
    if isinstance(update, dict) and update and random.random() < 0.8:
        key = random.choice(sorted(update))
        return update | {key: crippled(update[key], random)}
    return random.choice([None, -1, 2**40, "x", "\u202e<b>", [], {}, [{}], True, 0.5])


async def test_crippled_updates_are_settled_one_way_or_the_other(talk: Talk) -> None:
    await open_shop(talk)
    random = Random(7)
    chat = {"id": OMAR.id, "type": "private", "first_name": "Omar"}
    message = {"message_id": 5, "date": 1, "chat": chat, "from": OMAR.as_user(), "text": "/shop name X"}
    query = {"id": "1", "from": OMAR.as_user(), "chat_instance": "1", "data": "sl:0", "message": message}
    for _ in range(60):
        kind = random.choice(["message", "callback_query"])
        await talk.feed({kind: crippled(random.choice([message, query]), random)})
    assert "new" not in await states()


async def test_what_waited_at_the_start_is_handled_in_order(talk: Talk) -> None:
    await open_shop(talk)
    chat = {"id": OMAR.id, "type": "private", "first_name": "Omar"}
    for number, text in enumerate(("/shop name One", "/shop name Two", "/shop name Three"), 2000):
        message = {"message_id": number, "date": 1, "chat": chat, "from": OMAR.as_user(), "text": text}
        await inbox.keep(BOT_ID, [{"update_id": number, "message": message}], talk.vault, talk.clock.now())
    await Handler(talk.listening()).drain()
    assert (await sql.rows("SELECT name FROM merchant"))[0]["name"] == "Three"


async def test_fifty_people_are_handled_side_by_side(talk: Talk) -> None:
    people = [Who(9000 + number, "P", "en") for number in range(50)]
    for number, who in enumerate(people, 3000):
        chat = {"id": who.id, "type": "private", "first_name": "P"}
        message = {"message_id": 1, "date": 1, "chat": chat, "from": who.as_user(), "text": "/nosuch"}
        await inbox.keep(BOT_ID, [{"update_id": number, "message": message}], talk.vault, talk.clock.now())
    await Handler(talk.listening()).drain()
    assert len(await sql.rows("SELECT DISTINCT chat_id FROM outbox")) == 50


# ---- over the wire


@asynccontextmanager
async def listening(talk: Talk, sandbox: TelegramSandbox, token: str = "") -> AsyncIterator[asyncio.Task[None]]:
    """The real fetcher and handler at a Bot API server."""
    bot = make_bot(token or sandbox.token, sandbox.url)
    parts: dict[str, Any] = {"vault": talk.vault, "telegram": AskTelegram(bot), "carriers": FakeCarriers()}
    stop = asyncio.Event()
    on = Listening(bot=bot, api_url=sandbox.url, clock=talk.clock, settings=FakeSettings(), **parts)
    task = asyncio.create_task(listen_forever(on, stop))
    try:
        yield task
    finally:
        stop.set()
        await asyncio.gather(task, return_exceptions=True)
        await bot.session.close()


@pytest.fixture
async def sandbox() -> AsyncIterator[TelegramSandbox]:
    async with TelegramSandbox() as telegram:
        yield telegram


async def eventually(statement: str, wanted: int) -> None:
    async with asyncio.timeout(5):
        while (await sql.rows(statement))[0]["n"] < wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


ANSWERS = "SELECT count(*) AS n FROM outbox"


async def test_what_people_say_at_telegram_is_answered(talk: Talk, sandbox: TelegramSandbox) -> None:
    layla = await sandbox.user("Layla", "ar")
    async with listening(talk, sandbox):
        await sandbox.starts(layla)
        await sandbox.says(layla, "/nosuchthing")
        await eventually(ANSWERS, 2)
    assert sandbox.violations() == []
    assert (await states())["handled"] == 2


async def test_an_update_is_acknowledged_only_once_it_is_stored(talk: Talk, sandbox: TelegramSandbox) -> None:
    layla = await sandbox.user("Layla", "ar")
    async with listening(talk, sandbox):
        await sandbox.starts(layla)
        await eventually(ANSWERS, 1)
    kept = (await sql.rows("SELECT max(update_id) AS n FROM inbox"))[0]["n"]
    assert await inbox.next_offset(int(sandbox.token.split(":")[0]), talk.clock.now()) == kept + 1


async def test_a_second_start_goes_on_where_the_first_ended(talk: Talk, sandbox: TelegramSandbox) -> None:
    layla = await sandbox.user("Layla", "ar")
    async with listening(talk, sandbox):
        await sandbox.starts(layla)
        await eventually(ANSWERS, 1)
    await sandbox.says(layla, "/nosuchthing")
    async with listening(talk, sandbox):
        await eventually(ANSWERS, 2)
    assert (await states())["handled"] == 2


async def test_a_wrong_token_ends_listening_with_a_clear_word(talk: Talk, sandbox: TelegramSandbox) -> None:
    async with listening(talk, sandbox, "999:" + "y" * 35) as task:
        with pytest.raises(TokenRefused, match="BOT_TOKEN"):
            await asyncio.wait_for(task, 5)


async def test_a_server_that_fails_is_asked_again(talk: Talk, sandbox: TelegramSandbox) -> None:
    layla = await sandbox.user("Layla", "ar")
    await sandbox.fault("bad_gateway", "getUpdates", times=2)
    async with listening(talk, sandbox):
        await sandbox.starts(layla)
        await eventually(ANSWERS, 1)


async def test_telegram_is_asked_about_a_group_as_it_is(sandbox: TelegramSandbox) -> None:
    sam, amy = await sandbox.user("Sam", "en"), await sandbox.user("Amy", "en")
    group = await sandbox.group("Desk", owner=sam, members=[amy])
    bot = make_bot(sandbox.token, sandbox.url)
    telegram = AskTelegram(bot)
    me = await telegram.me()
    assert (await telegram.chat(group.id)).is_forum
    assert (await telegram.member(group.id, me.id)).may_manage_topics
    assert (await telegram.member(group.id, sam.id)).is_admin
    assert not (await telegram.member(group.id, amy.id)).is_admin
    with pytest.raises(TelegramRefused):
        await telegram.chat(-100999)
    await bot.session.close()


async def test_a_file_is_fetched_unless_it_is_too_long(sandbox: TelegramSandbox) -> None:
    omar = await sandbox.user("Omar", "en")
    await sandbox.starts(omar)
    await sandbox.sends_file(omar, "document", body=b"number\n1Z999\n", name="parcels.csv")
    bot = make_bot(sandbox.token, sandbox.url)
    update = (await bot.get_updates())[-1]
    assert update.message is not None
    assert update.message.document is not None
    telegram, file_id = AskTelegram(bot), update.message.document.file_id
    assert await telegram.file(file_id, 100) == b"number\n1Z999\n"
    with pytest.raises(TelegramRefused):
        await telegram.file(file_id, 5)
    with pytest.raises(TelegramRefused):
        await telegram.file("nosuchfile", 5)
    await bot.session.close()
