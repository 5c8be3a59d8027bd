"""How long a shop keeps what it knows of parcels that are over and of matters that were solved."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Struct

DAY = timedelta(days=1)


class Span(NamedTuple):
    """Days that hold where a shop set none, and between which it may choose."""

    usual: int
    least: int
    most: int


SPANS: Mapping[str, Span] = MappingProxyType(
    {
        # The figures of /stats look back 90 days; a claim or a doubt about a bill comes within two years.
        "keep_parcels": Span(180, 90, 730),
        # A matter may be taken up again within half a year; most countries' claims of buyers end within five years.
        "keep_tickets": Span(730, 180, 1825),
    }
)
"""By the name of the setting: after the end of a parcel, after the end of a ticket."""
SILENT = timedelta(days=365)
"""So long after its last sign a parcel that never came to an end counts as over."""

FIRM = timedelta(days=1)
"""So long after a shop last chose nothing is removed by its choice, which may have been a slip."""
SAID_AT = "keep_said_at"
"""In a shop's settings: when it last chose."""

_Days = Annotated[int, msgspec.Meta(gt=0)]


class Keeping(Struct, frozen=True):
    """Since the end of a parcel, and of a ticket. `said_at`: when the shop last chose."""

    parcels: timedelta
    tickets: timedelta
    said_at: datetime | None = None


class _Settings(Struct, frozen=True):
    """As they stand in a shop's settings, in days."""

    keep_parcels: _Days | None = None
    keep_tickets: _Days | None = None
    keep_said_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


@lru_cache(maxsize=1024)
def keeping_of(settings: str) -> Keeping:
    """What a shop keeps for how long, from its settings (JSON), within what is allowed."""
    said = msgspec.json.decode(settings or "{}", type=_Settings)
    parcels, tickets = _within("keep_parcels", said.keep_parcels), _within("keep_tickets", said.keep_tickets)
    return Keeping(parcels, tickets, said.keep_said_at)


def _within(name: str, days: int | None) -> timedelta:
    span = SPANS[name]
    return DAY * min(max(span.usual if days is None else days, span.least), span.most)


LONGEST = Keeping(DAY * SPANS["keep_parcels"].most, DAY * SPANS["keep_tickets"].most)
"""What any shop may choose."""


def firm(keeping: Keeping, now: datetime) -> Keeping:
    """By what may be removed: a choice that is younger than a day removes nothing as yet."""
    return LONGEST if keeping.said_at is not None and now - keeping.said_at < FIRM else keeping


def is_allowed(name: str, days: int) -> bool:
    """Whether a shop may choose so many days."""
    return SPANS[name].least <= days <= SPANS[name].most


def is_past(keeping: Keeping, now: datetime, *, ended_at: datetime, created_at: datetime, is_open: bool) -> bool:
    """Whether nothing of a parcel may be kept any more. `ended_at`: its end, or its last sign while it `is_open`.

    One that was told of after its end is kept as if it had ended then.
    """
    kept = keeping.parcels + SILENT if is_open else keeping.parcels
    return now - max(ended_at, created_at) > kept
