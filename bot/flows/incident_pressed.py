"""What the buttons under an incident's question do: whoever presses first decides, whoever comes later is told."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.domain.access import Deed, may, role_of
from bot.domain.incident import REPLIES, Incident, Reply, State, decide
from bot.flows import agents, calming, incident_words, releasing
from bot.flows.agents import Agent, first_word
from bot.flows.turn import Answer, Answers, Buttons, Turn
from bot.store import audit, customers, held, incidents, unheard
from bot.store.models import Merchant

LASTS = incident_words.HOUR
"""So long after [Send] further warnings of the shop leave unasked."""


async def press(turn: Turn, incident_id: str, reply: str, agent: Agent | None, merchant_id: int | None) -> Answers:
    """One press, in the group of `merchant_id` by `agent`, or (None) in private by one of the shop's people."""
    incident = await incidents.lock(int(incident_id)) if _is_id(incident_id) else None
    wanted = next((one for one in Reply if one == reply), None)
    who = _decider(turn, incident, agent, merchant_id) if incident else None
    if incident is None or wanted is None or who is None or wanted not in REPLIES[incident.symptom]:
        return turn.refuse(Answer("incident_not_yours"))
    shop = await customers.merchant(incident.merchant_id)
    state = decide(incident, wanted)
    if state is None:
        return await _too_late(turn, incident, shop)
    return await _decided(turn, incident, wanted, who, shop)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


def _decider(turn: Turn, incident: Incident, agent: Agent | None, merchant_id: int | None) -> str | None:
    """The name of who presses, if he may decide for that shop."""
    if agent is not None:
        mine = merchant_id == incident.merchant_id and may(agent.role, Deed.DECIDE)
        return (agent.name or str(agent.user_id)) if mine else None
    own = next((shop for shop in turn.person.shops if shop.id == incident.merchant_id), None)
    if own is None or not turn.is_private or not may(role_of(own.role), Deed.DECIDE):
        return None
    return first_word(turn.person.name) or str(turn.user_id)


async def _too_late(turn: Turn, incident: Incident, shop: Merchant) -> Answer:
    """It was decided, or is over: what was decided, and by whom."""
    told = await incident_words.figures(incident, turn.now) | {incident.state.value: True}
    if incident.answered_by is not None and incident.answered_at is not None:
        who = await agents.name_of(shop.id, incident.answered_by)
        told |= {"who": who, "decided_at": incident.answered_at.isoformat()}
    return _answer(turn, shop, "incident_decided", told)


async def _decided(turn: Turn, incident: Incident, reply: Reply, who: str, shop: Merchant) -> Answer:
    """Carried out, written down, and said in place of the question with what may still be changed."""
    told = await incident_words.figures(incident, turn.now)
    told |= await _CARRY_OUT[reply](turn, incident, shop) | {"who": who}
    deed, parcels = reply.name.lower(), str(told.get("stuck", 0))
    await audit.write(shop.id, turn.user_id, f"incident.{deed}", f"incident:{incident.id}", turn.now, parcels)
    after = await incidents.lock(incident.id) or incident
    buttons = incident_words.buttons_of(after, REPLIES[after.symptom])
    return _answer(turn, shop, f"incident_said_{deed}", told, buttons)


def _answer(turn: Turn, shop: Merchant, kind: str, told: Mapping[str, Any], buttons: Buttons = ()) -> Answer:
    """In place of the question, so that everybody at the desk sees what became of it."""
    known = {name: fact for name, fact in told.items() if fact}
    reader = {} if turn.is_private else {"locale": shop.locale, "zone": shop.zone, "country": shop.country}
    return Answer(kind, known, buttons, edit=turn.message_id, reader=reader, merchant_id=shop.id)


async def _warn(turn: Turn, incident: Incident, shop: Merchant) -> dict[str, Any]:
    """The first batch at once, the others with the next sweep."""
    await incidents.decided(incident.id, State.WARNED, turn.user_id, turn.now, None)
    await unheard.end(incident.id, turn.now)
    ids = await calming.untold(incident)
    if ids:
        await calming.tell_of(incident, ids, turn.now, turn.quiet)
    return {}


async def _wait(turn: Turn, incident: Incident, shop: Merchant) -> dict[str, Any]:
    """Until the hour on the button; from a button pressed later than that, until the next such hour."""
    named = incident.ask_at
    until = named if named is not None and named > turn.now else incident_words.again_at(shop, turn.now, 1)
    await incidents.decided(incident.id, State.WAITING, turn.user_id, turn.now, until)
    return {"ask_at": until.isoformat()}


async def _theirs(turn: Turn, incident: Incident, shop: Merchant) -> dict[str, Any]:
    """Silence says nothing of these parcels while their carrier's system stands still."""
    await incidents.decided(incident.id, State.THEIRS, turn.user_id, turn.now, None)
    if incident.account_id is not None and incident.group is not None:
        await unheard.begin(incident.account_id, incident.group, incident.since, incident.id)
    return {"aside": await held.set_aside(incident.id, turn.now)}


async def _send(turn: Turn, incident: Incident, shop: Merchant) -> dict[str, Any]:
    await incidents.decided(incident.id, State.WARNED, turn.user_id, turn.now, turn.now + LASTS)
    ids = await held.let_go(releasing.CHUNK, allowed=True)
    if ids:
        await releasing.say_of(ids, turn.now, turn.quiet, allowed=True)
    return {}


async def _drop(turn: Turn, incident: Incident, shop: Merchant) -> dict[str, Any]:
    await incidents.decided(incident.id, State.OVER, turn.user_id, turn.now, None)
    await held.drop(incident.id)
    await incidents.close(incident.id, turn.now)
    return {}


_CARRY_OUT: Mapping[Reply, Callable[[Turn, Incident, Merchant], Awaitable[dict[str, Any]]]] = {
    Reply.WARN: _warn,
    Reply.WAIT: _wait,
    Reply.THEIRS: _theirs,
    Reply.SEND: _send,
    Reply.DROP: _drop,
}
