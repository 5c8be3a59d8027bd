"""A hundred thousand parcels from a shop's files to their events: `python -m tests.benchmarks.first_import`.

Four shops give files of 2,000 rows each by `/import`, as people do: read, shown, taken in, each step one transaction.
One parcel in seven was promised days ago, one in ten is followed by somebody. Then the poller of this kind of database
asks for all of them, carriers' limits off, and every answer brings eight events. All in a process of its own, whose
peak of memory is told with what it held before the first file. A smaller part of it on the second database.
"""

import asyncio
import resource
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from typing import NamedTuple

import uvloop

from bot.clock import RunningClock
from bot.flows import importing
from bot.flows.experience import Experience
from bot.flows.polling import Poller
from bot.flows.turn import PersonView, ShopView, Turn
from bot.gateways.carrier_http import CarrierHttp
from bot.jobs.poll import poll_forever
from bot.store import bulk, sql
from bot.store.crypt import Vault, new_key
from tests.benchmarks.carrier_server import EVENTS
from tests.benchmarks.machine import Row, machine, show
from tests.benchmarks.polled_shop import FIRST_NUMBER
from tests.benchmarks.polling import Unhurried, carrier
from tests.benchmarks.stores import address, opened

PARCELS = {"postgres": 100_000, "sqlite": 20_000}
SHOPS = 4
FILE = 2_000
LATE, FOLLOWED = 7, 10
LOOK_EVERY = 0.25
STANDS_STILL = 60.0
"""Seconds without an answer after which a run is given up."""
PEOPLE = 1_000_000


class Lived(NamedTuple):
    """What came of it: seconds of both halves, processor seconds, megabytes before and at most, rows."""

    import_seconds: float
    poll_seconds: float
    cpu_seconds: float
    megabytes: float
    peak: float
    scans: int
    unasked: int
    doubled: int
    unasked_for: int
    most: int
    told: int


def megabytes() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def files(shop: int, parcels: int, clock: RunningClock) -> Iterator[bytes]:
    """A shop's parcels as CSV."""
    today = clock.now().date()
    for start in range(0, parcels, FILE):
        lines = ["number,carrier,order,name,email,promised"]
        for one in range(start, min(start + FILE, parcels)):
            number = FIRST_NUMBER + shop * 10_000_000 + one
            promised = today + timedelta(days=-3 if one % LATE == LATE - 1 else 2)
            lines.append(f"{number},dhl_unified,{shop}-{one},Customer {one},c{one}@shop{shop}.example,{promised}")
        yield "\n".join(lines).encode()


async def open_shops(vault: Vault) -> list[ShopView]:
    """Shops with an account each."""
    shops = [ShopView(number, "owner", f"Shop {number}", "en", "Europe/Berlin", "DE") for number in range(1, SHOPS + 1)]
    for one in shops:
        await sql.run(
            "INSERT INTO merchant (id, name, locale, zone, country, staffed, settings, created_ms)"
            " VALUES (?, ?, 'en', 'Europe/Berlin', 'DE', '', '{}', 0)",
            (one.id, one.name),
        )
        await sql.run(
            "INSERT INTO account (id, merchant_id, slug, secrets, state, failures, retry_ms, outage_told, tat_ms,"
            " spent_on, spent, created_ms) VALUES (?, ?, 'dhl_unified', ?, 'active', 0, 0, ?, 0, '', 0, 0)",
            (one.id, one.id, vault.seal('{"api_key": "x"}'), False),
        )
    return shops


