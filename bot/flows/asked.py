"""What we asked a customer and he has not answered yet: sealed, forgotten after a while."""

from datetime import timedelta
from typing import Any

import orjson

from bot.flows.ports import Vault
from bot.flows.turn import Turn
from bot.store import dialogues
from bot.store.crypt import CannotOpen

HOLDS = timedelta(hours=12)
WORDS_HOLD = timedelta(days=7)
"""Words that wait behind a question are kept longer than the question makes sense."""
DAY, PROOF, SHOP, COMMENT = "customer.day", "customer.proof", "customer.shop", "customer.comment"
PUZZLE = "customer.puzzle"
OURS = frozenset({DAY, PROOF, SHOP, COMMENT, PUZZLE})


async def ask(turn: Turn, vault: Vault, what: str, **said: Any) -> None:
    """The next thing he says answers `what`; an earlier question is dropped."""
    body = vault.seal(orjson.dumps({"form": what, "said": said}).decode())
    until = turn.now + (WORDS_HOLD if said.get("words") else HOLDS)
    await dialogues.put(turn.user_id, turn.chat_id, body, until)


async def open_question(turn: Turn, vault: Vault) -> tuple[str, dict[str, Any]] | None:
    """What he was asked and with what in mind, if it is one of our questions (a merchant's form is none)."""
    sealed = await dialogues.find(turn.user_id, turn.now)
    if sealed is None:
        return None
    try:
        known = orjson.loads(vault.open(sealed))
    except CannotOpen:
        return None
    return (known["form"], known["said"]) if known["form"] in OURS else None


async def answered(turn: Turn) -> None:
    """The question is settled."""
    await dialogues.end(turn.user_id)
