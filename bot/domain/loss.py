"""After how long a silence a parcel is probably lost: by carrier, service and stage, as data with its sources."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import NamedTuple

from msgspec import Struct

from bot.domain.carriage import CarrierKind
from carriers.kit.model import Status

DAY = timedelta(days=1)
Silences = Mapping[Status, timedelta]


class Reach(NamedTuple):
    """Days, inside a country and across borders."""

    domestic: int
    international: int


class Line(Struct, frozen=True):
    """Days of silence, in plain time since the last scan, after which a parcel is probably lost.

    `floor`: no experience of a shop's own moves it below. `source`: who calls it lost then, or "own".
    """

    limit: Reach
    floor: Reach
    source: str


_K, _S = CarrierKind, Status

LINES: Mapping[tuple[str, Status], Line] = MappingProxyType(
    {
        (_K.EXPRESS, _S.IN_TRANSIT): Line(Reach(7, 20), Reach(6, 10), "Route: 7 days domestic, 20 international"),
        (_K.EXPRESS, _S.EXCEPTION): Line(Reach(7, 20), Reach(6, 10), "Route: 7 days domestic, 20 international"),
        # nobody publishes one: customs may hold a parcel for weeks and say nothing
        (_K.EXPRESS, _S.CUSTOMS): Line(Reach(20, 30), Reach(10, 14), "own"),
        # it is in its country by then: borders no longer matter
        (_K.EXPRESS, _S.OUT_FOR_DELIVERY): Line(Reach(7, 7), Reach(4, 4), "Route: 7 days domestic"),
        # a missed parcel waits at the depot for about a week before it goes back
        (_K.EXPRESS, _S.DELIVERY_ATTEMPTED): Line(Reach(10, 10), Reach(7, 7), "own"),
        (_K.EXPRESS, _S.RETURNING): Line(Reach(30, 30), Reach(20, 20), "TrackingMore: expired after 30 days, express"),
        (_K.POST, _S.IN_TRANSIT): Line(Reach(15, 30), Reach(10, 16), "USPS: claims from day 15; 17TRACK: 30 days"),
        (_K.POST, _S.EXCEPTION): Line(Reach(15, 30), Reach(10, 16), "USPS: claims from day 15; 17TRACK: 30 days"),
        (_K.POST, _S.CUSTOMS): Line(Reach(30, 45), Reach(16, 20), "own"),
        (_K.POST, _S.OUT_FOR_DELIVERY): Line(Reach(10, 10), Reach(7, 7), "own"),
        # posts keep a missed letter or parcel for two to three weeks
        (_K.POST, _S.DELIVERY_ATTEMPTED): Line(Reach(21, 21), Reach(14, 14), "own"),
        (_K.POST, _S.RETURNING): Line(Reach(60, 60), Reach(30, 30), "TrackingMore: expired after 60 days, post"),
        # ten working days are two weeks
        ("royalmail", _S.IN_TRANSIT): Line(Reach(14, 30), Reach(10, 16), "Royal Mail: 10 working days after due"),
    }
)
"""By a carrier's slug, else by the kind of carriage. No line: it is never lost at that stage.

Before the first scan nobody has it, at a pick-up point it waits for its customer, and the shop's own courier gives
no scans at all: none of these is a silence of the carrier's.
"""

_AS_CAREFUL_AS = {CarrierKind.AGGREGATOR: CarrierKind.POST}
"""The carrier behind an aggregator may be a post."""
LEAST_SEEN = 30
"""Silences that ended well, from which on their tail is worth more than a line of the table."""
CEILING = 45 * DAY
"""No experience moves a limit beyond: most carriers take no claim after two months."""


class Tail(Struct, frozen=True):
    """Silences of a shop's own parcels that came back at a stage: of `n`, all but a few in a thousand within `span`."""

    span: timedelta
    n: int


class Experience(Struct, frozen=True):
    """What finished parcels teach of silences: a tail a stage, inside the country and across borders."""

    domestic: Mapping[Status, Tail] = {}
    international: Mapping[Status, Tail] = {}


class Limits(NamedTuple):
    """The silence at each stage after which a parcel is probably lost."""

    domestic: Silences
    international: Silences


def limits(slug: str, kind: CarrierKind, experience: Experience | None = None) -> Limits:
    """The table's lines for a carrier's kind of service, moved by what the shop's own parcels have taught."""
    lines = {stage: line for stage in Status if (line := line_of(slug, kind, stage)) is not None}
    seen = experience or Experience()
    return Limits(
        MappingProxyType({stage: _domestic(line, seen.domestic.get(stage)) for stage, line in lines.items()}),
        MappingProxyType({stage: _international(line, seen.international.get(stage)) for stage, line in lines.items()}),
    )


def line_of(slug: str, kind: CarrierKind, stage: Status) -> Line | None:
    """The carrier's own line, where its usual service is meant, else that of its kind."""
    own = LINES.get((slug, stage))
    return own if own is not None else LINES.get((_AS_CAREFUL_AS.get(kind, kind), stage))


def _domestic(line: Line, tail: Tail | None) -> timedelta:
    return moved(line.limit.domestic * DAY, line.floor.domestic * DAY, tail)


def _international(line: Line, tail: Tail | None) -> timedelta:
    return moved(line.limit.international * DAY, line.floor.international * DAY, tail)


def moved(limit: timedelta, floor: timedelta, tail: Tail | None) -> timedelta:
    """The limit that a shop's own tail gives, in whole days; the table's where too few silences were seen."""
    if tail is None or tail.n < LEAST_SEEN:
        return limit
    span = -(-tail.span // DAY) * DAY
    return min(max(span, floor), max(CEILING, limit))


def shifted(base: Silences, own: timedelta | None) -> Silences:
    """A shop's own limit for a parcel on the move; the other stages keep their distance to it, a day is the least."""
    usual = base.get(Status.IN_TRANSIT)
    if own is None or usual is None:
        return base
    return MappingProxyType({stage: max(span + own - usual, DAY) for stage, span in base.items()})
