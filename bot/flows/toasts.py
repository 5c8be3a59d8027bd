"""A word over the chat to who pressed a button."""

from bot.flows.calls import without_markup
from bot.flows.turn import Answer, Turn
from bot.texts.bidi import cut
from bot.texts.messages import Reader, render

LONGEST = 200
"""Telegram shows no more."""


def worded(turn: Turn) -> str | None:
    """What it says in the presser's language; None where nothing is to be said."""
    return None if turn.toast is None else _words(turn, turn.toast)


def _words(turn: Turn, said: Answer) -> str:
    reader = Reader(**{**turn.person.reader(), **said.reader})
    return cut(without_markup(render(said.kind, {"at": turn.now.isoformat()} | dict(said.facts), reader).text), LONGEST)
