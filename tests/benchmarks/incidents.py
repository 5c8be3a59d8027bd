"""The incident drill: `python -m tests.benchmarks.incidents`. SQLite, a simulated clock, the real ingest and sweep.

5,000 parcels of one carrier, each with a customer of its own, are scanned every nine hours. (1) They all go silent at
once while the carrier goes on answering. (2) Instead its API fails for six hours, in which nothing is scanned either.
(3) Instead all their expected days move at once. (4) In a shop of a hundred parcels the expected days of fifty move
one after the other, a parcel a minute, told of in smaller and larger batches, with and without a history, and what is
due leaves each minute: counted is the worst of these. Counted is what customers and agents are told.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

import orjson

from bot.domain.incident import State
from bot.domain.outgoing import Outcome, Sent
from bot.domain.usual import counted, reach
from bot.flows import incidents, outgoing, settling
from bot.flows.calls import Call, Drop, Later
from bot.flows.calming import tell_all
from bot.flows.experience import Experience
from bot.flows.ingest import Polled, Rules, ingest_batch
from bot.flows.polling import Poller
from bot.flows.sweep import sweep
from bot.store import core, schema, sql
from bot.store import incidents as rows
from bot.store.crypt import Vault, new_key
from bot.store.ms import to_ms
from carriers.kit.model import Request, Response, TrackingResult
from tests.benchmarks.machine import Row, machine, show
from tests.fakes.answers import answer, scan
from tests.fakes.clock import StandingClock
from tests.fakes.crowd import GROUP, OWNER, crowd
from tests.fakes.speaker import composed, composer

PARCELS = 5000
HUBS = 40
BEGINS = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
"""A Sunday, the first working day in Riyadh."""
HOUR = timedelta(hours=1)
EVERY = 6
"""Hours between two questions about a parcel."""
GAP = 9
"""Hours between two scans of a parcel."""
NORMAL = 36
"""Hours of life as usual before anything happens."""
WATCHED = 84
"""Hours for which the story is followed afterwards: past the limit after which a parcel is stalled."""
FIRST_DAY, DAYS = date(2026, 11, 25), 6
"""The parcels are promised for these days: the first is over while they stand still."""
CHUNK = 250
STALLED = 72 * HOUR
QUIET = "22-8"


class Story:
    """What the carrier knows of each parcel: a scan every nine hours, each at its own, but for the `silent` spans."""

    def __init__(self) -> None:
        dice = Random(7)
        self.offset = {one: dice.randrange(GAP * 60) for one in range(1, PARCELS + 1)}
        self.silent: list[tuple[datetime, datetime]] = []
        self.stuck: dict[int, datetime] = {}
        self.rules = Rules(quiet=QUIET, experience=Experience())

    def scans(self, parcel: int, now: datetime) -> list[datetime]:
        """When it was scanned until now."""
        if parcel in self.stuck:
            return [self.stuck[parcel]]
        first = BEGINS - GAP * HOUR + timedelta(minutes=self.offset[parcel])
        times = [first + step * GAP * HOUR for step in range(int((now - first) / (GAP * HOUR)) + 1)]
        return [at for at in times if not any(start < at <= end for start, end in self.silent)]

    def result(self, parcel: int, now: datetime, eta: date | None = None) -> TrackingResult:
        """The carrier's answer."""
        events = [scan(at, place=place_of(parcel), description=f"{at}") for at in reversed(self.scans(parcel, now))]
        return answer(*events[:4], number=f"N{parcel}", eta=eta)


def place_of(parcel: int) -> str:
    """The hub at which it is."""
    return f"Hub {parcel % HUBS}"


async def begin() -> Story:
    """The shop and its parcels, known to the carrier."""
    await crowd(PARCELS, BEGINS, scan_place="")
    for number in range(DAYS):
        promised = (FIRST_DAY + timedelta(days=number)).isoformat()
        await sql.run(f"UPDATE shipment SET promised_on = ? WHERE id % {DAYS} = ?", (promised, number))
    story = Story()
    await ask(story, BEGINS, range(1, PARCELS + 1))
    await sql.run("DELETE FROM outbox")
    return story


async def ask(story: Story, now: datetime, parcels: range, eta: date | None = None, chunk: int = CHUNK) -> None:
    """The carrier is asked about some parcels and answers."""
    listed = list(parcels)
    await sql.run("UPDATE account SET answered_ms = ?", (to_ms(now),))
    for start in range(0, len(listed), chunk):
        batch = [Polled(one, story.result(one, now, eta)) for one in listed[start : start + chunk]]
        await ingest_batch(batch, now, story.rules)


async def hours(
    story: Story, since: datetime, count: int, until: Callable[[], Awaitable[bool]] | None = None
) -> datetime:
    """So many hours pass: each parcel is asked for every six of them; or until something holds."""
    now = since
    for hour in range(count):
        now += HOUR
        await ask(story, now, range(1 + hour % EVERY, PARCELS + 1, EVERY))
        await sweep(now, QUIET, seldom=False)
        if until is not None and await until():
            break
    return now


