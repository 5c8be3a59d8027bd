"""The end of a parcel, held against what was told of it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.domain.hours import day_there
from bot.domain.journey import deadline_of
from bot.domain.shipment import Shipment
from bot.domain.tracking import Change
from bot.store import told
from bot.store.told import Arrival
from carriers.kit.model import Status

ENDS = frozenset({Status.DELIVERED, Status.RETURNED, Status.LOST})
"""It has come, or it never does. What the shop cancels is neither."""


async def settle(changes: Iterable[Change], now: datetime) -> None:
    """Write down what came of parcels that have ended just now, or have not ended after all."""
    await told.settle(_arrivals(changes, now))


def _arrivals(changes: Iterable[Change], now: datetime) -> Iterator[Arrival]:
    for change in changes:
        if change.status_changed and {change.before.status, change.shipment.status} & ENDS:
            yield arrival(change.shipment, now)


def arrival(shipment: Shipment, now: datetime) -> Arrival:
    """How a shipment ended, if it has."""
    if shipment.status not in ENDS:
        return Arrival(shipment.id, ended=False)
    due_at, promised = deadline_of(shipment), shipment.promised_on
    if shipment.status is not Status.DELIVERED:
        return Arrival(shipment.id, ended=True, late=None if promised is None else True, due_at=due_at)
    came_on = day_there(shipment.delivered_at or shipment.status_at or now, shipment.zone)
    late = None if promised is None else came_on > promised
    return Arrival(shipment.id, ended=True, came_on=came_on, late=late, due_at=due_at)
