"""A lost parcel's claim: opened with the loss, reminded of in time, over when it is made or the parcel turns up."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest

from bot.flows import claims, sweep
from bot.flows.ingest import Polled, ingest_batch
from bot.store import sql
from bot.store.models import (
    Claim,
    Customer,
    FindingRow,
    Member,
    Merchant,
    Person,
    Promise,
    ScanRow,
    Ticket,
    TicketMessage,
)
from bot.store.ms import to_ms
from bot.texts.messages import Reader, render
from carriers.kit.model import ScanEvent, Status, TrackingResult
from tests.fakes.answers import answer, scan
from tests.fakes.parcels import Followed, followed

pytestmark = pytest.mark.usefixtures("store")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HANDED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LOST = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
ENGLISH = Reader("en", "Europe/London")


async def lost(slug: str = "usps", followers: bool = True, desk: bool = True, **changes: Any) -> Followed:
    """A domestic parcel whose last scan is sixteen days old, found lost by the poll at LOST."""
    parcel = await followed(HANDED, slug=slug, country="GB", promised_on="2026-11-06", zone="Europe/London", **changes)
    await Merchant.filter(id=parcel.merchant.id).update(
        country="GB", zone="Europe/London", **({} if desk else {"desk_chat_id": None})
    )
    _ = await Member.create(merchant_id=parcel.merchant.id, user_id=1, role="owner", created_ms=0)
    _ = await ScanRow.create(
        shipment_id=parcel.shipment.id, key=1, at_ms=to_ms(HANDED), status="in_transit", place="Leeds", seen_ms=0
    )
    if not followers:
        await sql.run("DELETE FROM follow")
    await poll(parcel, LOST)
    return parcel


async def poll(parcel: Followed, now: datetime, *scans: ScanEvent, **said: Any) -> None:
    known: TrackingResult | None = answer(*scans, **said) if scans else None
    await ingest_batch([Polled(parcel.shipment.id, known)], now)


async def said(kind: str) -> list[dict[str, Any]]:
    """Facts of what the shop's people were told, by kind."""
    rows = await sql.rows("SELECT * FROM outbox WHERE act IN ('desk', 'answer') ORDER BY id")
    payloads = [orjson.loads(row["payload"]) for row in rows]
    return [one["facts"] for one in payloads if one["kind"] == kind]


async def notices() -> list[str]:
    rows = await sql.rows("SELECT payload FROM outbox WHERE act = 'notice' ORDER BY id")
    return [orjson.loads(row["payload"])["kind"] for row in rows]


def words(kind: str, facts: dict[str, Any]) -> str:
    return render(kind, facts, ENGLISH).text


async def test_a_loss_opens_a_claim_with_the_carriers_own_days() -> None:
    parcel = await lost()
    row = await Claim.get()
    assert (row.shipment_id, row.customer_id, row.open) == (parcel.shipment.id, parcel.customer.id, 1)
    assert (row.opens_on, row.closes_on, row.assumed, row.insured) == ("2026-11-17", "2027-01-01", False, True)
    [told] = await said("desk_lost")
    assert "Claim at USPS: until Friday 1 January 2027. Only insured parcels are covered." in words("desk_lost", told)
    assert "<code>/claim</code>" in words("desk_lost", told)


async def test_an_unknown_last_day_is_said_to_be_assumed() -> None:
    await lost("dhl_unified")
    [told] = await said("desk_lost")
    assert "its last day isn't known here, Wednesday 2 December is assumed" in words("desk_lost", told)


async def test_a_claim_that_comes_too_late_is_said_to_be_over_and_nobody_is_reminded() -> None:
    parcel = await followed(HANDED, slug="royalmail", country="GB", promised_on="2027-02-26", zone="Europe/London")
    _ = await ScanRow.create(
        shipment_id=parcel.shipment.id, key=1, at_ms=to_ms(HANDED), status="in_transit", place="Leeds", seen_ms=0
    )
    await poll(parcel, HANDED + 90 * DAY)
    row = await Claim.get()
    assert (row.closes_on, row.remind_ms) == ("2027-01-21", None)
    [told] = await said("desk_lost")
    assert "Claim at Royal Mail: the last day was Thursday 21 January" in words("desk_lost", told)


