"""What a customer's topic is called and which icon it bears, as the ticket stands when it leaves."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from bot.domain import topic_title
from bot.domain.ticket import TicketState
from bot.domain.topic_title import LATE, UNDER, Title
from bot.flows import calls
from bot.flows.calls import Named
from bot.flows.cards import title_row
from bot.flows.ports import Telegram, TelegramRefused
from bot.flows.turn import Answers, Turn
from bot.store import core, customers, desks, destinations, outbox, topic_icons, topics
from bot.store.destinations import Home
from bot.store.ms import from_ms
from bot.store.topics import Stands
from bot.texts.messages import Reader, render

LONGEST_LABEL = 100


async def named(home: Home, now: datetime, *, repeat: bool = False) -> Named:
    """The name and icon that fit now. What a person has called the topic stays, behind the mark of ours."""
    found = _title(await topics.stands(home.customer_id), now)
    if home.topic_label:
        first, rest = home.topic_label, ""
    else:
        first, rest = topic_title.label(home.name, await destinations.last_order(home.customer_id), home.customer_id)
    name = topic_title.compose(mark(found, home.locale), first, rest, repeat=repeat)
    icon = topic_title.icon_of(found, await topic_icons.offered())
    return Named(name, icon, topic_title.NO_TITLE if found is None else found.digest)


def _title(stands: Stands | None, now: datetime) -> Title | None:
    if stands is None:
        return None
    due, rests = (None if ms is None else from_ms(ms) for ms in (stands.due_ms, stands.snoozed_ms))
    promised = stands.due_ms is not None and stands.due_ms == stands.promised_ms
    return topic_title.title(TicketState(stands.state), due, rests, now, promised=promised)


@lru_cache(maxsize=512)
def mark(found: Title | None, locale: str) -> str:
    """The title in words, for the head of a topic's name."""
    if found is None:
        return ""
    return calls.without_markup(render("topic_mark", _facts(found), Reader(locale)).text)


def _facts(found: Title) -> Mapping[str, Any]:
    said: dict[str, Any] = {"standing": found.standing.value}
    if found.left is None:
        return said
    if found.left in (LATE, UNDER):
        return said | {"left": True, "late" if found.left == LATE else "under": True}
    minutes = int(found.left.total_seconds()) // 60
    return said | {"left": True} | _largest(minutes)


def _largest(minutes: int) -> dict[str, int]:
    if minutes < 60:
        return {"minutes": minutes}
    return {"hours": minutes // 60} if minutes < 24 * 60 else {"days": minutes // (24 * 60)}


async def count_down(now: datetime) -> int:
    """Time has passed: topics whose title no longer holds are to be renamed; how many."""
    async with core.transaction():
        stale = [one for one in await topics.counting_down() if _digest(one, now) != one.digest]
        rows = [title_row(one, now) for one in await topics.several([one.customer_id for one in stale])]
        await outbox.put(rows)
    return len(stale)


def _digest(stands: Stands, now: datetime) -> int:
    found = _title(stands, now)
    return topic_title.NO_TITLE if found is None else found.digest


async def called_by_hand(turn: Turn, name: str) -> Answers:
    """A person has renamed a customer's topic: his part of the name stays, ours comes back in front of it."""
    customer = await topics.customer_of(turn.chat_id, turn.thread_id or 0)
    if customer is None or name == customer.topic_name:
        return None
    merchant = await customers.merchant(customer.merchant_id)
    marks = {mark(one, merchant.locale) for one in topic_title.every_title()}
    own = topic_title.cut(topic_title.own_part(name, marks), LONGEST_LABEL)
    await topics.call(customer.id, own or None)
    await topics.now_called(customer.id, topic_title.cut(name, topic_title.LONGEST))
    await outbox.put([title_row(customer, turn.now, f"u{turn.update_id}")])
    return None


async def turned_by_hand(turn: Turn, *, closed: bool) -> Answers:
    """A person has closed a customer's topic, or opened it again: before the next words we open it."""
    customer = await topics.customer_of(turn.chat_id, turn.thread_id or 0)
    if customer is not None:
        await destinations.topic_closed(customer.id, closed)
    return None


async def has_icons() -> bool:
    """True where nobody needs to ask for them: they are known, or no shop has a desk yet."""
    return bool(await topic_icons.offered()) or not await desks.any_bound()


async def learn_icons(telegram: Telegram) -> bool:
    """Which icons Telegram offers topics, asked once and kept; False where it does not say."""
    if await topic_icons.offered():
        return True
    try:
        found = await telegram.topic_icons()
    except TelegramRefused:
        return False
    await topic_icons.keep(found)
    return bool(found)
