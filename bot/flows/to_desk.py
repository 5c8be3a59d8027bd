"""What the desk hears: our own words, the customer's, the topic and its card; without a desk, the owners hear it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from bot.domain.outgoing import Act, Outgoing, Priority
from bot.flows import albums, flooding, owners, quoting, spoken
from bot.flows.cards import desk_row, title_row
from bot.flows.turn import Answer, lane, payload
from bot.store import customers, desks, outbox, people, tickets
from bot.store.models import Customer, Merchant, Ticket, TicketMessage
from bot.store.tickets import Words

__all__ = ["Opened", "Words", "bring_to_desk", "desk_opened", "relay", "tell_desk", "tell_everybody", "tell_shop"]

QUEUED, NO_DESK = "queued", "no_desk"
_NO_QUOTE: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Opened:
    """A ticket with those it concerns. `fresh`: it was opened just now; `changed`: its card has something to say."""

    ticket: Ticket
    customer: Customer
    merchant: Merchant
    fresh: bool
    changed: bool = True


async def tell_desk(opened: Opened, kind: str, told: Mapping[str, Any], cause: str, now: datetime) -> None:
    """Our own words about it into the customer's topic, the card renewed; without a desk, to the owners."""
    if opened.merchant.desk_chat_id is None:
        await _tell_owners(opened, [(kind, told)], cause, now)
        return
    rows = [*await desk_opened(opened, now), _desk_row(opened, kind, told, cause, now)]
    await outbox.put(rows)


async def desk_opened(opened: Opened, now: datetime) -> list[Outgoing]:
    """What makes sure that the topic exists and its card says what holds."""
    customer, desk = opened.customer, opened.merchant.desk_chat_id
    if customer.topic_chat_id not in (None, desk) and customer.topic_chat_id not in await desks.groups_of(
        customer.merchant_id
    ):
        await tickets.leave_topic(customer)
    rows = []
    if customer.topic_id is None:
        cause = f"topic:{customer.id}:{customer.topic_generation}"
        rows.append(desk_row(opened.customer, Act.TOPIC, cause, {}, now, Priority.PERSON))
    elif opened.fresh or opened.changed:
        rows.append(title_row(customer, now))
    fresh = opened.fresh or customer.card_message_id is None
    if not (fresh or opened.changed):
        return rows
    priority = Priority.PERSON if fresh else Priority.LIVE
    cause = f"card:{customer.id}:{opened.ticket.id}:{now.timestamp():.3f}"
    return [*rows, desk_row(opened.customer, Act.CARD, cause, {}, now, priority, collapse=f"card:{customer.id}")]


def _desk_row(opened: Opened, kind: str, told: Mapping[str, Any], cause: str, now: datetime) -> Outgoing:
    said = {"kind": kind, "facts": {"at": now.isoformat(), **told}}
    return desk_row(opened.customer, Act.DESK, f"desk:{opened.customer.id}:{cause}", said, now, Priority.PERSON)


async def relay(opened: Opened, chat_id: int, words: Words, now: datetime) -> None:
    """The customer's words into his topic, once; without a desk they are kept, and the owners read them."""
    desk = opened.merchant.desk_chat_id
    fate = QUEUED if desk is not None else NO_DESK
    kept = await tickets.keep_words(opened.customer, opened.ticket.id, chat_id, words, fate, now)
    if kept is None:
        return
    if opened.customer.unreachable_ms is not None:
        await customers.mark_reach(opened.customer.user_id, None, now)
    if desk is None:
        await _tell_owners(opened, [], f"in:{chat_id}:{words.message_id}", now, words=words, chat_id=chat_id)
        return
    quote = await quoting.of(chat_id, words.reply_to, opened.customer, opened.customer.topic_chat_id or desk)
    row = _words_row(opened, chat_id, words, kept, now, quote)
    row = await flooding.gathered(opened.customer, opened.merchant, row, now)
    rows = [*await desk_opened(opened, now), row]
    await _put(rows, words, now)


async def _put(rows: list[Outgoing], words: Words, now: datetime) -> None:
    if words.album is None:
        await outbox.put(rows)
    else:
        await albums.put(rows, words.album, now)


