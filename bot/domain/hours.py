"""Quiet hours, staffed hours, and the hour of the next word."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.domain.finding import Severity
from bot.domain.opening import Shift as Shift
from bot.domain.opening import WrongHours as WrongHours
from bot.domain.opening import default_staffed as default_staffed
from bot.domain.opening import parse_opening, span_of
from bot.domain.opening import parse_staffed as parse_staffed
from bot.domain.zones import weekend_of

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
QUIET_DEFAULT = "22-8"
_HORIZON_DAYS = 60
"""How far ahead an opening is looked for; a shop closed longer than that is treated as never staffed."""


FIRST_RESPONSE = timedelta(hours=2)
"""How soon a person answers, in staffed time."""


class Quiet(Struct, frozen=True):
    """Minutes of the day between which nothing is said; `start` > `end` goes over midnight."""

    start: int
    end: int


@lru_cache(maxsize=512)
def parse_quiet(text: str | None) -> Quiet | None:
    """`22-8`, `22:30-7:15`, `off` (nothing is quiet), empty (the default)."""
    text = (text or QUIET_DEFAULT).strip().lower()
    if text == "off":
        return None
    start, end = span_of(text)
    return Quiet(start, end % 1440) if start != end % 1440 else None


def day_there(at: datetime, zone: str) -> date:
    """The date on the wall at `at` in `zone`."""
    return at.astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=4096)
def moment(day: date, minutes: int, zone: str) -> datetime:
    """The UTC instant of a wall clock time; minute 1440 is the next day's start."""
    there = datetime.combine(day, time(), ZoneInfo(zone)) + timedelta(minutes=minutes)
    return there.astimezone(UTC)


def in_quiet(at: datetime, zone: str, quiet: str | None) -> bool:
    """Whether nothing may be said unasked at `at` to a reader in `zone`."""
    hours = parse_quiet(quiet)
    if hours is None:
        return False
    there = at.astimezone(ZoneInfo(zone))
    minute = there.hour * 60 + there.minute
    if hours.start < hours.end:
        return hours.start <= minute < hours.end
    return minute >= hours.start or minute < hours.end


def waking(at: datetime, zone: str, quiet: str | None) -> datetime:
    """`at`, or the end of the quiet hours it falls into."""
    hours = parse_quiet(quiet)
    if hours is None or not in_quiet(at, zone, quiet):
        return at
    day = day_there(at, zone)
    ends = (moment(day + step * DAY, hours.end, zone) for step in (0, 1))
    end = next(end for end in ends if end > at)
    # where clocks are put back, the hour that ends the quiet hours comes twice
    return end if not in_quiet(end, zone, quiet) else end + HOUR


def is_staffed(at: datetime, zone: str, text: str, holidays: Collection[date] = ()) -> bool:
    """Whether somebody is there at `at`."""
    return staffed(at, zone, text, holidays) == at


def staffed(at: datetime, zone: str, text: str, holidays: Collection[date] = ()) -> datetime:
    """`at` if somebody is there then, else the next opening; `at` for a shop that never opens."""
    for start, end in _shifts_from(at, zone, text, holidays):
        if at < end:
            return max(at, start)
    return at


def answer_by(at: datetime, zone: str, text: str, target: timedelta, holidays: Collection[date] = ()) -> datetime:
    """`target` of staffed time after `at`: when an answer asked for at `at` is due."""
    left = target
    for start, end in _shifts_from(at, zone, text, holidays):
        begins = max(at, start)
        if begins + left <= end:
            return begins + left
        left -= max(end - begins, timedelta())
    return at + target


def worked(start: datetime, end: datetime, zone: str, text: str, holidays: Collection[date] = ()) -> timedelta:
    """The staffed time from `start` to `end`."""
    shifts = _shifts_from(start, zone, text, holidays)
    return sum((max(min(end, last) - max(start, first), timedelta()) for first, last in shifts), timedelta())


