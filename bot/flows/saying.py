"""Reads what people type: commands, words in quotes, field=value, dates of three calendars, sums."""

import re
import unicodedata
from datetime import date

from hijridate import Hijri
from persiantools.jdatetime import JalaliDate

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


_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_JALALI, _HIJRI, _GREGORIAN = range(1380, 1441), range(1441, 1500), range(2000, 2101)
"""Years that tell the calendar: 1405 is Jalali, 1448 is Hijri, 2026 is Gregorian."""


def day(text: str) -> date | None:
    """A day with its year, in any of three calendars and digit sets; None where it is none."""
    said = digits(text.translate(_MARKS)).strip()
    if found := _YEAR_FIRST.fullmatch(said):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _YEAR_LAST.fullmatch(said):
        return _date(int(found[3]), int(found[2]), int(found[1]))
    return None


def _date(year: int, month: int, day_of_month: int) -> date | None:
    try:
        if year in _JALALI:
            return JalaliDate(year, month, day_of_month).to_gregorian()  # type: ignore[no-untyped-call]
        if year in _HIJRI:
            found = Hijri(year, month, day_of_month).to_gregorian()
            return date(found.year, found.month, found.day)
        return date(year, month, day_of_month) if year in _GREGORIAN else None
    except (ValueError, OverflowError):
        return None


_CURRENCY = r"((?:[^\W\d_]|[.€$£﷼])*)"
_SUM = re.compile(_CURRENCY + r"\s*(\d[\d,.٬٫'\u00a0\u202f]*)\s*" + _CURRENCY)
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "﷼": "IRR"}


def money(text: str) -> tuple[str, str] | None:
    """Amount as plain decimal text, and the currency as named (may be empty): `240 SAR`, `€64.00`."""
    found = _SUM.fullmatch(digits(clean(text, 40)))
    if found is None or (found[1] and found[3]):
        return None
    amount, currency = _decimal(found[2]), found[1] or found[3]
    if amount is None or len(currency) > 8 or (currency and not currency.strip(".")):
        return None
    return amount, _SIGNS.get(currency, currency.upper())


def _decimal(text: str) -> str | None:
    plain = re.sub(r"['\u00a0\u202f٬]", "", text).replace("٫", ".")
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"\d+,\d{1,2}", plain):
        plain = plain.replace(",", ".")
    return plain if re.fullmatch(r"\d{1,12}(\.\d{1,3})?", plain) else None
