"""Two carriers, one parcel: the second number is found, asked for, and tells of the one shipment people follow."""

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from bot.flows.ingest import Polled, Rules, ingest_batch
from bot.flows.legs_of import asker
from bot.flows.polling import Poller
from bot.store import accounts_admin, sql
from bot.store.crypt import Vault
from bot.store.ms import from_ms, to_ms
from carriers.kit.errors import NotFound, Unavailable
from carriers.kit.model import Leg, Status
from tests.fakes.answers import answer, scan
from tests.fakes.carrier_wire import Said, Wire, dhl
from tests.fakes.clock import StandingClock
from tests.fakes.parcels import Followed, followed

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST, SECOND = "RB123456785GB", "00340434161094042557"
DHL = Leg(SECOND, "Deutsche Post DHL")
ACCOUNTS = {"17track": 3, "dhl_unified": 1, "royalmail": 2}


class Way:
    """A parcel that Royal Mail has first and DHL then; the shop has an account with each."""

    def __init__(self, clock: StandingClock, vault: Vault) -> None:
        self.clock, self.wire = clock, Wire()
        self.vault = vault
        self.poller = Poller(self.wire, vault, clock, Rules())
        self.parcel: Followed
        self.dhl = 0

    async def open(self) -> None:
        secrets = self.vault.seal('{"api_key": "k"}')
        self.dhl = await accounts_admin.save(1, "dhl_unified", secrets, self.clock.now())
        first = await accounts_admin.save(1, "royalmail", secrets, self.clock.now())
        # the first carrier is not asked for here: it says what a test makes it say
        await sql.run("UPDATE account SET state = 'paused' WHERE id = ?", (first,))
        self.parcel = await followed(
            self.clock.now() - 2 * DAY, account_id=first, slug="royalmail", number=FIRST, promised_on=None
        )

    async def first_says(self, *events: Any, leg: Leg | None = DHL, **more: Any) -> None:
        said = answer(*events, number=FIRST, next_leg=leg, **more)
        await ingest_batch([Polled(self.parcel.shipment.id, said)], self.clock.now())

    async def second_says(self, at: datetime, code: str = "transit", **more: Any) -> None:
        self.wire.says[SECOND] = dhl(SECOND, at, code=code, **more)
        await sql.run("UPDATE leg SET next_poll_ms = 0, lease_ms = NULL")
        assert await self.poller.chunk(self.dhl) == 1

    async def row(self) -> dict[str, Any]:
        return (await sql.rows("SELECT * FROM shipment"))[0]

    async def leg(self) -> dict[str, Any]:
        return (await sql.rows("SELECT * FROM leg"))[0]

    async def kinds(self) -> list[str]:
        found = await sql.rows("SELECT payload FROM outbox WHERE act = 'notice' ORDER BY id")
        return [orjson.loads(row["payload"])["kind"] for row in found]


@pytest.fixture
async def way(store: object, clock: StandingClock, vault: Vault) -> Way:
    made = Way(clock, vault)
    await made.open()
    await made.first_says(scan(clock.now() - DAY))
    return made


# ---- whose number it is


@pytest.mark.parametrize(
    ("leg", "first", "number", "slug"),
    [
        (DHL, "royalmail", FIRST, "dhl_unified"),
        (Leg(SECOND), "royalmail", FIRST, "dhl_unified"),
        (Leg("ZZ99887766", "Posta Lunare"), "royalmail", FIRST, "17track"),
        (Leg(FIRST, "DHL"), "royalmail", FIRST, "17track"),
        (Leg(SECOND, "DHL"), "17track", FIRST, None),
        (Leg(FIRST, "Royal Mail"), "royalmail", FIRST, "17track"),
    ],
)
def test_the_account_is_the_named_carriers_or_an_aggregators(
    leg: Leg, first: str, number: str, slug: str | None
) -> None:
    assert asker(leg, first, number, ACCOUNTS) == slug


def test_without_an_account_nobody_is_asked() -> None:
    assert asker(DHL, "royalmail", FIRST, {"royalmail": 2}) is None
    assert asker(DHL, "a carrier of the shops own", FIRST, {"dhl_unified": 2}) == "dhl_unified"


# ---- one parcel, two carriers


async def test_a_second_number_is_kept_and_asked_for_at_once(way: Way) -> None:
    leg = await way.leg()
    assert (leg["number"], leg["carrier"], leg["slug"], leg["account_id"]) == (
        SECOND,
        "Deutsche Post DHL",
        "dhl_unified",
        way.dhl,
    )
    assert (await way.row())["legs"] == 1


async def test_the_second_carriers_scans_are_the_parcels(way: Way) -> None:
    await way.second_says(way.clock.now() - HOUR, steps=2)
    row = await way.row()
    assert (row["scan_place"], from_ms(row["scan_ms"])) == ("Leipzig, DE", way.clock.now() - HOUR)
    assert len(await sql.rows("SELECT id FROM scan_event")) == 3
    leg = await way.leg()
    assert (leg["status"], leg["misses"], leg["known_ms"] is not None) == ("in_transit", 0, True)
    assert leg["next_poll_ms"] > to_ms(way.clock.now())