def _shifts_from(at: datetime, zone: str, text: str, holidays: Collection[date]) -> list[tuple[datetime, datetime]]:
    return _shifts(day_there(at, zone) - DAY, zone, text, frozenset(holidays))


@lru_cache(maxsize=256)
def _shifts(first: date, zone: str, text: str, holidays: frozenset[date]) -> list[tuple[datetime, datetime]]:
    opening = parse_opening(text or default_staffed(None))
    days = [first + step * DAY for step in range(_HORIZON_DAYS)]
    return [
        (moment(day, shift.start, zone), moment(day, shift.end, zone))
        for day in days
        for shift in opening.on(day, day in holidays)
    ]


def shifts(
    start: datetime, end: datetime, zone: str, text: str, holidays: Collection[date] = ()
) -> list[tuple[datetime, datetime]]:
    """Every shift that ends after `start` and begins before `end`, in order."""
    day, last, found = day_there(start, zone) - DAY, day_there(end, zone), list[tuple[datetime, datetime]]()
    while day <= last:
        found += _shifts(day, zone, text, frozenset(holidays))
        day += _HORIZON_DAYS * DAY
    return [(opens, closes) for opens, closes in found if closes > start and opens < end]


def working_time(
    start: datetime,
    end: datetime,
    zone: str,
    country: str | None,
    holidays: Collection[date] = (),
    opened: Collection[date] = (),
) -> timedelta:
    """The time from `start` to `end` without the weekend days of the country and its holidays, but for the `opened`."""
    if end <= start:
        return timedelta()
    day, last, spent = day_there(start, zone), day_there(end, zone), end - start
    while day <= last:
        if not is_working_day(day, country, holidays, opened):
            spent -= min(end, moment(day + DAY, 0, zone)) - max(start, moment(day, 0, zone))
        day += DAY
    return spent


def is_working_day(
    day: date, country: str | None, holidays: Collection[date] = (), opened: Collection[date] = ()
) -> bool:
    """Whether it is neither of the country's weekend nor a holiday, or is `opened` all the same."""
    return day in opened or (day.weekday() not in weekend_of(country) and day not in holidays)


def working_day_after(
    day: date, count: int, country: str | None, holidays: Collection[date] = (), opened: Collection[date] = ()
) -> date:
    """The `count`-th working day after `day`; `day` itself for none."""
    while count > 0:
        day += DAY
        count -= is_working_day(day, country, holidays, opened)
    return day


class Word(Struct, frozen=True):
    """When the word after a message comes: an hour of the day, counted from today or the day it is about.

    `after` instead counts staffed time from now; `answers`: as much as the shop takes for an answer.
    """

    hour: int = 12
    days: int = 1
    from_subject: bool = False
    by_person: bool = False
    after: timedelta | None = None
    answers: bool = False


WORDS = {
    # tone.md 9 and 10, where today is a Tuesday and the promised day a Wednesday
    "hint": Word(hour=18, from_subject=True),
    "delay_slight": Word(hour=10, from_subject=True),
    "delay_serious": Word(days=2),
    "delay_again": Word(days=1, by_person=True),
    "stalled": Word(days=2),
    "held_up": Word(days=2),
    "lost_probable": Word(days=2, by_person=True),
    "attempt": Word(hour=20, from_subject=True),
    "promise_broken": Word(by_person=True, after=timedelta(hours=3)),
    "human_coming": Word(by_person=True, answers=True),
    # ours: the tone gives no hour
    "late": Word(days=1),
    "returning": Word(days=1, by_person=True),
    "turned_up": Word(days=2),
    "not_left_yet": Word(hour=18, days=0),
    "pickup_over": Word(days=1, by_person=True),
    "customs_action": Word(days=2),
    "not_earlier": Word(hour=18, from_subject=True),
    "damaged": Word(days=1, by_person=True),
    "unpaid": Word(hour=20, from_subject=True),
    "customs_papers": Word(days=2),
    "customs_noted": Word(days=1),
    "address_problem": Word(days=1),
    "still_nothing": Word(days=2),
    "loss_offer": Word(days=4),
    "promise_moved": Word(hour=18, from_subject=True),
}
"""One line a kind of message."""

