"""Whose number it is: pure, from what was typed and the accounts a shop has."""

from collections.abc import Collection

from msgspec import Struct

from carriers.kit.discovery import slugs
from carriers.kit.numbers import LONGEST, Refusal, Why, detect, fold, validate

OWN = "own"
"""The shop's own courier: its events are written by hand."""
SURE = 0.5
"""Below this a guess is only "some carrier may write so"."""


class Chosen(Struct, frozen=True):
    """One carrier, and the number as it is kept."""

    slug: str
    number: str


class Choice(Struct, frozen=True):
    """Several carriers of the shop could have it: it must be said which."""

    slugs: tuple[str, ...]


class NoAccount(Struct, frozen=True):
    """The carrier is known, the shop has no account there."""

    slugs: tuple[str, ...]


class NoCarrier(Struct, frozen=True):
    """Nobody is called so."""

    slug: str


Decision = Chosen | Choice | NoAccount | NoCarrier | Refusal


def choose(written: str, wanted: str | None, accounts: Collection[str]) -> Decision:
    """The carrier said, else the one that fits best among the shop's accounts."""
    if wanted is None:
        return _inferred(written, accounts)
    slug = _slug(wanted)
    if slug == OWN:
        return _own(written)
    if slug is None:
        return NoCarrier(wanted[:32])
    checked = validate(slug, written)
    if isinstance(checked, Refusal):
        return checked
    return Chosen(slug, checked) if slug in accounts else NoAccount((slug,))


def _slug(wanted: str) -> str | None:
    """The slug meant: `dhl` is enough where only one begins so."""
    said = wanted.strip().lower()
    if said in slugs() or said == OWN:
        return said
    begun = [slug for slug in slugs() if said and slug.startswith(said)]
    return begun[0] if len(begun) == 1 else None


def _own(written: str) -> Chosen | Refusal:
    number = fold(written)
    if not number:
        return Refusal(Why.EMPTY)
    return Chosen(OWN, number) if len(number) <= LONGEST and len(written) <= 200 else Refusal(Why.TOO_LONG)


def _inferred(written: str, accounts: Collection[str]) -> Decision:
    plain = _own(written)
    if isinstance(plain, Refusal):
        return plain
    guesses = detect(plain.number)
    mine = [guess for guess in guesses if guess.slug in accounts]
    refusals = [found for slug in sorted(accounts) if isinstance(found := validate(slug, written), Refusal)]
    best = _best(refusals)
    if best is not None and best.why is Why.BAD_CHECK_DIGIT and not any(one.certainty >= SURE for one in mine):
        return best
    if not mine:
        others = tuple(guess.slug for guess in guesses)
        return best if best is not None and not others else NoAccount(others)
    top = [guess.slug for guess in mine if guess.certainty == mine[0].certainty]
    return Chosen(top[0], plain.number) if len(top) == 1 else Choice(tuple(top))


def _best(refusals: Collection[Refusal]) -> Refusal | None:
    """The refusal that says most: a mistyped digit rather than a foreign number."""
    return min(refusals, key=lambda one: one.why is not Why.BAD_CHECK_DIGIT, default=None)
