"""Claims at carriers for lost parcels: when one can be made, and when the desk is reminded. The terms are data."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct

from bot.domain.carriage import KINDS, CarrierKind
from bot.domain.hours import day_there, default_staffed, moment, staffed, working_day_after
from bot.domain.telling import Shop

DAY = timedelta(days=1)


class Since(StrEnum):
    """What the days until a claim can be made are counted from."""

    HANDED_OVER = "handed_over"
    DUE = "due"
    FOUND = "found"


class Terms(Struct, frozen=True):
    """When a carrier takes a claim. `closes`: the last day, counted from the hand-over; None where nobody told us.

    `opens` are days after `since`, working days if `working`. `insured`: only for insured parcels.
    `source`: who says so, or "own".
    """

    source: str
    opens: int = 0
    since: Since = Since.FOUND
    working: bool = False
    closes: int | None = None
    insured: bool = False


TERMS: Mapping[str, Terms] = MappingProxyType(
    {
        "usps": Terms("USPS: insured claims from day 15 to day 60", 15, Since.HANDED_OVER, closes=60, insured=True),
        "ups": Terms("UPS: 24 hours after the expected delivery", 1, Since.DUE),
        "royalmail": Terms(
            "Royal Mail: 10 working days after due, within 80 days of posting", 10, Since.DUE, working=True, closes=80
        ),
    }
)
"""By a carrier's slug, as far as the carriers say. Any other: as soon as it counts as lost, the end not known."""
UNKNOWN = Terms("own")
ASSUMED = 30
"""Days after the hand-over by which a claim should be made where the carrier's last day is not known (own: short)."""
LEAST_LEFT = 7
"""Days that are left for a claim at the least where the last day is only assumed."""
WEEK = 7 * DAY
_MORNING = 9 * 60
"""Nobody is reminded of money before nine, also where somebody is always there."""
_SEARCHED = 14
"""Days looked through for one on which somebody is there."""


def terms_for(slug: str, own: Mapping[str, Sequence[int]] | None = None) -> Terms | None:
    """The shop's own terms (slug to first and last day after the hand-over), else ours; None for its own courier."""
    if KINDS.get(slug) is CarrierKind.OWN:
        return None
    said = (own or {}).get(slug)
    if said:
        return Terms("shop", said[0], Since.HANDED_OVER, closes=said[1])
    return TERMS.get(slug, UNKNOWN)


class Losing(Struct, frozen=True):
    """The days that a claim's terms count from. `due_on`: what the carrier, else the shop had promised."""

    handed_on: date
    found_on: date
    due_on: date | None = None


class Window(Struct, frozen=True):
    """The first and the last day on which the carrier takes the claim; `assumed`: the last one is a guess of ours."""

    opens_on: date
    closes_on: date
    assumed: bool = False
    insured: bool = False


def window(terms: Terms, lost: Losing, country: str | None, holidays: frozenset[date] = frozenset()) -> Window:
    """The days of one lost parcel. Without a due day, what is counted from it can be claimed when it is found lost.

    The carrier's last day stands, be it over or not: a first day behind it counts from a due day that is not his.
    """
    opens_on = _opens(terms, lost, country, holidays)
    if terms.closes is not None:
        last = lost.handed_on + terms.closes * DAY
        return Window(opens_on if opens_on <= last else min(lost.found_on, last), last, insured=terms.insured)
    closes_on = max(lost.handed_on + ASSUMED * DAY, max(opens_on, lost.found_on) + LEAST_LEFT * DAY)
    return Window(opens_on, closes_on, assumed=True, insured=terms.insured)


def _opens(terms: Terms, lost: Losing, country: str | None, holidays: frozenset[date]) -> date:
    begin = {Since.HANDED_OVER: lost.handed_on, Since.DUE: lost.due_on, Since.FOUND: lost.found_on}[terms.since]
    if begin is None:
        return lost.found_on
    return working_day_after(begin, terms.opens, country, holidays) if terms.working else begin + terms.opens * DAY


def next_reminder(known: Window, shop: Shop, now: datetime) -> datetime | None:
    """When the desk is to hear of an unmade claim next: the morning it can be made, a week and a day before the end.

    Always when somebody is there; None where no reminder is left.
    """
    opens, closing, last = _reminders(known, shop)
    ahead = [closing, last]
    if known.opens_on > day_there(now, shop.zone):
        ahead = [opens, *(at for at in ahead if at > opens)]
    return min((at for at in ahead if at > now), default=None)


def _reminders(known: Window, shop: Shop) -> tuple[datetime, datetime, datetime]:
    text = shop.staffed or default_staffed(shop.country)
    opens = staffed(moment(known.opens_on, _MORNING, shop.zone), shop.zone, text, shop.holidays)
    return opens, _morning(known.closes_on - WEEK, shop, text), _morning(known.closes_on - DAY, shop, text)


def _morning(day: date, shop: Shop, text: str) -> datetime:
    """When somebody is there on that day, or on the last one before it on which somebody is."""
    for back in range(_SEARCHED):
        opens = staffed(moment(day - back * DAY, _MORNING, shop.zone), shop.zone, text, shop.holidays)
        if day_there(opens, shop.zone) == day - back * DAY:
            return opens
    return moment(day, _MORNING, shop.zone)
