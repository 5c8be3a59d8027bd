"""`/stats` at the desk: what is open and how soon people are answered; of one colleague only to him and who leads."""

from datetime import datetime, timedelta
from typing import Any

from bot.domain import hours
from bot.domain.access import Deed, may
from bot.domain.desk_numbers import Hours, Matter, Numbers, Ratings, Took, measure
from bot.domain.feasts import feasts_around
from bot.domain.measures import LEAST
from bot.domain.rating import GOOD, STARS
from bot.flows import agents, waits
from bot.flows.opening_hours import hours_of
from bot.flows.ports import MemberView
from bot.flows.stats import share
from bot.flows.turn import Answer, ShopView, Turn
from bot.store import customers, desk_numbers, desk_people
from bot.store.models import Merchant
from bot.store.ms import from_ms, to_ms

DAYS = 30
_MS = timedelta(milliseconds=1)


async def show(turn: Turn, shop: ShopView) -> Answer:
    """The figures of the whole desk."""
    return Answer("desk_stats", await _facts(await customers.merchant(shop.id), turn.now), merchant_id=shop.id)


async def of_colleague(turn: Turn, shop: ShopView, who: str) -> Answer:
    """Those of one colleague, told to whoever leads in his private chat, wherever he asked."""
    user_id = await desk_people.named(shop.id, who)
    if user_id is None:
        return Answer("team_unknown", {"who": who}, chat_id=turn.user_id, merchant_id=shop.id)
    return await _of_one(turn, shop.id, user_id)


async def own(turn: Turn, merchant_id: int) -> Answer:
    """Those of who speaks."""
    return await _of_one(turn, merchant_id, turn.user_id)


async def _of_one(turn: Turn, merchant_id: int, user_id: int) -> Answer:
    told = await _facts(await customers.merchant(merchant_id), turn.now, user_id)
    told["agent"] = await agents.name_of(merchant_id, user_id)
    return Answer("desk_stats", told, chat_id=turn.user_id, merchant_id=merchant_id)


async def desks_of(user_id: int) -> list[tuple[int, int]]:
    """(shop, group) where he may work: whoever has had a ticket there, or a role."""
    return await desk_people.desks_of(user_id)


async def works_at(merchant_id: int, user_id: int, standing: MemberView) -> bool:
    """Whether he belongs to that desk now, and may read its cards."""
    found = await agents.of_shop(merchant_id, user_id, "", standing)
    return may(found.role, Deed.CARD)


async def numbers(merchant: Merchant, since: datetime, now: datetime, agent: int | None = None) -> Numbers:
    """The figures of a span."""
    matters = await desk_numbers.matters(merchant.id, since, holders=agent is not None)
    return measured(merchant, matters, since, now, agent)


def measured(
    merchant: Merchant, matters: list[Matter], since: datetime, now: datetime, agent: int | None = None
) -> Numbers:
    """The same of tickets that are at hand."""
    targets = waits.targets_of(merchant)
    wanted = (targets.first // _MS, targets.following // _MS)
    return measure(matters, staffed(merchant, matters, now), wanted, to_ms(since), to_ms(now), agent=agent)


def staffed(merchant: Merchant, matters: list[Matter], now: datetime) -> Hours:
    """The shop's staffed time since the first of these was opened, by the hours as they stand now."""
    since = from_ms(min((one.opened for one in matters), default=to_ms(now)))
    feasts = {day for year in range(since.year, now.year + 1) for day in feasts_around(merchant.country, year)}
    found = hours.shifts(since, now + timedelta(days=1), merchant.zone, hours_of(merchant), feasts)
    return Hours([(to_ms(start), to_ms(end)) for start, end in found])


async def _facts(merchant: Merchant, now: datetime, agent: int | None = None) -> dict[str, Any]:
    since = now - timedelta(days=DAYS)
    standing = await desk_numbers.standing(merchant.id, now, agent)
    found = await numbers(merchant, since, now, agent)
    rated = await desk_numbers.ratings(merchant.id, since, now, agent)
    counts = {"open": standing.open, "waiting": standing.waiting, "breached": standing.breached}
    return {"days": DAYS, **counts, **worded(found, rated)}


def worded(found: Numbers, rated: Ratings) -> dict[str, Any]:
    """The figures as texts want them."""
    if found == Numbers() and rated == Ratings():
        return {"nothing": True}
    return {
        "opened": found.opened,
        "first": _took(found.first),
        "following": _took(found.following),
        "solving": _took(found.solving),
        "kept": share(found.kept),
        "reopened": share(found.reopened),
        "four": GOOD,
        "five": STARS[-1],
        "good": share(rated.good),
        "given": share(rated.given),
        "won": share(rated.won),
        "reasons": [{"cause": cause, "count": count} for cause, count in found.reasons],
    }


def _took(found: Took) -> dict[str, Any]:
    """Of few only the middle, marked as few; of nothing nothing."""
    if not found.clock.of:
        return {}
    middle = {"half": found.staffed.p50, "clock_half": found.clock.p50}
    if found.clock.of < LEAST:
        return {**middle, "few": found.clock.of}
    return {**middle, "most": found.staffed.p90, "clock_most": found.clock.p90, "of": found.clock.of}
