"""What a desk is measured by: arithmetic over epoch milliseconds. The definitions are those of docs/metrics.md."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from math import ceil

from msgspec import Struct

from bot.domain.measures import Share

OURS = frozenset(
    {
        "lost", "stalled", "late", "at_risk", "failed_attempt", "returning", "pickup_ending", "customs_action",
        "damaged", "unpaid", "silence", "promise_broken", "loss_choice",
    }
)  # fmt: skip
"""Tickets that we open: their customer waits for nobody until he writes."""


class Word(Struct, frozen=True, gc=False):
    """A person's words; `by` the colleague who wrote them, None for the customer's. What a machine says is none."""

    at: int
    by: int | None = None


class Matter(Struct, frozen=True):
    """A ticket. `words`: oldest first. `solved`: its first end; `closed`: its last, None while it is open.

    `given`: (when, to whom) it was given, oldest first; before, it is his who wrote first.
    """

    opened: int
    cause: str = "words"
    words: tuple[Word, ...] = ()
    solved: int | None = None
    closed: int | None = None
    reopened: int = 0
    assignee: int | None = None
    given: tuple[tuple[int, int], ...] = ()


class Wait(Struct, frozen=True, gc=False):
    """A customer's wait for a person's words: the first one of a matter, or a later one. `end` None: not ended yet."""

    start: int
    end: int | None = None
    by: int | None = None
    first: bool = False


class Spread(Struct, frozen=True):
    """Of so many durations the middle one and the one that nine of ten do not exceed, in milliseconds."""

    of: int = 0
    p50: int = 0
    p90: int = 0


class Took(Struct, frozen=True):
    """How long something took, in the shop's staffed time and by the clock."""

    staffed: Spread = Spread()
    clock: Spread = Spread()


class Numbers(Struct, frozen=True):
    """Of one span of time. `kept`: targets that were met, of those that fell due; `reopened`: of those solved."""

    opened: int = 0
    first: Took = Took()
    following: Took = Took()
    solving: Took = Took()
    kept: Share = Share()
    reopened: Share = Share()
    reasons: tuple[tuple[str, int], ...] = ()


class Standing(Struct, frozen=True):
    """Now: tickets that are open, that wait for us, and whose time is over."""

    open: int = 0
    waiting: int = 0
    breached: int = 0


class Ratings(Struct, frozen=True):
    """`good`: four or five, of all that were given; `given`: of all that were asked; `won`: of cases of recovery."""

    good: Share = Share()
    given: Share = Share()
    won: Share = Share()


class Hours:
    """A shop's staffed time: how much of it lies between two instants."""

    def __init__(self, shifts: Sequence[tuple[int, int]]) -> None:
        """`shifts`: start and end of each, in order, none over another; without any, all time counts."""
        self._starts = [start for start, _ in shifts]
        self._ends = [end for _, end in shifts]
        self._before = [0, *accumulate(end - start for start, end in shifts)]

    def spent(self, start: int, end: int) -> int:
        """Staffed milliseconds from `start` to `end`."""
        return max(self._until(end) - self._until(start), 0) if self._starts else max(end - start, 0)

    def _until(self, at: int) -> int:
        place = bisect_right(self._starts, at) - 1
        return 0 if place < 0 else self._before[place] + min(at, self._ends[place]) - self._starts[place]

    def after(self, start: int, target: int) -> int:
        """When so much staffed time after `start` is over; by the clock where the shifts end before."""
        wanted = self._until(start) + target if self._starts else 0
        place = bisect_left(self._before, wanted) - 1
        if not self._starts or not 0 <= place < len(self._starts):
            return start + target
        return self._starts[place] + wanted - self._before[place]


def spread(durations: Iterable[int]) -> Spread:
    """By nearest rank: a duration that occurred, none between two."""
    ranked = sorted(durations)
    if not ranked:
        return Spread()
    middle, ninth = (ranked[ceil(share * len(ranked)) - 1] for share in (0.5, 0.9))
    return Spread(len(ranked), middle, ninth)


