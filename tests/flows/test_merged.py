"""One message about several parcels of an order: each of them counts until it leaves."""

from datetime import date, timedelta

from msgspec.structs import replace

from bot.domain.outgoing import Act
from bot.flows import facts
from bot.flows.calls import Call, Drop
from bot.flows.ingest import Polled, ingest_batch
from bot.flows.outgoing import Composer, lease, prepare
from bot.store import outbox, sql
from bot.store.models import Follow, Shipment
from carriers.kit.model import Status
from tests.fakes.answers import NUMBER, answer, journey, scan
from tests.fakes.parcels import Followed, followed
from tests.fakes.rows import NOON, private

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PROMISED = date(2026, 11, 25)
OTHER = "00340434161094042564"
COMPOSER = Composer(facts.notice, facts.live, facts.notice)


async def two_late_at_night() -> tuple[Followed, int]:
    """Both parcels of an order slip in the reader's night: one warning waits for his morning."""
    parcel = await followed(NOON, known_ms=None, scan_ms=None, status="unknown")
    told = ("merchant_id", "order_id", "slug", "zone", "promised_on", "status", "next_poll_ms", "created_ms")
    other = await Shipment.create(number=OTHER, **{name: getattr(parcel.shipment, name) for name in told})
    _ = await Follow.create(shipment_id=other.id, customer_id=parcel.customer.id, created_ms=0)
    known = journey(NOON - HOUR, 2, eta=PROMISED)
    for at, said in ((NOON, known), (NOON + 13 * HOUR, replace(known, eta=PROMISED + 4 * DAY))):
        batch = [Polled(parcel.shipment.id, said), Polled(other.id, replace(said, number=OTHER))]
        await ingest_batch(batch, at)
    return parcel, other.id


async def leaves() -> Call | Drop | object:
    await sql.run("DELETE FROM outbox WHERE act <> 'notice' OR payload LIKE '%delivered%'")
    [row] = await lease(5, NOON + DAY)
    return await prepare(row, COMPOSER, NOON + DAY)


async def test_a_warning_that_no_longer_holds_for_the_first_parcel_is_said_of_the_other(store: str) -> None:
    parcel, _ = await two_late_at_night()
    there = answer(scan(NOON + 14 * HOUR, Status.DELIVERED), eta=PROMISED + 4 * DAY, number=NUMBER)
    await ingest_batch([Polled(parcel.shipment.id, there)], NOON + 14 * HOUR)
    call = await leaves()
    assert isinstance(call, Call)
    assert "29" in call.params["text"]


async def test_a_warning_that_holds_for_none_of_them_is_not_said(store: str) -> None:
    await two_late_at_night()
    await sql.run("UPDATE finding SET closed_ms = 1")
    assert await leaves() == Drop("untrue")


async def test_a_false_alarm_about_the_second_parcel_is_taken_back_too(store: str) -> None:
    parcel, other = await two_late_at_night()
    assert isinstance(await leaves(), Call)
    [second] = await sql.rows("SELECT id FROM finding WHERE shipment_id = ?", (other,))
    payload = {"kind": "withdrawn", "shipments": [other], "finding": second["id"]}
    row = private(Act.NOTICE, customer_id=parcel.customer.id, payload=payload, due_at=NOON + DAY)
    await outbox.put([replace(row, lane="other")])
    [taken_back] = await lease(1, NOON + DAY)
    assert await facts.was_told(taken_back)
