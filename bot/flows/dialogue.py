"""A form that a person is in the middle of: one a person, sealed because it may hold a secret."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import orjson

from bot.flows.ports import Vault
from bot.flows.turn import Turn
from bot.store import dialogues
from bot.store.crypt import CannotOpen

HOLDS = timedelta(hours=1)


async def begin(turn: Turn, vault: Vault, form: str, said: Mapping[str, Any]) -> None:
    """Remember what was said so far; a form begun earlier is given up."""
    body = vault.seal(orjson.dumps({"form": form, "said": dict(said)}).decode())
    await dialogues.put(turn.user_id, turn.chat_id, body, turn.now + HOLDS)


async def current(turn: Turn, vault: Vault, form: str) -> dict[str, Any] | None:
    """What was said so far, if he is in this form."""
    body = await dialogues.find(turn.user_id, turn.now)
    if body is None:
        return None
    try:
        opened = orjson.loads(vault.open(body))
    except CannotOpen:
        return None
    return dict(opened["said"]) if opened["form"] == form else None


async def end(turn: Turn) -> None:
    """The form is finished or given up."""
    await dialogues.end(turn.user_id)
