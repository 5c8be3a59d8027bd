"""Tickets and the words that came in for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from msgspec import Struct

from bot.store import packing, sql
from bot.store.models import Customer, Promise, ScanRow, Ticket, TicketMessage
from bot.store.ms import to_ms

CLOSED = "closed"
MOST_EVIDENCE = 50
"""Entries a ticket keeps: the oldest fall out first, but for the one that opened it."""


class Words(Struct, frozen=True):
    """A message of a person's: its text, or its kind of media with the caption, and what is marked in it.

    `album`: the album it is an item of; `file`, `file_id`: which file its media are, and how it is sent again.
    """

    message_id: int
    text: str = ""
    media: str | None = None
    reply_to: int | None = None
    entities: Sequence[Mapping[str, Any]] = ()
    album: str | None = None
    file: str | None = None
    file_id: str | None = None


def marked(words: Words) -> str | None:
    """What is marked in words, as it is stored."""
    return orjson.dumps(list(words.entities)).decode() if words.entities else None


def kept_words(kept: TicketMessage) -> Words:
    """A message as it was kept."""
    entities = orjson.loads(kept.entities) if kept.entities else ()
    return Words(kept.source_message_id, kept.text, kept.media, entities=entities, album=kept.album, file=kept.file)


async def lock(customer_id: int) -> Customer:
    """The customer, held until the transaction ends: whoever opens his ticket or topic does it alone."""
    if sql.dialect() == "postgres":
        await sql.rows("SELECT id FROM customer WHERE id = ? FOR UPDATE", (customer_id,))
    return await Customer.get(id=customer_id)


async def open_of(customer_id: int) -> Ticket | None:
    """His open ticket; there is at most one."""
    return await Ticket.filter(customer_id=customer_id, closed_ms=None).order_by("id").first()


async def latest(customer_ids: Sequence[int]) -> list[Ticket]:
    """Open tickets of these customers, the latest first."""
    if not customer_ids:
        return []
    return await Ticket.filter(customer_id__in=list(customer_ids), closed_ms=None).order_by("-id")


async def add(
    customer: Customer,
    cause: str,
    shipment_id: int | None,
    evidence: Mapping[str, Any],
    now: datetime,
) -> Ticket:
    """A new ticket; the caller holds the customer's lock and has looked for an open one."""
    return await Ticket.create(
        merchant_id=customer.merchant_id,
        customer_id=customer.id,
        shipment_id=shipment_id,
        cause=cause,
        evidence=orjson.dumps({"entries": [evidence]} if evidence else {}).decode(),
        opened_ms=to_ms(now),
    )


def evidence_of(ticket: Ticket) -> list[dict[str, Any]]:
    """What was recorded for a ticket, oldest first."""
    return list(orjson.loads(ticket.evidence).get("entries", []))


async def add_evidence(ticket: Ticket, entry: Mapping[str, Any]) -> bool:
    """One more entry; False where the same cause about the same shipment stands there already."""
    entries = evidence_of(ticket)
    if any(_matter(one) == _matter(entry) for one in entries):
        return False
    kept = [*entries, dict(entry)]
    if len(kept) > MOST_EVIDENCE:
        del kept[1]
    ticket.evidence = orjson.dumps({"entries": kept}).decode()
    await ticket.save(update_fields=["evidence"])
    return True


