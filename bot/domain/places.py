"""Places as carriers write them: which town is meant, so that the same lane reads the same every time."""

import re
from functools import lru_cache

LONGEST = 64
_CODE = re.compile(r"[A-Z]{2,3}|\d+")
"""A country, a state, a postal code: not the town while something else is left."""


@lru_cache(maxsize=16384)
def town(place: str) -> str:
    """`Leipzig` of `Hauptstraße 12, LEIPZIG, SN, DE`; a street has a number, a town has none."""
    parts = [part for part in (one.strip() for one in place.split(",")) if part]
    while len(parts) > 1 and _CODE.fullmatch(parts[-1]):
        parts.pop()
    found = next((part for part in parts if not any(map(str.isdigit, part))), parts[-1] if parts else "")
    return (found.title() if found.isupper() else found)[:LONGEST]
