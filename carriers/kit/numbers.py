"""Tracking numbers: folding what people write, guessing whose it is, refusing what cannot be."""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache

from msgspec import Struct

from carriers.kit.contract import Carrier, Numbers
from carriers.kit.discovery import everyone, find
from carriers.kit.folding import LONGEST, LONGEST_WRITTEN, alternatives, fold
from carriers.kit.formats import Fit, Format, formats, of
from carriers.kit.links import Link, link_in

__all__ = ["LONGEST", "Guess", "Refusal", "Why", "detect", "fold", "is_bare", "settled", "validate"]


class Why(StrEnum):
    """Why a number is refused."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    BAD_CHECK_DIGIT = "bad_check_digit"
    WRONG_CARRIER = "wrong_carrier"


class Refusal(Struct, frozen=True):
    """A number that a carrier cannot take; `fits`: slugs it would suit, best first, no aggregator."""

    why: Why
    fits: tuple[str, ...] = ()


class Guess(Struct, frozen=True):
    """One carrier a number may belong to; certainty from 0 to 1, a guess, never a proof.

    `number` is how it reads then. `is_asked`: False for a courier whose numbers are known but whom no module asks.
    """

    slug: str
    certainty: float
    reason: str
    number: str = ""
    is_asked: bool = True


LINKED, CHECKED, CHECKED_DIGITS, MISREAD, SHAPE, DIGITS, ANY = 0.99, 0.95, 0.8, 0.7, 0.6, 0.3, 0.1
"""A tracking page's address; a check digit with letters, without; the same after a look-alike was put right; a shape
with letters, without; an aggregator that takes anything."""
SURE = CHECKED_DIGITS
_BARE = range(8, 13)
"""Lengths at which so many carriers use plain digits that a check digit proves nothing."""
_FITTING = (Fit.SHAPE, Fit.CHECKED)


def detect(written: str) -> list[Guess]:
    """Carriers the number may belong to, likeliest first: a check digit alone hits by chance."""
    link = link_in(written)
    if link is not None:
        return _linked(link)
    folded = fold(written)
    if not 0 < len(folded) <= LONGEST:
        return []
    guesses = [guess for carrier in everyone() if (guess := _guess(carrier, folded)) is not None]
    is_posts = any(guess.certainty == CHECKED for guess in guesses)
    guesses += [guess for guess in _others(folded) if guess.slug != "s10" or not is_posts]
    if all(guess.certainty == ANY for guess in guesses):
        guesses += [guess for carrier in everyone() if (guess := _misread(carrier, folded)) is not None]
    return _ranked(guesses)


def settled(guesses: list[Guess]) -> Guess | None:
    """The guess that may be acted upon unasked: sure, ahead of all others, and not a bare number of 8 to 12 digits."""
    if not guesses or guesses[0].certainty < SURE:
        return None
    first = guesses[0]
    if is_bare(first):
        return None
    return None if len(guesses) > 1 and guesses[1].certainty == first.certainty else first


def is_bare(guess: Guess) -> bool:
    """Whether it rests on nothing but 8 to 12 digits."""
    return guess.number.isdigit() and len(guess.number) in _BARE and guess.certainty < LINKED


def validate(slug: str, written: str) -> str | Refusal:
    """The folded number, or why this carrier cannot have it. Raises UnknownCarrier."""
    carrier = find(slug)
    link = link_in(written)
    if link is None and len(written) > LONGEST_WRITTEN:
        return Refusal(Why.TOO_LONG)
    folded = link.number if link is not None else fold(written)
    if not folded or len(folded) > LONGEST:
        return Refusal(Why.TOO_LONG if folded else Why.EMPTY)
    best, _ = _best(carrier.numbers, folded)
    if best in _FITTING:
        return folded
    read = _reread(carrier.numbers, folded)
    if read is not None:
        return read[0]
    others = tuple(
        guess.slug for guess in detect(folded) if guess.slug != slug and guess.is_asked and guess.certainty > ANY
    )
    return Refusal(Why.BAD_CHECK_DIGIT if best is Fit.BAD_CHECK_DIGIT else Why.WRONG_CARRIER, others)


def _linked(link: Link) -> list[Guess]:
    if link.slug is None:
        return detect(link.number)
    page = Guess(link.slug, LINKED, "the address of its tracking page", link.number)
    return _ranked([page, *(guess for guess in detect(link.number) if guess.slug != link.slug)])


def _ranked(guesses: list[Guess]) -> list[Guess]:
    return sorted(guesses, key=lambda guess: (-guess.certainty, not guess.is_asked, guess.slug))


def _guess(carrier: Carrier, folded: str) -> Guess | None:
    best, named = _best(carrier.numbers, folded)
    if best not in _FITTING:
        return None
    if carrier.numbers.any_other:
        return Guess(carrier.slug, ANY, "asks many carriers", folded)
    if named is None:
        return Guess(carrier.slug, DIGITS if folded.isdigit() else SHAPE, "looks like one of its numbers", folded)
    return Guess(carrier.slug, _certainty(best, folded), _reason(named, best), folded)


def _misread(carrier: Carrier, folded: str) -> Guess | None:
    read = _reread(carrier.numbers, folded)
    if read is None:
        return None
    number, named = read
    return Guess(carrier.slug, MISREAD, f"{_reason(named, Fit.CHECKED)} when read as {number}", number)


def _reread(numbers: Numbers, folded: str) -> tuple[str, Format] | None:
    """The number with look-alikes put right, where a check digit then holds."""
    for other in alternatives(folded):
        best, named = _best(numbers, other)
        if best is Fit.CHECKED and named is not None:
            return other, named
    return None


def _others(folded: str) -> Iterator[Guess]:
    """Couriers without a module, by their shipped formats: an aggregator may know the number."""
    found: dict[str, Guess] = {}
    for one in formats():
        if one.ref in _asked() or (fit := one.fit(folded)) not in _FITTING:
            continue
        guess = Guess(one.courier, _certainty(fit, folded), _reason(one, fit), folded, is_asked=False)
        found[one.courier] = max(found.get(one.courier, guess), guess, key=lambda known: known.certainty)
    yield from found.values()


@cache
def _asked() -> frozenset[str]:
    """The formats that some carrier's module claims whole; S10 is every post's, so a foreign one stays open."""
    claimed = (reference for carrier in everyone() for reference in carrier.numbers.formats)
    return frozenset(one.ref for reference in claimed for one in of(reference) if one.courier != "s10")


def _reason(named: Format, fit: Fit) -> str:
    return f"{named.name}: {'check digit right' if fit is Fit.CHECKED else 'has no check digit'}"


def _certainty(fit: Fit, folded: str) -> float:
    if fit is Fit.SHAPE:
        return DIGITS if folded.isdigit() else SHAPE
    return CHECKED_DIGITS if folded.isdigit() else CHECKED


def _best(numbers: Numbers, folded: str) -> tuple[Fit, Format | None]:
    """The best fit among a carrier's shipped formats, else its own patterns."""
    best, named = Fit.NOT, None
    for one in _formats(numbers):
        fit = one.fit(folded)
        if numbers.countries and one.courier == "s10" and one.country(folded) not in numbers.countries:
            continue
        if fit.value > best.value:
            best, named = fit, one
    if best not in _FITTING and any(p.fullmatch(folded) for p in _patterns(numbers)):
        return Fit.SHAPE, None
    return best, named


def _formats(numbers: Numbers) -> Iterator[Format]:
    for reference in numbers.formats:
        yield from of(reference)


@cache
def _patterns(numbers: Numbers) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in numbers.patterns)
