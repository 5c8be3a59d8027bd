"""Out of hours, "it's urgent" reaches whoever runs the shop; where it could reach nobody it is not offered."""

from typing import Any

from bot.domain.outgoing import Outgoing
from bot.flows import owners, person, tickets
from bot.flows.ports import Vault
from bot.flows.to_desk import Opened, tell_desk
from bot.flows.turn import Answer, Answers, Turn
from bot.store import outbox


async def press(turn: Turn, vault: Vault, shipment: str = "") -> Answers:
    """Once a ticket, however often it is pressed; who has none open is asked what it is about."""
    found = await person.open_ticket(turn)
    if found is None:
        return await person.human(turn, vault)
    opened = await tickets.open_ticket(found.customer_id, "words", turn.now)
    if opened.customer.banned_ms is not None:
        return None
    told = await tickets.promised(opened, turn)
    await outbox.put(await _calls(opened, turn, told))
    if opened.merchant.desk_chat_id is not None:
        await tell_desk(opened, "desk_urgent", {}, _cause(opened), turn.now)
    return Answer("urgent_noted", {"at": turn.now.isoformat(), **told}, merchant_id=opened.merchant.id)


async def _calls(opened: Opened, turn: Turn, told: dict[str, Any]) -> list[Outgoing]:
    said = {"name": opened.customer.name, "shop": opened.merchant.name, "at": turn.now.isoformat(), **told}
    known = {name: fact for name, fact in said.items() if fact}
    return await owners.rows_for(opened.merchant.id, "urgent_call", known, _cause(opened), turn.now)


def _cause(opened: Opened) -> str:
    return f"urgent:{opened.ticket.id}"
