"""Whatever a bot sends, the Bot API server answers in Telegram's way: a result or a refusal, never a crash."""

import asyncio
import contextlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.bot_api.api import implemented
from bot.sandbox.bot_api.refusals import Refused
from bot.sandbox.bot_api.schema import Upload, description
from bot.sandbox.telegram import TelegramSandbox
from tests.fakes.clock import StandingClock

LEAST = frozenset({"getUpdates"})  # it waits, by design
NUMBERS = st.sampled_from([0, 1, 2, 5, 100, -1, 500_001, 500_002, 1_000_001, -1_000_001_000_001, 2**53, "500001"])
WORDS = st.sampled_from(
    ["", " ", "a", "/x", "<b>", "*a", "x" * 5000, "\u202e", "👍", "typing", "@desk", "sandbox-file-1"]
)
VALUES = {
    "Integer": NUMBERS,
    "Float": st.sampled_from([0, 1.5, "2"]),
    "String": WORDS,
    "Boolean": st.sampled_from([True, False, "true"]),
    "InputFile": st.just(Upload("a.jpg", b"x", "image/jpeg")),
}


def value(spec: str, depth: int = 0) -> st.SearchStrategy[Any]:
    """Something of a kind that the description names, or near it."""
    kinds = spec.rstrip("!").split("|")
    return st.one_of([_of(kind, depth) for kind in kinds[:4]])


def _of(kind: str, depth: int) -> st.SearchStrategy[Any]:
    if kind.startswith("Array of "):
        return st.lists(value(kind.removeprefix("Array of "), depth + 1), max_size=3)
    if kind in VALUES:
        return VALUES[kind]
    if kind.startswith("="):
        return st.just(kind[1:])
    return fields(description()["types"].get(kind, {}), depth + 1)


def fields(known: dict[str, str], depth: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    """What is required, and some of the rest near the surface."""
    must = {name: value(spec, depth) for name, spec in known.items() if spec.endswith("!")}
    may = {name: value(spec, depth) for name, spec in known.items() if not spec.endswith("!")} if depth < 2 else {}
    return st.fixed_dictionaries(must, optional=dict(list(may.items())[:12]))


async def crowded() -> TelegramSandbox:
    """A private chat and a forum with a topic, a file, a press."""
    telegram = TelegramSandbox(clock=StandingClock())
    sara, omar = await telegram.user("Sara"), await telegram.user("Omar")
    await telegram.sends_photo(sara, "see")
    desk = await telegram.group("Desk", omar, [sara])
    desk.username = "desk"
    await telegram.in_group(sara, desk, "hello", await telegram.opens_topic(omar, desk, "Sara"))
    return telegram


@pytest.mark.parametrize("method", sorted(implemented().keys() - LEAST))
@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_call_is_answered(method: str, data: st.DataObject) -> None:
    given_fields = data.draw(fields(description()["methods"][method]))

    async def ask() -> str:
        api = (await crowded()).api
        call = api.begin(method, given_fields)
        with contextlib.suppress(Refused):
            await api.answer(call, given_fields)
        return call.outcome

    assert asyncio.run(ask()).split()[0] in ("ok", "400", "403", "404", "409", "429")
