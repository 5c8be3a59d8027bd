"""The way a parcel has gone so far, and how such ways end at this shop."""

from typing import Any

from bot.flows.moments import moment
from bot.store import packing
from bot.store.models import FindingRow, Parcel, ScanRow, Shipment

LAST_SCANS = 3
TURN_UP_LEAST = 30
"""So many stalled parcels of the shop must have ended before we say that most of them turn up."""
RESTED_HOURS = 24
"""A pause between two scans from which "on its way again" is news."""


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
    rows = await moves.order_by("-at_ms", "-id").limit(20) or await _packed(shipment)
    told: dict[tuple[str, str | None], dict[str, Any]] = {}
    for row in rows:
        told.setdefault((row.place, row.status), {"at": moment(row.at_ms), "place": row.place, "status": row.status})
    return list(told.values())[:LAST_SCANS]


async def _packed(shipment: Shipment) -> list[ScanRow]:
    return [row for row in await packing.past(shipment.id) if row.status != "pre_transit"]


async def moves_again(shipment: Shipment) -> bool:
    """True where the newest movement came after a long pause: the scan that lets us say so."""
    if shipment.status not in {"in_transit", "customs", "out_for_delivery"}:
        return False
    scans = (
        await ScanRow.filter(shipment_id=shipment.id, status__not_isnull=True, at_ms__not_isnull=True)
        .order_by("-at_ms")
        .limit(2)
    )
    at = [scan.at_ms or 0 for scan in scans]
    return len(at) == 2 and at[0] - at[1] >= RESTED_HOURS * 3_600_000


async def often_turn_up(merchant_id: int) -> bool:
    """True where at least half of the shop's own stalled parcels moved again, of at least thirty that ended."""
    ended = FindingRow.filter(merchant_id=merchant_id, kind="stalled", closed_ms__not_isnull=True)
    total = await ended.count()
    return total >= TURN_UP_LEAST and 2 * await ended.filter(outcome="resolved").count() >= total