async def test_a_shops_own_days_are_taken() -> None:
    parcel = await followed(HANDED)
    await Merchant.filter(id=parcel.merchant.id).update(settings='{"claims":{"ups":[20,50]}}')
    await sql.run("UPDATE shipment SET slug = 'ups'")
    await poll(parcel, LOST + 10 * DAY)
    row = await Claim.get()
    assert (row.opens_on, row.closes_on, row.assumed) == ("2026-11-22", "2026-12-22", False)


async def test_the_shops_own_courier_has_no_claim_and_finds_nothing_lost() -> None:
    await lost("own", account_id=None)
    assert await Claim.all().count() == await FindingRow.filter(kind="lost").count() == 0


async def test_the_desk_is_reminded_in_the_customers_topic_and_each_time_once() -> None:
    parcel = await lost("royalmail")
    assert (await Claim.get()).remind_ms == to_ms(datetime(2026, 11, 20, 9, 0, tzinfo=UTC))
    for now in (LOST + DAY, LOST + 2 * DAY, LOST + 2 * DAY):
        await claims.remind_due(now)
    [told] = await said("desk_claim")
    assert "Claim at Royal Mail: until Thursday 21 January 2027." in words("desk_claim", told)
    [row] = await sql.rows("SELECT customer_id FROM outbox WHERE cause LIKE 'desk:%:claim:%'")
    assert row["customer_id"] == parcel.customer.id
    assert (await Claim.get()).remind_ms == to_ms(datetime(2027, 1, 14, 9, 0, tzinfo=UTC))


async def test_a_service_that_slept_over_the_end_says_that_it_is_over() -> None:
    await lost("royalmail")
    await claims.remind_due(LOST + 100 * DAY)
    [told] = await said("desk_claim")
    assert "the last day was Thursday 21 January" in words("desk_claim", told)
    assert (await Claim.get()).remind_ms is None


async def test_the_sweep_wakes_for_the_next_reminder() -> None:
    await lost("royalmail")
    await sql.run("UPDATE promise SET open = 0")
    await sql.run("UPDATE ticket SET remind_ms = NULL, due_ms = NULL, state = 'waiting_customer'")
    swept = await sweep.sweep(LOST, "22-8", seldom=False)
    assert (swept.reminders, swept.next_at) == (0, datetime(2026, 11, 20, 9, 0, tzinfo=UTC))
    assert (await sweep.sweep(LOST + 2 * DAY, "22-8", seldom=False)).reminders == 1


async def test_a_reminder_that_cannot_be_said_stops_no_other() -> None:
    await lost("royalmail")
    broken = await Claim.get()
    broken_at = broken.remind_ms
    await Claim.filter(id=broken.id).update(opens_on="never", remind_ms=to_ms(LOST))
    _ = await Claim.create(
        merchant_id=broken.merchant_id, shipment_id=broken.shipment_id, occurrence=9, opens_on="2026-11-01",
        closes_on="2027-01-21", remind_ms=broken_at, created_ms=0,
    )  # fmt: skip
    assert await claims.remind_due(LOST + 2 * DAY) == 2
    assert len(await said("desk_claim")) == 1
    assert (await Claim.get(id=broken.id)).remind_ms == to_ms(LOST + 2 * DAY + claims.SET_ASIDE)


@pytest.mark.parametrize("desk", [True, False])
async def test_of_a_parcel_that_nobody_follows_the_group_or_the_owner_is_reminded(desk: bool) -> None:
    await lost("royalmail", followers=False, desk=desk)
    await claims.remind_due(LOST + 2 * DAY)
    [told] = await said("desk_claim")
    assert "/claim 00340434161094042557" in words("desk_claim", told)
    [row] = await sql.rows("SELECT chat_id FROM outbox WHERE cause LIKE '%claim:%'")
    assert row["chat_id"] == (-100500 if desk else 1)


