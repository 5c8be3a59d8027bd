"""Reads what people type: commands, words in quotes, field=value, dates of three calendars, sums."""

import re
import unicodedata

_MARKS = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0x061C], None)
_KEPT_IN_WORDS = {0x200C: "\u200c", 0x200D: "\u200d"}
_TOKEN = re.compile(r'(?:[^\s"“”«»]|"[^"]*"|“[^”]*”|«[^»]*»)+|["“”«»]')
_QUOTES = re.compile(r'["“”«»]')
FIELD = re.compile(r"([A-Za-z_][A-Za-z0-9_]{0,39})=(.*)", re.DOTALL)


def clean(text: str, most: int = 128) -> str:
    """An outside value as it may be stored: no direction marks or control characters, single blanks, cut."""
    marked = text.translate(_MARKS | _KEPT_IN_WORDS)
    plain = "".join(" " if unicodedata.category(one) in {"Cc", "Zl", "Zp"} else one for one in marked)
    return " ".join(plain.split())[:most].strip()


def split_command(text: str) -> tuple[str, str, str]:
    """`/word@bot rest` → word in lower case, rest, bot name; no command: two empty ones around the text."""
    said = text.translate(_MARKS | _KEPT_IN_WORDS).strip()
    head, *rest = said.split(maxsplit=1)[:2] or [""]
    if not head.startswith("/") or len(head) < 2:
        return "", text, ""
    word, _, bot_name = head[1:].partition("@")
    return word.lower(), rest[0] if rest else "", bot_name


def words(text: str) -> list[str]:
    """Words; what stands in quotes (of any of three kinds) stays together and loses them."""
    return [_QUOTES.sub("", one) for one in _TOKEN.findall(text) if _QUOTES.sub("", one)]


def fields(text: str) -> tuple[list[str], dict[str, str]]:
    """Plain words, and what was said as field=value (names in lower case; the last one counts)."""
    plain: list[str] = []
    named: dict[str, str] = {}
    for word in words(text):
        if found := FIELD.fullmatch(word):
            named[found[1].lower()] = found[2]
        else:
            plain.append(word)
    return plain, named


def digits(text: str) -> str:
    """The same text with any script's digits in ASCII."""
    return "".join(str(unicodedata.digit(one)) if unicodedata.category(one) == "Nd" else one for one in text)
