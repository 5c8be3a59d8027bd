"""A history lived through once more: nothing is seen early, nothing is said twice."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.finding import FindingKind
from bot.domain.odds import Preset
from bot.domain.rehearsal import Move, Past, Rehearsal, Warned, live, presets, rehearsed
from bot.domain.shipment import Shipment
from carriers.kit.model import Status

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
TICK = 12 * HOUR


def past(number: int, ordered: float = 0, handed: float | None = 1, came: float | None = 3, promised: int = 5) -> Past:
    """A parcel by days since START, each from the one before; None: that never happened."""
    ordered_at = START + ordered * DAY
    moves = []
    if handed is not None:
        moves.append(Move(Status.IN_TRANSIT, ordered_at + handed * DAY))
    if came is not None:
        moves.append(Move(Status.DELIVERED, ordered_at + came * DAY))
    shipment = Shipment(
        id=number,
        merchant_id=1,
        order_id=number,
        account_id=None,
        slug="ups",
        number="",
        status=Status.UNKNOWN,
        created_at=ordered_at,
        promised_on=(ordered_at + promised * DAY).date(),
        country="DE",
    )
    return Past(shipment, tuple(moves))


def warnings(history: list[Past], until: datetime, tick: timedelta = TICK) -> list[Warned]:
    rehearsal = Rehearsal(presets("DE"), "DE")
    return [one for moment in live(rehearsal, history, START, until, tick) for one in moment.warned]


DAYS = st.integers(0, 40).map(lambda quarters: quarters / 4)
HISTORIES = st.lists(
    st.tuples(DAYS, st.none() | DAYS, st.none() | DAYS, st.integers(0, 8)), min_size=1, max_size=12
).map(lambda rows: [past(number, *row) for number, row in enumerate(rows)])


def until(history: list[Past], end: datetime) -> list[Past]:
    """As much of it as had happened by then."""
    return [
        Past(one.shipment, tuple(move for move in one.moves if move.at <= end))
        for one in history
        if one.shipment.created_at <= end
    ]


@settings(max_examples=25, deadline=None)
@given(HISTORIES, st.integers(0, 16))
def test_what_happens_later_changes_nothing_that_was_said_before(history: list[Past], days: int) -> None:
    end = START + days * DAY
    whole = [one for one in warnings(history, START + 20 * DAY) if one.at <= end]
    assert warnings(until(history, end), end) == whole


@settings(max_examples=25, deadline=None)
@given(HISTORIES)
def test_each_policy_speaks_once_of_a_parcel_and_never_after_its_end(history: list[Past]) -> None:
    said = warnings(history, START + 20 * DAY)
    assert len({(one.policy, one.id) for one in said}) == len(said)
    ends = {
        one.shipment.id: min((m.at for m in one.moves if m.status is Status.DELIVERED), default=None) for one in history
    }
    assert all(ends[one.id] is None or one.at < ends[one.id] for one in said)  # type: ignore[operator]
    assert {one.finding.kind for one in said} <= {FindingKind.AT_RISK, FindingKind.LATE}


# what fades at once instead of night by night differs in the last digits
@settings(max_examples=25, deadline=None, derandomize=True)
@given(HISTORIES)
def test_passing_over_idle_times_leaves_nothing_out(history: list[Past]) -> None:
    """Against a clock that stops at every tick, by who is told of what on which day."""
    rehearsal, said = Rehearsal(presets("DE"), "DE"), set()
    events = sorted(
        [(one.shipment.created_at, 0, one.shipment.id, one.shipment, None) for one in history]
        + [
            (move.at, place, one.shipment.id, None, move)
            for one in history
            for place, move in enumerate(sorted(one.moves, key=lambda move: move.at), 1)
        ],
        key=lambda event: event[:3],
    )
    now = START
    while now <= START + 30 * DAY:
        while events and events[0][0] <= now:
            _, _, id_, shipment, move = events.pop(0)
            if shipment is not None:
                rehearsal.order(shipment)
            elif move is not None:
                rehearsal.move(id_, move.status, move.at)
        said |= {(one.policy, one.id, one.at) for one in rehearsal.tick(now)}
        now += TICK
    assert {(one.policy, one.id, one.at) for one in warnings(history, START + 30 * DAY)} == said


def test_it_learns_on_the_way_and_warns_ahead() -> None:
    history = [past(number, ordered=number / 4, came=9, promised=7) for number in range(160)]
    late = [one for one in warnings(history, START + 50 * DAY) if one.policy == Preset.BALANCED]
    ahead = [one for one in late if one.finding.kind is FindingKind.AT_RISK]
    assert len(late) == len(history)
    assert len(ahead) > 100
    assert ahead[-1].finding.evidence["n"] > 30


def test_a_shop_whose_parcels_come_early_is_told_nothing() -> None:
    history = [past(number, ordered=number / 4, came=3, promised=8) for number in range(160)]
    assert warnings(history, START + 60 * DAY) == []


def test_silence_in_a_history_means_nothing() -> None:
    history = [past(1, handed=1, came=None, promised=25)]
    said = warnings(history, START + 20 * DAY)
    assert {one.finding.kind for one in said} <= {FindingKind.AT_RISK}


def test_what_was_only_told_of_later_is_heard_of_when_it_was_told() -> None:
    """A scan from before we knew the parcel: the journey began then, and nobody could be warned before."""
    told = past(1, ordered=6, handed=-5, came=None, promised=1)
    said = warnings([told], START + 10 * DAY)
    assert said
    assert min(one.at for one in said) >= START + 6 * DAY


def test_a_shops_own_thresholds_are_rehearsed_as_it_set_them() -> None:
    odds = rehearsed({"odds": {"preset": "early", "near": 24}, "home": "SA"}, "SA").odds
    assert (odds.near, odds.fairly_sure) == (24 * HOUR, presets("SA")[Preset.EARLY].odds.fairly_sure)


def test_an_order_that_nobody_saw_end_is_watched_for_ninety_days() -> None:
    unpromised = Past(replace(past(1).shipment, promised_on=None), (Move(Status.IN_TRANSIT, START + DAY),))
    rehearsal = Rehearsal(presets("DE"), "DE")
    looked = {tick.at: rehearsal.is_idle for tick in live(rehearsal, [unpromised], START, START + 99 * DAY, DAY)}
    assert [at for at, is_idle in looked.items() if is_idle] == [START + 91 * DAY]
    assert list(rehearsal.tick(START + 100 * DAY)) == []
