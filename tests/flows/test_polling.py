"""Chunks of polling: what is asked, how often, and what an account learns from the answers."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from psycopg import AsyncConnection
from structlog.testing import capture_logs

from bot.domain.cadence import LATE_LOOKS
from bot.flows import polling
from bot.flows.ingest import Rules
from bot.flows.polling import Poller
from bot.flows.setbacks import Setbacks
from bot.store import accounts, core, sql
from bot.store.crypt import Vault, new_key
from bot.store.ms import from_ms, to_ms
from carriers.kit.errors import Unavailable
from carriers.kit.model import Request, Response, Status
from tests.fakes.carrier_wire import Wire, dhl
from tests.fakes.clock import StandingClock
from tests.fakes.parcels import followed

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
UNLIMITED = Rules(every=HOUR)


class QueueClock(StandingClock):
    """Whoever sleeps shortest wakes first, and only then has time passed."""

    def __init__(self) -> None:
        super().__init__()
        self.sleepers: list[datetime] = []

    async def sleep(self, span: timedelta) -> None:
        until = self.at + span
        self.sleepers.append(until)
        for _ in range(5):
            await asyncio.sleep(0)
        while until > min(self.sleepers):  # noqa: ASYNC110
            await asyncio.sleep(0)
        self.sleepers.remove(until)
        self.at = max(self.at, until)


class Desk:
    """A shop with one DHL account and some due shipments; its carrier is `wire`."""

    def __init__(self, clock: StandingClock, vault: Vault, wire: Wire, rules: Rules) -> None:
        self.clock, self.vault, self.wire = clock, vault, wire
        self.poller = Poller(wire, vault, clock, rules)

    async def poll(self, times: int = 1) -> int:
        return sum([await self.poller.chunk(1) for _ in range(times)])

    async def account(self) -> dict[str, Any]:
        return (await sql.rows("SELECT * FROM account"))[0]

    async def shipments(self) -> list[dict[str, Any]]:
        return await sql.rows("SELECT * FROM shipment ORDER BY id")

    async def told(self) -> list[dict[str, Any]]:
        found = await sql.rows("SELECT payload FROM outbox WHERE chat_id = 77 ORDER BY id")
        return [orjson.loads(row["payload"]) for row in found]


async def desk(
    clock: StandingClock, vault: Vault, numbers: int = 1, rules: Rules = UNLIMITED, slug: str = "dhl_unified"
) -> Desk:
    secrets = vault.seal('{"api_key": "k"}')
    parcel = await followed(clock.now(), account_id=1, number="N0", known_ms=None, scan_ms=None)
    await sql.run(
        "INSERT INTO account (id, merchant_id, slug, secrets, state, failures, retry_ms, outage_told, tat_ms, spent_on,"
        " spent, created_ms) VALUES (1, 1, ?, ?, 'active', 0, 0, ?, 0, '', 0, 0)",
        (slug, secrets, False),
    )
    await sql.run("INSERT INTO person (user_id, name) VALUES (77, 'Omar')")
    await sql.run("INSERT INTO member (merchant_id, user_id, role, created_ms) VALUES (1, 77, 'owner', 0)")
    row = (await sql.rows("SELECT * FROM shipment WHERE id = ?", (parcel.shipment.id,)))[0]
    names = [name for name in row if name != "id"]
    more = [[f"N{one}" if name == "number" else row[name] for name in names] for one in range(1, numbers)]
    await sql.run_many(f"INSERT INTO shipment ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", more)
    return Desk(clock, vault, Wire(now=clock.now), rules)


@pytest.fixture
async def shop(store: core.Dialect, clock: StandingClock, vault: Vault) -> Desk:
    return await desk(clock, vault)


# ---- asking


async def test_what_is_due_is_asked_once_and_taken_in(shop: Desk) -> None:
    shop.wire.says["N0"] = dhl("N0", shop.clock.now(), 3)
    assert (await shop.poll(), await shop.poll()) == (1, 0)
    row = (await shop.shipments())[0]
    assert (shop.wire.asked, row["status"], row["known_ms"]) == (["N0"], "in_transit", to_ms(shop.clock.now()))


async def test_a_chunk_takes_at_most_250_and_asks_at_most_32_at_a_time(
    store: core.Dialect, clock: StandingClock, vault: Vault
) -> None:
    many = await desk(clock, vault, numbers=260)
    assert [await many.poller.chunk(1) for _ in range(3)] == [250, 10, 0]
    assert len(set(many.wire.asked)) == 260
    assert many.wire.most_open == 32


async def test_the_same_bytes_again_are_not_read_but_silence_is(shop: Desk) -> None:
    shop.wire.says["N0"] = dhl("N0", shop.clock.now(), 3)
    await shop.poll()
    for _ in range(3):
        shop.clock.advance(3 * DAY)
        await shop.poll()
    found = {row["kind"] for row in await sql.rows("SELECT kind FROM finding")}
    assert found >= {"late", "stalled"}
    assert (await shop.shipments())[0]["polled_ms"] == to_ms(shop.clock.now())


async def test_the_same_bytes_are_read_again_where_the_shipment_stands_elsewhere(shop: Desk) -> None:
    shop.wire.says["N0"] = dhl("N0", shop.clock.now(), 3)
    await shop.poll()
    await sql.run("UPDATE shipment SET scan_digest = 0, status = 'unknown', next_poll_ms = 0")
    await shop.poll()
    assert (await shop.shipments())[0]["status"] == "in_transit"


async def test_an_account_that_cannot_be_asked_by_our_fault_is_left_alone_longer_each_time(shop: Desk) -> None:
    await sql.run("UPDATE account SET secrets = ?", (shop.vault.seal("3"),))
    waited = []
    with capture_logs() as told:
        for _ in range(9):
            assert await shop.poll(2) == 0
            (next_,) = [one for one in await shop.poller.dues() if one.account_id == 1]
            waited.append((next_.at - shop.clock.now()).total_seconds())
            shop.clock.advance(next_.at - shop.clock.now())
    assert waited == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert [bool(one.get("exc_info")) for one in told if one["event"] == "chunk_failed"] == [True] + [False] * 8


async def test_an_account_that_is_mended_is_asked_at_once_and_forgiven(shop: Desk) -> None:
    sealed = (await shop.account())["secrets"]
    await sql.run("UPDATE account SET secrets = ?", (shop.vault.seal("3"),))
    await shop.poll()
    await sql.run("UPDATE account SET secrets = ?, retry_ms = 0", (sealed,))
    assert await shop.poll() == 1
    await sql.run("UPDATE account SET secrets = ?", (shop.vault.seal("3"),))
    await sql.run("UPDATE shipment SET next_poll_ms = 0")
    await shop.poll()
    assert (await shop.account())["retry_ms"] == to_ms(shop.clock.now() + timedelta(seconds=30))


async def test_who_ends_gives_back_what_it_has_not_asked_and_what_hangs(
    store: core.Dialect, clock: StandingClock, vault: Vault
) -> None:
    shop = await desk(clock, vault, numbers=60)
    ending = asyncio.Event()

    async def hangs(request: Request) -> Response:
        response = await shop.wire(request)
        if len(shop.wire.asked) > 40:
            ending.set()
            await asyncio.Event().wait()
        return response

    shop.wire.default = dhl("N", clock.now(), 3)
    async with asyncio.timeout(5):
        await Poller(hangs, vault, clock, UNLIMITED, patience=0.02).chunk(1, ending)
    assert len(shop.wire.asked) < 60
    (left,) = await sql.rows("SELECT count(*) AS many FROM shipment WHERE next_poll_ms <= ?", (to_ms(clock.now()),))
    assert 60 - 40 <= left["many"] <= 60 - 8
    assert await sql.rows("SELECT id FROM shipment WHERE lease_ms IS NOT NULL") == []
    assert await shop.poll() == left["many"]


async def test_questions_that_were_paid_for_and_not_asked_are_given_back(
    store: core.Dialect, clock: StandingClock, vault: Vault
) -> None:
    shop = await desk(clock, vault, numbers=60, rules=Rules())
    ending = asyncio.Event()
    ending.set()
    await shop.poller.chunk(1, ending)
    assert (await shop.account())["spent"] == len(shop.wire.asked)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_what_another_holds_is_not_paid_for(
    store: core.Dialect, database_url: str, clock: StandingClock, vault: Vault
) -> None:
    shop = await desk(clock, vault, numbers=5, rules=Rules())
    async with await AsyncConnection.connect(database_url) as other:
        await other.execute("SELECT 1 FROM shipment FOR UPDATE")
        assert await shop.poll() == 0
    assert (await shop.account())["spent"] == 0


async def test_own_couriers_that_fail_by_our_fault_are_put_off() -> None:
    now, setbacks = StandingClock().now(), Setbacks()
    dues = [accounts.Due(None, now), accounts.Due(1, now)]
    await setbacks.more(None, now)
    assert setbacks.heeded(dues) == [accounts.Due(None, now + timedelta(seconds=30)), dues[1]]
    setbacks.over(None)
    assert setbacks.heeded(dues) == dues


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_two_workers_never_take_the_same_shipment(
    store: core.Dialect, clock: StandingClock, vault: Vault
) -> None:
    many = await desk(clock, vault, numbers=60)
    other = Poller(many.wire, vault, clock, UNLIMITED)
    await asyncio.gather(many.poller.chunk(1), other.chunk(1))
    assert sorted(many.wire.asked) == sorted({f"N{one}" for one in range(60)})


# ---- budgets


async def test_documented_limits_are_kept_to_the_second_and_the_day(store: core.Dialect, vault: Vault) -> None:
    clock = QueueClock()
    day = clock.now().day
    many = await desk(clock, vault, numbers=300, rules=Rules())
    while clock.now().day == day:
        if not await many.poll():
            clock.advance(HOUR / 2)
    gaps = [later - earlier for earlier, later in zip(many.wire.at, many.wire.at[1:], strict=False)]
    assert 245 <= len(many.wire.asked) <= 250
    assert min(gaps) >= timedelta(seconds=1)
    assert (await many.account())["spent"] == len(many.wire.asked)


async def test_a_spent_day_is_taken_up_again_the_next(store: core.Dialect, clock: StandingClock, vault: Vault) -> None:
    shop = await desk(clock, vault, rules=Rules())
    await sql.run("UPDATE account SET spent_on = ?, spent = 250", (clock.now().date().isoformat(),))
    assert await shop.poll() == 0
    midnight = clock.now().replace(hour=0) + DAY
    assert midnight <= from_ms((await shop.account())["retry_ms"]) < midnight + MINUTE
    clock.advance(DAY)
    assert await shop.poll() == 1


async def test_an_account_that_may_not_ask_for_all_asks_for_the_most_urgent(store: core.Dialect, vault: Vault) -> None:
    clock = QueueClock()
    many = await desk(clock, vault, numbers=40, rules=Rules())
    ago = [to_ms(clock.now() - hours * HOUR) for hours in (4, 3, 2)]
    await sql.run("UPDATE shipment SET status = 'in_transit', scan_ms = ?, polled_ms = ?, next_poll_ms = ?", ago)
    await sql.run(
        "UPDATE shipment SET status = 'out_for_delivery', next_poll_ms = ? WHERE number IN ('N38', 'N39')",
        (to_ms(clock.now() - MINUTE),),
    )
    assert await many.poll() < 20
    assert {"N38", "N39"} <= set(many.wire.asked)


async def test_the_operators_pace_knows_no_limits(store: core.Dialect, clock: StandingClock, vault: Vault) -> None:
    many = await desk(clock, vault, numbers=20)
    await many.poll()
    assert len(many.wire.asked) == 20
    assert clock.now() == many.wire.at[0]


# ---- what the account learns


async def test_a_hiccup_is_nobodys_business(shop: Desk) -> None:
    shop.wire.default = Unavailable()
    await shop.poll()
    shop.wire.default = dhl("N0", shop.clock.now())
    shop.clock.advance(HOUR)
    await shop.poll()
    assert await shop.told() == []
    assert (await shop.account())["failures"] == 0


async def test_an_outage_is_told_once_and_its_end_once(shop: Desk) -> None:
    began = shop.clock.now()
    shop.wire.default = Unavailable()
    for _ in range(12):
        await shop.poll()
        shop.clock.advance(HOUR)
    shop.wire.default = dhl("N0", shop.clock.now())
    for _ in range(3):
        await shop.poll()
        shop.clock.advance(2 * HOUR)
    told = await shop.told()
    assert [one["kind"] for one in told] == ["carrier_outage", "carrier_recovered"]
    assert told[0]["facts"] | {"carrier": "dhl_unified", "since": began.isoformat(), "waiting": 1} == told[0]["facts"]


async def test_a_carrier_of_which_nothing_can_be_read_is_as_good_as_silent(shop: Desk) -> None:
    shop.wire.default = b"<html>We are down</html>"
    for _ in range(12):
        await shop.poll()
        shop.clock.advance(HOUR)
    shop.wire.default = dhl("N0", shop.clock.now())
    for _ in range(3):
        await shop.poll()
        shop.clock.advance(2 * HOUR)

    assert [one["kind"] for one in await shop.told()] == ["carrier_outage", "carrier_recovered"]


async def test_a_silent_carrier_never_makes_a_parcel_look_silent(shop: Desk) -> None:
    shop.wire.says["N0"] = dhl("N0", shop.clock.now(), 3)
    await shop.poll()
    shop.wire.says["N0"] = Unavailable()
    for _ in range(20):
        shop.clock.advance(2 * DAY)
        await shop.poll()
    assert await sql.rows("SELECT * FROM finding") == []


async def test_a_failing_carrier_is_asked_ever_more_rarely(shop: Desk) -> None:
    shop.wire.default = Unavailable()
    waits = []
    for _ in range(6):
        await shop.poll()
        retry_at = from_ms((await shop.account())["retry_ms"])
        waits.append(retry_at - shop.clock.now())
        shop.clock.advance(max(waits[-1], HOUR))
    assert waits == sorted(waits)
    assert waits[-1] > 8 * waits[0]


async def test_a_carrier_that_is_down_is_not_asked_for_the_rest_of_the_chunk(
    store: core.Dialect, clock: StandingClock, vault: Vault
) -> None:
    many = await desk(clock, vault, numbers=200)
    many.wire.default = Unavailable()
    await many.poll()
    assert len(many.wire.asked) < 50
    assert {row["next_poll_ms"] > to_ms(clock.now()) for row in await many.shipments()} == {True}


async def test_refused_credentials_stop_the_account_and_are_told_once(shop: Desk) -> None:
    shop.wire.default = 401
    assert await shop.poll(3) == 1
    told = await shop.told()
    assert [one["kind"] for one in told] == ["carrier_refused"]
    assert (await shop.account())["state"] == "refused"
    assert shop.wire.asked == ["N0"]


async def test_a_throttled_account_waits_and_nobody_is_bothered(shop: Desk) -> None:
    shop.wire.default = 429
    for _ in range(9):
        await shop.poll()
        shop.clock.advance(HOUR)
    assert await shop.told() == []
    assert (await shop.account())["outage_ms"] is None


async def test_an_unreadable_answer_is_kept_sealed_and_stops_nothing_else(
    store: core.Dialect, clock: StandingClock, vault: Vault
) -> None:
    two = await desk(clock, vault, numbers=2)
    two.wire.says = {"N0": b"<html>Layla, Baker Street</html>", "N1": dhl("N1", clock.now())}
    await two.poll()
    kept = await sql.rows("SELECT * FROM unreadable")
    assert [(row["slug"], row["number"]) for row in kept] == [("dhl_unified", "N0")]
    assert "Layla" not in str(kept)
    assert [row["status"] for row in await two.shipments()] == ["in_transit", "in_transit"]
    assert [row["known_ms"] is None for row in await two.shipments()] == [True, False]


async def test_one_answer_that_cannot_be_taken_in_does_not_stop_the_others(
    store: core.Dialect, clock: StandingClock, vault: Vault
) -> None:
    many = await desk(clock, vault, numbers=9)
    await sql.run("UPDATE shipment SET status = 'nonsense' WHERE number = 'N4'")
    many.wire.says = {f"N{one}": dhl(f"N{one}", clock.now()) for one in range(9)}
    await many.poll()
    known = {row["number"] for row in await many.shipments() if row["known_ms"]}
    assert known == {f"N{one}" for one in range(9)} - {"N4"}
    assert await many.poll() == 0


async def _waits_for_the_operator(shop: Desk) -> None:
    assert await shop.poll() == 0
    account = await shop.account()
    assert (account["state"], account["retry_ms"] > to_ms(shop.clock.now())) == ("active", True)
    assert await shop.told() == []


async def test_an_account_of_a_carrier_that_is_gone_waits_for_the_operator(
    store: core.Dialect, clock: StandingClock, vault: Vault
) -> None:
    await _waits_for_the_operator(await desk(clock, vault, slug="gone"))


async def test_credentials_sealed_with_another_key_wait_for_the_operator(shop: Desk) -> None:
    shop.poller = Poller(shop.wire, Vault([new_key()]), shop.clock, UNLIMITED)
    await _waits_for_the_operator(shop)


async def test_new_credentials_are_used_at_once(shop: Desk) -> None:
    shop.wire.default = 401
    await shop.poll()
    shop.wire.default = dhl("N0", shop.clock.now())
    await sql.run("UPDATE account SET state = 'active', secrets = ?", (shop.vault.seal('{"api_key": "new"}'),))
    await sql.run("UPDATE shipment SET next_poll_ms = 0")
    assert await shop.poll() == 1
    assert (await shop.shipments())[0]["status"] == "in_transit"


# ---- after the end


async def test_a_late_look_sees_that_a_delivered_parcel_moves_again(
    store: core.Dialect, clock: StandingClock, vault: Vault
) -> None:
    shop = await desk(clock, vault, rules=Rules())
    shop.wire.says["N0"] = dhl("N0", clock.now(), 2, code="delivered")
    await shop.poll()
    assert (await shop.shipments())[0]["open"] == 0
    clock.advance(DAY)
    assert await shop.poll() == 0
    clock.advance(DAY)
    shop.wire.says["N0"] = dhl("N0", clock.now(), code="failure")
    assert await shop.poll() == 1
    row = (await shop.shipments())[0]
    assert (row["status"], row["open"]) == ("exception", 1)


async def test_late_looks_that_see_nothing_come_to_an_end(
    store: core.Dialect, clock: StandingClock, vault: Vault
) -> None:
    shop = await desk(clock, vault, rules=Rules())
    shop.wire.says["N0"] = dhl("N0", clock.now(), 2, code="delivered")
    for _ in range(40):
        await shop.poll()
        clock.advance(DAY)
    assert len(shop.wire.asked) == 1 + len(LATE_LOOKS[Status.DELIVERED])
    assert await shop.poller.dues() == []


# ---- what is due


async def test_dues_name_each_account_with_its_time_and_own_couriers_too(shop: Desk) -> None:
    await sql.run("UPDATE shipment SET next_poll_ms = 5000")
    await sql.run("UPDATE account SET retry_ms = 9000")
    assert [(due.account_id, to_ms(due.at)) for due in await accounts.dues()] == [(1, 9000)]
    await sql.run("UPDATE shipment SET account_id = NULL, slug = 'own'")
    assert [(due.account_id, to_ms(due.at)) for due in await accounts.dues()] == [(None, 5000)]


async def test_own_couriers_parcels_are_looked_at_without_asking(shop: Desk) -> None:
    await sql.run("UPDATE shipment SET account_id = NULL, slug = 'own'")
    assert await shop.poller.chunk(None) == 1
    assert shop.wire.asked == []
    assert await shop.poller.chunk(None) == 0


async def test_whoever_listens_is_woken_until_he_stops(shop: Desk) -> None:
    rung: list[int] = []
    end = polling.listen(lambda: rung.append(1))
    polling.wake()
    end()
    polling.wake()
    assert rung == [1]
