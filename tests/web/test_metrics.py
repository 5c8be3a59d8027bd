"""The gauges: documented each, read from both databases, written as Prometheus reads them."""

import asyncio
import re
import socket
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import aiohttp
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from bot.domain.calibration import Outcome, calibration, to_text
from bot.domain.outgoing import RetryAt, Sent
from bot.domain.telling import Told
from bot.flows.experience import FORECAST
from bot.flows.gauges import FRESH, GAUGES, Gauge, Gauges
from bot.flows.tally import COUNTS, SPANS, Tally, outcome_of, outcomes, tally
from bot.service import Service
from bot.settings import read_settings
from bot.store import core, learnt, sizes, sql, told
from bot.store.faults import StoreUnavailable
from bot.store.told import Heard
from bot.web.health import Health, Server, application
from bot.web.metrics import Metrics, written
from tests.fakes import database
from tests.fakes.clock import StandingClock
from tests.fakes.parcels import followed

DOCS = Path(__file__).parents[2] / "docs" / "metrics.md"
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
DAY = timedelta(days=1)


def read(text: str) -> dict[tuple[str, ...], float]:
    """Every sample by its name and labels."""
    samples = [one for family in text_string_to_metric_families(text) for one in family.samples]
    return {(one.name, *one.labels.values()): one.value for one in samples}


def test_every_gauge_is_documented_and_nothing_else() -> None:
    documented = re.findall(r"^\| `(herald_\w+)(?:\{([\w, ]+)\})?` \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    figures = {**GAUGES, **COUNTS, **SPANS}
    assert {(name, *filter(None, labels.split(", "))) for name, labels in documented} == {
        (name, *labels) for name, (_, *labels) in figures.items()
    }
    assert len(documented) == len(figures)


def test_what_a_process_counts_and_how_long_it_took_is_written_beside_the_gauges() -> None:
    counted = Tally()
    counted.count("herald_polls_total", "ups", "answered", more=3)
    counted.took("herald_chunk_seconds", 0.3, "ups")
    counted.took("herald_chunk_seconds", 99.0, "ups")

    told = read(written([], counted).decode())

    assert told["herald_polls_total", "ups", "answered"] == 3.0
    assert told["herald_chunk_seconds_count", "ups"] == 2.0
    assert told["herald_chunk_seconds_sum", "ups"] == 99.3
    assert told["herald_chunk_seconds_bucket", "ups", "0.25"] == 0.0
    assert told["herald_chunk_seconds_bucket", "ups", "0.5"] == 1.0
    counted.clear()
    assert read(written([], counted).decode()) == {}


@given(st.lists(st.floats(0, 100)))
def test_every_span_is_held_in_one_bucket(spans: list[float]) -> None:
    counted = Tally()
    for one in spans:
        counted.took("herald_send_seconds", one, "text")
    held = counted.spans["herald_send_seconds"].get(("text",))
    assert (sum(held.held) if held else 0) == len(spans)


def test_an_outcome_is_named_by_its_type() -> None:
    assert outcome_of(RetryAt(DAY)) == "retry_at"
    assert outcomes([Sent(), Sent(), RetryAt(DAY)]) == {"sent": 2, "retry_at": 1}


def test_gauges_are_written_as_prometheus_reads_them() -> None:
    known = [Gauge("herald_told_first", 3), Gauge("herald_forecast_bin", 2, ("0.8",))]
    assert read(written(known).decode()) == {("herald_told_first",): 3.0, ("herald_forecast_bin", "0.8"): 2.0}
    assert written([]) == b""


async def test_they_are_counted_from_what_is_kept(store: str) -> None:
    parcel = await followed(NOW)
    warned = Told(parcel.shipment.id, told_on=date(2026, 11, 26), warns=True)
    await told.write(Heard(parcel.merchant.id, parcel.customer.id, "hint", True), [warned], NOW)
    outcomes = [Outcome(0.85, was_late=True, claimed=0.9, held=True, days_off=2)]
    await learnt.save_scores([(parcel.merchant.id, "2026-11", to_text(calibration(outcomes)))])
    await learnt.save(FORECAST, b"", NOW)
    found = read(written(await Gauges().read(NOW + 9 * DAY)).decode())
    assert {name for name, *_ in found} <= GAUGES.keys()
    assert (found["herald_troubles",], found["herald_told_first",]) == (1.0, 1.0)
    assert (found["herald_days_told",], found["herald_days_held",]) == (1.0, 0.0)
    assert (found["herald_forecast_bin", "0.8"], found["herald_forecast_bin_late", "0.8"]) == (1.0, 1.0)
    assert found["herald_learnt_age_seconds", FORECAST] == 9 * 86400
    assert found["herald_warning_lead_hours",] > 0
    assert ("herald_windows_claimed_ratio",) not in found


async def test_they_are_counted_once_a_minute_at_most(store: str) -> None:
    parcel, gauges = await followed(NOW), Gauges()
    assert await gauges.read(NOW) is not None
    warned = Told(parcel.shipment.id, told_on=date(2026, 11, 26), warns=True)
    await told.write(Heard(parcel.merchant.id, parcel.customer.id, "hint", True), [warned], NOW)
    for now, troubles in ((NOW + FRESH / 2, 0), (NOW + FRESH, 1)):
        assert [one.value for one in await gauges.read(now) if one.name == "herald_troubles"] == [troubles]
    await sql.run("DELETE FROM trouble")
    assert [one.value for one in await gauges.read(NOW - DAY) if one.name == "herald_troubles"] == [0]


class Reader:
    """Gives what it was given, or fails."""

    def __init__(self, known: list[Gauge] | StoreUnavailable) -> None:
        self.known = known

    async def read(self, now: datetime) -> list[Gauge]:
        if isinstance(self.known, StoreUnavailable):
            raise self.known
        return self.known


@pytest.mark.parametrize(
    ("known", "told"), [([Gauge("herald_troubles", 1)], True), (StoreUnavailable("unreachable", "gone"), False)]
)
async def test_gauges_are_served_while_the_database_answers_and_counts_always(
    known: list[Gauge] | StoreUnavailable, told: bool, clock: StandingClock
) -> None:
    tally.count("herald_updates_total", "handled")
    server = Server(application(Health({}), metrics=Metrics(Reader(known), clock).show), "127.0.0.1", 0)
    await server.start()
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{server.port}/metrics") as got,
        ):
            assert got.status == 200
            assert got.headers["Content-Type"].startswith("text/plain")
            found = read(await got.text())
            assert (("herald_troubles",) in found) is told
            assert found["herald_updates_total", "handled"] >= 1
    finally:
        await server.stop()


