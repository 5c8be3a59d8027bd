"""The way a parcel has gone so far, as the live message shows it."""

from typing import Any

from bot.flows.moments import moment
from bot.store.models import Parcel, ScanRow, Shipment

LAST_SCANS = 3


async def of(shipment: Shipment) -> dict[str, Any]:
    """Its newest scans, and the boxes that travel under its number."""
    boxes = await Parcel.filter(shipment_id=shipment.id).order_by("number")
    found: dict[str, Any] = {
        "scans": await _last_scans(shipment),
        "boxes": [{"number": box.number, "status": box.status} for box in boxes],
    }
    return {name: fact for name, fact in found.items() if fact}


async def _last_scans(shipment: Shipment) -> list[dict[str, Any]]:
    """The newest movements; of several at one place with one meaning only the newest. A label is no movement."""
    moves = ScanRow.filter(shipment_id=shipment.id, status__not_isnull=True).exclude(status="pre_transit")
    rows = await moves.order_by("-at_ms", "-id").limit(20)
    told: dict[tuple[str, str | None], dict[str, Any]] = {}
    for row in rows:
        told.setdefault((row.place, row.status), {"at": moment(row.at_ms), "place": row.place, "status": row.status})
    return list(told.values())[:LAST_SCANS]
