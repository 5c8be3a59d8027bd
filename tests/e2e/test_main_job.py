"""The main job as a user sees it, with `herald run` as a process: told once, killed at every step, told again."""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.bot_api.seen import Seen
from bot.store.crypt import new_key
from tests.e2e.stage import Stage
from tests.fakes import database
from tests.fakes.collector import Collector

NUMBER = "00340434161094042557"
PATIENCE = 40.0
Interrupt = Callable[[], Awaitable[None]]
NEXT_WORD = "رسالتنا القادمة"
REPEAT = re.compile(r"\n?(?:This may be a repeat\.|قد تكون هذه الرسالة مكررة\.|شاید این پیام تکراری باشد\.)")
LIVE = re.compile("رقم التتبع")
IN_DOUBT = re.compile(rf"(?s)(.*رقم التتبع: \S*{NUMBER}\S*)\n(.+)")
"""The live message, and after its number what a notice said that may not have arrived."""


class Story:
    """invite → carrier → desk → parcel → follow → scans → slip → a person → an answer; each step may be interrupted."""

    def __init__(self, stage: Stage, interrupt: Interrupt) -> None:
        self.stage = stage
        self.telegram = stage.telegram
        self.interrupt = interrupt
        self.people: dict[str, Any] = {}

    async def play(self) -> None:
        """The whole story, in order."""
        for step in (
            self.invite,
            self.carrier,
            self.desk,
            self.parcel,
            self.follow,
            self.scans,
            self.slip,
            self.person,
            self.answer,
        ):
            await step()

    async def invite(self) -> None:
        told = await self.stage.command("invite", "--shop", "Noor")
        assert told.returncode == 0, told.stderr
        link = told.stdout.strip().splitlines()[-1]
        owner = self.people["owner"] = await self.telegram.user("Omar", "en")
        await self.telegram.starts(owner, link.split("start=")[1])
        await self.interrupt()
        await self.telegram.expects(owner, "Noor", within=PATIENCE)

    async def carrier(self) -> None:
        owner = self.people["owner"]
        said = await self.telegram.says(owner, "/carrier add dhl_unified api_key=key-123")
        await self.interrupt()
        await self.telegram.expects(owner, "DHL", within=PATIENCE)
        await self.telegram.wait_for(lambda: self.telegram.message(owner, said.id) is None, within=PATIENCE)

    async def desk(self) -> None:
        owner = self.people["owner"]
        agent = self.people["agent"] = await self.telegram.user("Sara", "en")
        group = self.people["group"] = await self.telegram.group("Noor's desk", owner=owner, members=[agent])
        await self.telegram.says(owner, "/desk")
        asked = await self.telegram.expects(owner, "/desk ", within=PATIENCE)
        code = re.search(r"/desk ([A-Z0-9-]+)", asked.text)
        assert code is not None
        await self.telegram.in_group(owner, group, f"/desk {code[1]}")
        await self.interrupt()
        await self.telegram.expects(group, "Noor", within=PATIENCE)

    async def parcel(self) -> None:
        await self.stage.carriers.lives(
            NUMBER, [{"after": 0, "kind": "label"}], eta="2026-11-25", destination="Riyadh, SA", zone="Asia/Riyadh"
        )
        owner = self.people["owner"]
        await self.telegram.says(owner, f"/shipment add {NUMBER} order=1001 promised=2026-11-25 name=Layla lang=ar")
        await self.interrupt()
        told = await self.telegram.expects(owner, "start=f", within=PATIENCE)
        found = re.search(r"start=(f[\w-]+)", told.text)
        assert found is not None
        self.people["token"] = found[1]

    async def follow(self) -> None:
        customer = self.people["customer"] = await self.telegram.user("Layla", "ar")
        await self.telegram.starts(customer, self.people["token"])
        await self.interrupt()
        await self.telegram.expects(customer, "مرحبًا", within=PATIENCE)
        await self.telegram.wait_for(lambda: self.live() is not None, within=PATIENCE)

    def live(self) -> Seen | None:
        """The message that is edited as the parcel moves."""
        seen = self.telegram.messages(self.people["customer"])
        return next((one for one in reversed(seen) if one.from_bot and LIVE.search(one.text)), None)

    def unmarked(self) -> int:
        """How many messages the customer has that do not say they may be a repeat."""
        return len([one for one in self.telegram.messages(self.people["customer"]) if not REPEAT.search(one.text)])

    async def scans(self) -> None:
        before = self.unmarked()
        await self.stage.carriers.scan(NUMBER, "picked_up", "Dubai, AE")
        await self.stage.carriers.scan(NUMBER, "departed", "Dubai, AE")
        await self.interrupt()
        await self.telegram.wait_for(
            lambda: (live := self.live()) is not None and "Dubai" in live.text, within=PATIENCE
        )
        assert self.unmarked() == before

    async def slip(self) -> None:
        customer = self.people["customer"]
        await self.stage.carriers.moves_eta(NUMBER, "2026-11-26")
        await self.interrupt()
        warning = await self.telegram.expects(customer, NEXT_WORD, within=PATIENCE)
        assert "بتأخير يوم واحد" in warning.text
        self.people["warning"] = warning

    async def person(self) -> None:
        customer, group = self.people["customer"], self.people["group"]
        await self.telegram.presses(customer, self.people["warning"], "h:")
        await self.interrupt()
        await self.telegram.wait_for(lambda: self.topic() is not None, within=PATIENCE)
        await self.telegram.wait_for(
            lambda: any("1001" in one.text for one in self.telegram.pinned(group, self.topic())), within=20
        )

    def topic(self) -> Any:
        """The customer's topic, once it is there."""
        return next((one for one in self.telegram.topics(self.people["group"]) if "Layla" in one.name), None)

    async def answer(self) -> None:
        words = "Good morning, I have asked DHL to hurry."
        await self.telegram.in_group(self.people["agent"], self.people["group"], words, topic=self.topic())
        await self.interrupt()
        await self.telegram.expects(self.people["customer"], words, within=PATIENCE)

    def read(self) -> dict[str, list[str]]:
        """What each reader has read at the end, in no order."""
        return {
            "owner": said(self.telegram.messages(self.people["owner"])),
            "customer": said(self.telegram.messages(self.people["customer"])),
            "topic": said(self.telegram.messages(self.people["group"], self.topic())),
        }


