"""Bad input to the real program: everybody is answered in a clear word, and what is running goes on."""

import asyncio
import os
import re
import sqlite3
from pathlib import Path
from typing import Any

from bot.sandbox.bot_api.world import User
from bot.store.crypt import new_key
from tests.e2e.stage import Stage
from tests.e2e.test_main_job import NUMBER, PATIENCE, Story, no_interruption
from tests.fakes import database

MISTYPED = NUMBER[:-1] + "8"
OWNER_SAYS = {
    "/carrier add pigeon api_key=1": "There is no carrier pigeon",
    "/carrier add dhl_unified api_key=wrong-1": "DHL refuses these credentials",
    f"/shipment add {MISTYPED}": "Nothing was added",
    f"/shipment add {NUMBER} carrier=ups": "It would suit: ",
    "/shipment add " + "9" * 4000: "too long for a tracking number",
    f"/shipment add {NUMBER} promised=tomorow": "The promised day can't be read",
    "/shipment add ٠٠٣٤٠٤٣٤ ۱۶۱۰-۹۴۰۴-۲۵۵۷ promised=2020-01-01": "that day is over",
}
"""What an owner may say wrongly (or strangely), and words of the answer."""
UNKNOWN = {"en": "I don't know that command", "ar": "هذا الأمر غير معروف هنا", "fa": "این دستور اینجا شناخته نیست"}
ALTERED = {"en": "This link doesn't work", "ar": "هذا الرابط لا يعمل", "fa": "این پیوند کار نمی‌کند"}


