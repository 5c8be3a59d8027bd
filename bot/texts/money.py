"""Sums as people write them. The unit is the shop's own: nothing is ever converted."""

import re
from collections.abc import Mapping
from typing import Any

from bot.texts.bidi import escape, fold_digits, isolate, plain
from bot.texts.reading import Reading

SIGNS: Mapping[str, str] = {"EUR": "€", "USD": "$", "GBP": "£"}
"""Written before the sum in English; every other unit stands there as its code."""

UNITS: Mapping[str, Mapping[str, str]] = {
    "en": {"IRT": "toman", "IRR": "rial"},
    "ar": {
        "SAR": "ر.س", "AED": "د.إ", "EGP": "ج.م", "KWD": "د.ك", "QAR": "ر.ق", "BHD": "د.ب", "OMR": "ر.ع",
        "JOD": "د.أ", "IQD": "د.ع", "MAD": "د.م", "DZD": "د.ج", "TND": "د.ت", "LYD": "د.ل", "LBP": "ل.ل",
        "SYP": "ل.س", "YER": "ر.ي", "SDG": "ج.س", "MRU": "أ.م", "IRT": "تومان", "IRR": "ريال إيراني",
        "EUR": "يورو", "USD": "دولار", "GBP": "جنيه إسترليني", "TRY": "ليرة تركية",
    },
    "fa": {
        "IRT": "تومان", "IRR": "ریال", "AFN": "افغانی", "EUR": "یورو", "USD": "دلار", "GBP": "پوند",
        "AED": "درهم", "TRY": "لیر", "SAR": "ریال سعودی", "IQD": "دینار عراق",
    },
}  # fmt: skip
"""Written after the sum. IRT is the toman: ten rials, and never turned into them."""

_SUM = re.compile(r"(\d+)(?:\.(\d+))?")
_SEPARATORS = {"latn": (",", "."), "arab": ("٬", "٫"), "arabext": ("٬", "٫")}


def amount(text: str, reading: Reading) -> str:
    """A plain decimal in the reader's digits, grouped by thousands; anything else isolated as it came."""
    folded = fold_digits(plain(text)).replace("٬", "").replace(",", "").replace("٫", ".")
    found = _SUM.fullmatch(folded)
    if found is None:
        kept = isolate(plain(text))
        return escape(kept) if reading.markup else kept
    thousands, decimal = _SEPARATORS[reading.digits]
    whole = f"{int(found[1]):,}".replace(",", thousands)
    return reading.number(whole + (decimal + found[2] if found[2] else ""))


def money(value: Mapping[str, Any], reading: Reading) -> str:
    """A sum with its unit."""
    number = amount(str(value.get("amount", "")), reading)
    code = plain(str(value.get("currency", ""))).upper()
    if not code:
        return number
    if reading.language == "en" and code in SIGNS:
        return f"{SIGNS[code]}{number}"
    unit = UNITS.get(reading.language, {}).get(code)
    if unit:
        return f"{number} {unit}"
    code = escape(code) if reading.markup else code
    return f"{number} {isolate(code)}" if reading.rtl else f"{code} {number}"
