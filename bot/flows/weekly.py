"""A desk's week as a picture with its caption: on the week's first morning into the group, and when asked for."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import structlog

from bot.domain import desk_numbers, hours, weeks
from bot.domain.feasts import feasts_around
from bot.domain.outgoing import Act, Leaving, Outgoing, Priority
from bot.flows import calls, desk_stats
from bot.flows.calls import Call, Drop, Later
from bot.flows.opening_hours import hours_of
from bot.flows.readers import desk_reader
from bot.flows.turn import Answer, ShopView, Turn, lane
from bot.store import core, customers, outbox, weekly
from bot.store import desk_numbers as kept
from bot.store.models import Merchant
from bot.store.ms import to_ms
from bot.texts.charts import Chart, week_chart
from bot.texts.messages import Reader, render

Draw = Callable[[int, Chart], bytes | None]
"""What was drawn under that key: None while it is being drawn, nothing where it cannot be."""
DAYS = 7
LATE = timedelta(days=1)
"""So long after its hour a week's picture is still sent; later it is old."""
LOOK_AGAIN = timedelta(seconds=2)
_DAY = timedelta(days=1)
log = structlog.get_logger(__name__)


# ---- when


async def tell_due(now: datetime) -> int:
    """A picture to each group whose week has begun and somebody is there, once a week; how many."""
    told = 0
    for merchant, last in await weekly.desks(now):
        try:
            async with core.transaction():
                told += await _tell(merchant, last, now)
        except core.StoreUnavailable:
            raise
        except Exception:
            log.exception("week_not_told", merchant=merchant.id)
    return told


async def _tell(merchant: Merchant, last: str | None, now: datetime) -> int:
    began = weeks.began(hours.day_there(now, merchant.zone), merchant.country)
    opens = hours.moment(began, 0, merchant.zone)
    feasts = feasts_around(merchant.country, now.year)
    at = hours.staffed(opens, merchant.zone, hours_of(merchant), feasts)
    if last == began.isoformat() or now < at or merchant.desk_chat_id is None:
        return 0
    await weekly.told(merchant.id, began.isoformat())
    if now - at > LATE:
        return 0
    reader = msgspec.to_builtins(desk_reader(merchant))
    row = _row(merchant.id, merchant.desk_chat_id, began, reader, f"week:{merchant.id}:{began}", now)
    return len(await outbox.put([row]))


async def on_demand(turn: Turn, shop: ShopView) -> Answer | None:
    """`/stats week`: the seven days up to today, where it was asked."""
    merchant = await customers.merchant(shop.id)
    until = hours.day_there(turn.now, merchant.zone) + _DAY
    own = {"zone": merchant.zone, "country": merchant.country}
    if await facts_of(merchant, until, turn.now) is None:
        return Answer("week_quiet", {"range": _range(until)}, reader=own, merchant_id=shop.id)
    reader = turn.person.reader() | own if turn.is_private else msgspec.to_builtins(desk_reader(merchant))
    row = _row(shop.id, turn.chat_id, until, reader, f"week:u{turn.update_id}", turn.now, turn.thread_id)
    await outbox.put([row])
    return None


def _row(
    merchant_id: int,
    chat_id: int,
    until: date,
    reader: dict[str, Any],
    cause: str,
    now: datetime,
    thread_id: int | None = None,
) -> Outgoing:
    said = {"until": until.isoformat(), "reader": reader} | ({"thread_id": thread_id} if thread_id else {})
    return Outgoing(
        act=Act.PICTURE,
        cause=cause,
        payload=said,
        priority=Priority.NEWS,
        lane=lane(chat_id, thread_id),
        due_at=now,
        chat_id=chat_id,
        merchant_id=merchant_id,
    )


# ---- what


def composer(draw: Draw) -> Callable[[Leaving, datetime], Awaitable[Call | Drop | Later]]:
    """Makes the picture when it leaves; while it is being drawn others leave."""

    async def picture(row: Leaving, now: datetime) -> Call | Drop | Later:
        merchant = await customers.merchant(row.merchant_id or 0)
        told = await facts_of(merchant, date.fromisoformat(row.payload["until"]), now)
        if told is None:
            return Drop("quiet")
        reader = msgspec.convert(row.payload["reader"], Reader)
        drawn = draw(row.id, week_chart(told, reader))
        if drawn is None:
            return Later(now + LOOK_AGAIN)
        told |= {"repeat": True} if row.payload.get("repeat") else {}
        words = render("week", told, reader)
        chat_id, thread_id = row.chat_id or 0, row.payload.get("thread_id")
        if not drawn:
            return calls.message(Act.PICTURE, chat_id, words, thread_id=thread_id)
        return calls.picture(chat_id, drawn, words, thread_id=thread_id)

    return picture


async def facts_of(merchant: Merchant, until: date, now: datetime) -> dict[str, Any] | None:
    """The figures of the seven days before `until`, in all and day by day; None where nothing happened."""
    days = [until - step * _DAY for step in range(DAYS, 0, -1)]
    edges = [hours.moment(day, 0, merchant.zone) for day in (*days, until)]
    end = min(edges[-1], now)
    found = await kept.matters(merchant.id, edges[0])
    staffed = desk_stats.staffed(merchant, found, now)
    daily = desk_numbers.daily(found, staffed, [to_ms(edge) for edge in edges])
    if not any(day.opened or day.solved for day in daily):
        return None
    measured = desk_stats.measured(merchant, found, edges[0], end)
    rated = await kept.ratings(merchant.id, edges[0], end)
    return {
        "shop": merchant.name,
        "range": _range(until),
        "days": [_day(on, one) for on, one in zip(days, daily, strict=True)],
        "solved": sum(day.solved for day in daily),
        **desk_stats.worded(measured, rated),
    }


def _range(until: date) -> dict[str, str]:
    return {"from": (until - DAYS * _DAY).isoformat(), "to": (until - _DAY).isoformat()}


def _day(on: date, found: desk_numbers.Day) -> dict[str, Any]:
    known = {"on": on.isoformat(), "opened": found.opened, "solved": found.solved}
    return known if found.first is None else known | {"first": found.first}
