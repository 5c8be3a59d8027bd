"""Damaged, unpaid, earlier, turned up: from the carrier's answer to the message, each fact only from its record."""

from datetime import date, datetime, timedelta

import orjson
import pytest

from bot.flows import facts
from bot.store import sql
from bot.store.models import Follow, Shipment, Ticket
from bot.store.ms import to_ms
from carriers.kit.model import Reason, Status
from tests.fakes import parcels
from tests.fakes.answers import answer, journey, scan
from tests.fakes.parcels import followed, notice
from tests.flows.noticed import NOW, composed, said, take_in

pytestmark = pytest.mark.usefixtures("store")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def test_damage_opens_a_ticket_and_names_the_hour_of_a_persons_word() -> None:
    parcel = await followed(NOW - DAY)
    await take_in(parcel, answer(scan(NOW, Status.EXCEPTION, code="620", reason=Reason.CARRIER), reason=Reason.CARRIER))
    told = await composed(parcel, "damaged", NOW)
    assert told is not None
    assert told.facts["damaged_at"] == NOW.isoformat()
    assert told.facts["next_at"]
    assert (await Ticket.get()).cause == "damaged"


async def test_the_sum_stands_in_the_message_about_a_door_where_it_was_not_paid() -> None:
    parcel = await followed(NOW - DAY, cod_amount="64.00", currency="EUR")
    await take_in(parcel, answer(scan(NOW, Status.DELIVERY_ATTEMPTED, code="614"), reason=Reason.CONSIGNEE))
    assert await said() == ["unpaid"]
    told = await composed(parcel, "unpaid", NOW)
    assert told is not None
    assert told.facts["cod"] == {"amount": "64.00", "currency": "EUR"}


@pytest.mark.parametrize(("at", "by"), [(NOW, "2026-11-24T17:00:00+00:00"), (NOW.replace(hour=19), None)])
async def test_an_earlier_day_is_told_with_the_hour_by_which_another_can_be_asked_for(
    at: datetime, by: str | None
) -> None:
    parcel = await followed(NOW - DAY, promised_on="2026-11-26", eta_on="2026-11-26")
    await sql.run("UPDATE merchant SET zone = 'Europe/Berlin', country = 'DE'")
    await Follow.all().update(told_on="2026-11-26")
    await take_in(parcel, journey(at - HOUR, 3, eta=date(2026, 11, 25)), at)
    told = await composed(parcel, "earlier", at)
    assert told is not None
    assert told.facts.get("answer_by") == by
    assert [label for row in told.buttons for label, _ in row] == ["tomorrow_fine", "rather_day"]


async def test_an_earlier_day_that_did_not_hold_is_taken_back() -> None:
    parcel = await followed(NOW - DAY, promised_on="2026-11-26", eta_on="2026-11-26")
    await take_in(parcel, journey(NOW - HOUR, 3, eta=date(2026, 11, 25)))
    await Follow.all().update(told_on="2026-11-25")
    await take_in(parcel, journey(NOW, 4, eta=date(2026, 11, 26)), NOW + HOUR)
    assert (await said())[-1] == "not_earlier"
    assert await composed(parcel, "not_earlier", NOW + HOUR) is not None


@pytest.mark.parametrize(("status", "replaced"), [("in_transit", True), ("cancelled", False), (None, False)])
async def test_a_second_parcel_is_spoken_of_only_if_it_was_sent(status: str | None, replaced: bool) -> None:
    parcel = await followed(NOW - 9 * DAY)
    lost = await parcels.finding(parcel, NOW - 2 * DAY, kind="lost", closed_ms=to_ms(NOW), outcome="resolved")
    await sql.run(
        "INSERT INTO outbox (merchant_id, customer_id, lane, chat_id, act, payload, cause, priority, due_ms,"
        " created_ms, state, attempts) VALUES (?, ?, 'chat:5', 5, 'notice', ?, 'warned', 1, 0, 0, 'sent', 1)",
        (parcel.merchant.id, parcel.customer.id, orjson.dumps({"kind": "lost_probable", "finding": lost}).decode()),
    )
    if status is not None:
        _ = await Shipment.create(
            merchant_id=parcel.merchant.id, order_id=parcel.order.id, slug="ups", number="1Z2", status=status,
            next_poll_ms=0, created_ms=to_ms(NOW - DAY),
        )  # fmt: skip
    row = notice(parcel, "turned_up", NOW, finding=lost, undoes="warned")
    told = await facts.notice(row, NOW)
    assert told is not None
    assert told.facts.get("replacement", False) is replaced