async def take_in(shops: list[ShopView], vault: Vault, parcels: int, clock: RunningClock) -> None:
    """Every file, shown and then taken in, each as an update of its own."""
    update = 0
    for shop in shops:
        owner = PersonView(7000 + shop.id, "Owner", shops=(shop,))
        for content in files(shop.id, parcels // SHOPS, clock):
            update += 2
            shown = Turn(update, clock.now(), owner.user_id, owner.user_id, owner)
            await shown.run(importing.preview, shop, vault, content)
            pressed = Turn(update + 1, clock.now(), owner.user_id, owner.user_id, owner)
            await pressed.run(importing.decide, shop, vault, True, "herald_bot")


async def follow() -> None:
    """A customer of his own for one parcel in ten."""
    chosen = await sql.records("SELECT id, merchant_id FROM shipment WHERE id % ? = 0", (FOLLOWED,))
    people = {name: "bigint" for name in ("id", "merchant_id", "user_id", "topic_generation", "created_ms")}
    rows = [(row[0], row[1], PEOPLE + row[0], 0, 0, "") for row in chosen]
    await bulk.insert("customer", people | {"name": "text"}, rows)
    follows = {name: "bigint" for name in ("shipment_id", "customer_id", "live_digest", "slips", "created_ms")}
    await bulk.insert("follow", follows, [(row[0], row[0], 0, 0, 0) for row in chosen])


async def ask_all(url: str, vault: Vault, carrier_url: str, clock: RunningClock) -> None:
    """The poller as it runs in production, until no parcel is left or nothing comes any more."""
    stop = asyncio.Event()
    async with CarrierHttp({"dhl_unified": carrier_url}) as http:
        poller = Poller(http.send, vault, clock, Unhurried(experience=Experience()))
        polling = asyncio.create_task(_forever(url, poller, clock, stop))
        left, since = -1, clock.monotonic()
        while left and clock.monotonic() - since < STANDS_STILL:
            await asyncio.sleep(LOOK_EVERY)
            now_left = await _unasked()
            if now_left != left:
                left, since = now_left, clock.monotonic()
        stop.set()
        await polling


async def _forever(url: str, poller: Poller, clock: RunningClock, stop: asyncio.Event) -> None:
    if sql.dialect() == "sqlite":
        await poll_forever(poller, clock, stop)
        return
    from bot.jobs import crews, engine_tables

    await engine_tables.prepare(url)
    await crews.polling(url, poller, clock).run(stop)


async def _unasked() -> int:
    return int((await sql.records("SELECT count(*) FROM shipment WHERE polled_ms IS NULL"))[0][0])


async def lived(url: str, carrier_url: str, parcels: int) -> Lived:
    """All of it on one database."""
    clock, vault = RunningClock(), Vault([new_key()])
    async with opened(url):
        shops, before, began, cpu = await open_shops(vault), megabytes(), time.monotonic(), time.process_time()
        await take_in(shops, vault, parcels, clock)
        imported = time.monotonic()
        await follow()
        asked_from = time.monotonic()
        await ask_all(url, vault, carrier_url, clock)
        ended, cpu = time.monotonic(), time.process_time() - cpu
        unasked = parcels - (await sql.records("SELECT count(*) FROM shipment WHERE polled_ms IS NOT NULL"))[0][0]
        scans = (await sql.records("SELECT count(*) FROM scan_event"))[0][0]
        return Lived(
            imported - began, ended - asked_from, cpu, before, megabytes(), scans, unasked, *await owed(parcels)
        )


async def owed(parcels: int) -> tuple[int, int, int, int]:
    """Notices owed twice, for parcels nobody follows, the most for one chat, and how many in all."""
    rows = await sql.records(
        "SELECT chat_id, act, count(*) FROM outbox WHERE chat_id >= ? GROUP BY chat_id, act", (PEOPLE,)
    )
    followed = {PEOPLE + row[0] for row in await sql.records("SELECT shipment_id FROM follow")}
    doubled = sum(row[2] - 1 for row in rows)
    most: dict[int, int] = {}
    for row in rows:
        most[row[0]] = most.get(row[0], 0) + row[2]
    return doubled, sum(chat not in followed for chat in most), max(most.values(), default=0), sum(most.values())


def _lived(url: str, carrier_url: str, parcels: int) -> Lived:
    return uvloop.run(lived(url, carrier_url, parcels))


def figures(kind: str, parcels: int, one: Lived) -> list[Row]:
    """The table's rows of one database."""
    seconds = one.import_seconds + one.poll_seconds
    followers = parcels // FOLLOWED
    how = f"import {one.import_seconds:.0f} s, asked and written {one.poll_seconds:.0f} s"
    cpu = f"{1000 * one.cpu_seconds / parcels:.2f} ms of processor time a parcel, the database's own beside it"
    return [
        Row(f"first import of {parcels:,} parcels, {kind}", seconds, "s", detail=how),
        Row("of them from file to events", parcels / seconds, "a second", detail=cpu),
        Row("the process's peak of memory", one.peak, "MB", most=400, detail=f"{one.megabytes:.0f} MB before"),
        Row("parcels not asked for", one.unasked, "", most=0),
        Row("events lost or doubled", abs(one.scans - parcels * EVENTS), "", most=0, detail=f"{one.scans:,} written"),
        Row("notices owed twice", one.doubled, "", most=0, detail=f"{one.told:,} for {followers:,} followers"),
        Row(
            "the most for one follower of one parcel", one.most, "", most=2, detail="a live message, and what is wrong"
        ),
        Row("chats told that follow nothing", one.unasked_for, "", most=0),
    ]


def measure() -> list[Row]:
    """The figures on both databases."""
    rows: list[Row] = []
    for kind, parcels in PARCELS.items():
        with (
            address(kind) as url,
            carrier() as carrier_url,
            ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart,
        ):
            rows += figures(kind, parcels, apart.submit(_lived, url, carrier_url, parcels).result())
    return rows


def main() -> None:
    """Print the table."""
    show(f"First import · {machine()}", measure())


if __name__ == "__main__":
    main()
