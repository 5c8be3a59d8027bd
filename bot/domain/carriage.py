"""Kinds of carriage: by which carrier and service a parcel goes decides how much silence is usual."""

from enum import StrEnum
from types import MappingProxyType


class CarrierKind(StrEnum):
    """How much silence is usual."""

    EXPRESS = "express"
    POST = "post"
    AGGREGATOR = "aggregator"
    OWN = "own"


KINDS = MappingProxyType(
    {
        **dict.fromkeys(("17track", "aftership", "easypost", "ship24"), CarrierKind.AGGREGATOR),
        **dict.fromkeys(("own", "self", "shop"), CarrierKind.OWN),
        **dict.fromkeys(
            (
                *("australiapost", "bpost", "bring", "canadapost", "correios"),
                *("laposte", "postnord", "royalmail", "usps"),
            ),
            CarrierKind.POST,
        ),
    }
)
"""Carriers whose kind is known by slug; any other is EXPRESS unless the service's name says post."""

_POSTAL_WORDS = ("post", "mail", "packet", "economy", "letter")


def kind_of(slug: str, service: str | None) -> CarrierKind:
    """By slug; a service called post, mail or economy is as slow as a post."""
    kind = KINDS.get(slug, CarrierKind.EXPRESS)
    words = (service or "").casefold()
    if kind is CarrierKind.EXPRESS and any(word in words for word in _POSTAL_WORDS):
        return CarrierKind.POST
    return kind