async def test_the_first_carrier_moves_nothing_back_once_the_second_has_it(way: Way) -> None:
    await way.second_says(way.clock.now() - HOUR, code="delivered")
    assert await way.kinds() == ["delivered"]
    assert (await way.row())["open"] == 0
    assert (await way.leg())["open"] == 0


async def test_delivered_by_the_first_is_a_hand_over_while_the_second_has_it(way: Way) -> None:
    now = way.clock.now()
    await way.second_says(now - 2 * HOUR)
    await way.first_says(scan(now - HOUR, Status.DELIVERED), scan(now - DAY), delivered_at=now - HOUR)
    row = await way.row()
    assert (row["status"], row["delivered_ms"], row["open"]) == ("in_transit", None, 1)
    assert await way.kinds() == []
    await way.second_says(now - HOUR / 2, code="delivered")
    assert (await way.row())["status"] == "delivered"
    assert await way.kinds() == ["delivered"]


async def test_a_late_word_of_the_first_lets_the_seconds_delivery_stand(way: Way) -> None:
    now = way.clock.now()
    await way.second_says(now - 3 * HOUR)
    await way.first_says(scan(now - HOUR, Status.DELIVERED), scan(now - DAY))
    await way.second_says(now - 2 * HOUR, code="delivered")
    assert (await way.row())["status"] == "delivered"


async def test_a_number_that_the_second_does_not_know_yet_costs_the_parcel_nothing(way: Way) -> None:
    before = await way.row()
    troubles: list[Said] = [404, 404, Unavailable()]
    for missed, said in enumerate(troubles, 1):
        way.wire.says[SECOND] = said
        await sql.run("UPDATE leg SET next_poll_ms = 0, lease_ms = NULL")
        await sql.run("UPDATE account SET retry_ms = 0")
        await way.poller.chunk(way.dhl)
        leg = await way.leg()
        assert (leg["misses"], leg["known_ms"]) == (missed, None)
        assert leg["next_poll_ms"] > to_ms(way.clock.now())
    after = await way.row()
    assert (after["misses"], after["next_poll_ms"], after["status"]) == (0, before["next_poll_ms"], "in_transit")
    await way.first_says(scan(way.clock.now(), Status.DELIVERED), delivered_at=way.clock.now())
    assert (await way.row())["status"] == "delivered"


async def test_the_way_back_under_another_number_ends_returned(way: Way) -> None:
    now = way.clock.now()
    await sql.run("DELETE FROM leg")
    await way.first_says(scan(now - 5 * HOUR, Status.RETURNING), status=Status.RETURNING)
    assert (await way.leg())["back"] == 1
    await sql.run("DELETE FROM outbox")
    await way.second_says(now - HOUR, code="delivered")
    assert (await way.row())["status"] == "returned"
    assert "delivered" not in await way.kinds()


async def test_without_an_account_the_number_is_known_and_waits_for_one(way: Way) -> None:
    await sql.run("DELETE FROM leg")
    await sql.run("UPDATE account SET state = 'removed' WHERE id = ?", (way.dhl,))
    await way.first_says(scan(way.clock.now() - 3 * HOUR))
    leg = await way.leg()
    assert (leg["account_id"], leg["open"]) == (None, 0)
    await accounts_admin.save(1, "dhl_unified", way.vault.seal('{"api_key": "k"}'), way.clock.now())
    await way.first_says(scan(way.clock.now() - 2 * HOUR))
    leg = await way.leg()
    assert (leg["account_id"], leg["open"]) == (way.dhl, 1)


async def test_one_account_may_be_asked_for_both_numbers_in_one_chunk(way: Way) -> None:
    now = way.clock.now()
    await sql.run("UPDATE shipment SET account_id = ?, slug = 'dhl_unified', next_poll_ms = 0", (way.dhl,))
    await sql.run("UPDATE leg SET next_poll_ms = 0")
    way.wire.says = {FIRST: dhl(FIRST, now - 2 * HOUR), SECOND: dhl(SECOND, now - HOUR, code="delivered")}
    assert await way.poller.chunk(way.dhl) == 2
    assert (await way.row())["status"] == "delivered"


async def test_a_batch_with_an_unknown_leg_takes_in_all_the_rest(way: Way) -> None:
    leg = await way.leg()
    now, shipment_id = way.clock.now(), way.parcel.shipment.id
    first = Polled(shipment_id, answer(scan(now - HOUR, Status.OUT_FOR_DELIVERY), number=FIRST))
    await ingest_batch([Polled(shipment_id, NotFound(), leg_id=leg["id"]), first], now)
    assert (await way.row())["status"] == "out_for_delivery"
