"""Carries out "warn all": one calm word to each customer of an incident, in batches, later joiners included."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from msgspec.structs import replace

from bot.domain import held_up, notice
from bot.domain.groups import Scope
from bot.domain.incident import Incident
from bot.domain.outgoing import Outgoing
from bot.domain.places import town
from bot.domain.telling import Case, Notice
from bot.flows.batches import in_halves
from bot.flows.judging import Rules, policy_of
from bot.flows.opening_hours import observed
from bot.flows.telling import notice_row, remember
from bot.store import held, incidents, ingest, outbox, shipments

CHUNK = 250
ROUNDS = 3
"""So often the parcels of a batch grow by what their followers follow besides."""


async def tell_all(incident: Incident, now: datetime, quiet: str | None) -> None:
    """Whoever of an incident's customers was not told yet."""
    tell = partial(tell_of, incident, now=now, quiet=quiet)
    give_up = partial(incidents.told, incident.id, now=now)
    while incident.group is not None and (ids := await untold(incident)):
        await in_halves(ids, tell, give_up)


async def untold(incident: Incident, most: int = CHUNK) -> list[int]:
    """Some parcels of which nobody was told, and what else of the incident their followers follow."""
    ids = await incidents.untold(incident, most)
    for _ in range(ROUNDS if ids else 0):
        wider = await incidents.untold_beside(incident, ids)
        if len(wider) == len(ids):
            break
        ids = wider
    return ids


async def tell_of(incident: Incident, ids: Sequence[int], now: datetime, quiet: str | None) -> None:
    """The calm word about these parcels, in the caller's transaction."""
    await _tell(incident, ids, now, quiet)
    await incidents.told(incident.id, ids, now)


async def _tell(incident: Incident, ids: Sequence[int], now: datetime, quiet: str | None) -> None:
    known = {one.id: one for one in await shipments.load(ids, ended=True)}
    shops = await ingest.shops([incident.merchant_id])
    view, rules = observed(shops[incident.merchant_id], now), Rules(quiet=quiet)
    waiting = await held.waiting(incident.id, ids)
    words: list[Notice] = []
    for shipment_id, followers in sorted((await ingest.followers(list(known))).items()):
        one = known[shipment_id]
        case = Case(None, (), (), one, policy_of(one, view, rules, now), now, view.shop)
        about = next(iter(waiting.get(shipment_id, ())), None)
        words += [replace(word, finding_id=about) for word in held_up.calm_words(case, followers, incident.id)]
    merged = notice.merge(words)
    await remember(merged, dict.fromkeys(known, incident.merchant_id), now)
    await outbox.put([_row(incident, one, now) for one in merged])


def _row(incident: Incident, one: Notice, now: datetime) -> Outgoing:
    row = notice_row(one, {}, incident.merchant_id, now)
    said = row.payload | {"incident": incident.id, "facts": _place(incident)}
    return replace(row, payload=said)


def _place(incident: Incident) -> dict[str, Any]:
    """Where it is, as far as it is one place or one lane between towns."""
    group = incident.group
    if group is None or group.scope not in (Scope.HUB, Scope.LANE):
        return {}
    if group.scope is Scope.HUB:
        return {"hub": town(group.start)}
    return {"start": group.start, "end": group.end}