async def told() -> int:
    """Warnings to customers, waiting or gone."""
    return await count("act = 'notice'")


async def asked() -> int:
    """Messages to agents and owners."""
    return await count("act = 'answer'", f"chat_id IN ({GROUP}, {OWNER})")


async def count(*conditions: str, table: str = "outbox") -> int:
    found = await sql.rows(f"SELECT COUNT(*) AS n FROM {table} WHERE {' AND '.join(conditions) or '1 = 1'}")
    return int(found[0]["n"])


async def has_begun() -> bool:
    return bool(await count(table="incident"))


async def silence() -> list[Row]:
    """Everything stands still, and the carrier goes on answering."""
    story = await begin()
    now = await hours(story, BEGINS, NORMAL)
    story.silent.append((now, now + 1000 * HOUR))
    before = await asked()
    found = await hours(story, now, WATCHED, has_begun)
    first = await asked() - before
    end = await hours(story, found, WATCHED - (found - now) // HOUR)
    stalled = await count("kind = 'stalled'", table="finding")
    unasked, questions = await told(), await asked() - before
    began = time.perf_counter()
    await rows.decided(1, State.WARNED, OWNER, end, None)
    incident = await rows.lock(1)
    assert incident is not None
    await tell_all(incident, end, QUIET)
    took = time.perf_counter() - began
    how = f"{PARCELS} parcels, {HUBS} hubs; {WATCHED} h followed, {stalled} stalled meanwhile"
    messages, look = await told() / PARCELS, 1000 * await seconds_of_a_look(end)
    many = f"{questions} in the {WATCHED} h that nobody decided"
    return [
        Row("silent: customers warned before a human's yes", unasked, "", most=0, detail=how),
        Row("silent: incidents", await count(table="incident"), "", least=1, most=1),
        Row(
            "silent: from the last scan to the question",
            (found - now) / HOUR,
            "h",
            most=48,
            detail="stalled: from 72 h",
        ),
        Row("silent: messages to the shop with it", first, "", most=1, detail=many),
        Row("warn all: messages a customer", messages, "", least=1, most=1, detail=f"{took:.1f} s of work"),
        Row("looking for what is silent", look, "ms", detail="once in ten minutes"),
    ]


async def seconds_of_a_look(now: datetime) -> float:
    """One look at everything, with an incident open."""
    began = time.perf_counter()
    await incidents.watch(now + HOUR, QUIET)
    return time.perf_counter() - began


class Wire:
    """Implements carriers.kit.drive.Send: DHL's wire format, told from the story; nothing between `down` hours."""

    def __init__(self, story: Story, clock: StandingClock) -> None:
        self.story, self.clock = story, clock
        self.down: tuple[datetime, datetime] | None = None

    async def __call__(self, request: Request) -> Response:
        if self.down and self.down[0] < self.clock.now() <= self.down[1]:
            return Response(503, b"")
        number = request.query["trackingNumber"]
        place = {"address": {"addressLocality": place_of(int(number[1:])), "countryCode": "SA"}}
        events = [
            {"timestamp": at.isoformat(), "location": place, "statusCode": "transit", "description": str(at)}
            for at in reversed(self.story.scans(int(number[1:]), self.clock.now()))
        ]
        return Response(200, orjson.dumps({"shipments": [{"id": number, "status": events[0], "events": events[:4]}]}))


async def failure() -> list[Row]:
    """The carrier's API fails for six hours, and its lorries stand still as long."""
    story = await begin()
    now = await hours(story, BEGINS, NORMAL)
    clock, vault = StandingClock(now), Vault([new_key()])
    await sql.run("UPDATE account SET secrets = ?", (vault.seal('{"api_key": "k"}'),))
    # a tenth of each hub would be stalled within the six hours, were they counted
    edge = now - reach(STALLED - 5 * HOUR, now, lambda start, end: counted(start, end, "Asia/Riyadh", "SA"))
    story.stuck = {one: edge for one in range(1, PARCELS + 1) if one // HUBS % 10 == 0}
    mine = f"id / {HUBS} % 10 = 0"
    await sql.run(f"UPDATE shipment SET scan_ms = ?, created_ms = ? WHERE {mine}", (to_ms(edge), to_ms(edge)))
    wire = Wire(story, clock)
    wire.down = (now, now + 6 * HOUR)
    story.silent.append(wire.down)
    poller = Poller(wire, vault, clock, Rules(every=EVERY * HOUR, experience=Experience()))
    for _ in range(6 * 8):
        clock.advance(HOUR / 6)
        turn = clock.at.minute // 10 + clock.at.hour % EVERY * 6
        await sql.run("UPDATE shipment SET next_poll_ms = 0 WHERE id % 36 = ?", (turn,))
        while await poller.chunk(1):
            pass
        await sweep(clock.now(), QUIET, seldom=False)
    said = await sql.rows(f"SELECT payload FROM outbox WHERE chat_id IN ({GROUP}, {OWNER})")
    words = sorted(orjson.loads(row["payload"])["kind"] for row in said)
    how = f"six hours; {len(story.stuck)} parcels would be stalled if they counted"
    return [
        Row("API failure: customers warned", await told(), "", most=0, detail=how),
        Row("API failure: incidents", await count(table="incident"), "", most=0),
        Row("API failure: messages to the shop", len(words), "", most=2, detail=", ".join(words)),
    ]


async def slip() -> list[Row]:
    """All expected days move at once; the answers come in twenties."""
    story = await begin()
    now = await hours(story, BEGINS, EVERY)
    await ask(story, now + HOUR, range(1, PARCELS + 1), eta=date(2026, 11, 30), chunk=20)
    await sweep(now + HOUR, QUIET, seldom=False)
    return [
        Row("slip: customers warned before a human's yes", await told(), "", most=0, detail="taken in by twenties"),
        Row("slip: incidents", await count(table="incident"), "", least=1, most=1),
    ]


Found = TypeVar("Found")
SMALL, TRICKLING = 100, 50
BATCHES = (1, 5, 25)
HISTORIES = (0, 200)
"""Hours of life as usual that each parcel of the small shop has behind it."""
MINUTE = timedelta(minutes=1)
TRICKLE_WATCHED = 150
"""Minutes: after three hours the agents are asked again."""


def trickle(batch: int, history: int) -> Callable[[], Awaitable[list[int]]]:
    """One slip a minute, watched for two hours and a half: incidents, messages to the shop, customers warned."""

    async def drill() -> list[int]:
        begins = BEGINS + (history + 1) * HOUR
        promised = begins.date() + timedelta(days=2)
        await crowd(SMALL, BEGINS, promised_on=promised.isoformat())
        await _used_to(history)
        for minute in range(TRICKLE_WATCHED):
            now = begins + minute * MINUTE
            await sql.run("UPDATE account SET answered_ms = ?", (to_ms(now),))
            await sql.run("UPDATE shipment SET polled_ms = ? WHERE id % 60 = ?", (to_ms(now), minute % 60))
            if minute < TRICKLING and (minute + 1) % batch == 0:
                said = answer(scan(now, place="Riyadh"), eta=promised + timedelta(days=20))
                await ingest_batch([Polled(one, said) for one in range(minute + 2 - batch, minute + 2)], now)
            if not minute % 10:
                await sweep(now, QUIET, seldom=False)
            await _dispatched(now)
        return [await count(table="incident"), await asked(), await told()]

    return drill


async def _used_to(history: int) -> None:
    """So many hours in which every parcel was scanned every nine."""
    for at in (BEGINS + hour * HOUR for hour in range(GAP, history + 1, GAP)):
        said = answer(scan(at, place="Riyadh", description=f"{at}"))
        await ingest_batch([Polled(one, said) for one in range(1, SMALL + 1)], at)
    await sql.run("DELETE FROM outbox")


async def _dispatched(now: datetime) -> None:
    """Whatever is due has left and arrived."""
    while rows := await outgoing.lease(CHUNK, now):
        for row in rows:
            call = await outgoing.prepare(row, composer(composed()), now)
            await settling.settle(row, call if isinstance(call, Call) else None, _landed(call), now)


def _landed(call: Call | Drop | Later) -> Outcome | Drop | Later:
    return Sent(1) if isinstance(call, Call) else call


async def trickles() -> list[Row]:
    """The worst of all batches and histories."""
    ways = [(batch, history) for batch in BATCHES for history in HISTORIES]
    found = [await _on_a_fresh_database(trickle(*way)) for way in ways]
    opened, questions, warned = (max(one) for one in zip(*found, strict=True))
    how = f"{TRICKLING} of {SMALL} parcels, one a minute; the worst of {len(ways)} ways, {TRICKLE_WATCHED} min watched"
    return [
        Row("trickle: incidents", opened, "", least=1, most=1, detail=how),
        Row("trickle: messages to the shop", questions, "", least=1, most=1),
        Row("trickle: customers warned before a human's yes", warned, "", most=10, detail="its share of an hour"),
    ]


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="herald-drill-") as folder:
        yield Path(folder)


async def _on_a_fresh_database(drill: Callable[[], Awaitable[Found]]) -> Found:
    with _folder() as folder:
        await core.connect(f"sqlite://{folder}/herald.sqlite3", create=True)
        try:
            await schema.migrate()
            return await drill()
        finally:
            await core.close()


async def measure() -> list[Row]:
    """All drills, each on a database of its own."""
    rows = [row for drill in (silence, failure, slip) for row in await _on_a_fresh_database(drill)]
    return rows + await trickles()


def main() -> int:
    """Print the table; 1 if a figure is out of its bound."""
    found = asyncio.run(measure())
    show(f"Incident drill · {machine()}", found)
    return 0 if all(row.holds for row in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
