"""Watches over incidents: silence beyond chance begins one, it grows, the agents are asked again, it ends by itself."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.domain.chance import is_calm
from bot.domain.groups import Group, groups_of
from bot.domain.incident import Incident, State, Symptom, cause, count_of, odd_silence, rung_of
from bot.domain.unheard import Unheard, heard
from bot.domain.usual import RUNGS, counted, reach
from bot.flows import calming, incident_words, opening, releasing, usual
from bot.store import core, customers, held, incidents, silences, unheard
from bot.store.faults import StoreUnavailable
from bot.store.silences import Reaches, Watched

log = structlog.get_logger(__name__)
LOOK_EVERY = timedelta(minutes=10)
ANSWERS = timedelta(days=1)
"""A carrier that nobody has heard of for so long tells nothing about silence."""
STEADY = timedelta(hours=3)
"""For so long no parcel may have joined before slips count as over: an end, and the next beginning, are words each."""
DAY = timedelta(days=1)


async def watch(now: datetime, quiet: str | None) -> None:
    """All that falls due by itself: what begins or ends, who is told, who is asked again."""
    if await incidents.claim_look(now, LOOK_EVERY):
        for one in await silences.watched(now - ANSWERS):
            await _guarded(look, one, now)
        for incident in await incidents.all_open():
            await _guarded(_end_if_calm, incident, now)
    for incident in await incidents.in_state(State.WARNED):
        await calming.tell_all(incident, now, quiet)
    await releasing.let_go(now, quiet)
    for incident in await incidents.due(now):
        await _guarded(_ask_or_end, incident, now)


async def _guarded(deed: Callable[..., Awaitable[None]], about: Watched | Incident, now: datetime) -> None:
    """In a transaction of its own: what goes wrong with one stops no other."""
    try:
        async with core.transaction():
            await deed(about, now)
    except StoreUnavailable:
        raise
    except Exception:
        log.exception("incident_not_seen_to", about=repr(about))


# ---- silence


async def look(one: Watched, now: datetime) -> None:
    """One carrier's parcels: whether too many of a group are silent, or more than those of the open incident."""
    reaches = await _reaches(one, now)
    tallies = await silences.silent(one, reaches)
    if not tallies:
        return
    groups = {group for tally in tallies if max(tally.troubled) for group in groups_of(tally.spot)}
    expected = await usual.expecting(one.merchant_id, one.slug, groups, now)
    known = await _known(one)
    elsewhere = [tally for tally in tallies if known is None or not known.covers(tally.spot)]
    found = cause(elsewhere, odd_silence(expected))
    if found is not None:
        rung = rung_of(count_of(found, elsewhere), expected(found)) or 0
        known = await (_spread(known, rung, now) if known else _begin(one, found, rung, now))
    if known is not None and known.group is not None:
        await _join(known, one, reaches, now)
    if known is not None and found is not None:
        await incident_words.ask(known, now)
    elif known is None:
        await opening.from_troubles(one, None, now)


async def _reaches(one: Watched, now: datetime) -> Reaches:
    """How long ago a parcel must have been scanned to be silent for each rung: rest days and outages do not count."""
    spans = (await unheard.of_accounts([one.account_id] if one.account_id else [])).get(one.account_id or 0, ())
    deaf = [span for span in spans if span.group is None]
    return {clock: _reach(clock, deaf, now) for clock in await silences.clocks(one)}


def _reach(clock: tuple[str, str], deaf: Sequence[Unheard], now: datetime) -> tuple[timedelta, ...]:
    zone, country = clock

    def worked(start: datetime, end: datetime) -> timedelta:
        return counted(start, end, zone, country or None)

    return tuple(reach(rung, now, lambda start, end: heard(start, end, deaf, worked)) for rung in RUNGS)


async def _known(one: Watched) -> Incident | None:
    mine = await incidents.open_of([one.merchant_id])
    return next((incident for incident in mine if incident.group and incident.group.slug == one.slug), None)


async def _begin(one: Watched, group: Group, rung: int, now: datetime) -> Incident | None:
    since = now - RUNGS[rung]
    return await incidents.begin(one.merchant_id, one.account_id, Symptom.SILENT, group, since, now, rung)


async def _spread(known: Incident, rung: int, now: datetime) -> Incident | None:
    return await opening.widen(known, max(rung, known.rung))


async def _join(known: Incident, one: Watched, reaches: Reaches, now: datetime) -> None:
    """Whatever of the group is as silent belongs to it; what would be said of it waits."""
    if await silences.join_silent(known, one, reaches, known.rung, now) and known.state is not State.WARNED:
        await opening.recall(known, await incidents.joined_at(known.id, now), now)


# ---- the end


async def _end_if_calm(incident: Incident, now: datetime) -> None:
    """It is over once its group moves again, or nothing waits any more; from a silent carrier nothing is known."""
    if incident.group is None:
        if not (await held.count(incident.id))["stuck"]:
            await incidents.close(incident.id, now)
        return
    one = _watched(incident, incident.group)
    standing = await silences.standing(one)
    left = (await incidents.figures(incident, ""))["stuck"]
    if standing == "gone":
        await _forget(incident, now)
    elif standing == "heard" and await _is_calm(incident, one, left, now):
        await _end(incident, left, now)


def _watched(incident: Incident, group: Group) -> Watched:
    return Watched(incident.merchant_id, group.slug, incident.account_id)


async def _forget(incident: Incident, now: datetime) -> None:
    """The shop goes by that carrier no more: nobody will hear what becomes of it."""
    await held.drop(incident.id)
    await unheard.end(incident.id, now)
    await incidents.close(incident.id, now)


async def _is_calm(incident: Incident, one: Watched, left: int, now: datetime) -> bool:
    group = incident.group
    assert group is not None  # noqa: S101 - asked of groups only
    if incident.symptom is Symptom.SLIPPED:
        if await incidents.has_grown(incident.id, now - STEADY):
            return False
        share = await opening.slipping(one, group, now)
    else:
        share = (await usual.expecting(one.merchant_id, group.slug, [group], now))(group).silent[incident.rung]
    return is_calm(max(await silences.moving(one, group), left), left, share)


async def _end(incident: Incident, left: int, now: datetime) -> None:
    """The agents hear it; what still holds of its warnings is told as any other, what does not is not."""
    told = await incident_words.figures(incident, now)
    waiting = (await held.count(incident.id))["stuck"]
    await incidents.close(incident.id, now)
    await unheard.end(incident.id, now)
    shop = await customers.merchant(incident.merchant_id)
    facts = told | {"left": left, "moved": told.get("joined", 0) - left, "waiting": waiting}
    facts = {name: fact for name, fact in facts.items() if fact}
    await incident_words.tell(shop, "incident_over", facts, f"incident:{incident.id}:over", now)


async def _ask_or_end(incident: Incident, now: datetime) -> None:
    """Nobody has decided, or the hour named has come: asked again once the carrier is heard. A permission ends."""
    if incident.state is State.WARNED and incident.group is None:
        await incidents.close(incident.id, now)
    elif incident.state in (State.ASKING, State.WAITING):
        group = incident.group
        if group is None or await silences.standing(_watched(incident, group)) == "heard":
            await incident_words.ask(incident, now)
