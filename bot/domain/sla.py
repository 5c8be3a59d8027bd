"""How soon a shop's people answer: targets, what is due when, who is reminded in which order. Spans are staffed time.

A wait begins when somebody is owed a word and ends with it; each step of reminding is taken once a wait.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import takewhile
from typing import Annotated

import msgspec
from msgspec import Struct

from bot.domain import hours
from bot.domain.hours import FIRST_RESPONSE, HOUR
from bot.domain.opening import parse_opening

# ---- targets

_Hours = Annotated[float, msgspec.Meta(gt=0)]


class Targets(Struct, frozen=True):
    """Staffed time until a person's first answer on a ticket, and until each later one."""

    first: timedelta = FIRST_RESPONSE
    following: timedelta = FIRST_RESPONSE


class _Settings(Struct, frozen=True):
    """As they stand in a shop's settings, in hours."""

    first_response: _Hours | None = None
    next_response: _Hours | None = None


@lru_cache(maxsize=1024)
def targets_of(settings: str) -> Targets:
    """A shop's targets from its settings (JSON); whoever set only the first one means both."""
    said = msgspec.json.decode(settings or "{}", type=_Settings)
    first = FIRST_RESPONSE if said.first_response is None else HOUR * said.first_response
    return Targets(first, first if said.next_response is None else HOUR * said.next_response)


# ---- when somebody is there


class Staffing(Struct, frozen=True):
    """When the people of a shop are there: their zone, their hours with the days apart, their holidays."""

    zone: str
    text: str
    holidays: frozenset[date] = frozenset()

    def after(self, at: datetime, span: timedelta) -> datetime:
        """`span` of staffed time after `at`."""
        return hours.answer_by(at, self.zone, self.text, span, self.holidays)

    def opening(self, at: datetime) -> datetime:
        """`at` if somebody is there, else when somebody is next."""
        return hours.staffed(at, self.zone, self.text, self.holidays)

    def closing(self, day: date) -> datetime | None:
        """When the last of them leaves on that day; None where nobody is there."""
        shifts = parse_opening(self.text).on(day, day in self.holidays)
        return hours.moment(day, shifts[-1].end, self.zone) if shifts else None

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The staffed time in between; where there is none, all of it."""
        return self._worked(start, end) or max(end - start, timedelta())

    def before(self, end: datetime, span: timedelta, start: datetime) -> datetime:
        """`span` of staffed time (where there is none, of any) before `end`, no earlier than `start`."""
        worked = self._worked(start, end)
        return self.after(start, max(worked - span, timedelta())) if worked else max(start, end - span)

    def _worked(self, start: datetime, end: datetime) -> timedelta:
        return hours.worked(start, end, self.zone, self.text, self.holidays)


# ---- steps


class Who(StrEnum):
    """Who hears of a wait. CUSTOMER reads a holding word."""

    CUSTOMER = "customer"
    ASSIGNEE = "assignee"
    GROUP = "group"
    LEADS = "leads"
    OWNERS = "owners"


class Step(Struct, frozen=True):
    """Who hears of a wait when this share of its time is gone."""

    who: Who
    share: float


ANSWER = (
    Step(Who.CUSTOMER, 0.5),
    Step(Who.ASSIGNEE, 0.5),
    Step(Who.GROUP, 0.75),
    Step(Who.LEADS, 1.0),
    Step(Who.OWNERS, 1.5),
)
"""While somebody waits for an answer."""
ANNOUNCED = (Step(Who.ASSIGNEE, 0.0), Step(Who.GROUP, 0.5), Step(Who.LEADS, 1.0), Step(Who.OWNERS, 2.0))
"""Before and after an hour that an agent himself has named: the time counts from when he is woken."""
AGAIN = timedelta(hours=20)
"""When every step is taken the owners hear again on the next staffed day: nothing falls asleep."""
GRID = timedelta(minutes=5)
"""Steps fall on full five minutes, so that what is due together is said together."""
SHORTEST_LEAD, LONGEST_LEAD = timedelta(minutes=10), HOUR
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Wait(Struct, frozen=True):
    """Somebody is owed a word. `taken`: steps so far; `announced`: an agent has named the hour himself."""

    since: datetime
    due_at: datetime
    taken: int = 0
    announced: bool = False

    @property
    def steps(self) -> Sequence[Step]:
        """All of them, in their order."""
        return ANNOUNCED if self.announced else ANSWER


def step_at(wait: Wait, number: int, staffing: Staffing) -> datetime:
    """When the step of this number is due, somebody being there."""
    share = wait.steps[number].share
    at = wait.due_at if share == 1.0 else staffing.after(wait.since, staffing.between(wait.since, wait.due_at) * share)
    return staffing.opening(_on_grid(at))


def due_steps(wait: Wait, staffing: Staffing, now: datetime) -> list[Who]:
    """Who hears of it now, in order; the owners once more where every step was taken before."""
    if wait.taken >= len(wait.steps):
        return [Who.OWNERS]
    due = takewhile(lambda number: step_at(wait, number, staffing) <= now, range(wait.taken, len(wait.steps)))
    return [wait.steps[number].who for number in due]


def next_at(wait: Wait, staffing: Staffing, now: datetime) -> datetime:
    """When somebody is to hear of it next, later than `now`."""
    if wait.taken < len(wait.steps):
        return max(step_at(wait, wait.taken, staffing), staffing.opening(now))
    return staffing.opening(_on_grid(now + AGAIN))


def _on_grid(at: datetime) -> datetime:
    return at + (_EPOCH - at) % GRID


# ---- an hour that an agent has named


def wake_at(made_at: datetime, due_at: datetime, staffing: Staffing) -> datetime:
    """When whoever named the hour is woken: a quarter of the time before it, an hour at most, somebody being there."""
    lead = min(max(staffing.between(made_at, due_at) / 4, SHORTEST_LEAD), LONGEST_LEAD)
    return staffing.before(due_at, lead, made_at)


TALK = timedelta(minutes=30)
"""So long after an agent has named an hour his words belong to the same talk."""


def keeps(made_at: datetime, due_at: datetime, said_at: datetime) -> bool:
    """Whether an agent's words keep the hour he has named: those of its second half do."""
    return said_at >= made_at + (due_at - made_at) / 2


def is_met(made_at: datetime, due_at: datetime, last_said_at: datetime) -> bool:
    """Whether, at its hour, the customer has been written to: nobody begs pardon for an answer that came early."""
    return last_said_at > made_at + min(TALK, (due_at - made_at) / 2)


# ---- what must never be


class Standing(Struct, frozen=True):
    """What decides whether an open ticket can be forgotten. `owed`: it waits for us; `banned`: nobody is answered."""

    owed: bool
    due_at: datetime | None = None
    remind_at: datetime | None = None
    banned: bool = False


OVERSLEPT = HOUR
"""A step so long overdue was not taken by anybody."""


def is_asleep(ticket: Standing, now: datetime) -> bool:
    """Whether an open ticket waits for us and nothing would wake anybody."""
    if ticket.banned:
        return False
    if ticket.due_at is None:
        return ticket.owed
    return ticket.remind_at is None or ticket.remind_at < now - OVERSLEPT