def _words_row(
    opened: Opened, chat_id: int, words: Words, message: int, now: datetime, quote: Mapping[str, Any] = _NO_QUOTE
) -> Outgoing:
    act, said, _ = spoken.whole(chat_id, words)
    cause = f"in:{chat_id}:{words.message_id}"
    return desk_row(opened.customer, act, cause, said | {"message": message, **quote}, now, Priority.PERSON)


async def _tell_owners(
    opened: Opened,
    said: Sequence[tuple[str, Mapping[str, Any]]],
    cause: str,
    now: datetime,
    words: Words | None = None,
    chat_id: int = 0,
) -> None:
    """A shop without a desk still hears of it: in private, with the hint to bind one, once a ticket."""
    shop = opened.merchant.id
    hint = {"name": opened.customer.name, "shop": opened.merchant.name}
    rows = await owners.rows_for(shop, "desk_missing", hint, f"nodesk:{opened.ticket.id}", now)
    for kind, told in said:
        rows += await owners.rows_for(shop, kind, told, f"owner:{cause}", now)
    if words is not None:
        act, content, _ = spoken.whole(chat_id, words)
        owned = await people.owners(shop)
        rows += [_to_owner(opened, owner["user_id"], act, cause, content, now) for owner in owned]
    await outbox.put(rows)


def _to_owner(opened: Opened, user_id: int, act: Act, cause: str, content: dict[str, Any], now: datetime) -> Outgoing:
    return Outgoing(
        act=act,
        cause=f"owner:{user_id}:{cause}",
        payload=content,
        priority=Priority.ANSWER,
        lane=lane(user_id),
        due_at=now,
        chat_id=user_id,
        merchant_id=opened.merchant.id,
    )


async def bring_to_desk(merchant_id: int, now: datetime) -> int:
    """A desk was bound: open tickets get topics and the words that had nowhere to go. Returns how many."""
    waiting, merchant = await tickets.open_of_shop(merchant_id), await customers.merchant(merchant_id)
    for ticket in waiting:
        opened = Opened(ticket, await tickets.lock(ticket.customer_id), merchant, True)
        rows = await desk_opened(opened, now)
        for kept in await tickets.words_of(ticket.id, NO_DESK):
            await tickets.set_fate(kept.id, QUEUED)
            words = _kept_words(kept)
            await _put([*rows, _words_row(opened, kept.source_chat_id, words, kept.id, now)], words, now)
            rows = []
        await outbox.put(rows)
    return len(waiting)


def _kept_words(kept: TicketMessage) -> Words:
    marks = orjson.loads(kept.entities) if kept.entities else ()
    return Words(kept.source_message_id, kept.text, kept.media, entities=marks, album=kept.album, file=kept.file)


async def tell_everybody(
    merchant: Merchant, told: Mapping[str, Any], cause: str, now: datetime, kind: str = "desk_lost_unfollowed"
) -> None:
    """About a parcel that nobody follows: into the group itself, or to the owners."""
    traits = {"locale": merchant.locale, "zone": merchant.zone, "country": merchant.country}
    desk = merchant.desk_chat_id
    chats = [desk] if desk else [owner["user_id"] for owner in await people.owners(merchant.id)]
    await outbox.put(
        [
            Outgoing(
                act=Act.ANSWER,
                cause=f"unfollowed:{chat_id}:{cause}",
                payload=payload(Answer(kind, told), traits, now=now),
                priority=Priority.NEWS,
                lane=lane(chat_id),
                due_at=now,
                chat_id=chat_id,
                merchant_id=merchant.id,
            )
            for chat_id in chats
        ]
    )


async def tell_shop(merchant: Merchant, kind: str, told: Mapping[str, Any], cause: str, now: datetime) -> None:
    """Our words to the people of a shop: into the group itself, or to each owner in his language."""
    if merchant.desk_chat_id is not None:
        await tell_everybody(merchant, told, cause, now, kind)
    else:
        await outbox.put(await owners.rows_for(merchant.id, kind, told, cause, now))
