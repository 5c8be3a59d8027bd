"""Thresholds as data, each with its source; a shop overrides what it likes."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

import msgspec
from msgspec import Struct

from bot.domain.hours import FIRST_RESPONSE, QUIET_DEFAULT
from carriers.kit.model import Status


class CarrierKind(StrEnum):
    """How much silence is usual."""

    EXPRESS = "express"
    POST = "post"
    AGGREGATOR = "aggregator"
    OWN = "own"


KINDS = MappingProxyType(
    {
        "dhl_unified": CarrierKind.EXPRESS,
        "ups": CarrierKind.EXPRESS,
        "17track": CarrierKind.AGGREGATOR,
        "own": CarrierKind.OWN,
        "self": CarrierKind.OWN,
        "shop": CarrierKind.OWN,
    }
)
"""Carriers whose kind is known by slug; any other is EXPRESS unless the service's name says post."""

_POSTAL_WORDS = ("post", "mail", "packet", "economy", "letter")

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

Silences = Mapping[Status, timedelta]

_DOMESTIC: dict[Status, timedelta] = {
    # Onward: a label not scanned for 4 business days
    Status.UNKNOWN: 4 * DAY,
    Status.PRE_TRANSIT: 4 * DAY,
    # Onward: stalled after 3 days domestic
    Status.IN_TRANSIT: 3 * DAY,
    # own: nobody publishes one; customs rests longer than a hub, a working week is talked about by customers
    Status.CUSTOMS: 5 * DAY,
    # own: a courier's round ends the same day; one working day of grace for a late scan
    Status.OUT_FOR_DELIVERY: DAY + 12 * HOUR,
    # own: a second visit is usual on the next working day, two days after it is late
    Status.DELIVERY_ATTEMPTED: 3 * DAY,
    # parcelLab: an exception is a delay that is unresolved on the next working day
    Status.EXCEPTION: 2 * DAY,
}
# Onward: stalled after 5 days international; the other stages do not depend on the distance
_INTERNATIONAL = {**_DOMESTIC, Status.IN_TRANSIT: 5 * DAY, Status.CUSTOMS: 7 * DAY}
# Royal Mail and USPS speak of loss after 7 to 10 working days: posts scan less, so stalled comes later too (own)
_POSTAL = {**_DOMESTIC, Status.IN_TRANSIT: 5 * DAY}
_POSTAL_INTERNATIONAL = {**_INTERNATIONAL, Status.IN_TRANSIT: 8 * DAY, Status.CUSTOMS: 10 * DAY}


class Policy(Struct, frozen=True):
    """The rules' numbers for one carrier's service. Spans in `stalled_*` are working time, in `lost_*` plain time."""

    kind: CarrierKind = CarrierKind.EXPRESS
    home: str | None = None
    """The shop's country: a parcel that stays in it is domestic. Unknown: international, which alarms later."""
    stalled_domestic: Silences = MappingProxyType(_DOMESTIC)
    stalled_international: Silences = MappingProxyType(_INTERNATIONAL)
    # Route: lost after 7 days of silence domestic, 20 international
    lost_domestic: timedelta | None = 7 * DAY
    lost_international: timedelta | None = 20 * DAY
    # tone.md 2: serious from three days on; the first slip of less is slight
    serious_days: int = 3
    # own: who pays at the door sends a late parcel back sooner
    serious_days_unpaid: int = 2
    quiet: str = QUIET_DEFAULT
    first_response: timedelta = FIRST_RESPONSE


_BY_KIND: dict[CarrierKind, Policy] = {
    CarrierKind.EXPRESS: Policy(),
    # USPS pays claims from day 15 on; 17TRACK gives up after 30 days of silence
    CarrierKind.POST: Policy(
        kind=CarrierKind.POST,
        stalled_domestic=MappingProxyType(_POSTAL),
        stalled_international=MappingProxyType(_POSTAL_INTERNATIONAL),
        lost_domestic=15 * DAY,
        lost_international=30 * DAY,
    ),
    # the carrier behind it may be a post: as careful as with one
    CarrierKind.AGGREGATOR: Policy(
        kind=CarrierKind.AGGREGATOR,
        stalled_domestic=MappingProxyType(_POSTAL),
        stalled_international=MappingProxyType(_POSTAL_INTERNATIONAL),
        lost_domestic=15 * DAY,
        lost_international=30 * DAY,
    ),
    # the shop's own courier gives no scans: his silence means nothing, the promised day still counts
    CarrierKind.OWN: Policy(
        kind=CarrierKind.OWN,
        stalled_domestic=MappingProxyType({}),
        stalled_international=MappingProxyType({}),
        lost_domestic=None,
        lost_international=None,
    ),
}


def kind_of(slug: str, service: str | None) -> CarrierKind:
    """By slug; a service called post, mail or economy is as slow as a post."""
    kind = KINDS.get(slug, CarrierKind.EXPRESS)
    words = (service or "").casefold()
    if kind is CarrierKind.EXPRESS and any(word in words for word in _POSTAL_WORDS):
        return CarrierKind.POST
    return kind


_NO_OVERRIDES: Mapping[str, object] = MappingProxyType({})


def policy_for(slug: str, service: str | None, overrides: Mapping[str, object] = _NO_OVERRIDES) -> Policy:
    """The policy of a carrier's service with a shop's overrides, named as Policy's fields.

    Spans are given in hours: `{"home": "DE", "lost_domestic": 240, "stalled_domestic": {"in_transit": 48}}`.
    Raises msgspec.ValidationError where an override is of the wrong type; unknown names are ignored.
    """
    if not overrides:
        return _BY_KIND[kind_of(slug, service)]
    return _overridden(kind_of(slug, service), msgspec.json.encode(overrides, order="sorted"))


class _Overrides(Struct, frozen=True):
    home: str | None = None
    stalled_domestic: dict[Status, float] = {}
    stalled_international: dict[Status, float] = {}
    lost_domestic: float | None = None
    lost_international: float | None = None
    serious_days: int | None = None
    serious_days_unpaid: int | None = None
    quiet: str | None = None
    first_response: float | None = None


@lru_cache(maxsize=4096)
def _overridden(kind: CarrierKind, overrides: bytes) -> Policy:
    base, wish = _BY_KIND[kind], msgspec.json.decode(overrides, type=_Overrides)
    return Policy(
        kind=kind,
        home=wish.home,
        stalled_domestic=_spans(base.stalled_domestic, wish.stalled_domestic),
        stalled_international=_spans(base.stalled_international, wish.stalled_international),
        lost_domestic=_hours(wish.lost_domestic, base.lost_domestic),
        lost_international=_hours(wish.lost_international, base.lost_international),
        serious_days=wish.serious_days or base.serious_days,
        serious_days_unpaid=wish.serious_days_unpaid or base.serious_days_unpaid,
        quiet=wish.quiet or base.quiet,
        first_response=_hours(wish.first_response, base.first_response) or base.first_response,
    )


def _spans(base: Silences, hours: Mapping[Status, float]) -> Silences:
    return MappingProxyType({**base, **{status: HOUR * count for status, count in hours.items()}})


def _hours(count: float | None, base: timedelta | None) -> timedelta | None:
    return base if count is None else HOUR * count
