"""Check digits of tracking numbers, by the names the shipped format files use."""

from collections.abc import Callable, Mapping
from typing import Any

Rule = Mapping[str, Any]
_BASE_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def holds(rule: Rule, serial: str, check: str) -> bool:
    """True if `check` is what the rule makes of `serial`."""
    return CHECKS[rule["name"]](rule, serial) == check


def _mod10(rule: Rule, serial: str) -> str:
    order = serial[::-1] if rule.get("reverse") else serial
    total = 0
    for place, letter in enumerate(order):
        value = int(letter) if letter.isdigit() else (ord(letter) - 3) % 10
        total += value * rule["odds_multiplier" if place % 2 else "evens_multiplier"]
    return str(-total % 10)


def _mod7(rule: Rule, serial: str) -> str:
    return str(int(serial) % 7)


def _luhn(rule: Rule, serial: str) -> str:
    doubled = (int(digit) * (1 if place % 2 else 2) for place, digit in enumerate(reversed(serial)))
    return str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)


def _s10(rule: Rule, serial: str) -> str:
    left = 11 - _weighed(serial, rule["weightings"]) % 11
    return str({10: 0, 11: 5}.get(left, left))


def _weighted(rule: Rule, serial: str) -> str:
    return str(_weighed(serial, rule["weightings"]) % rule["modulo1"] % rule["modulo2"])


def _mod_37_36(rule: Rule, serial: str) -> str:
    left = 36
    for letter in serial:
        left = (left + _BASE_36.index(letter)) % 36 or 36
        left = left * 2 % 37
    return _BASE_36[(37 - left) % 36]


def _weighed(serial: str, weights: list[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(serial, weights, strict=True))


CHECKS: dict[str, Callable[[Rule, str], str]] = {
    "mod10": _mod10,
    "mod7": _mod7,
    "luhn": _luhn,
    "s10": _s10,
    "sum_product_with_weightings_and_modulo": _weighted,
    "mod_37_36": _mod_37_36,
}
