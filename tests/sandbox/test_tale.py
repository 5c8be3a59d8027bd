"""The demo's parts: its clock, its screen, the process it starts."""

import asyncio
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from rich.console import Console

from bot.sandbox.carriers import CarriersSandbox
from bot.sandbox.parcels.writers import writers
from bot.sandbox.tale.clock import TaleClock
from bot.sandbox.tale.plot import CODE, LINK
from bot.sandbox.tale.screen import Screen
from bot.sandbox.tale.service import RunningService, ServiceFailed
from bot.sandbox.telegram import TelegramSandbox
from bot.settings import Settings
from tests.fakes.clock import StandingClock
from tests.sandbox.conftest import Ask

START = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


async def test_the_tale_s_clock_stands_until_it_goes_and_never_jumps_back() -> None:
    clock = TaleClock(START)
    await asyncio.sleep(0.01)
    assert clock.now() - START < timedelta(milliseconds=1)
    clock.go(3600)
    await clock.until(START + timedelta(minutes=1))
    reached = clock.now()
    clock.stand(timedelta(hours=1))
    assert START + timedelta(minutes=1) <= reached
    assert timedelta(hours=1) <= clock.now() - reached < timedelta(hours=2)


@pytest.fixture
def shown(telegram: TelegramSandbox, carriers: CarriersSandbox, clock: StandingClock) -> io.StringIO:
    """What the screen prints."""
    paper = io.StringIO()
    Screen(Console(file=paper, width=200), clock, telegram, carriers).attach()
    return paper


async def test_the_screen_shows_what_people_write_and_read(
    telegram: TelegramSandbox, ask: Ask, shown: io.StringIO
) -> None:
    sara = await telegram.user("Sara", "ar")
    said = await telegram.says(sara, "أين طلبي؟")
    markup = {"inline_keyboard": [[{"text": "Human", "callback_data": "h:1"}]]}
    sent = (await ask("sendMessage", chat_id=sara.id, text="<b>Here</b>", parse_mode="HTML", reply_markup=markup))[
        "result"
    ]["message_id"]
    await ask("editMessageText", chat_id=sara.id, message_id=sent, text="There")
    await ask("setMessageReaction", chat_id=sara.id, message_id=said.id, reaction=[{"type": "emoji", "emoji": "👀"}])
    await ask("deleteMessage", chat_id=sara.id, message_id=said.id)
    lines = [line.strip() for line in shown.getvalue().splitlines()]
    assert [line for line in lines if not line.startswith("Tue")] == [
        "أين طلبي؟",
        "Here",
        "Human",
        "There",
        "👀",
        "this message is gone",
    ]
    assert [line.rsplit(" ", 1)[1] for line in lines if line.startswith("Tue")] == [
        "writes",
        "reads",
        "edits",
        "reaction",
        "deleted",
    ]


async def test_the_screen_names_the_topic_and_who_writes_there(telegram: TelegramSandbox, shown: io.StringIO) -> None:
    omar = await telegram.user("Omar")
    desk = await telegram.group("Desk", omar)
    topic = await telegram.opens_topic(omar, desk, "Sara")
    await telegram.in_group(omar, desk, "Hello", topic)
    assert "Desk › Sara, Omar  writes" in shown.getvalue()
    assert "forum topic created Sara" in shown.getvalue()


async def test_the_screen_tells_each_scan_and_each_new_date_once(
    carriers: CarriersSandbox, http: aiohttp.ClientSession, shown: io.StringIO
) -> None:
    await carriers.lives("JD01", [{"after": 0, "kind": "label"}], eta="2026-11-26")
    await carriers.scan("JD01", "picked_up", "Dubai, AE")
    for eta in ("2026-11-26", "2026-11-26", "2026-11-28"):
        await carriers.moves_eta("JD01", eta)
        url = f"{carriers.url}/track/shipments?trackingNumber=JD01"
        async with http.get(url, headers={"DHL-API-Key": "key"}) as response:
            assert response.status == 200
    told = [line.split("tells of JD01: ")[1] for line in shown.getvalue().splitlines()]
    assert [re.sub(r" \(.*", "", line) for line in told] == [
        "Shipper created a label, the parcel has not been handed over yet, Dubai, AE",
        "Picked up, Dubai, AE",
        "expected on Sat 28 Nov",
    ]


async def test_the_service_s_environment_is_one_that_it_takes(
    telegram: TelegramSandbox, carriers: CarriersSandbox, tmp_path: Path
) -> None:
    service = RunningService(tmp_path, TaleClock(START), telegram, carriers)
    given: dict[str, Any] = {name.lower(): value for name, value in service.environment(60).items()}
    settings = Settings(**{name: given[name] for name in Settings.model_fields if name in given})
    assert settings.overrides.keys() == writers().keys()
    assert settings.poll_every == timedelta(seconds=30)
    assert settings.make_clock().speed == 60
    assert settings.bot_token.get_secret_value() == telegram.token


async def test_a_service_that_ends_by_itself_says_why(
    telegram: TelegramSandbox, carriers: CarriersSandbox, tmp_path: Path
) -> None:
    service = RunningService(tmp_path / "missing", TaleClock(START), telegram, carriers)
    with pytest.raises((ServiceFailed, OSError)):
        await service.start(1)


def test_links_and_codes_are_read_out_of_the_words() -> None:
    link, code = LINK.search("see https://t.me/b?start=fA-_9 now"), CODE.search("say /desk ABCD-EF23 there")
    assert link is not None
    assert code is not None
    assert (link[1], code[1]) == ("fA-_9", "ABCD-EF23")