def _matter(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(entry.get(key) for key in ("cause", "shipment", "needed_on", "mark"))


async def set_state(ticket_id: int, state: str) -> None:
    """Whose turn it is."""
    await Ticket.filter(id=ticket_id).update(state=state)


async def about(ticket: Ticket, shipment_id: int) -> None:
    """The shipment it is about, where none was known."""
    ticket.shipment_id = shipment_id
    await ticket.save(update_fields=["shipment_id"])


async def open_promise(ticket_id: int) -> Promise | None:
    """The answer a person owes on a ticket."""
    return await Promise.filter(ticket_id=ticket_id, open=1, by_person=True).order_by("due_ms").first()


_UNASKED = "('lost_probable', 'promise_broken')"


async def release_loss(customer_id: int, shipment_id: int, now: datetime) -> None:
    """A lost parcel is found: the person's word that we had promised unasked is owed no more.

    Whoever has written himself is answered all the same.
    """
    await sql.run(
        f"UPDATE promise SET cancelled_ms = ?, open = 0 WHERE open = 1 AND customer_id = ? AND shipment_id = ?"  # noqa: S608
        f" AND ticket_id IS NOT NULL AND kind IN {_UNASKED} AND NOT EXISTS"
        " (SELECT 1 FROM ticket_message w WHERE w.ticket_id = promise.ticket_id AND w.direction = 'in')",
        (to_ms(now), customer_id, shipment_id),
    )


async def keep_words(
    customer: Customer, ticket_id: int, chat_id: int, words: Words, fate: str, now: datetime
) -> int | None:
    """The id of the kept message; None where it was kept before."""
    found = await sql.rows(
        "INSERT INTO ticket_message (customer_id, ticket_id, direction, user_id, text, media, source_chat_id,"
        " source_message_id, fate, created_ms, album, file, entities) VALUES (?, ?, 'in', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (source_chat_id, source_message_id) DO NOTHING RETURNING id",
        (
            customer.id,
            ticket_id,
            customer.user_id,
            words.text,
            words.media,
            chat_id,
            words.message_id,
            fate,
            to_ms(now),
            words.album,
            words.file,
            marked(words),
        ),
    )
    return int(found[0]["id"]) if found else None


async def last_from_desk(customer_id: int) -> int | None:
    """When an agent wrote to him last, epoch milliseconds."""
    found = await TicketMessage.filter(customer_id=customer_id, direction="out").order_by("-created_ms").first()
    return None if found is None else int(found.created_ms)


async def words_of(ticket_id: int, fate: str) -> list[TicketMessage]:
    """A ticket's words that met this fate, in their order."""
    return await TicketMessage.filter(ticket_id=ticket_id, direction="in", fate=fate).order_by("id")


async def set_fate(message_id: int, fate: str) -> None:
    """What became of a message."""
    await TicketMessage.filter(id=message_id).update(fate=fate)


async def open_of_shop(merchant_id: int) -> list[Ticket]:
    """All open tickets of a shop."""
    return await Ticket.filter(merchant_id=merchant_id, closed_ms=None).order_by("id")


async def leave_topic(customer: Customer) -> None:
    """His topic is elsewhere or nowhere: a new one is needed. The caller holds the customer's lock."""
    customer.topic_chat_id = customer.topic_id = customer.card_message_id = None
    customer.topic_generation += 1
    await customer.save(update_fields=["topic_chat_id", "topic_id", "card_message_id", "topic_generation"])


async def assignee(ticket: Ticket) -> dict[str, Any]:
    """The first name of who has it, and whether he leads; nothing where nobody has it."""
    if ticket.assignee_id is None:
        return {}
    found = await sql.rows(
        "SELECT m.alias, m.role, p.name FROM person p LEFT JOIN member m ON m.user_id = p.user_id AND m.merchant_id = ?"
        " WHERE p.user_id = ?",
        (ticket.merchant_id, ticket.assignee_id),
    )
    names = [row["alias"] or row["name"].split(" ")[0] for row in found]
    return {"agent": names[0], "lead": found[0]["role"] in ("owner", "lead")} if names and names[0] else {}


async def scans(shipment_id: int, status: str | None = None, limit: int = 3) -> list[ScanRow]:
    """The newest scans of a shipment, of one status if given: evidence."""
    found = ScanRow.filter(shipment_id=shipment_id)
    found = found.filter(status=status) if status else found.filter(status__not_isnull=True)
    rows = await found.order_by("-at_ms", "-id").limit(limit)
    return rows or [row for row in await packing.past(shipment_id) if status in (None, row.status)][:limit]
