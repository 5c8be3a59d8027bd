"""What became of relayed words, where their author sees it: a mark on an agent's message, a line to a customer."""

from datetime import datetime

from msgspec import structs

from bot.domain.outgoing import Act, Leaving, Outgoing, Priority
from bot.flows import borne_words, calls
from bot.flows.readers import reader_of
from bot.flows.turn import Answer, lane, payload
from bot.store import counterparts, customers, destinations, outbox
from bot.store.destinations import Relayed

WORDS = frozenset({Act.TEXT, Act.COPY, Act.ALBUM})
"""Acts that bring a person's words over."""
UNCORRECTED = "uncorrected"
"""Trouble of words that arrived, but whose correction did not."""
_OWN_DOING = frozenset({"vanished"})
"""Reasons that are no news to the author: he took the words back himself."""


async def carried(row: Leaving) -> list[int]:
    """The relayed words that a row brings over."""
    if row.act is Act.ALBUM and "messages" not in row.payload:
        waiting = await counterparts.waiting_of(row.payload["from_chat_id"], row.payload["album"])
        return [one.id for one in waiting]
    messages = row.payload.get("messages") or [row.payload.get("message")]
    return [one for one in messages if one is not None] if row.act in WORDS else []


async def failed(row: Leaving, reason: str, now: datetime) -> None:
    """A person's words, or what he corrected in them, will not arrive."""
    if "of" in row.payload and row.act in WORDS:
        await _uncorrected(row, now)
        return
    words = await mark(row, "failed", calls.FAILED, reason, now)
    await borne_words.lost(await carried(row), f"lost:{row.id}", now)
    if words and words[0].direction == "in" and reason not in _OWN_DOING:
        await _tell_author(words[0], row, now)


async def mark(row: Leaving, fate: str, emoji: str, trouble: str, now: datetime) -> list[Relayed]:
    """Note the fate of the words a row carries; an agent's message gets the reaction. Returns the words."""
    messages = await carried(row)
    if not messages:
        return []
    await counterparts.fated(messages, fate, trouble)
    words = await destinations.relayed(messages)
    await _react(row, words, f"{fate}:{row.id}", emoji, now)
    return words


async def _uncorrected(row: Leaving, now: datetime) -> None:
    await counterparts.troubled(row.payload["of"], UNCORRECTED)
    words = await destinations.relayed([row.payload["of"]])
    await _react(row, words, f"{UNCORRECTED}:{row.id}", calls.FAILED, now)


async def _react(row: Leaving, words: list[Relayed], cause: str, emoji: str, now: datetime) -> None:
    """An album is one thing to its reader: its first item says it for all."""
    if words and words[0].direction == "out":
        await outbox.put([_reaction(row, words[0], cause, emoji, now)])


def _reaction(row: Leaving, words: Relayed, cause: str, emoji: str, now: datetime) -> Outgoing:
    return Outgoing(
        act=Act.REACT,
        cause=cause,
        payload={"message_id": words.source_message_id, "emoji": emoji},
        priority=Priority.NEWS,
        lane=f"{outbox.DESK}{words.customer_id}",
        due_at=now,
        chat_id=words.source_chat_id,
        customer_id=words.customer_id,
        merchant_id=row.merchant_id,
        collapse=f"react:{words.source_chat_id}:{words.source_message_id}",
    )


async def _tell_author(words: Relayed, row: Leaving, now: datetime) -> None:
    """Said to a customer, once, under what could not be brought to the desk."""
    customer = await customers.customer(words.customer_id)
    if customer is None or customer.user_id <= 0:
        return
    merchant, person = await customers.merchant(customer.merchant_id), await customers.person(customer.user_id)
    said = Answer("not_passed_on", reply_to=words.source_message_id, merchant_id=merchant.id)
    told = Outgoing(
        act=Act.ANSWER,
        cause=f"not_passed_on:{row.id}",
        payload=payload(said, structs.asdict(reader_of(merchant, person, customer)), now=now),
        priority=Priority.ANSWER,
        lane=lane(words.source_chat_id),
        due_at=now,
        chat_id=words.source_chat_id,
        merchant_id=merchant.id,
    )
    await outbox.put([told])
