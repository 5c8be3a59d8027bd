"""Thresholds as data, each with its source; a shop overrides what it likes."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot.domain import loss
from bot.domain.carriage import CarrierKind, kind_of
from bot.domain.hours import FIRST_RESPONSE, QUIET_DEFAULT
from bot.domain.loss import Experience, Silences
from bot.domain.odds import PRESETS, Odds, Preset
from bot.domain.unheard import Unheard
from carriers.kit.model import Status

__all__ = ["CarrierKind", "Policy", "Silences", "kind_of", "policy_for"]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

_DOMESTIC: dict[Status, timedelta] = {
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
    """The rules' numbers for one carrier's service. Spans in `stalled_*` are working time, in `lost_*` plain time.

    What comes before the first scan counts in working time of the shop: `zone`, `home`, `holidays`, and the days that
    are `opened` whatever they are.
    `unheard`: when the carrier told us nothing, so that no silence counts.
    """

    kind: CarrierKind = CarrierKind.EXPRESS
    home: str | None = None
    """The shop's country: a parcel that stays in it is domestic. Unknown: international, which alarms later."""
    zone: str = "UTC"
    holidays: frozenset[date] = frozenset()
    opened: frozenset[date] = frozenset()
    # Wonderment: a fulfilment delay from 72 to 96 hours on; under 24 it refuses to call anything one
    unannounced: timedelta = 3 * DAY
    handover_grace: timedelta = DAY
    # Onward: a label not scanned for 4 business days
    unscanned: timedelta = 4 * DAY
    stalled_domestic: Silences = MappingProxyType(_DOMESTIC)
    stalled_international: Silences = MappingProxyType(_INTERNATIONAL)
    lost_domestic: Silences = loss.limits("", CarrierKind.EXPRESS).domestic
    lost_international: Silences = loss.limits("", CarrierKind.EXPRESS).international
    # tone.md 2: serious from three days on; the first slip of less is slight
    serious_days: int = 3
    # own: who pays at the door sends a late parcel back sooner
    serious_days_unpaid: int = 2
    quiet: str = QUIET_DEFAULT
    first_response: timedelta = FIRST_RESPONSE
    odds: Odds = PRESETS[Preset.BALANCED]
    unheard: tuple[Unheard, ...] = ()


def _slow(kind: CarrierKind) -> Policy:
    return Policy(
        kind=kind,
        stalled_domestic=MappingProxyType(_POSTAL),
        stalled_international=MappingProxyType(_POSTAL_INTERNATIONAL),
    )


_BY_KIND: dict[CarrierKind, Policy] = {
    CarrierKind.EXPRESS: Policy(),
    CarrierKind.POST: _slow(CarrierKind.POST),
    # the carrier behind it may be a post: as careful as with one
    CarrierKind.AGGREGATOR: _slow(CarrierKind.AGGREGATOR),
    # the shop's own courier gives no scans: his silence means nothing, the promised day still counts
    CarrierKind.OWN: Policy(
        kind=CarrierKind.OWN,
        stalled_domestic=MappingProxyType({}),
        stalled_international=MappingProxyType({}),
    ),
}


CARRIERS = "carriers"
"""Where in a shop's overrides those of single carriers lie, by slug."""
_NO_OVERRIDES: Mapping[str, object] = MappingProxyType({})


def policy_for(
    slug: str,
    service: str | None,
    overrides: Mapping[str, object] = _NO_OVERRIDES,
    experience: Experience | None = None,
) -> Policy:
    """The policy of a carrier's service with a shop's overrides, named as Policy's fields.

    Spans are given in hours: `{"home": "DE", "lost_domestic": 240, "stalled_domestic": {"in_transit": 48}}`;
    odds by preset and single thresholds: `{"odds": {"preset": "early", "fairly_sure": 0.8, "near": 96}}`;
    those of one carrier stand before them: `{"carriers": {"usps": {"lost_domestic": 360}}}`.
    What the shop says itself comes before its `experience`, and that before the tables.
    Raises msgspec.ValidationError where an override is of the wrong type; unknown names are ignored.
    """
    base, overrides = _base(slug, kind_of(slug, service)), of_carrier(overrides, slug)
    if experience is not None:
        domestic, international = loss.limits(slug, base.kind, experience)
        base = replace(base, lost_domestic=domestic, lost_international=international)
        return _with(base, msgspec.json.encode(overrides))
    return _overridden(base.kind, slug, msgspec.json.encode(overrides, order="sorted")) if overrides else base


