"""The messages by which the people of a shop hear who waits; what is over when they leave is left out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.access import Role
from bot.domain.outgoing import Act, Leaving, Outgoing, Priority
from bot.flows.turn import Answer, lane, payload
from bot.store import outbox, waits
from bot.store.models import Merchant
from bot.store.ms import from_ms
from bot.store.waits import Waiting

WAITS = "waits"
"""Where a payload says of which waits it speaks: pairs of ticket and due time."""
MOST = 20
YOURS, OVERDUE = "reminder_yours", "reminder_overdue"
PRIVATE = frozenset({YOURS, OVERDUE})
"""Reminders that one person reads alone."""


class Reader(Struct, frozen=True):
    """One of the shop's people. `in_private`: he can be written to."""

    user_id: int
    name: str
    role: Role
    in_private: bool
    traits: Mapping[str, Any]


class Heard(Struct, frozen=True):
    """Who may be named or told."""

    merchant: Merchant
    people: Mapping[int, Reader]
    leads: Sequence[Reader]
    owners: Sequence[Reader]


def to_assignee(heard: Heard, reader: Reader, mine: Sequence[Waiting], now: datetime) -> list[Outgoing]:
    """To whoever has them: in private, or by name in each topic."""
    if reader.in_private:
        return [_row(heard, YOURS, reader.user_id, mine, reader.traits, now)]
    return [_in_topic(reader, one) for one in mine if one.topic_id is not None]


def to_leader(heard: Heard, reader: Reader, found: Sequence[Waiting], now: datetime) -> Outgoing:
    """To a lead or an owner in private."""
    return _row(heard, OVERDUE, reader.user_id, found, reader.traits, now)


def to_groups(heard: Heard, found: Mapping[Waiting, str], now: datetime) -> list[Outgoing]:
    """One message in each group whose topics wait; `found` with the lead who cannot be told in private."""
    shop = heard.merchant
    traits = {"locale": shop.locale, "zone": shop.zone, "country": shop.country}
    there = sorted((one for one in found if one.topic_chat_id is not None), key=lambda one: one.topic_chat_id or 0)
    rows = []
    for chat_id, waiting in groupby(there, key=lambda one: one.topic_chat_id or 0):
        listed = list(waiting)
        named = sorted({found[one] for one in listed if found[one]})
        rows.append(_row(heard, "reminder_group", chat_id, listed, traits, now, leads=", ".join(named)))
    return rows


def _row(
    heard: Heard,
    kind: str,
    chat_id: int,
    found: Sequence[Waiting],
    traits: Mapping[str, Any],
    now: datetime,
    **more: Any,
) -> Outgoing:
    ranked = sorted(found, key=lambda one: (one.due_ms, one.id))
    told = {"shop": heard.merchant.name, "count": len(ranked), "waits": [_item(one, heard, now) for one in ranked]}
    said = payload(Answer(kind, told | {name: fact for name, fact in more.items() if fact}), traits, now=now)
    return Outgoing(
        act=Act.ANSWER,
        cause=f"{kind}:{chat_id}:{_occasion(ranked[0])}",
        payload=said | {WAITS: [[one.id, one.due_ms] for one in ranked]},
        priority=Priority.ANSWER if chat_id > 0 else Priority.NEWS,
        lane=lane(chat_id),
        due_at=now,
        chat_id=chat_id,
        merchant_id=heard.merchant.id,
    )


def _occasion(one: Waiting) -> str:
    """One step of one wait happens once."""
    return f"{one.id}:{one.due_ms}:{one.reminded}"


def _item(one: Waiting, heard: Heard, now: datetime) -> dict[str, Any]:
    due_at = from_ms(one.due_ms)
    having = heard.people.get(one.assignee_id or 0)
    item = {
        "name": one.name,
        "due_at": due_at.isoformat(),
        "over": due_at <= now,
        "announced": one.due_ms == one.promised_ms,
        "agent": having.name if having else "",
        "link": link(one.topic_chat_id, one.topic_id),
    }
    return {name: fact for name, fact in item.items() if fact}


def link(chat_id: int | None, topic_id: int | None) -> str:
    """Where a topic opens in the app; empty where there is none."""
    inner = str(chat_id or "").removeprefix("-100")
    return f"https://t.me/c/{inner}/{topic_id}" if inner and topic_id else ""


def _in_topic(reader: Reader, one: Waiting) -> Outgoing:
    told = {
        "user": str(reader.user_id),
        "agent": reader.name,
        "due_at": from_ms(one.due_ms).isoformat(),
        "announced": one.due_ms == one.promised_ms,
    }
    return Outgoing(
        act=Act.DESK,
        cause=f"reminder_topic:{_occasion(one)}",
        payload={"kind": "reminder_topic", "facts": told, WAITS: [[one.id, one.due_ms]]},
        priority=Priority.NEWS,
        lane=f"{outbox.DESK}{one.customer_id}",
        due_at=from_ms(one.remind_ms),
        customer_id=one.customer_id,
        merchant_id=one.merchant_id,
    )


# ---- when it leaves


async def still(row: Leaving) -> Leaving | None:
    """The row with those who still wait; None where nobody does."""
    holds = await waits.still_waited_for(row.payload[WAITS])
    if not any(holds):
        return None
    facts = dict(row.payload["facts"])
    if WAITS in facts:
        facts[WAITS] = [one for one, held in zip(facts[WAITS], holds, strict=True) if held]
        facts["count"] = len(facts[WAITS])
    return replace(row, payload=row.payload | {"facts": facts})