def waits(matter: Matter) -> Iterator[Wait]:
    """Every wait of a matter: until the first reply, then from each of the customer's words to the reply after it.

    Where we opened it, the first begins with his first words; what colleagues wrote before them answers nothing.
    """
    start = None if matter.cause in OURS else matter.opened
    answered, pending = False, list[int]()
    for word in matter.words:
        if word.by is None:
            start = word.at if start is None else start
            pending += [word.at] if answered else []
        elif start is not None and not answered:
            answered = True
            yield Wait(start, word.at, word.by, True)
        else:
            yield from (Wait(asked, word.at, word.by) for asked in pending)
            pending.clear()
    if start is not None and not answered:
        yield Wait(start, first=True)
    yield from map(Wait, pending)


def measure(
    matters: Iterable[Matter],
    hours: Hours,
    targets: tuple[int, int],
    since: int,
    now: int,
    *,
    agent: int | None = None,
) -> Numbers:
    """The figures of what was answered, solved or fell due from `since` to `now`.

    `targets`: staffed milliseconds until a first reply and a later one. `agent`: of this colleague alone, his replies,
    the tickets that are his, and the targets that he met or that were missed while he had the ticket.
    """
    known = list(matters)
    his = known if agent is None else [matter for matter in known if matter.assignee == agent]
    ended = [wait for wait in _ended(known, since, now) if agent in (None, wait.by)]
    solved = [matter for matter in his if since <= (matter.solved or -1) <= now]
    fell_due = [one for matter in known for one in _due(matter, hours, targets, since, now)]
    kept = [met for met, whose in fell_due if agent in (None, whose)]
    reasons = Counter(matter.cause for matter in his if since <= matter.opened <= now)
    return Numbers(
        opened=reasons.total(),
        first=_took(((one.start, one.end) for one in ended if one.first), hours),
        following=_took(((one.start, one.end) for one in ended if not one.first), hours),
        solving=_took(((one.opened, one.solved) for one in solved), hours),
        kept=Share(sum(kept), len(kept)),
        reopened=Share(sum(one.reopened > 0 for one in solved), len(solved)),
        reasons=tuple(reasons.most_common()),
    )


def _ended(matters: Iterable[Matter], since: int, now: int) -> Iterator[Wait]:
    return (wait for matter in matters for wait in waits(matter) if since <= (wait.end or -1) <= now)


def _due(
    matter: Matter, hours: Hours, targets: tuple[int, int], since: int, now: int
) -> Iterator[tuple[bool, int | None]]:
    """Of each target of the matter that fell due within the span, whether it was met and by whom, else who had it."""
    for wait in waits(matter):
        due = hours.after(wait.start, targets[not wait.first])
        if since <= due <= now and (kept := _kept(matter, wait, due)) is not None:
            yield kept, wait.by if kept else holder(matter, due)


def holder(matter: Matter, at: int) -> int | None:
    """Who had a matter then; None where nobody did."""
    given = [user for when, user in matter.given if when <= at]
    wrote = (word.by for word in matter.words if word.by is not None and word.at <= at)
    return given[-1] if given else next(wrote, None)


def _kept(matter: Matter, wait: Wait, due: int) -> bool | None:
    """Whether he was answered by then; None where the matter was over before."""
    if wait.end is not None:
        return wait.end <= due
    return None if matter.closed is not None and wait.start <= matter.closed <= due else False


def _took(spans: Iterable[tuple[int, int | None]], hours: Hours) -> Took:
    known = [(start, end) for start, end in spans if end is not None]
    return Took(spread(hours.spent(start, end) for start, end in known), spread(end - start for start, end in known))


class Day(Struct, frozen=True):
    """One day: matters opened and solved, and the middle of the first replies' staffed time (None: none)."""

    opened: int = 0
    solved: int = 0
    first: int | None = None


def daily(matters: Sequence[Matter], hours: Hours, edges: Sequence[int]) -> list[Day]:
    """Day by day; `edges`: the instants at which days begin, and at which the last one ends."""
    firsts = [wait for matter in matters for wait in waits(matter) if wait.first and wait.end is not None]
    return [_day(matters, firsts, hours, start, end) for start, end in pairwise(edges)]


def _day(matters: Sequence[Matter], firsts: Sequence[Wait], hours: Hours, start: int, end: int) -> Day:
    replies = spread(hours.spent(one.start, one.end or 0) for one in firsts if start <= (one.end or 0) < end)
    return Day(
        sum(start <= one.opened < end for one in matters),
        sum(one.solved is not None and start <= one.solved < end for one in matters),
        replies.p50 if replies.of else None,
    )
