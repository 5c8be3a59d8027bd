"""Days of a shop apart from its usual week: `/shop closed`, `open`, `special`, and back by `/shop usual`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from bot.domain.hours import day_there
from bot.domain.opening import (
    CLOSED,
    Shift,
    Spell,
    WrongHours,
    default_staffed,
    hours_written,
    parse_spells,
    parse_staffed,
    spell_of,
    usual_shift,
    with_spell,
    without,
    written,
)
from bot.flows import yearly
from bot.flows.days import calendar_of
from bot.flows.spans import Span, parse_span, split_hours
from bot.flows.turn import Answer, ShopView, Turn
from bot.store import audit, merchants

DAY = timedelta(days=1)
DEEDS = ("closed", "open", "special", "usual")
LONGEST_CLOSED = 50
"""Days: whoever is closed longer does not promise a person's word any more."""
LONGEST = 120
MOST = 20
"""Spells kept at a time; those that are over are forgotten."""
ALL = frozenset({"all", "همه", "الكل"})

Spells = tuple[Spell, ...]
Week = tuple[Shift, ...]


async def set_days(turn: Turn, shop: ShopView, deed: str, said: str) -> Answer | None:
    """None where it is done; else what was wrong, and nothing has changed."""
    row = await merchants.find(shop.id)
    today = day_there(turn.now, row["zone"])
    calendar = turn.person.calendar or calendar_of(turn.person.locale)
    known = _kept(parse_spells(row["apart"]), today)
    week = parse_staffed(row["staffed"] or default_staffed(row["country"]))
    changed = change(known, deed, said, week, today, calendar)
    if changed is None:
        return Answer("shop_unreadable", {"trait": deed})
    if len(changed) > MOST:
        return Answer("shop_days_full", {"most": MOST})
    await merchants.set_column(shop.id, "apart", written(changed))
    await yearly.remember(shop.id, deed, *split_hours(said))
    await audit.write(shop.id, turn.user_id, f"shop.{deed}", str(shop.id), turn.now, said[:40])
    return None


def _kept(spells: Sequence[Spell], today: date) -> Spells:
    """Those that are not over for a week: what was promised before is still kept by them."""
    return tuple(one for one in spells if one.last >= today - 7 * DAY)


def change(known: Spells, deed: str, said: str, week: Week, today: date, calendar: str) -> Spells | None:
    """The spells after what was said; None where it cannot be read."""
    if deed == "usual" and said.strip().casefold() in ALL:
        return ()
    days, hours = split_hours(said)
    span = parse_span(days, today, calendar)
    if span is None:
        return None
    if deed == "usual":
        return without(known, *span)
    try:
        new = _NEW[deed](span, hours, week)
    except WrongHours:
        return None
    longest = LONGEST_CLOSED if new.is_closed else LONGEST
    return with_spell(known, new) if (new.last - new.first).days < longest else None


def _closed(span: Span, hours: str, week: Week) -> Spell:
    if hours:
        raise WrongHours(hours)
    return spell_of(*span, CLOSED)


def _open(span: Span, hours: str, week: Week) -> Spell:
    """Whatever the weekday: the hours said, else those of that weekday or of the first working day."""
    usual = usual_shift(week, span[0])
    if not hours and usual is None:
        raise WrongHours(hours)
    return Spell(*span, (usual,), any_day=True) if not hours and usual else spell_of(*span, hours)


def _special(span: Span, hours: str, week: Week) -> Spell:
    """A week's hours; hours alone hold on the weekdays of the usual week."""
    spell = spell_of(*span, hours)
    if not spell.any_day:
        return spell
    hour = spell.shifts[0]
    weekdays = sorted({shift.weekday for shift in week})
    return Spell(*span, tuple(Shift(day, hour.start, hour.end) for day in weekdays))


_NEW: Mapping[str, Callable[[Span, str, Week], Spell]] = {"closed": _closed, "open": _open, "special": _special}


def shown(apart: str, today: date) -> list[dict[str, Any]]:
    """As texts want them: what holds, from when to when."""
    return [_shown(one) for one in parse_spells(apart) if one.last >= today]


def _shown(spell: Spell) -> dict[str, Any]:
    days: dict[str, Any] = {"from_on": spell.first.isoformat()}
    if spell.last != spell.first:
        days["to_on"] = spell.last.isoformat()
    name = "closed" if spell.is_closed else "open" if spell.any_day else "special"
    return days | {name: True} | ({} if spell.is_closed else {"hours": hours_written(spell)})
