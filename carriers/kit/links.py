"""Pasted addresses of tracking pages: they give carrier and number."""

import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import Struct

from carriers.kit.discovery import everyone
from carriers.kit.folding import LONGEST, fold

LONGEST_LINK = 2000
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"'«»]+", re.IGNORECASE)
_NUMBERED = re.compile(
    r"track|trace|number|awb|parcel|shipment|consign|barcode|waybill|label|code|search|ref|piece|nums?$|^id",
    re.IGNORECASE,
)
_HAS_DIGITS = re.compile(r"(?:\d\D{0,3}){6}")


class Link(Struct, frozen=True):
    """What an address says; `slug` None where the page is nobody's we know."""

    number: str
    slug: str | None = None


def link_in(written: str) -> Link | None:
    """The tracking page's address in what was written; None where there is none, or none with a number."""
    if "://" not in written and "www." not in written.lower():
        return None
    found = _ADDRESS.search(written[:LONGEST_LINK])
    if found is None:
        return None
    address = unquote(found[0])
    for slug, pattern in _patterns():
        match = pattern.search(address)
        if match is not None and (number := fold(match[1])):
            return Link(number, slug)
    return next((Link(number) for number in _likely(found[0])), None)


def _likely(address: str) -> Iterator[str]:
    """What may be a number in a page's address: a telling parameter first, then any, then the path's end."""
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
    except ValueError:
        return
    given = [
        (name, value) for text in (parts.query, parts.fragment.partition("?")[2]) for name, value in parse_qsl(text)
    ]
    told = [value for name, value in given if _NUMBERED.search(name)]
    places = [*told, *(value for _, value in given), *reversed(f"{parts.path}/{parts.fragment}".split("/"))]
    for place in places:
        number = fold(unquote(place))
        if _HAS_DIGITS.search(number) and len(number) <= LONGEST:
            yield number


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (carrier.slug, re.compile(pattern, re.IGNORECASE))
        for carrier in everyone()
        for pattern in carrier.numbers.links
    )