def said(seen: list[Seen]) -> list[str]:
    """Each text; what is marked as a possible repeat counts only where the first one never came."""
    first, marked = [], set()
    for one in without_older_lives(seen):
        text = masked(one.text)
        if REPEAT.search(text):
            marked.add(REPEAT.sub("", text))
        elif doubt := IN_DOUBT.fullmatch(text):
            first.append(doubt[1])
            marked.add(doubt[2])
        else:
            first.append(text)
    return sorted([*first, *(marked - set(first))])


def without_older_lives(seen: list[Seen]) -> list[Seen]:
    """The live message is edited: of one that was repeated, and says so, only the newest goes on."""
    lives = [one for one in seen if one.from_bot and LIVE.search(one.text)]
    if len(lives) < 2:
        return seen
    assert REPEAT.search(lives[-1].text)
    return [one for one in seen if one not in lives[:-1]]


def masked(text: str) -> str:
    """Without what differs from run to run: tokens, codes, hours."""
    text = re.sub(r"start[= ][\w-]+", "start …", text)
    text = re.sub(r"/desk [A-Z0-9-]{4,}", "/desk …", text)
    return re.sub(r"\d{1,2}:\d{2}", "…", text)


async def told_once(folder: Path, **settings: str) -> Story:
    async with Stage(folder) as stage:
        stage.change(**settings)
        story = Story(stage, no_interruption)
        if settings:
            assert (await stage.command("migrate")).returncode == 0
        await stage.start()
        await story.play()
        await settled(story)
        assert stage.telegram.violations() == []
        assert await stage.stop() == 0
    return story


