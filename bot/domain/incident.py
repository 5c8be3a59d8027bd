"""When many parcels have one trouble: which group of them explains it, and what becomes of it. See chance.py."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.domain.chance import BEYOND, FEWEST, is_beyond
from bot.domain.finding import Finding, FindingKind
from bot.domain.groups import Group, Scope, Spot, groups_of
from bot.domain.hours import staffed
from bot.domain.usual import RUNGS, Expected

HOUR = timedelta(hours=1)
GAPS = 3
"""A silence below so many usual gaps is not asked about, however many share it."""

# ---- which group


class Tally(NamedTuple):
    """Parcels of one spot that could be in trouble, and how many are: silent beyond each rung, or slipped (one)."""

    spot: Spot
    parcels: int
    troubled: Sequence[int]


class Count(NamedTuple):
    """The same of a group."""

    parcels: int
    troubled: tuple[int, ...]


Odd = Callable[[Group, Count], bool]


def odd_silence(expected: Callable[[Group], Expected]) -> Odd:
    """Whether a group is silent beyond chance."""
    return lambda group, count: rung_of(count, expected(group)) is not None


def odd_slips(expected: Callable[[Group], Expected], bound: float = BEYOND) -> Odd:
    """Whether more parcels of a group slip within a day than chance allows."""
    return lambda group, count: is_beyond(count.parcels, count.troubled[0], expected(group).slipping, bound)


def rung_of(count: Count, expected: Expected) -> int | None:
    """The first rung beyond which too many are silent."""
    for rung in range(first_rung(expected), len(RUNGS)):
        if is_beyond(count.parcels, count.troubled[rung], expected.silent[rung]):
            return rung
    return None


def first_rung(expected: Expected) -> int:
    """The shortest silence that is asked about where gaps are as usual there; the last one where all are shorter."""
    least = GAPS * (expected.gap or timedelta())
    return next((rung for rung, span in enumerate(RUNGS) if span >= least), len(RUNGS) - 1)


def cause(tallies: Sequence[Tally], odd: Odd) -> Group | None:
    """The narrowest group that explains the trouble of one carrier's parcels: without it nothing odd is left.

    The whole carrier where no narrower one does. None where nothing is odd.
    """
    counts = _counts(tallies)
    found = {group: count for group, count in counts.items() if max(count.troubled) >= FEWEST and odd(group, count)}
    if not found:
        return None
    for group in _candidates(found):
        rest = _without(group, found, tallies)
        if not any(max(count.troubled) >= FEWEST and odd(one, count) for one, count in rest.items()):
            return group
    return Group(Scope.CARRIER, next(iter(found)).slug)


_TRIED = 4
"""Of each scope those that hold most of the trouble: none with less explains it all."""
_WIDTH = {scope: number for number, scope in enumerate(Scope)}


def _candidates(found: Mapping[Group, Count]) -> list[Group]:
    """Narrow ones first: by how many parcels they hold."""
    heaviest = sorted(found, key=lambda group: -found[group].troubled[0])
    tried = [group for scope in Scope for group in [one for one in heaviest if one.scope is scope][:_TRIED]]
    return sorted(tried, key=lambda group: (found[group].parcels, _WIDTH[group.scope]))


def _counts(tallies: Iterable[Tally]) -> dict[Group, Count]:
    sums: dict[Group, Count] = {}
    for tally in tallies:
        for group in groups_of(tally.spot):
            known = sums.get(group)
            sums[group] = Count(tally.parcels, tuple(tally.troubled)) if known is None else _added(known, tally, 1)
    return sums


def _without(group: Group, found: Mapping[Group, Count], tallies: Iterable[Tally]) -> Mapping[Group, Count]:
    """What the found groups hold beside that one's parcels."""
    rest = dict(found)
    for tally in tallies:
        groups = groups_of(tally.spot)
        if group in groups:
            rest |= {one: _added(rest[one], tally, -1) for one in groups if one in rest}
    return rest


def _added(count: Count, tally: Tally, sign: int) -> Count:
    troubled = tuple(known + sign * more for known, more in zip(count.troubled, tally.troubled, strict=True))
    return Count(count.parcels + sign * tally.parcels, troubled)


