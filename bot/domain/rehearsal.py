"""A history lived through once more, on its own clock: what would have been said, by what was known until then.

Parcels are ordered, move and end; every night the forecast learns from them, and at each tick it is told of whom a
warning would have gone. Nothing that happened later is looked at.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.detector import DELAYS, detect
from bot.domain.finding import Finding
from bot.domain.forecast import forecast
from bot.domain.journey import ENDINGS, STAGES, Journey, Step, journey_of, steps_of
from bot.domain.learning import Model, empty, learn
from bot.domain.odds import Preset, should_warn
from bot.domain.policy import Policy, policy_for
from bot.domain.shipment import Shipment
from carriers.kit.model import Status

SILENT = "own"
"""The policy of a carrier that tells nothing on the way: silence in a history means that nobody wrote it down."""
TICK = timedelta(hours=6)
GIVEN_UP = timedelta(days=90)
"""So long after its last move and its promised day an order that never ended is watched (karrio polls as long)."""


class Move(NamedTuple):
    """A status that was reached."""

    status: Status
    at: datetime


class Past(Struct, frozen=True):
    """One parcel of a history: `shipment` as it was ordered (`id` is its name), and all that became of it.

    `is_void`: it was called off, and nobody says when.
    """

    shipment: Shipment
    moves: tuple[Move, ...] = ()
    is_void: bool = False


class Warned(NamedTuple):
    """A warning that would have gone out: by which policy, of which parcel, when and why."""

    policy: str
    id: int
    at: datetime
    finding: Finding


class _Watched(Struct):
    """A parcel on its way. `untold`: the policies that have not spoken yet."""

    shipment: Shipment
    journey: Journey
    untold: list[str]


def presets(home: str | None) -> dict[str, Policy]:
    """What is rehearsed where nobody says otherwise: each preset, for a shop of that country."""
    return {preset.value: rehearsed({"odds": {"preset": preset.value}}, home) for preset in Preset}


def rehearsed(overrides: Mapping[str, object], home: str | None) -> Policy:
    """A shop's policy as far as a history can tell: no alarm follows from silence."""
    return policy_for(SILENT, None, {"home": home, "odds": overrides.get("odds", {})})


class Rehearsal:
    """Knows what has happened so far, and nothing else. It learns at the first tick of each day (UTC)."""

    def __init__(self, policies: Mapping[str, Policy], home: str | None = None) -> None:
        self._policies = policies
        self._home = home
        self._open: dict[int, _Watched] = {}
        self._ended: list[Journey] = []
        self._model: Model = empty(datetime(1970, 1, 1, tzinfo=UTC))
        self._learnt_on: date | None = None

    @property
    def is_idle(self) -> bool:
        """Whether nobody is left of whom anything could be said."""
        return not any(watched.untold for watched in self._open.values())

    def order(self, shipment: Shipment) -> None:
        """A parcel that we hear of now."""
        steps = steps_of(shipment.created_at, ())
        self._open[shipment.id] = _Watched(shipment, self._journey(shipment, steps), list(self._policies))

    def move(self, id_: int, status: Status, at: datetime) -> None:
        """What happened to it; nothing more does after its end."""
        watched = self._open.get(id_)
        if watched is None:
            return
        shipment = replace(watched.shipment, status=status, status_at=at, scan_at=at)
        if status in ENDINGS:
            if status is Status.DELIVERED:
                shipment = replace(shipment, delivered_at=at)
            self._ended.append(self._journey(shipment, watched.journey.steps))
            del self._open[id_]
        else:
            watched.shipment = shipment
            watched.journey = self._journey(shipment, (*watched.journey.steps, Step(STAGES[status], at)))

    def _journey(self, shipment: Shipment, steps: tuple[Step, ...]) -> Journey:
        ordered_at = min(step.at for step in steps)
        return journey_of(shipment, steps, ordered_at, self._home)

    def tick(self, now: datetime) -> Iterator[Warned]:
        """The warnings that go out at `now`, each policy's once a parcel."""
        if now.date() != self._learnt_on:
            self._give_up(now)
            under_way = [watched.journey for watched in self._open.values()]
            self._model, self._ended = learn(self._model, self._ended, under_way, now), []
            self._learnt_on = now.date()
        for id_, watched in self._open.items():
            if watched.untold:
                yield from self._told(id_, watched, now)

    def _give_up(self, now: datetime) -> None:
        """Of an order that nobody saw end nothing more is expected: it is learnt from once, and counted no more."""
        for id_ in [id_ for id_, watched in self._open.items() if now >= _watched_until(watched.journey)]:
            watched = self._open.pop(id_)
            shipment = replace(watched.shipment, status=Status.CANCELLED, status_at=now)
            self._ended.append(self._journey(shipment, watched.journey.steps))

    def _told(self, id_: int, watched: _Watched, now: datetime) -> Iterator[Warned]:
        expected, deadline = forecast(self._model, watched.journey, now), watched.journey.promised_by
        for name in tuple(watched.untold):
            policy = self._policies[name]
            # a history has no word of the carrier's: before the deadline only the odds speak, and they are asked often
            if deadline is None or (now < deadline and not should_warn(expected, deadline, now, policy.odds)):
                continue
            found = detect(watched.shipment, now, policy, expected)
            finding = next((one for one in found if one.firm and one.kind in DELAYS), None)
            if finding is not None:
                watched.untold.remove(name)
                yield Warned(name, id_, now, finding)


def _watched_until(journey: Journey) -> datetime:
    moved_at = journey.steps[-1].at
    return max(journey.promised_by or moved_at, moved_at) + GIVEN_UP


class Tick(NamedTuple):
    """A moment of the rehearsal, and who was warned then."""

    at: datetime
    warned: Sequence[Warned]


def live(
    rehearsal: Rehearsal, history: Iterable[Past], start: datetime, end: datetime, tick: timedelta = TICK
) -> Iterator[Tick]:
    """Let everything happen in its order, and look at it every `tick` from `start` to `end`.

    What happened before `start` is only learnt from. Times in which nobody is on the way are passed over.
    """
    events = _events(history)
    now, place = start, 0
    while now <= end:
        while place < len(events) and events[place].at <= now:
            _happen(rehearsal, events[place])
            place += 1
        yield Tick(now, tuple(rehearsal.tick(now)))
        now += tick
        if rehearsal.is_idle:
            if place == len(events):
                return
            now += max(-((now - events[place].at) // tick), 0) * tick


class _Event(NamedTuple):
    at: datetime
    turn: int
    id: int
    what: Shipment | Move


def _events(history: Iterable[Past]) -> list[_Event]:
    """Everything in order of time; nobody hears of a move before the order."""
    events: list[_Event] = []
    for past in history:
        shipment = past.shipment
        events.append(_Event(shipment.created_at, 0, shipment.id, shipment))
        events += (
            _Event(max(move.at, shipment.created_at), turn, shipment.id, move)
            for turn, move in enumerate(sorted(past.moves, key=lambda move: move.at), 1)
        )
    return sorted(events, key=lambda event: event[:3])


def _happen(rehearsal: Rehearsal, event: _Event) -> None:
    if isinstance(event.what, Move):
        rehearsal.move(event.id, event.what.status, event.what.at)
    else:
        rehearsal.order(event.what)