_USUAL = Word()
_SOONEST = timedelta(hours=2)
"""A next word sooner than this is no promise but a twitch."""
_FAR = 3 * DAY
"""Nobody is left without a word for longer, however far the day a message is about."""
_PATIENCE = 55 * DAY
"""Longer than any closing: reader and shop that do not meet by then never do."""
_HALF_HOUR = timedelta(minutes=30)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def next_word(
    kind: str,
    severity: Severity,
    now: datetime,
    reader_zone: str,
    quiet: str | None,
    shop_zone: str,
    staffed: str,
    by_person: bool | None = None,
    *,
    on: date | None = None,
    holidays: Collection[date] = (),
    answer: timedelta = FIRST_RESPONSE,
) -> datetime:
    """When the next word is promised: later than `now`, never in quiet hours, staffed where a person must act.

    `on` is the day the message is about (the new arrival, the next attempt). A serious matter is not left
    alone for more than two days. `by_person` overrides the kind's own. A shop that is never staffed
    (or only while the reader sleeps) owes its word in waking hours. `answer`: how soon its people answer.
    """
    word = WORDS.get(kind, _USUAL)
    is_person = word.by_person if by_person is None else by_person
    after = answer if word.answers else word.after
    if after is not None:
        at = _full(answer_by(now, shop_zone, staffed, after, holidays))
    else:
        at = _target(word, now, reader_zone, on, 2 * DAY if severity is Severity.SERIOUS else _FAR)
    if not is_person:
        return waking(at, reader_zone, quiet)
    sooner = _sooner(at, now, reader_zone, quiet, shop_zone, staffed, holidays)
    return sooner or _both(at, reader_zone, quiet, shop_zone, staffed, holidays)


def _full(at: datetime) -> datetime:
    """The next full half hour."""
    return at + (_EPOCH - at) % _HALF_HOUR


def _target(word: Word, now: datetime, zone: str, on: date | None, far: timedelta) -> datetime:
    today = day_there(now, zone)
    day = today + word.days * DAY
    if word.from_subject:
        day = min(max(on or day, today), today + far)
    at = moment(day, word.hour * 60, zone)
    while at < now + _SOONEST:
        day += DAY
        at = moment(day, word.hour * 60, zone)
    return at


def _sooner(
    at: datetime,
    now: datetime,
    zone: str,
    quiet: str | None,
    shop_zone: str,
    text: str,
    holidays: Collection[date],
) -> datetime | None:
    """The same hour of the last staffed day from tomorrow to `at`: nobody is made to wait for the weekend's end."""
    while day_there(at, zone) > day_there(now, zone):
        if in_shift(at, shop_zone, text, holidays) and not in_quiet(at, zone, quiet):
            return at
        at -= DAY
    return None


def _both(
    at: datetime, zone: str, quiet: str | None, shop_zone: str, text: str, holidays: Collection[date]
) -> datetime:
    """The first time from `at` on when the shop is staffed and the reader awake."""
    then = at
    while then - at < _PATIENCE:
        then = _answered(then, shop_zone, text, holidays)
        awake = waking(then, zone, quiet)
        if awake == then:
            return then
        then = awake
    return waking(at, zone, quiet)


def _answered(at: datetime, zone: str, text: str, holidays: Collection[date]) -> datetime:
    """`at` if in staffed hours, their very end included; else the next opening and the time an answer takes."""
    if in_shift(at, zone, text, holidays):
        return at
    return _full(answer_by(at, zone, text, FIRST_RESPONSE, holidays))


def in_shift(at: datetime, zone: str, text: str, holidays: Collection[date] = ()) -> bool:
    """Whether a word promised for `at` can have been written: somebody is there, or has just left."""
    return any(start <= at <= end for start, end in _shifts_from(at, zone, text, holidays))
