"""What the agents of a shop are asked and told about an incident: in their group, without one its owners."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.domain.feasts import feasts_around
from bot.domain.groups import Group, Scope
from bot.domain.hours import day_there
from bot.domain.incident import REPLIES, Incident, Reply, Symptom, ask_again_at, decide
from bot.domain.outgoing import Act, Outgoing, Priority
from bot.domain.usual import Expected
from bot.flows import owners, usual
from bot.flows.opening_hours import hours_of
from bot.flows.turn import Answer, Buttons, lane, payload
from bot.store import customers, held, incidents, outbox
from bot.store.models import Merchant
from bot.store.ms import from_ms

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
VERB = "ic"
"""Of the buttons: `ic:<incident>:<reply>`."""
LABELS: Mapping[Reply, str] = {
    Reply.WARN: "incident_warn",
    Reply.WAIT: "incident_wait",
    Reply.THEIRS: "incident_theirs",
    Reply.SEND: "incident_send",
    Reply.DROP: "incident_drop",
}
OWNERS_TOO = 2
"""From the second asking on the owners hear of it as well: nobody has decided."""


async def ask(incident: Incident, now: datetime) -> None:
    """The question with its figures; said again when it has not been decided by the hour it names."""
    shop = await customers.merchant(incident.merchant_id)
    ask_at = again_at(shop, now, incident.asked + 1)
    told = await figures(incident, now) | {"ask_at": ask_at.isoformat(), "again": incident.asked > 0}
    cause = f"incident:{incident.id}:ask:{incident.asked + 1}"
    owners_too = incident.asked + 1 >= OWNERS_TOO
    buttons = buttons_of(incident, REPLIES[incident.symptom])
    await tell(shop, f"incident_{incident.symptom}", told, cause, now, buttons, owners_too=owners_too)
    await incidents.asked(incident.id, ask_at)


def again_at(shop: Merchant, now: datetime, asked: int) -> datetime:
    """When the agents are asked again, if nobody decides."""
    return ask_again_at(now, asked, shop.zone, hours_of(shop), feasts_around(shop.country, now.year))


def buttons_of(incident: Incident, replies: tuple[Reply, ...]) -> Buttons:
    """Those of the answers that still change something."""
    rows = tuple((LABELS[reply], f"{VERB}:{incident.id}:{reply}") for reply in replies if decide(incident, reply))
    return (rows,) if rows else ()


async def tell(
    shop: Merchant,
    kind: str,
    told: Mapping[str, Any],
    cause: str,
    now: datetime,
    buttons: Buttons = (),
    *,
    owners_too: bool = False,
) -> None:
    """One message into the agents' group; where there is none (or `owners_too`) to each owner."""
    rows = [] if shop.desk_chat_id is None else [_to_group(shop, shop.desk_chat_id, kind, told, cause, now, buttons)]
    if owners_too or not rows:
        rows += await owners.rows_for(shop.id, kind, told, cause, now, buttons)
    await outbox.put(rows)


def _to_group(
    shop: Merchant, chat_id: int, kind: str, told: Mapping[str, Any], cause: str, now: datetime, buttons: Buttons
) -> Outgoing:
    traits = {"locale": shop.locale, "zone": shop.zone, "country": shop.country}
    return Outgoing(
        act=Act.ANSWER,
        cause=f"{cause}:{chat_id}",
        payload=payload(Answer(kind, told, buttons), traits, now=now),
        priority=Priority.ANSWER,
        lane=lane(chat_id),
        due_at=now,
        chat_id=chat_id,
        merchant_id=shop.id,
    )


# ---- the facts


async def figures(incident: Incident, now: datetime) -> dict[str, Any]:
    """What is known of it now; a count of nothing is left out."""
    if incident.group is None:
        return {name: count for name, count in (await held.count(incident.id)).items() if count}
    shop = await customers.merchant(incident.merchant_id)
    tomorrow = day_there(now, shop.zone) + DAY
    counted = await incidents.figures(incident, tomorrow.isoformat())
    found = where(incident.group) | {
        "stuck": counted["stuck"],
        "joined": counted["joined"],
        "promised": counted["promised"],
        "told": counted["told"],
        "customers": await incidents.customers(incident),
        "since": incident.since.isoformat(),
    }
    if incident.symptom is Symptom.SILENT:
        found |= await _silence(incident, counted["scan_ms"], now)
    return {name: fact for name, fact in found.items() if fact}


async def _silence(incident: Incident, scan_ms: int, now: datetime) -> dict[str, Any]:
    """For how many hours its parcels are silent in the mean, and how many are usual."""
    assert incident.group is not None  # noqa: S101 - silence is a group's
    expected = await usual.expecting(incident.merchant_id, incident.group.slug, [incident.group], now)
    known: Expected = expected(incident.group)
    hours = {"hours": round((now - from_ms(scan_ms)) / HOUR)} if scan_ms else {}
    return hours | ({"usual": max(round(known.gap / HOUR), 1)} if known.gap is not None else {})


def where(group: Group) -> dict[str, Any]:
    """The group in words: the carrier, and the hub or the two ends of the lane."""
    found: dict[str, Any] = {"carrier": group.slug, "scope": group.scope.value}
    if group.scope is Scope.HUB:
        return found | {"hub": group.start}
    if group.scope is Scope.CARRIER:
        return found
    return found | {"start": group.start, "end": group.end}
