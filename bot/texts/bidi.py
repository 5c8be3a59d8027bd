"""Values from outside made harmless: direction marks, HTML, digits, and Telegram's UTF-16 lengths."""

import html
import re

FSI, PDI = "\u2068", "\u2069"
ELLIPSIS = "…"

_MARKS = "\u200b\u200e\u200f\u061c\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
_STRIP = dict.fromkeys(map(ord, _MARKS), None) | dict.fromkeys([*range(32), *range(127, 160)], " ")
_FOLD = {base + n: str(n) for base in (0x0660, 0x06F0) for n in range(10)}
_ODD = re.compile(r"[^\u0021-\u007e]|\s\s")
_TOKEN = re.compile(r"<[^>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);|[^<&]|[<&]", re.DOTALL)
_TAG = re.compile(r"</?([a-z-]+)")
# Letters of right-to-left scripts (Hebrew to the Arabic presentation forms, and those beyond the BMP).
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


def plain(value: str) -> str:
    """One line without direction marks, control characters or runs of spaces."""
    if not _ODD.search(value):
        return value
    return " ".join(value.translate(_STRIP).encode("utf-16", "replace").decode("utf-16").split())


def isolate(text: str) -> str:
    """The text in a direction of its own, which its surroundings can neither see nor change."""
    return f"{FSI}{text}{PDI}"


def is_rtl(text: str) -> bool:
    """True where any letter is of a right-to-left script."""
    return _RTL.search(text) is not None


def escape(text: str) -> str:
    """Safe inside Telegram's HTML."""
    return html.escape(text, quote=False)


def fold_digits(text: str) -> str:
    """Arabic-Indic and Persian digits as 0-9; nothing else is touched."""
    return text.translate(_FOLD)


def utf16_len(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units; what is cut ends in an ellipsis, no surrogate pair is broken."""
    if utf16_len(text) <= limit:
        return text
    kept: list[str] = []
    room = limit - 1
    for char in text:
        room -= utf16_len(char)
        if room < 0:
            break
        kept.append(char)
    return "".join(kept).rstrip() + ELLIPSIS


def visible(markup: str) -> str:
    """What is left of HTML once Telegram has parsed the entities: the text that its limits count."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def cut_html(markup: str, limit: int) -> str:
    """At most `limit` visible UTF-16 units; open tags and isolates are closed, no entity is broken."""
    # No character takes more than two units: most messages are short enough without a look.
    if 2 * len(markup) <= limit or utf16_len(visible(markup)) <= limit:
        return markup
    kept, tags, isolates = _fitting(markup, limit - 1)
    room = "".join(kept).rstrip()
    return room + PDI * isolates + ELLIPSIS + "".join(f"</{tag}>" for tag in reversed(tags))


def _fitting(markup: str, room: int) -> tuple[list[str], list[str], int]:
    kept: list[str] = []
    tags: list[str] = []
    isolates = 0
    for token in _TOKEN.findall(markup):
        tag = _TAG.match(token)
        # Each open isolate needs a unit for its end.
        cost = 0 if tag else utf16_len(html.unescape(token)) + (token == FSI) - (token == PDI)
        if cost > room:
            break
        room -= cost
        isolates += (token == FSI) - (token == PDI)
        if tag and token.startswith("</"):
            tags.pop()
        elif tag:
            tags.append(tag[1])
        kept.append(token)
    return kept, tags, isolates
