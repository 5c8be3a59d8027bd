"""Whose number it is: pure, from what was typed and the accounts a shop has."""

from collections.abc import Collection, Sequence

from msgspec import Struct

from carriers.kit.described import PREFIX, slug_of
from carriers.kit.discovery import slugs
from carriers.kit.links import link_in
from carriers.kit.names import called
from carriers.kit.numbers import DIGITS, LONGEST, Guess, Refusal, Why, detect, fold, is_bare, validate

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
    described = _described(wanted, accounts)
    if described is not None:
        plain = _own(written)
        return Chosen(described, plain.number) if isinstance(plain, Chosen) else plain
    slug = _slug(wanted, accounts)
    if slug == OWN:
        return _own(written)
    if slug is None:
        return NoCarrier(wanted[:32])
    checked = validate(slug, written)
    if isinstance(checked, Refusal):
        return checked
    return Chosen(slug, checked) if slug in accounts else NoAccount((slug,))


def _described(wanted: str, accounts: Collection[str]) -> str | None:
    """A carrier that the shop described itself, by its slug or its name."""
    meant = {wanted.strip().casefold(), slug_of(wanted)}
    return next((slug for slug in accounts if slug.startswith(PREFIX) and slug in meant), None)


def _slug(wanted: str, accounts: Collection[str]) -> str | None:
    """The slug meant: a name as shops write it, or a beginning where only one begins so."""
    said = wanted.strip().lower()
    if said in slugs() or said == OWN:
        return said
    begun = [slug for slug in slugs() if said and slug.startswith(said)]
    if len(begun) == 1:
        return begun[0]
    meant = [slug for slug in called(wanted) if slug in slugs()]
    return next((slug for slug in meant if slug in accounts), meant[0] if meant else None)


def _own(written: str) -> Chosen | Refusal:
    link = link_in(written)
    number = fold(written) if link is None else link.number
    if not number:
        return Refusal(Why.EMPTY)
    is_short = len(number) <= LONGEST and (link is not None or len(written) <= 200)
    return Chosen(OWN, number) if is_short else Refusal(Why.TOO_LONG)


def _inferred(written: str, accounts: Collection[str]) -> Decision:
    plain = _own(written)
    if isinstance(plain, Refusal):
        return plain
    guesses = [guess for guess in detect(written) if guess.is_asked]
    own = [Guess(slug, DIGITS, "", plain.number) for slug in sorted(accounts) if slug.startswith(PREFIX)]
    mine = [*(guess for guess in guesses if guess.slug in accounts), *own]
    mine.sort(key=lambda guess: -guess.certainty)
    modules = [slug for slug in sorted(accounts) if not slug.startswith(PREFIX)]
    refusals = [found for slug in modules if isinstance(found := validate(slug, written), Refusal)]
    best = _best(refusals)
    if best is not None and best.why is Why.BAD_CHECK_DIGIT and not any(one.certainty >= SURE for one in mine):
        return best
    if not mine:
        others = tuple(guess.slug for guess in guesses)
        return best if best is not None and not others else NoAccount(others)
    top = _equals(mine)
    return Chosen(top[0].slug, top[0].number) if len(top) == 1 else Choice(tuple(guess.slug for guess in top))


def _equals(mine: Sequence[Guess]) -> Sequence[Guess]:
    """Those between whom only the merchant can decide: of a bare number every carrier that takes it."""
    first = mine[0]
    if is_bare(first) and first.certainty >= DIGITS:
        return [guess for guess in mine if guess.certainty >= DIGITS]
    return [guess for guess in mine if guess.certainty == first.certainty]


def _best(refusals: Collection[Refusal]) -> Refusal | None:
    """The refusal that says most: a mistyped digit rather than a foreign number."""
    return min(refusals, key=lambda one: one.why is not Why.BAD_CHECK_DIGIT, default=None)
