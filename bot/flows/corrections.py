"""What somebody corrects takes the place of his old words on the other side, be they there or still on their way."""

from collections.abc import Mapping
from typing import Any

from bot.domain.outgoing import Act, Outgoing
from bot.flows import albums, cards, flooding, relay, spoken
from bot.flows.agents import Agent, Place
from bot.flows.cards import desk_row
from bot.flows.media_calls import REPLACEABLE
from bot.flows.spoken import Content
from bot.flows.trainee_marks import NOT_SENT
from bot.flows.turn import Answers, Turn
from bot.store import counterparts, customers, outbox, ticket_messages
from bot.store.models import TicketMessage
from bot.store.ticket_messages import DELETED, IN, OUT
from bot.store.tickets import Words, kept_words

MOVES_ON = frozenset({"location", "poll", "dice", "checklist"})
"""What changes by itself (a live location, votes): it stays on the other side as it was when it was said."""


async def agent_edits(turn: Turn, where: Place, agent: Agent, said: Words) -> Answers:
    """His corrected words take the place of the old ones at the customer's; where none are there he sees it."""
    if said.media in MOVES_ON:
        return None
    kept = await _kept(turn, said)
    if kept is None or kept.direction != OUT or kept.customer_id != where.customer.id or where.is_forgotten:
        await outbox.put([cards.reaction(where.customer, turn, said.message_id, NOT_SENT)])
        return None
    await ticket_messages.reword(kept.id, said)
    introduced = said.media is not None or await ticket_messages.is_introduced(kept)
    header = None if introduced else await relay.header_of(where, agent)
    wanted = [one for one in spoken.contents(turn.chat_id, said, header) if not one.names]
    cause = relay.cause_of(kept)
    await outbox.put(await _rows_of(turn, where, kept, said, wanted, cause))
    return None


async def pin(kept: TicketMessage) -> None:
    """Media that have not left yet leave with the caption that was kept: at their source another stands by now."""
    if kept.album is None:
        for content in spoken.as_kept(kept.source_chat_id, kept_words(kept)):
            if content.act is Act.COPY:
                await ticket_messages.reworded(relay.cause_of(kept), content.act.value, content.payload)


async def _kept(turn: Turn, said: Words) -> TicketMessage | None:
    """The words that were corrected; None where they went nowhere or changed by themselves."""
    if said.media in MOVES_ON:
        return None
    kept = await ticket_messages.by_source(turn.chat_id, said.message_id)
    return None if kept is None or kept.fate == DELETED else kept


async def _rows_of(
    turn: Turn, where: Place, kept: TicketMessage, said: Words, wanted: list[Content], cause: str
) -> list[Outgoing]:
    """Each part where it stands or waits; parts that are too many go, those that are new are said."""
    stand = await counterparts.parts_of(kept.id)
    rows = []
    for number, content in enumerate(wanted):
        name = relay.part_cause(cause, number)
        if await _waits(name, kept, content, number):
            continue
        known = number in stand or number == 0
        change = _change(kept, said, content) if known else {"message": kept.id}
        extra = {"part": number} if number else {}
        again, collapse = f"edit:{name}:u{turn.update_id}", f"edit:{name}" if known else None
        rows.append(relay.row(turn, where, content.act, again, content.payload | change | extra, collapse))
    return rows + await _surplus(turn, where, kept, len(wanted), stand)


async def _surplus(
    turn: Turn, where: Place, kept: TicketMessage, wanted: int, stand: Mapping[int, tuple[int, int]]
) -> list[Outgoing]:
    """Parts of the old words that the new ones do not need: taken back, or never sent."""
    cause = relay.cause_of(kept)
    await ticket_messages.recall_causes([relay.part_cause(cause, n) for n in range(wanted, relay.MOST_PARTS)], turn.now)
    beyond = {number: at[1] for number, at in stand.items() if number >= wanted}
    if beyond:
        await counterparts.forget_parts(kept.id, wanted - 1)
    name = f"cut:{cause}:u{turn.update_id}"
    return [relay.row(turn, where, Act.DELETE, f"{name}:{n}", {"message_id": one}) for n, one in beyond.items()]


async def _waits(cause: str, kept: TicketMessage, content: Content, number: int) -> bool:
    """True where the old words have not left yet: what leaves are the new ones."""
    if kept.album is not None and number == 0 and not flooding.is_together(kept):
        name = albums.collapse(kept.source_chat_id, kept.album)
        return kept.target_message_id is None and await ticket_messages.is_gathering(name)
    return await ticket_messages.reworded(cause, content.act.value, content.payload)


def _change(kept: TicketMessage, said: Words, content: Content) -> dict[str, Any]:
    """What of a message is changed where it stands: its text, its caption, or its media too."""
    if content.act is Act.TEXT:
        return {"of": kept.id}
    worded = {
        "of": kept.id,
        "text": content.payload.get("caption", said.text),
        "entities": list(content.payload.get("caption_entities", said.entities)),
    }
    other = said.file_id is not None and said.media in REPLACEABLE and said.file != kept.file
    return worded | ({"kind": said.media, "file_id": said.file_id} if other else {})


async def customer_edits(turn: Turn, said: Words) -> Answers:
    """His corrected words take the place of the old ones in his topic."""
    kept = await _kept(turn, said)
    if kept is None or kept.direction != IN or kept.user_id != turn.user_id:
        return None
    await ticket_messages.reword(kept.id, said)
    customer = await customers.customer(kept.customer_id)
    if customer is None or customer.banned_ms is not None:
        return None
    name = f"edit:{turn.chat_id}:{said.message_id}"
    content, cause = spoken.whole(turn.chat_id, said), f"in:{turn.chat_id}:{said.message_id}"
    change = _change(kept, said, content)
    if flooding.is_together(kept):
        content, cause, change, name = await _with_others(kept, content, name)
    if await _waits(cause, kept, content, 0):
        return None
    change = content.payload | change
    row = desk_row(customer, content.act, f"{name}:u{turn.update_id}", change, turn.now, collapse=name)
    await outbox.put([await flooding.in_order(row, turn.now)])
    return None


async def _with_others(kept: TicketMessage, alone: Content, name: str) -> tuple[Content, str, dict[str, Any], str]:
    """Shown together with others: all of it is said anew there; where it is too much for that, he alone below."""
    whole = await flooding.corrected(kept)
    if whole is None:
        return alone, "", {"reply_of": kept.id}, name
    return *whole, {"of": kept.id}, f"edit:{kept.album}"