class Trial:
    """One running shop whose people and surroundings misbehave."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.telegram = stage.telegram
        self.story = Story(stage, no_interruption)

    async def asks(self, who: User, text: str, words: str) -> str:
        """The answer to what he says."""
        said = await self.telegram.says(who, text)
        return (await self.telegram.expects(who, words, within=PATIENCE, after=said.id)).text

    async def opened(self) -> None:
        await self.story.invite()
        await self.story.carrier()

    async def the_owner_errs(self) -> None:
        for said, words in OWNER_SAYS.items():
            await self.asks(self.story.people["owner"], said, words)

    async def strangers_learn_nothing(self) -> None:
        """What one may not do is answered, to the byte, as what nobody can."""
        for locale, words in UNKNOWN.items():
            stranger = await self.telegram.user("<b>\u202eZed", locale)
            answers = {await self.asks(stranger, said, words) for said in ("/nosuch", "/carrier", "/pause all")}
            assert len(answers) == 1
            await self.asks(stranger, "/start fAltered", ALTERED[locale])

    async def a_desk_that_is_none(self) -> None:
        owner = self.story.people["owner"]
        code = re.search(r"/desk ([A-Z0-9-]+)", await self.asks(owner, "/desk", "/desk "))
        assert code is not None
        plain = await self.telegram.group("plain", owner=owner, forum=False, supergroup=False)
        powerless = await self.telegram.group("powerless", owner=owner, bot="member")
        for group, words in ((plain, "no topics"), (powerless, "may not manage topics")):
            await self.telegram.in_group(owner, group, f"/desk {code[1]}")
            await self.telegram.expects(group, words, within=PATIENCE)

    async def strange_updates(self) -> None:
        """Of an unknown kind, crippled, twice, out of order: the others are answered, each once."""
        person = await self.telegram.user("Nour", "en")
        await self.asks(person, "/language", "Which language")
        strange: list[dict[str, Any]] = [{"banana": {}}, {"message": {"text": 1}}, {"callback_query": "x"}]
        for body in strange:
            await self.telegram.update(body)
        update = {"message": said_by(person, "/faq")}
        number = await self.telegram.update(update)
        await self.telegram.update({**update, "update_id": number})
        await self.telegram.update({"message": said_by(person, "/privacy"), "update_id": number - 50})
        await self.asks(person, "/mydata", "This is all we keep")
        assert len([one for one in self.telegram.messages(person) if "Where is my parcel?" in one.text]) == 1

    async def a_locked_database(self) -> None:
        """Longer than the service waits for its turn: what is said meanwhile is answered afterwards."""
        person = await self.telegram.user("Hana", "fa")
        with sqlite3.connect(self.stage.folder / "herald.sqlite3", isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            await self.telegram.says(person, "/help")
            told = await self.stage.command("invite", "--shop", "Late")
            other.execute("ROLLBACK")
        assert one_line(told.stderr)
        assert "locked" in told.stderr
        await self.telegram.expects(person, "/parcels", within=PATIENCE)

    async def others_beside_it(self) -> None:
        """A second service and a rotation are refused in a line; an invitation is not."""
        for words in (("run",), ("keys", "rotate")):
            told = await self.stage.command(*words)
            assert told.returncode == 1
            assert one_line(told.stderr)
            assert str(self.stage.pid) in told.stderr
        assert (await self.stage.command("invite", "--shop", "Second")).returncode == 0
        checked = await self.stage.command("check")
        assert checked.returncode == 0, checked.stdout

    async def after_a_rotation(self) -> None:
        """The secrets open with the new key, the old one is gone."""
        assert await self.stage.stop() == 0
        keys = self.stage.folder / "herald.keys"
        before = keys.read_text()
        keys.unlink()
        assert "herald.keys is missing" in (await self.stage.command("check")).stdout
        keys.write_text(before)
        assert (await self.stage.command("keys", "rotate")).returncode == 0
        assert keys.read_text() != before
        await self.stage.start()
        await self.asks(self.story.people["owner"], "/carrier test dhl_unified", "DHL answers")


def said_by(person: User, text: str) -> dict[str, Any]:
    """A private message as the Bot API gives it."""
    sender = {"id": person.id, "is_bot": False, "first_name": person.first_name, "language_code": "en"}
    chat = {"id": person.id, "type": "private", "first_name": person.first_name}
    return {"message_id": 7, "date": 1, "chat": chat, "from": sender, "text": text}


def one_line(text: str) -> bool:
    """True for a single line that is no traceback."""
    return len(text.strip().splitlines()) == 1 and text.startswith("herald: ")


async def test_whatever_people_say_wrongly_is_answered_and_nothing_else_is_disturbed(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        trial = Trial(stage)
        await stage.start()
        for step in (
            trial.opened,
            trial.the_owner_errs,
            trial.strangers_learn_nothing,
            trial.a_desk_that_is_none,
            trial.strange_updates,
            trial.a_locked_database,
            trial.others_beside_it,
            trial.after_a_rotation,
        ):
            await step()

        assert stage.telegram.violations() == []
        assert await stage.stop() == 0
        assert "Traceback" not in stage.log.read_text()


async def test_what_the_operator_does_wrong_is_told_in_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(os.urandom(8192))
    async with Stage(tmp_path) as stage:
        for wrong, words in (
            ({"BOT_TOKEN": ""}, "BOT_TOKEN: missing"),
            ({"BOT_TOKEN": "banana"}, "BOT_TOKEN: this is no bot token"),
            ({"BOT_TOKEN": "1:unknown"}, "BOT_TOKEN: Telegram does not know this token"),
            ({"CARRIER_URLS": "pigeon=http://127.0.0.1:1"}, "CARRIER_URLS: no carrier"),
            ({"HTTP_PORT": stage.telegram.url.rpartition(":")[2]}, "HTTP_PORT"),
            ({"DATABASE_URL": f"sqlite://{broken}"}, "DATABASE_URL: the database file is damaged"),
        ):
            stage.change(**{"BOT_TOKEN": stage.telegram.token, "CARRIER_URLS": "", "LOG_LEVEL": "ERROR", **wrong})
            told = await stage.command("run")

            assert told.returncode != 0
            assert words in told.stderr
            assert "Traceback" not in told.stderr


async def test_postgres_without_its_tables_is_told_by_check_and_by_run_and_mended_by_migrate(
    tmp_path: Path, postgres: str
) -> None:
    url = await asyncio.to_thread(database.fresh, postgres)
    async with Stage(tmp_path) as stage:
        stage.change(DATABASE_URL=url, SECRET_KEYS=new_key())

        check, run = await stage.command("check"), await stage.command("run")
        assert "not up to date: run herald migrate" in check.stdout
        assert (run.returncode, "run herald migrate first" in run.stderr) == (2, True)

        assert "applied engine" in (await stage.command("migrate")).stdout
        assert "applied" not in (await stage.command("migrate")).stdout
        assert "✓ database" in (await stage.command("check")).stdout
        assert "Accounts" in (await stage.command("status", "--once")).stdout
