"""aiogram imported slimly is the same aiogram: every type and method can be built when it is needed."""

import subprocess
import sys

BUILD_ALL = """
import sys
import bot.chat
from aiogram import methods, types
before = sum(one.__pydantic_complete__ for one in vars(types).values() if hasattr(one, "__pydantic_complete__"))
models = [one for module in (types, methods) for one in vars(module).values()
          if isinstance(one, type) and hasattr(one, "model_rebuild") and one.__module__.startswith("aiogram.")]
for one in models:
    one.model_rebuild()
    assert one.__pydantic_complete__, one
print(len(models), before)
"""
USE = """
import bot.chat
from aiogram.types import Chat, ChatFullInfo, ChatMemberAdministrator, Update, User
said = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "x"}
update = Update.model_validate({"update_id": 1, "message": said})
print(update.message.text, User(id=1, is_bot=False, first_name="A").full_name)
"""


FRESH = """
import bot.chat
from aiogram.client.session.base import BaseSession
from aiogram.methods import SendMessage, SendVoice
from aiogram.methods.base import Response
from aiogram.types import ChatFullInfo
print(SendMessage(chat_id=1, text="x").text, SendVoice(chat_id=1, voice="f").voice)
print(Response[ChatFullInfo].model_validate({"ok": False, "description": "no"}).description)
"""


def told(script: str) -> str:
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return found.stdout.strip()


def test_every_type_and_method_can_be_built_when_it_is_needed() -> None:
    built, before = map(int, told(BUILD_ALL).split())

    assert built > 500
    assert before < built / 2


def test_an_update_is_read_without_having_been_asked_to_build_anything() -> None:
    assert told(USE) == "x A"


def test_methods_and_answers_are_built_at_their_first_use() -> None:
    assert told(FRESH).splitlines() == ["x f", "no"]


def test_aiogram_imported_before_stays_as_it_is() -> None:
    assert told("import aiogram, bot.chat.slim; print(bot.chat.slim.import_aiogram())") == "False"
