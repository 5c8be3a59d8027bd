"""What nobody needs any more goes: in short bites, resumed anywhere, and never what is still needed."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest

from bot.flows import tidying
from bot.flows.tidying import CHORES, Chore
from bot.jobs.tidy import EVERY, Tidying
from bot.store import dialogues, inbox, outbox, pruning, sizes, sql
from bot.store.core import Dialect
from bot.store.models import OutboxRow
from bot.store.ms import to_ms
from bot.store.pruning import DAY, RULES, Old
from tests.fakes.clock import StandingClock
from tests.fakes.rows import NOON, answer

OUTBOX, INBOX, LANE, DIALOGUE = RULES[:4]
pytestmark = pytest.mark.usefixtures("store")


async def settled(count: int, days_ago: int = 40) -> None:
    """Rows that left so long before NOON."""
    long_ago = NOON - days_ago * DAY
    await outbox.put([answer(chat) for chat in range(1, count + 1)])
    await sql.run(
        "UPDATE outbox SET state = 'sent', settled_ms = ?, created_ms = ? WHERE state = 'queued'",
        (to_ms(long_ago), to_ms(long_ago)),
    )


async def walk(old: Old, most: int = 1000) -> list[int]:
    """How many rows each bite took, to the end."""
    after, took = None, []
    while True:
        done = await pruning.bite(old, after, NOON, most)
        took.append(done.gone)
        if (after := done.after) is None:
            return took


async def test_every_rule_can_be_asked_of_both_databases(store: Dialect) -> None:
    assert [await walk(rule) for rule in RULES] == [[0]] * len(RULES)


async def test_what_left_long_ago_goes_and_what_waits_never() -> None:
    await settled(3)
    await outbox.put([answer(9)])
    await sql.run("UPDATE outbox SET created_ms = 0 WHERE state = 'queued'")
    assert await walk(OUTBOX) == [3]
    assert [row.state for row in await OutboxRow.all()] == ["queued"]


async def test_a_walk_ends_at_the_first_row_that_is_too_young() -> None:
    await settled(10)
    await settled(50, days_ago=3)
    assert await walk(OUTBOX, most=5) == [5, 5, 0]
    assert await OutboxRow.all().count() == 50


async def test_handled_updates_go_after_two_weeks_and_waiting_ones_never() -> None:
    await inbox.put([(5, 1, "sealed"), (6, 1, "sealed"), (7, 1, "sealed")], NOON - 15 * DAY)
    await inbox.settle(5, NOON)
    await inbox.settle(7, NOON, inbox.FAILED)
    assert await walk(INBOX, most=2) == [1, 1]
    assert [row.update_id for row in await inbox.waiting(9)] == [6]


async def test_a_form_that_nobody_finished_is_forgotten() -> None:
    await dialogues.put(7, 7, "sealed", NOON)
    await dialogues.put(-8, 8, "sealed", NOON + timedelta(hours=1))
    assert await walk(DIALOGUE) == [1]
    assert [row["user_id"] for row in await sql.rows("SELECT user_id FROM dialogue")] == [-8]


async def test_lanes_go_by_the_databases_clock(store: Dialect) -> None:
    await sql.run("INSERT INTO inbox_lane (lane, holder, until_ms) VALUES (1, 'me', 0), (-2, 'me', ?)", (2**53,))
    assert await walk(LANE) == [1 if store == "postgres" else 0]


async def test_what_hangs_on_a_row_goes_after_it() -> None:
    await sql.run(
        "INSERT INTO incident (merchant_id, symptom, state, rung, opened_ms, since_ms, asked, closed_ms)"
        " VALUES (1, 'silent', 'over', 0, 0, 0, 0, ?)",
        (to_ms(NOON - 61 * DAY),),
    )
    incident = (await sql.rows("SELECT id FROM incident"))[0]["id"]
    await sql.run(
        "INSERT INTO incident_parcel (incident_id, shipment_id, joined_ms) VALUES (?, 1, 0), (?, 2, 0)",
        (incident, incident),
    )
    rules = {rule.table: rule for rule in RULES}
    assert await walk(rules["incident_parcel"]) == [0]
    assert await walk(rules["incident"]) == [1]
    assert await walk(rules["incident_parcel"]) == [2]


async def test_much_is_removed_in_many_short_transactions() -> None:
    await settled(2500)
    took = await walk(OUTBOX, most=100)
    assert sum(took) == 2500
    assert max(took) == 100
    assert len(took) == 26


async def test_a_bite_that_is_cut_off_takes_nothing_and_is_taken_again() -> None:
    await settled(30)

    async def cut(*given: Any) -> pruning.Bite:
        await pruning.bite(OUTBOX, *given)
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await tidying.bite(Chore("outbox", cut), None, NOON)
    assert await OutboxRow.all().count() == 30
    assert (await tidying.bite(CHORES[0], None, NOON)).gone == 30


async def test_several_at_once_remove_each_row_once(store: Dialect) -> None:
    await settled(400)

    async def one() -> int:
        after, gone = None, 0
        while True:
            done = await tidying.bite(Chore("outbox", CHORES[0].bite, most=20), after, NOON)
            gone += done.gone
            if (after := done.after) is None:
                return gone

    assert sum(await asyncio.gather(*(one() for _ in range(4 if store == "postgres" else 1)))) == 400
    assert await OutboxRow.all().count() == 0


# ---- the walk beside the sweeps


class Counting:
    """Chores that need a number of bites each."""

    def __init__(self, clock: StandingClock, **bites: int) -> None:
        self.took: Counter[str] = Counter()
        self.clock = clock
        self.chores = [Chore(name, self.biting(name, many)) for name, many in bites.items()]

    def biting(self, name: str, many: int) -> Callable[..., Coroutine[Any, Any, pruning.Bite]]:
        async def bite(after: int | None, now: Any, most: int) -> pruning.Bite:
            self.took[name] += 1
            self.clock.seconds += 1.0
            done = (after or 0) + 1
            return pruning.Bite(most, done if done < many else None)

        return bite


async def test_a_walk_goes_on_between_sweeps_and_then_rests(clock: StandingClock) -> None:
    counting, stop = Counting(clock, first=3, second=2), asyncio.Event()
    tidy = Tidying(clock, counting.chores, patience=2.0, breath=0.0)
    assert await tidy.some(stop) == 2000
    assert counting.took == {"first": 2}
    assert await tidy.some(stop) == 2000
    assert await tidy.some(stop) == 1000
    assert counting.took == {"first": 3, "second": 2}
    assert await tidy.some(stop) == 0
    clock.advance(EVERY)
    assert await tidy.some(stop) == 2000


async def test_a_request_to_stop_is_heard_between_two_bites(clock: StandingClock) -> None:
    stop = asyncio.Event()
    stop.set()
    assert await Tidying(clock, Counting(clock, first=9).chores).some(stop) == 0


async def test_a_clock_that_goes_back_does_not_stop_tidying(clock: StandingClock) -> None:
    counting, stop = Counting(clock, first=1), asyncio.Event()
    tidy = Tidying(clock, counting.chores, breath=0.0)
    await tidy.some(stop)
    clock.at -= timedelta(days=400)
    assert await tidy.some(stop) == 1000


async def test_the_whole_walk_empties_what_is_over(clock: StandingClock) -> None:
    await settled(1500)
    tidy = Tidying(clock, patience=1e9, breath=0.0)
    assert await tidy.some(asyncio.Event()) == 1500
    assert await OutboxRow.all().count() == 0


async def test_the_file_stops_growing_where_the_tables_do(store: Dialect) -> None:
    bytes_ = []
    for _ in range(3):
        await settled(400)
        await walk(OUTBOX)
        if store == "postgres":  # as autovacuum does by itself
            await sql.run("VACUUM outbox")
        bytes_.append((await sizes.whole())[0])
    assert bytes_[2] <= bytes_[0] * 1.1
