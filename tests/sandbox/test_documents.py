"""docs/sandbox.md says what is there."""

import re

from bot.sandbox.bot_api.faults import Fault
from bot.sandbox.parcels.wire import Break
from bot.sandbox.telegram import TelegramSandbox
from tests.sandbox.document import DOCUMENT, current


def test_the_tables_are_current() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert current(text) == text, "run: python -m tests.sandbox.document"


def test_every_fault_and_every_break_is_told() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [fault for fault in Fault if f"`{fault}`" not in text] == []
    assert [how for how in Break if not re.search(rf"\b{how}\b", text)] == []


def test_every_act_that_is_told_is_there(telegram: TelegramSandbox) -> None:
    listed = re.findall(r"^- \w[\w ]*: (.*)$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    names = {name for line in listed for name in re.findall(r"`(\w+)`(?! \()", line)}
    assert len(names) > 40
    assert [one for one in sorted(names - {"premium", "is_bot", "anonymous"}) if not hasattr(telegram, one)] == []
