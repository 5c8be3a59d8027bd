"""Why a parcel is held up, where a person has confirmed that it is so with many."""

from typing import Any

from bot.domain.groups import Scope
from bot.domain.hours import day_there
from bot.domain.zones import weekend_of
from bot.store import incidents
from bot.store.models import Shipment


async def cause_of(shipment: Shipment) -> dict[str, Any]:
    """The facts of a backlog. Parcels pile up at a hub; of a lane or a carrier no place is named."""
    incident = await incidents.confirmed(shipment.id)
    if incident is None or incident.group is None:
        return {}
    if incident.group.scope is not Scope.HUB:
        return {"cause": "backlog"}
    since = day_there(incident.since, shipment.zone)
    return {
        "cause": "backlog",
        "cause_place": incident.group.start,
        "cause_hub": True,
        "cause_since": since.isoformat(),
        "cause_weekend": since.weekday() in weekend_of(shipment.country),
    }
