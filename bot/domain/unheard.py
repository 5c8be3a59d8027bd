"""Time in which a carrier told us nothing: no silence of a parcel is read into it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from bot.domain.groups import Group, spot_of
from bot.domain.shipment import Shipment

Measure = Callable[[datetime, datetime], timedelta]
"""How much a stretch of time counts."""


class Unheard(Struct, frozen=True):
    """The account was not answered, or a person said that the carrier's system stood still. `until` None: it does yet.

    `group`: of these parcels only.
    """

    since: datetime
    until: datetime | None = None
    group: Group | None = None


def heard(since: datetime, now: datetime, spans: Sequence[Unheard], measure: Measure) -> timedelta:
    """As much of the time from `since` to `now` as a scan would have reached us in."""
    whole = measure(since, now)
    if not spans:
        return whole
    deaf = _joined((max(span.since, since), min(span.until or now, now)) for span in spans)
    return whole - sum((measure(start, end) for start, end in deaf), timedelta())


def about(shipment: Shipment, spans: Sequence[Unheard]) -> Sequence[Unheard]:
    """The spans that concern a shipment."""
    return [span for span in spans if span.group is None or span.group.covers(spot_of(shipment))] if spans else ()


def _joined(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """The same time without overlaps."""
    joined: list[tuple[datetime, datetime]] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