def of_carrier(overrides: Mapping[str, object], slug: str) -> Mapping[str, object]:
    """A shop's overrides with those of the carrier in their place."""
    carriers = overrides.get(CARRIERS)
    if carriers is None:
        return overrides
    shop = {name: value for name, value in overrides.items() if name != CARRIERS}
    own = carriers.get(slug) if isinstance(carriers, Mapping) else None
    return _over(shop, own) if isinstance(own, Mapping) else shop


def _over(base: Mapping[str, object], own: Mapping[str, object]) -> dict[str, object]:
    merged = dict(base)
    for name, value in own.items():
        before = merged.get(name)
        is_deep = isinstance(before, Mapping) and isinstance(value, Mapping)
        merged[name] = _over(before, value) if is_deep else value  # type: ignore[arg-type]
    return merged


@lru_cache(maxsize=1024)
def _base(slug: str, kind: CarrierKind) -> Policy:
    domestic, international = loss.limits(slug, kind)
    return replace(_BY_KIND[kind], lost_domestic=domestic, lost_international=international)


_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class _Odds(Struct, frozen=True):
    preset: Preset = Preset.BALANCED
    very_sure: _Share | None = None
    fairly_sure: _Share | None = None
    near: Annotated[float, msgspec.Meta(ge=0)] | None = None
    last_day: _Share | None = None


class _Overrides(Struct, frozen=True):
    home: str | None = None
    unannounced: float | None = None
    unscanned: float | None = None
    stalled_domestic: dict[Status, float] = {}
    stalled_international: dict[Status, float] = {}
    lost_domestic: float | None = None
    lost_international: float | None = None
    serious_days: int | None = None
    serious_days_unpaid: int | None = None
    quiet: str | None = None
    first_response: float | None = None
    odds: _Odds = _Odds()


@lru_cache(maxsize=4096)
def _overridden(kind: CarrierKind, slug: str, overrides: bytes) -> Policy:
    return _with(_base(slug, kind), overrides)


def _with(base: Policy, overrides: bytes) -> Policy:
    wish = msgspec.json.decode(overrides, type=_Overrides)
    return Policy(
        kind=base.kind,
        home=wish.home,
        unannounced=_hours(wish.unannounced, base.unannounced) or base.unannounced,
        unscanned=_hours(wish.unscanned, base.unscanned) or base.unscanned,
        stalled_domestic=_spans(base.stalled_domestic, wish.stalled_domestic),
        stalled_international=_spans(base.stalled_international, wish.stalled_international),
        lost_domestic=loss.shifted(base.lost_domestic, _hours(wish.lost_domestic, None)),
        lost_international=loss.shifted(base.lost_international, _hours(wish.lost_international, None)),
        serious_days=wish.serious_days or base.serious_days,
        serious_days_unpaid=wish.serious_days_unpaid or base.serious_days_unpaid,
        quiet=wish.quiet or base.quiet,
        first_response=_hours(wish.first_response, base.first_response) or base.first_response,
        odds=_odds(wish.odds),
    )


def _odds(wish: _Odds) -> Odds:
    base = PRESETS[wish.preset]
    return Odds(
        very_sure=base.very_sure if wish.very_sure is None else wish.very_sure,
        fairly_sure=base.fairly_sure if wish.fairly_sure is None else wish.fairly_sure,
        near=_hours(wish.near, base.near) or base.near,
        last_day=base.last_day if wish.last_day is None else wish.last_day,
        recovered=base.recovered,
    )


def _spans(base: Silences, hours: Mapping[Status, float]) -> Silences:
    return MappingProxyType({**base, **{status: HOUR * count for status, count in hours.items()}})


def _hours(count: float | None, base: timedelta | None) -> timedelta | None:
    return base if count is None else HOUR * count