def count_of(group: Group, tallies: Iterable[Tally]) -> Count:
    """One group's count."""
    return _counts(tally for tally in tallies if group.covers(tally.spot)).get(group, Count(0, (0,) * len(RUNGS)))


# ---- the matter


class Symptom(StrEnum):
    """What the parcels have in common. MANY: nothing, but more warnings than the shop's share of an hour."""

    SILENT = "silent"
    SLIPPED = "slipped"
    MANY = "many"


class State(StrEnum):
    """How far it is. Until it is over, warnings of its parcels wait; WARNED: a person let them go."""

    ASKING = "asking"
    WAITING = "waiting"
    WARNED = "warned"
    THEIRS = "theirs"
    OVER = "over"


class Reply(StrEnum):
    """What an agent decides; the value is the button's."""

    WARN = "w"
    WAIT = "l"
    THEIRS = "t"
    SEND = "s"
    DROP = "d"


REPLIES: Mapping[Symptom, tuple[Reply, ...]] = {
    Symptom.SILENT: (Reply.WARN, Reply.WAIT, Reply.THEIRS),
    Symptom.SLIPPED: (Reply.WARN, Reply.WAIT, Reply.THEIRS),
    Symptom.MANY: (Reply.SEND, Reply.DROP),
}
LEADS_TO: Mapping[Reply, State] = {
    Reply.WARN: State.WARNED,
    Reply.WAIT: State.WAITING,
    Reply.THEIRS: State.THEIRS,
    Reply.SEND: State.WARNED,
    Reply.DROP: State.OVER,
}
SETTLED = frozenset({State.WARNED, State.OVER})
"""What was said cannot be taken back."""


class Incident(Struct, frozen=True):
    """One cause that holds many parcels up. `since`: when it began; `group` None for MANY.

    `ask_at`: when the agents are asked again; `asked`: how often they were.
    """

    id: int
    merchant_id: int
    symptom: Symptom
    state: State
    opened_at: datetime
    since: datetime
    group: Group | None = None
    account_id: int | None = None
    ask_at: datetime | None = None
    asked: int = 0
    answered_by: int | None = None
    answered_at: datetime | None = None
    rung: int = 0

    def covers(self, spot: Spot) -> bool:
        """Whether parcels of that spot are of it."""
        return self.group is not None and self.group.covers(spot)


def decide(incident: Incident, reply: Reply) -> State | None:
    """What an answer makes of it; None where it was given before, comes too late, or is none to this question."""
    state = LEADS_TO[reply]
    if incident.state in SETTLED or state is incident.state or reply not in REPLIES[incident.symptom]:
        return None
    return state


WARNS = frozenset({FindingKind.AT_RISK, FindingKind.LATE, FindingKind.STALLED, FindingKind.LOST})
"""Findings that are expectations of ours and may wait; what a courier or a scan says is told at once."""


BOUNDED = WARNS | {FindingKind.NOT_HANDED_OVER, FindingKind.FIRST_SCAN_LATE}
"""Findings whose warnings count against a shop's share of an hour."""


def is_word(finding: Finding) -> bool:
    """Whether it is the carrier's own word that a parcel is lost."""
    return finding.kind is FindingKind.LOST and finding.mark.startswith("carrier:")


def waits(incident: Incident, finding: Finding) -> bool:
    """Whether a warning of one of its parcels waits. Once customers know of the matter, only a loss is new to them."""
    if finding.kind not in WARNS or is_word(finding):
        return False
    return incident.state is not State.WARNED or finding.kind is not FindingKind.LOST


_PATIENCE = 3 * HOUR
_LONGEST = 24 * HOUR


def ask_again_at(now: datetime, asked: int, zone: str, hours: str, holidays: Collection[date] = ()) -> datetime:
    """When agents who have not decided are asked again: after three hours, later more seldom, when somebody is there.

    A full hour: it stands on the button.
    """
    there = (now + min(_PATIENCE * (1 << min(max(asked - 1, 0), 4)), _LONGEST)).astimezone(ZoneInfo(zone))
    full = there.replace(minute=0, second=0, microsecond=0)
    return staffed((full if full == there else full + HOUR).astimezone(UTC), zone, hours, holidays)
