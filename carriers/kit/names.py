"""Carriers as shops write them: any spelling and script to slugs."""

import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from carriers.kit.codes import rows
from carriers.kit.discovery import everyone

_LONGEST = 120
# Letters that Arabic and Persian keyboards, and careless writers, take for each other
_ALIKE = str.maketrans("أإآٱىيئكةؤ", "ااااییےکهو") | str.maketrans("ے", "ی") | str.maketrans("ـ", " ")


def called(name: str) -> tuple[str, ...]:
    """The slugs a name may mean, best first; () where nobody is called so. Couriers whom no module asks have one too.

    The whole name counts, then its beginning: "Aramex Saudi Arabia" is Aramex.
    """
    words = plain_name(name).split()
    for length in range(len(words), 0, -1):
        slugs = _names().get(" ".join(words[:length])) or _names().get("".join(words[:length]))
        if slugs is not None:
            return slugs
    return ()


def plain_name(name: str) -> str:
    """Folded case, without diacritics, tatweel and punctuation; Arabic and Persian letters unified."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name[:_LONGEST]).casefold())
    kept = (letter if letter.isalnum() else " " for letter in letters if not unicodedata.combining(letter))
    return " ".join("".join(kept).translate(_ALIKE).split())


@cache
def _names() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {
        plain_name(word): (carrier.slug,) for carrier in everyone() for word in (carrier.slug, carrier.name)
    }
    found |= {plain_name(row["name"]): tuple(row["slugs"].split()) for row in rows("names")}
    return MappingProxyType(found)