async def test_a_process_without_web_serves_them_where_it_is_told_to(tmp_path: Path, clock: StandingClock) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = read_settings(_env_file=None, database_url=f"sqlite://{tmp_path}/x.sqlite3", metrics_port=port)
    service = Service(settings, ["learn"], clock)
    running = asyncio.create_task(service.run())
    try:
        async with asyncio.timeout(60), aiohttp.ClientSession() as session:
            assert {path: await status(session, port, path) for path in ("/metrics", "/readyz")} == {
                "/metrics": 200,
                "/readyz": 200,
            }
            async with session.post(f"http://127.0.0.1:{port}/hooks/carrier/x") as got:
                assert got.status == 404
    finally:
        service.stop()
        await running


async def test_a_process_with_a_webhook_answers_and_ends_while_telegram_is_out_of_reach(
    tmp_path: Path, clock: StandingClock
) -> None:
    with socket.socket() as free, socket.socket() as closed:
        for one in (free, closed):
            one.bind(("127.0.0.1", 0))
        port, telegram = free.getsockname()[1], closed.getsockname()[1]
    hook = {"telegram_webhook": True, "public_url": "https://shop.example", "bot_token": SecretStr("4242:AAF")}
    at = {"database_url": f"sqlite://{tmp_path}/x.sqlite3", "http_port": port}
    settings = read_settings(_env_file=None, bot_api_url=f"http://127.0.0.1:{telegram}", **at, **hook)
    service = Service(settings, ["listen", "web"], clock)
    running = asyncio.create_task(service.run())
    try:
        async with asyncio.timeout(60), aiohttp.ClientSession() as session:
            assert await status(session, port, "/readyz") == 200
    finally:
        service.stop()
        await asyncio.wait_for(running, 10)


async def status(session: aiohttp.ClientSession, port: int, path: str) -> int:
    """What it answers, once it listens and is ready."""
    while True:
        try:
            async with session.get(f"http://127.0.0.1:{port}{path}") as got:
                if got.status != 503:
                    return got.status
        except aiohttp.ClientConnectionError:
            pass
        await asyncio.sleep(0.02)


async def test_how_large_the_tables_are_is_told_without_counting_rows(store: str, clock: StandingClock) -> None:
    await followed(NOW)
    if store == "postgres":
        await sql.run("ANALYZE shipment")
    known = {(one.name, *one.labels): one.value for one in await Gauges().read(clock.now())}
    assert known["herald_database_bytes",] > 100_000
    assert (("herald_database_free_bytes",) in known) is (store == "sqlite")
    assert known.get(("herald_table_rows", "shipment")) == (1 if store == "postgres" else None)
    assert ("herald_table_bytes", "outbox") in known or store == "sqlite"


@pytest.fixture
def apart(postgres: str) -> str:
    """A database whose tables are in a schema of their own, and that has no other."""
    url = database.fresh(postgres)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("CREATE SCHEMA herald CREATE TABLE shipment (id int)")
        server.execute("DROP SCHEMA public")
    return f"{url}&options=-c%20search_path%3Dherald"


async def test_tables_in_a_schema_of_ones_own_are_told_of_too(apart: str) -> None:
    await core.connect(apart)
    try:
        assert [one.table for one in await sizes.tables()] == ["shipment"]
    finally:
        await core.close()
