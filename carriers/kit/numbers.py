"""Tracking numbers: folding what people write, guessing whose it is, refusing what cannot be."""

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import cache

from msgspec import Struct

from carriers.kit.contract import Carrier, Numbers
from carriers.kit.discovery import everyone, find
from carriers.kit.formats import Fit, Format, of

LONGEST = 50
_LONGEST_WRITTEN = 200


class Why(StrEnum):
    """Why a number is refused."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    BAD_CHECK_DIGIT = "bad_check_digit"
    WRONG_CARRIER = "wrong_carrier"


class Refusal(Struct, frozen=True):
    """A number that a carrier cannot take; `fits` are the slugs it would suit, best first."""

    why: Why
    fits: tuple[str, ...] = ()


class Guess(Struct, frozen=True):
    """One carrier a number may belong to; certainty from 0 to 1, a guess, never a proof."""

    slug: str
    certainty: float
    reason: str


def fold(written: str) -> str:
    """The number in ASCII capitals: any script's digits, without spaces, dashes, dots and direction marks."""
    plain = unicodedata.normalize("NFKC", written[:_LONGEST_WRITTEN])
    return "".join(_folded(letter) for letter in plain).upper()


def detect(number: str) -> list[Guess]:
    """Carriers the number may belong to, likeliest first: a check digit alone hits by chance."""
    folded = fold(number)
    if not 0 < len(folded) <= LONGEST:
        return []
    guesses = [guess for carrier in everyone() if (guess := _guess(carrier, folded)) is not None]
    return sorted(guesses, key=lambda guess: (-guess.certainty, guess.slug))


def validate(slug: str, number: str) -> str | Refusal:
    """The folded number, or why this carrier cannot have it. Raises UnknownCarrier."""
    carrier = find(slug)
    if len(number) > _LONGEST_WRITTEN:
        return Refusal(Why.TOO_LONG)
    folded = fold(number)
    if not folded or len(folded) > LONGEST:
        return Refusal(Why.TOO_LONG if folded else Why.EMPTY)
    best, _ = _best(carrier.numbers, folded)
    if best in (Fit.SHAPE, Fit.CHECKED):
        return folded
    others = tuple(guess.slug for guess in detect(folded) if guess.slug != slug)
    return Refusal(Why.BAD_CHECK_DIGIT if best is Fit.BAD_CHECK_DIGIT else Why.WRONG_CARRIER, others)


def _folded(letter: str) -> str:
    if letter.isascii():
        return letter if letter.isalnum() or letter in "/_" else ""
    if unicodedata.category(letter) == "Nd":
        return str(unicodedata.decimal(letter))
    return letter if letter.isalpha() else ""


def _guess(carrier: Carrier, folded: str) -> Guess | None:
    best, named = _best(carrier.numbers, folded)
    if best in (Fit.NOT, Fit.BAD_CHECK_DIGIT):
        return None
    if carrier.numbers.any_other:
        return Guess(carrier.slug, 0.1, "asks many carriers")
    if named is None:
        return Guess(carrier.slug, 0.3 if folded.isdigit() else 0.5, "looks like one of its numbers")
    reason = f"{named.name}: {'check digit right' if best is Fit.CHECKED else 'has no check digit'}"
    return Guess(carrier.slug, _certainty(named, best, folded), reason)


def _certainty(named: Format, best: Fit, folded: str) -> float:
    if best is Fit.SHAPE:
        return 0.2 if folded.isdigit() else 0.6
    if not folded.isdigit():
        return 0.95
    # A check digit alone hits by chance: mod 7 once in seven numbers, the others once in ten or so.
    return 0.7 if named.rule is not None and named.rule["name"] == "mod7" else 0.8


def _best(numbers: Numbers, folded: str) -> tuple[Fit, Format | None]:
    """The best fit among a carrier's shipped formats, else its own patterns."""
    best, named = Fit.NOT, None
    for one in _formats(numbers):
        fit = one.fit(folded)
        if numbers.countries and one.courier == "s10" and one.country(folded) not in numbers.countries:
            continue
        if fit.value > best.value:
            best, named = fit, one
    if best in (Fit.NOT, Fit.BAD_CHECK_DIGIT) and any(p.fullmatch(folded) for p in _patterns(numbers)):
        return Fit.SHAPE, None
    return best, named


def _formats(numbers: Numbers) -> Iterator[Format]:
    for reference in numbers.formats:
        yield from of(reference)


@cache
def _patterns(numbers: Numbers) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in numbers.patterns)