def differences(told: dict[str, list[str]], read: dict[str, list[str]]) -> list[str]:
    """What is missing (-) and what is too much (+), with its reader."""
    return [
        f"{reader} {sign} {text}"
        for reader in told
        for sign, ours, theirs in (("-", told[reader], read[reader]), ("+", read[reader], told[reader]))
        for text in (Counter(ours) - Counter(theirs)).elements()
    ]


async def no_interruption() -> None:
    """Nothing happens in between."""


async def settled(story: Story, quiet: float = 1.0, until: Callable[[], bool] = lambda: True) -> None:
    """Until nothing has happened on any screen for a while; as long as patience lasts, until that is true.

    A group that has heard much may wait for the rest of its minute.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while not until():  # noqa: ASYNC110  (what is waited for rings no bell)
                await asyncio.sleep(0.05)
    last, waited = -1, 0.0
    while waited < quiet:
        now = len(story.telegram.happenings())
        waited = waited + 0.05 if now == last else 0.0
        last = now
        await asyncio.sleep(0.05)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What everybody has read at the end of an undisturbed story."""
    return asyncio.run(told_once(tmp_path_factory.mktemp("once"))).read()


def test_the_customer_is_warned_before_he_asks_and_a_person_answers(told: dict[str, list[str]]) -> None:
    assert len([text for text in told["customer"] if NEXT_WORD in text]) == 1
    assert len([text for text in told["customer"] if "hurry" in text]) == 1
    assert any("1001" in text for text in told["topic"])


async def test_the_same_story_is_told_on_postgres_and_its_traces_tell_nothing_of_it(
    tmp_path: Path, told: dict[str, list[str]]
) -> None:
    (tmp_path / "server").mkdir()
    async with Collector() as collector:
        with database.server(tmp_path / "server") as url:
            story = await told_once(tmp_path, DATABASE_URL=url, SECRET_KEYS=new_key(), TRACES_URL=collector.url)

    assert "\n".join(differences(told, story.read())) == ""
    calls = [one for one in collector.spans if one.name == "telegram.call"]
    assert len(calls) > 12
    assert {collector.way(one)[0] for one in calls} <= {"update.take", "poll.chunk", "sweep"}
    ids = [str(story.people[name].id) for name in ("owner", "agent", "customer", "group")]
    secrets = [NUMBER, "Layla", "Omar", "Sara", "Noor", "hurry", "key-123", story.telegram.token, *ids]
    facts = str([one.facts for one in collector.spans])
    assert [one for one in secrets if one in facts] == []


async def test_killed_at_every_step_nothing_is_missing_and_nothing_doubled_but_what_says_so(
    tmp_path: Path, told: dict[str, list[str]]
) -> None:
    moments = cycle((0.0, 0.05, 0.02))
    async with Stage(tmp_path) as stage:

        async def kill() -> None:
            await asyncio.sleep(next(moments))
            await stage.restart()

        story = Story(stage, kill)
        await stage.start()
        await story.play()
        await settled(story, until=lambda: not differences(told, story.read()))

        assert stage.starts == 10
        assert "\n".join(differences(told, story.read())) == ""


async def test_silence_becomes_stalled_then_lost_and_a_person_has_it(tmp_path: Path) -> None:
    async with Stage(tmp_path, QUIET_HOURS="off") as stage:
        story = Story(stage, no_interruption)
        await stage.start()
        for step in (story.invite, story.carrier, story.desk, story.parcel, story.follow, story.scans):
            await step()
        stage.clock.change_speed(80_000)  # weeks pass, and an hour is still ahead when the message that names it leaves
        stage.change(POLL_EVERY_SECONDS="14400")
        await stage.restart()

        customer = story.people["customer"]
        await stage.telegram.expects(customer, "لا جديد عن شحنة", within=PATIENCE)
        lost = await stage.telegram.expects(customer, "نخشى أن تكون شحنة طلبك", within=PATIENCE)
        await stage.telegram.wait_for(lambda: story.topic() is not None, within=PATIENCE)

        assert "قبل الساعة" in lost.text
        desk = await stage.telegram.expects(story.people["group"], NUMBER, story.topic(), within=PATIENCE)
        assert "1001" in desk.text
