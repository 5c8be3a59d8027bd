"""What a row of the outbox becomes when it is about to leave, before it is worded."""

from typing import Any

from msgspec import Struct

from bot.texts.messages import Reader

Buttons = tuple[tuple[tuple[str, str], ...], ...]
"""Rows of (label key, callback text or address)."""


class Composed(Struct, frozen=True):
    """A message still without words: its kind, its facts, its reader, and where it stands.

    `edit` is the message that it replaces; `digest` tells whether anything has changed since it was last sent.
    `own`: the shop's own text of it.
    """

    kind: str
    facts: dict[str, Any]
    reader: Reader
    chat_id: int
    buttons: Buttons = ()
    edit: int | None = None
    digest: int = 0
    own: str | None = None
