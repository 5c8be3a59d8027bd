"""The rarer messages: their buttons, while which status they are true, and the facts that only they ask for."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.domain.hours import day_there, moment
from bot.domain.outgoing import Leaving
from bot.flows import staffed
from bot.store.models import FindingRow, Merchant, Shipment

Rows = tuple[tuple[tuple[str, str], ...], ...]
MAP = "map"
"""Instead of a verb: an address to show the way to."""

BUTTONS: Mapping[str, Rows] = {
    "ready": ((("show_way", MAP), ("more_time", "r")), (("other_collects", "o"),)),
    "pickup_ending": ((("show_way", MAP), ("more_time", "r")), (("other_collects", "o"),)),
    "pickup_over": ((("more_time", "r"), ("human", "h")),),
    "customs_action": ((("how_to_pay", "y"), ("paid", "e")), (("human", "h"),)),
    "customs_papers": ((("what_they_need", "q"), ("sent_it", "e")), (("human", "h"),)),
    "customs_done": ((("where", "w"), ("human", "h")),),
    "damaged": ((("need_date", "s"), ("talk_to", "h")),),
    "unpaid": ((("nobody_came", "n"), ("other_day", "d")), (("human", "h"),)),
    "out_for_delivery": ((("not_today", "d"), ("courier_note", "c")),),
    "earlier": ((("tomorrow_fine", "v"), ("rather_day", "l")),),
    "not_earlier": ((("where", "w"), ("sooner", "s")), (("human", "h"),)),
    "turned_up": ((("where", "w"), ("human", "h")),),
}
STILL_TRUE: Mapping[str, frozenset[str]] = {
    "pickup_ending": frozenset({"available_for_pickup"}),
    "pickup_over": frozenset({"available_for_pickup"}),
    "customs_action": frozenset({"customs"}),
    "customs_papers": frozenset({"customs"}),
    "customs_done": frozenset({"in_transit"}),
    "damaged": frozenset({"exception"}),
    "unpaid": frozenset({"exception", "delivery_attempted"}),
    "earlier": frozenset({"in_transit"}),
    "not_earlier": frozenset({"in_transit", "customs", "exception"}),
}
WARNINGS = frozenset({"pickup_over", "customs_action", "customs_papers", "damaged", "unpaid"})

EVENING = 20 * 60
"""The minute of the day by which another day can be asked for, if somebody is there that long."""
LEAST = timedelta(hours=1)
"""So long a customer has to answer, or no hour is named."""


async def _answer_by(row: Leaving, merchant: Merchant, now: datetime) -> dict[str, Any]:
    """Until when today somebody can still ask the carrier for the promised day."""
    shipment = await Shipment.get(id=row.payload["shipments"][0])
    there = staffed.team_hours(merchant, now).get("until_at")
    if there is None:
        return {}
    evening = moment(day_there(now, shipment.zone), EVENING, shipment.zone)
    by = min(evening, datetime.fromisoformat(there))
    return {"answer_by": by.isoformat()} if by - now >= LEAST else {}


async def _replacement(row: Leaving, merchant: Merchant, now: datetime) -> dict[str, Any]:
    """Whether a second parcel of the order was sent since the first was found lost, and is not back or called off."""
    lost = await FindingRow.get_or_none(id=row.payload.get("finding") or 0)
    first = await Shipment.get(id=row.payload["shipments"][0])
    if lost is None:
        return {}
    later = Shipment.filter(order_id=first.order_id, created_ms__gte=lost.raised_ms).exclude(id=first.id)
    return {"replacement": True} if await later.exclude(status__in=("cancelled", "returned")).exists() else {}


FACTS: Mapping[str, Callable[[Leaving, Merchant, datetime], Awaitable[dict[str, Any]]]] = {
    "earlier": _answer_by,
    "turned_up": _replacement,
}
"""Kind of message to what it asks for beside the records of its parcel."""
