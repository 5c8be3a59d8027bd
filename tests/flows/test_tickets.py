"""Tickets: one a customer, with evidence, promise, and the desk told."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import hours
from bot.domain.finding import Finding, FindingKind, Severity
from bot.domain.notice import Following
from bot.domain.shipment import Shipment as Tracked
from bot.flows import tickets
from bot.store import core
from bot.store.models import Customer, Member, Merchant, OutboxRow, Promise, Shipment, Ticket
from bot.store.ms import to_ms
from carriers.kit.model import Status
from tests.fakes.consignee import NOW, Shop, open_shop

LOST = Finding(FindingKind.LOST, Severity.SERIOUS, "1", {"silent_days": 10})


def tracked(shipment: Shipment) -> Tracked:
    return Tracked(
        shipment.id, shipment.merchant_id, shipment.order_id, None, "ups", "1Z", Status.IN_TRANSIT, created_at=NOW
    )


async def follower(shop: Shop, user_id: int = 8001) -> Customer:
    return await Customer.create(merchant_id=shop.merchant.id, user_id=user_id, name="Layla", created_ms=0)


async def test_a_lost_parcel_opens_a_ticket_for_every_follower_once(store: str) -> None:
    shop = await open_shop()
    readers = [Following((await follower(shop, user)).id, user) for user in (8001, 8002)]
    for _ in range(2):
        await tickets.open_for_finding(tracked(shop.shipment), LOST, readers, NOW)
    assert {(one.cause, one.shipment_id) for one in await Ticket.all()} == {("lost", shop.shipment.id)}
    assert await Ticket.all().count() == 2
    assert await OutboxRow.filter(act="desk").count() == await OutboxRow.filter(act="topic").count() == 2


@pytest.mark.parametrize("desk", [-100500, None])
async def test_a_lost_parcel_that_nobody_follows_is_still_told_to_the_shop(store: str, desk: int | None) -> None:
    shop = await open_shop(desk=desk)
    _ = await Member.create(merchant_id=shop.merchant.id, user_id=1, role="owner", created_ms=0)
    assert await tickets.open_for_finding(tracked(shop.shipment), LOST, [], NOW) == []
    told = await OutboxRow.get()
    assert (told.act, told.chat_id) == ("answer", desk or 1)


async def test_evidence_joins_the_open_ticket_and_wakes_it(store: str) -> None:
    shop = await open_shop()
    customer = await follower(shop)
    async with core.transaction():
        first = await tickets.open_ticket(customer.id, "human", NOW)
        await Ticket.all().update(state="waiting_customer")
        again = await tickets.open_ticket(customer.id, "address", NOW, shop.shipment.id, {"note": "x"})
    assert (again.ticket.id, again.fresh) == (first.ticket.id, False)
    kept = await Ticket.get()
    assert (kept.state, kept.shipment_id) == ("waiting_us", shop.shipment.id)
    assert '"note":"x"' in kept.evidence


async def test_after_the_end_new_words_open_a_new_ticket(store: str) -> None:
    customer = await follower(await open_shop())
    async with core.transaction():
        await tickets.open_ticket(customer.id, "human", NOW)
        await Ticket.all().update(state="closed", closed_ms=1)
        assert (await tickets.open_ticket(customer.id, "human", NOW)).fresh


async def test_a_desk_that_moved_gets_a_topic_of_its_own(store: str) -> None:
    shop = await open_shop()
    customer = await follower(shop)
    await Customer.all().update(topic_chat_id=-100999, topic_id=5, card_message_id=6)
    async with core.transaction():
        opened = await tickets.open_ticket(customer.id, "human", NOW)
        await tickets.tell_of_call(opened, None, NOW)
    moved = await Customer.get()
    assert (moved.topic_id, moved.card_message_id, moved.topic_generation) == (None, None, 1)
    assert (await OutboxRow.get(act="topic")).cause == f"topic:{customer.id}:1"


ZONES = st.sampled_from(["Asia/Riyadh", "Asia/Tehran", "America/New_York", "Pacific/Auckland", "UTC", "Europe/Berlin"])
STAFFED = st.sampled_from(["", "Mon-Fri 09:00-18:00", "Sat-Wed 8-16", "Sun-Thu 10-14, Fri 16-20"])
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS, ZONES, ZONES, STAFFED, st.sampled_from([None, "off", "21-9", "23-7"]))
def test_a_promised_answer_is_ahead_and_awake_and_where_it_can_be_staffed(
    now: datetime, shop_zone: str, reader_zone: str, staffed: str, quiet: str | None
) -> None:
    shop = Merchant(id=1, name="Noor", zone=shop_zone, country="SA", staffed=staffed)
    due = tickets.answer_due(now, shop, reader_zone, quiet)
    # Eid takes a whole week of a shop that opens on five days
    assert now + timedelta(minutes=30) <= due <= now + timedelta(days=10)
    assert due.minute % 15 == 0
    assert not hours.in_quiet(due, reader_zone, quiet)


@given(MOMENTS, ZONES, STAFFED)
def test_a_promised_answer_lies_in_staffed_hours_where_the_reader_sleeps_when_the_shop_does(
    now: datetime, zone: str, staffed: str
) -> None:
    shop = Merchant(id=1, name="Noor", zone=zone, country="SA", staffed=staffed)
    due = tickets.answer_due(now, shop, zone, None)
    text = staffed or hours.default_staffed("SA")
    assert hours.is_staffed(due - timedelta(minutes=15), zone, text) or hours.is_staffed(due, zone, text)


def test_an_answer_asked_for_in_the_morning_is_due_two_staffed_hours_later() -> None:
    shop = Merchant(id=1, name="Noor", zone="Asia/Riyadh", country="SA", staffed="")
    assert tickets.answer_due(NOW, shop, "Asia/Riyadh", None) == NOW + timedelta(hours=2)


def test_an_answer_asked_for_on_thursday_evening_is_due_after_the_weekend() -> None:
    shop = Merchant(id=1, name="Noor", zone="Asia/Riyadh", country="SA", staffed="")
    thursday = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
    assert tickets.answer_due(thursday, shop, "Asia/Riyadh", None) == datetime(2026, 11, 29, 8, 0, tzinfo=UTC)


async def test_the_desk_owes_a_lost_parcels_solution_by_the_hour_that_the_customer_was_told(store: str) -> None:
    shop = await open_shop()
    customer = await follower(shop)
    told_at = NOW + timedelta(days=2)
    _ = await Promise.create(
        merchant_id=shop.merchant.id, customer_id=customer.id, shipment_id=shop.shipment.id, kind="lost_probable",
        due_ms=to_ms(told_at), made_ms=to_ms(NOW), by_person=True,
    )  # fmt: skip
    await tickets.open_for_finding(tracked(shop.shipment), LOST, [Following(customer.id, 8001)], NOW)
    assert (await Ticket.get()).due_ms == to_ms(told_at)
