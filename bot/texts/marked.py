"""Telegram's HTML as plain text with entities: how words leave that persons say."""

import html
import re
from collections.abc import Mapping
from typing import Any

from bot.texts.bidi import utf16_len

KINDS: Mapping[str, str] = {"b": "bold", "i": "italic", "u": "underline", "s": "strikethrough", "code": "code"}
"""Our few tags, and what Telegram calls them."""
_TAG = re.compile(r"<(/?)([a-z-]+)>")


def with_entities(markup: str) -> tuple[str, list[dict[str, Any]]]:
    """The text and what is marked in it, lengths in UTF-16 units; a tag that we do not know is dropped."""
    said: list[str] = []
    entities: list[dict[str, Any]] = []
    opened: list[tuple[str, int]] = []
    length = at = 0
    for match in [*_TAG.finditer(markup), None]:
        words = html.unescape(markup[at : match.start() if match else None])
        said.append(words)
        length += utf16_len(words)
        if match is None:
            break
        at = match.end()
        if not match[1]:
            opened.append((match[2], length))
        elif opened:
            tag, start = opened.pop()
            if tag in KINDS and length > start:
                entities.append({"type": KINDS[tag], "offset": start, "length": length - start})
    return "".join(said), sorted(entities, key=lambda one: (one["offset"], -one["length"]))
