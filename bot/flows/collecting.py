"""What is told of a parcel that can be collected: where, until when, the way there, the reminder that is owed."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import orjson

from bot.domain.hours import day_there
from bot.domain.pickup import READY, kept_until
from bot.store.models import Promise, Shipment
from bot.store.ms import from_ms
from carriers.kit.model import Status

_MAP = "https://www.google.com/maps/search/?api=1&query="
"""Opens whatever map the phone has; documented as "Maps URLs"."""
LONGEST_PLACE = 200


def pickup(shipment: Shipment) -> dict[str, Any] | None:
    """Where it waits and until when: as the carrier says, else as long as it usually keeps parcels."""
    given: dict[str, Any] = orjson.loads(shipment.pickup) if shipment.pickup else {}
    given["until_on"] = given.pop("until", None) or _usually_until(shipment)
    return {name: fact for name, fact in given.items() if fact} or None


def _usually_until(shipment: Shipment) -> str | None:
    came_ms = shipment.stage_ms or shipment.status_ms
    if shipment.status != Status.AVAILABLE_FOR_PICKUP or came_ms is None:
        return None
    until = kept_until(shipment.slug, day_there(from_ms(came_ms), shipment.zone), shipment.country)
    return until.isoformat() if until is not None else None


def way_to(told: Mapping[str, Any]) -> str:
    """A map's address of the place; empty where no place is known."""
    place = (told.get("pickup") or {}).get("place", "")
    return _MAP + quote(place[:LONGEST_PLACE], safe="") if place else ""


def reminder(promise: Promise) -> dict[str, Any]:
    """The day on which the one reminder is due, if that is what is owed."""
    return {"remind_on": from_ms(promise.due_ms).isoformat()} if promise.kind == READY else {}
