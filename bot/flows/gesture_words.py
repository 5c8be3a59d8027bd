"""What was said behind `/offer`: coupon 10 CODE, delivery [CODE], refund 15; then the parcel's number, if wanted."""

import re
from collections.abc import Mapping

from msgspec import Struct

from bot.domain.gesture import Kind, hundredths
from bot.flows.saying import clean, money

KINDS: Mapping[str, Kind] = {
    "coupon": Kind.COUPON,
    "delivery": Kind.DELIVERY,
    "shipping": Kind.DELIVERY,
    "free": Kind.DELIVERY,
    "refund": Kind.REFUND,
}
"""First word after `/offer` → what is given."""
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,39}")
SHORTEST_CURRENCY = 3
_FILLER = frozenset({"shipping", "delivery"})
"""`free shipping` says it twice."""


class Said(Struct, frozen=True):
    """`amount` as plain decimal, `cost` in hundredths; `currency` as named, or empty."""

    kind: Kind
    amount: str | None = None
    cost: int | None = None
    currency: str = ""
    code: str = ""
    number: str = ""


def read(text: str) -> Said | None:
    """None where it cannot be read: no sum, no code for a coupon, too many words."""
    first, *rest = [*clean(text, 160).split(), ""]
    kind = KINDS.get(first.lower())
    words = [word for word in rest if word and word.lower() not in _FILLER]
    if kind is None:
        return None
    if kind is Kind.DELIVERY:
        return _coded(Said(kind), words)
    said, words = _sum(kind, words)
    return None if said is None else _coded(said, words) if kind is Kind.COUPON else _numbered(said, words)


def _sum(kind: Kind, words: list[str]) -> tuple[Said | None, list[str]]:
    """The sum in one word or in two (`10 EUR`)."""
    for length in (2, 1):
        found = money(" ".join(words[:length])) if len(words) >= length else None
        if (
            found is not None
            and (length == 1 or len(found[1]) >= SHORTEST_CURRENCY)
            and (cost := hundredths(found[0])) is not None
        ):
            return Said(kind, found[0], cost, found[1]), words[length:]
    return None, words


def _coded(said: Said, words: list[str]) -> Said | None:
    """The code, then the parcel's number; a free delivery may have neither."""
    if len(words) > 2 or (not words and said.kind is Kind.COUPON) or not all(map(_CODE.fullmatch, words[:1])):
        return None
    code, number = (*words, "", "")[:2]
    return Said(said.kind, said.amount, said.cost, said.currency, code, number)


def _numbered(said: Said, words: list[str]) -> Said | None:
    if len(words) > 1:
        return None
    return Said(said.kind, said.amount, said.cost, said.currency, "", words[0] if words else "")
