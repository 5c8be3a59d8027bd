"""The desk under load: `python -m tests.benchmarks.desk`, with `--kill SECONDS` for the length of the last run.

60 customers with 20 words each in ten minutes over eight groups, 60 with two each in one, agents answering; the same
with one call in fifty refused by a 429 and one in a hundred done though nobody says so; and the service as a process
that is killed every twenty seconds. How time passes in the first: desk_world.py; in the last it is
real: desk_killed.py.
"""

import asyncio
import time

import typer
import uvloop

from bot.domain.pacing import GROUP_ACTS, GROUP_WINDOW
from tests.benchmarks.desk_killed import killed
from tests.benchmarks.desk_world import Desk, opened_desk, percentile, unmarked
from tests.benchmarks.machine import Row, machine, show
from tests.benchmarks.stores import address, opened

CUSTOMERS, MINUTES = 60, 10
MANY, FEW = 20, 2
GROUPS = 8
REFUSED, SWALLOWED = 0.02, 0.01
KILLED_FOR = 300.0
COUNTED = ("createForumTopic", "sendMessage", "editMessageText", "pinChatMessage", "editForumTopic")


def plan(desk: Desk, words: int, every: float) -> None:
    """Each customer writes every so many seconds, all of them out of step."""
    for number in range(CUSTOMERS):
        first = every * number / CUSTOMERS
        for turn in range(words):
            desk.customer_writes(number, turn, first + every * turn)


def floor(words: int, groups: int, *, cards: bool) -> float:
    """Seconds that a group needs at best for its share: a topic for each customer and his words, card and pin too."""
    people = -(-CUSTOMERS // groups)
    acts = people * (words + 1 + 2 * cards)
    return (acts - 1) // GROUP_ACTS * GROUP_WINDOW


async def loaded(name: str, words: int, groups: int, every: float, *, spoilt: bool, most: float) -> list[Row]:
    """One run in a fresh database, as rows."""
    with address("sqlite") as url:
        async with opened(url), opened_desk(CUSTOMERS, groups) as desk:
            plan(desk, words, every)
            if spoilt:
                desk.spoil(REFUSED, SWALLOWED)
            began = time.process_time()
            await desk.run(MINUTES * 60, MINUTES * 60 * 4)
            return figures(name, desk, words, groups, time.process_time() - began, most)


def figures(name: str, desk: Desk, words: int, groups: int, cpu: float, most: float) -> list[Row]:
    """What people read, against what was said."""
    heard = desk.heard
    lost = [token for token in heard.said if token not in heard.arrived]
    again = [token for token, times in heard.arrived.items() if len(times) > 1]
    doubts = len(desk.doubts())
    wrong = sum(read != sorted(read, key=place_of) for read in heard.order.values())
    last = max((times[0] for token, times in heard.arrived.items() if token[0] == "q"), default=0.0)
    at_best = floor(words, groups, cards=False) / 60
    calls = desk.telegram.api.record.calls
    acts = {method: sum(call.method == method and call.accepted for call in calls) for method in COUNTED}
    spent = ", ".join(f"{number} {method}" for method, number in acts.items() if number)
    rows = [
        Row(f"{name}: words lost", len(lost), "", most=0, detail=f"{len(heard.said):,} said, both ways"),
        Row("words doubled", len(again), "", most=doubts, detail=f"{doubts} calls were done though nobody said so"),
        Row("doubled without a mark", unmarked(desk.telegram, [*desk.groups, *desk.people], again), "", most=0),
        Row("readers to whom words came out of order", wrong, "", most=0, detail=f"of {len(heard.order)}"),
        Row("calls over Telegram's limits", len(desk.telegram.violations("limit")), "", most=0, detail=spent),
        Row(
            "the last word stands in its topic after",
            last / 60,
            "min",
            most=most,
            detail=f"floor {at_best:.0f} min for topics and words, "
            f"{floor(words, groups, cards=True) / 60:.0f} with cards and pins",
        ),
    ]
    for side, way in (("q", "customer → topic"), ("a", "agent → customer")):
        taken = [
            heard.arrived[token][0] - at
            for token, at in heard.said.items()
            if token[0] == side and token in heard.arrived
        ]
        how = f"{len(taken):,}; worst {max(taken, default=0):.1f} s; time that limits cost, not our own"
        rows.append(Row(f"{way}, median", percentile(taken, 0.5), "s", detail=how))
        rows.append(Row(f"{way}, 95th of 100", percentile(taken, 0.95), "s"))
    relayed = len(heard.arrived)
    how = "handler, store, dispatcher, library; the sandbox's and the people's own work in it"
    return [*rows, Row("processor time a relayed message", 1000 * cpu / max(relayed, 1), "ms", detail=how)]


def place_of(token: str) -> int:
    """Which of somebody's words these are."""
    return int(token.partition("x")[2])


async def all_loads() -> list[Row]:
    """Each load alone, then with faults."""
    rows: list[Row] = []
    for spoilt in (False, True):
        how = ", 2 % refused and 1 % in doubt" if spoilt else ""
        many = f"{CUSTOMERS} × {MANY} over {GROUPS} groups{how}"
        rows += await loaded(many, MANY, GROUPS, 30.0, spoilt=spoilt, most=12 if spoilt else 10.5)
        few = f"{CUSTOMERS} × {FEW} in one group{how}"
        rows += await loaded(few, FEW, 1, 30.0, spoilt=spoilt, most=14 if spoilt else 10)
    return rows


def measure(seconds: float = KILLED_FOR) -> list[Row]:
    """The figures of one run."""
    return [*uvloop.run(all_loads()), *asyncio.run(killed(seconds))]


def main(kill: float = KILLED_FOR) -> None:
    """Print the table; exit code 1 where a figure misses what is asked."""
    rows = measure(kill)
    show(f"The desk · {machine()}", rows)
    raise typer.Exit(not all(row.holds for row in rows))


if __name__ == "__main__":
    typer.run(main)