async def test_a_parcel_that_turns_up_closes_it_all_kindly() -> None:
    parcel = await lost()
    await sql.run("UPDATE follow SET warned_ms = ?", (to_ms(LOST),))
    await sql.run("UPDATE outbox SET state = 'sent' WHERE act = 'notice'")
    found = LOST + 2 * DAY
    await poll(parcel, found, scan(found - HOUR, place="York"), eta=date(2026, 11, 24))

    assert [(one.kind, one.outcome) for one in await FindingRow.filter(kind="lost")] == [("lost", "resolved")]
    assert (await notices())[-1] == "turned_up"
    row = await Claim.get()
    assert (row.open, row.remind_ms, row.outcome) == (0, None, "found")
    [told] = await said("desk_turned_up")
    assert words("desk_turned_up", told).startswith("Order 1001 has turned up: on its way, York, ")
    assert "No claim is needed any more." in words("desk_turned_up", told)
    entries = orjson.loads((await Ticket.get()).evidence)["entries"]
    assert [one["cause"] for one in entries] == ["lost", "turned_up"]
    assert [one.kind for one in await Promise.filter(open=1)] == ["turned_up"]
    assert await claims.remind_due(LOST + 300 * DAY) == 0


async def test_a_claim_that_was_made_is_to_be_withdrawn_when_the_parcel_turns_up() -> None:
    parcel = await lost()
    await Claim.all().update(open=0, remind_ms=None, made_on="2026-11-19", way="phone")
    await poll(parcel, LOST + 2 * DAY, scan(LOST + DAY))
    [told] = await said("desk_turned_up")
    assert "The claim of Thursday 19 November at USPS is to be withdrawn." in words("desk_turned_up", told)


async def test_what_a_person_owed_only_for_the_loss_is_owed_no_more() -> None:
    parcel = await lost()
    ticket = await Ticket.get()
    await Promise.all().update(kind="promise_broken", ticket_id=ticket.id)
    await poll(parcel, LOST + 2 * DAY, scan(LOST + DAY))
    assert not await Promise.filter(open=1, kind="promise_broken").exists()


async def test_who_has_written_himself_is_answered_all_the_same() -> None:
    parcel = await lost()
    ticket = await Ticket.get()
    await Promise.all().update(kind="promise_broken", ticket_id=ticket.id)
    _ = await TicketMessage.create(
        customer_id=parcel.customer.id, ticket_id=ticket.id, direction="in", user_id=5, source_chat_id=5,
        source_message_id=1, created_ms=0,
    )  # fmt: skip
    await poll(parcel, LOST + 2 * DAY, scan(LOST + DAY))
    assert await Promise.filter(open=1, kind="promise_broken").exists()


async def test_a_customer_who_blocked_us_is_still_a_matter_of_his_topic() -> None:
    parcel = await lost()
    await Customer.all().update(unreachable_ms=1)
    await poll(parcel, LOST + 2 * DAY, scan(LOST + DAY))
    assert len(await said("desk_turned_up")) == 1
    assert parcel.customer.id == (await Claim.get()).customer_id


async def test_a_carrier_that_says_lost_too_opens_no_second_claim() -> None:
    parcel = await lost()
    await poll(parcel, LOST + DAY, scan(LOST + HOUR, Status.LOST))
    assert await FindingRow.filter(kind="lost").count() == 2
    assert (await Claim.get()).open == 1
    assert await said("desk_turned_up") == []


async def test_a_parcel_lost_again_is_claimed_again() -> None:
    parcel = await lost()
    moved = LOST + DAY
    await poll(parcel, moved, scan(moved))
    await poll(parcel, moved + 20 * DAY)
    assert [(one.occurrence, one.outcome) for one in await Claim.all().order_by("id")] == [(1, "found"), (2, None)]


async def test_a_person_who_promised_the_solution_and_is_silent_has_broken_the_promise() -> None:
    await lost()
    _ = await Person.create(user_id=1, name="Nadia", private_ms=0)
    owed = await Promise.get(kind="lost_probable")
    assert owed.by_person
    await sweep.sweep(LOST + 5 * DAY, "22-8", seldom=False)
    assert (await notices())[-1] == "promise_broken"
    assert len(await said("reminder_overdue")) == 1
