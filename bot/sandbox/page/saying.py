"""What the visitor types, as Telegram's own clients would send it: too long a text in several messages."""

from collections.abc import Iterator

from bot.sandbox.bot_api.wording import MAX_TEXT, units

MOST = 10
"""So many messages one text may become; clients ask before more."""
WHITE = " \n\t"


class Unsayable(ValueError):
    """Nothing can be sent of it; the message says so to the visitor."""


def pieces(text: str) -> list[str]:
    """The messages. Raises Unsayable."""
    if not _bare(text):
        raise Unsayable("There is nothing in it that Telegram would send.")
    cut = [piece for piece in _cut(text.strip()) if _bare(piece)]
    if len(cut) > MOST:
        raise Unsayable(f"That would be {len(cut)} messages. Telegram takes {MAX_TEXT} characters in one; try less.")
    return cut


def _bare(text: str) -> str:
    """Without what leaves no mark on a screen."""
    return "".join(one for one in text if one.isprintable() and one not in "\u200b\u2060\ufeff\u3164\u115f").strip()


def _cut(text: str) -> Iterator[str]:
    while units(text) > MAX_TEXT:
        end = _end(text)
        yield text[:end].rstrip(WHITE)
        text = text[end:].lstrip(WHITE)
    yield text


def _end(text: str) -> int:
    """Where the first message ends: after a line or a word if its last half has one, never inside a character."""
    longest = len(text.encode("utf-16-le")[: MAX_TEXT * 2].decode("utf-16-le", "ignore"))
    head = text[:longest]
    white = max(head.rfind("\n"), head.rfind(" "))
    return white + 1 if white >= longest // 2 else longest
