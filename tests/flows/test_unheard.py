"""A carrier that does not answer makes no parcel look silent: not while it lasts, and not when it is over."""

from datetime import timedelta

import pytest

from bot.domain.groups import Group, Scope
from bot.flows.ingest import Rules
from bot.flows.polling import Poller
from bot.store import accounts_admin, sql, unheard
from bot.store.crypt import Vault
from bot.store.ms import to_ms
from tests.fakes.carrier_wire import Said, Wire, dhl
from tests.fakes.clock import StandingClock
from tests.fakes.crowd import OWNER, crowd, kinds, said

pytestmark = pytest.mark.usefixtures("store")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIMIT = 72
"""Working hours after which a parcel within the country is stalled."""


class Carrier:
    """Five parcels, asked for every hour: the last scan was at the start, a Tuesday at ten."""

    def __init__(self, clock: StandingClock, vault: Vault) -> None:
        self.clock, self.vault = clock, vault
        self.wire = Wire(now=clock.now)
        self.poller = Poller(self.wire, vault, clock, Rules(every=HOUR))
        self.before: dict[str, Said] = {}

    async def starts(self) -> None:
        now = self.clock.now()
        await crowd(5, now, known_ms=None, scan_ms=None, country="DE", zone="Europe/Berlin", polled_ms=None)
        await sql.run("UPDATE account SET secrets = ?", (self.vault.seal('{"api_key": "k"}'),))
        await sql.run("UPDATE merchant SET country = 'DE', zone = 'Europe/Berlin'")
        for number in range(1, 6):
            self.wire.says[f"N{number}"] = dhl(f"N{number}", now, 3)
        await self.poller.chunk(1)

    async def hours(self, count: int) -> None:
        for _ in range(count):
            self.clock.advance(HOUR)
            await sql.run("UPDATE account SET retry_ms = 0")
            await sql.run("UPDATE shipment SET next_poll_ms = 0")
            await self.poller.chunk(1)

    def falls_silent(self) -> None:
        """Every question fails."""
        self.before, self.wire.says = dict(self.wire.says), {}
        self.wire.default = 503

    def answers_again(self) -> None:
        """As if nothing had been."""
        self.wire.says = self.before


@pytest.fixture
async def carrier(store: str, clock: StandingClock, vault: Vault) -> Carrier:
    one = Carrier(clock, vault)
    await one.starts()
    return one


async def stalled() -> int:
    return len(await sql.rows("SELECT id FROM finding WHERE kind = 'stalled'"))


async def test_the_first_answers_after_an_outage_raise_nothing_and_the_outage_does_not_count(carrier: Carrier) -> None:
    await carrier.hours(LIMIT - 2)
    carrier.falls_silent()
    await carrier.hours(6)
    assert await stalled() == 0
    carrier.answers_again()
    await carrier.hours(1)
    assert await stalled() == 0
    # 78 hours of silence, of which the six from the first failure to the answer that ended them do not count
    await carrier.hours(1)
    assert await stalled() == 5


async def test_what_was_scanned_meanwhile_is_counted_from_its_scan(carrier: Carrier) -> None:
    await carrier.hours(LIMIT - 2)
    carrier.falls_silent()
    await carrier.hours(6)
    carrier.answers_again()
    carrier.wire.says["N1"] = dhl("N1", carrier.clock.now() - HOUR, 4)
    await carrier.hours(5)
    found = await sql.rows("SELECT shipment_id FROM finding WHERE kind = 'stalled' ORDER BY 1")
    assert [row["shipment_id"] for row in found] == [2, 3, 4, 5]


async def test_the_owner_hears_of_an_outage_once_with_how_many_wait_and_once_that_it_is_over(carrier: Carrier) -> None:
    carrier.falls_silent()
    await carrier.hours(6)
    carrier.answers_again()
    await carrier.hours(2)
    told = await said(chat_id=OWNER)
    assert [row["payload"]["kind"] for row in told] == ["carrier_outage", "carrier_recovered"]
    assert told[0]["payload"]["facts"]["waiting"] == 5
    assert await kinds("notice") == []


async def test_a_hiccup_is_no_outage(carrier: Carrier) -> None:
    carrier.falls_silent()
    carrier.clock.advance(timedelta(minutes=1))
    await carrier.poller.chunk(1)
    carrier.answers_again()
    await sql.run("UPDATE account SET retry_ms = 0")
    await sql.run("UPDATE shipment SET next_poll_ms = 0")
    await carrier.poller.chunk(1)
    assert await sql.rows("SELECT id FROM unheard") == []


@pytest.mark.parametrize("rested", ["paused", "refused"])
async def test_the_rest_of_an_account_does_not_count(carrier: Carrier, rested: str) -> None:
    await carrier.hours(LIMIT - 2)
    await accounts_admin.set_state(1, rested, carrier.clock.now())
    carrier.clock.advance(10 * HOUR)
    await accounts_admin.set_state(1, "active", carrier.clock.now())
    await carrier.hours(1)
    assert await stalled() == 0
    await carrier.hours(1)
    assert await stalled() == 5


async def test_new_secrets_for_an_account_that_answers_leave_no_gap(carrier: Carrier) -> None:
    await accounts_admin.save(1, "dhl_unified", carrier.vault.seal('{"api_key": "x"}'), carrier.clock.now() + HOUR)
    assert await sql.rows("SELECT id FROM unheard") == []


async def test_a_span_of_a_group_is_of_that_group_alone(carrier: Carrier) -> None:
    now = carrier.clock.now()
    await sql.run("UPDATE shipment SET scan_place = 'Halle, DE' WHERE id = 1")
    await unheard.begin(1, Group(Scope.HUB, "dhl_unified", "Halle, DE"), now, incident_id=7)
    await carrier.hours(LIMIT + 1)
    assert await stalled() == 4
    await unheard.end(7, carrier.clock.now())
    assert (await sql.rows("SELECT until_ms FROM unheard"))[0]["until_ms"] == to_ms(carrier.clock.now())
