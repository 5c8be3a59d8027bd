"""Customs in both databases: from the carrier's answer to the chat, and what a customer's own deed sets off."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from bot.flows import promises
from bot.store import heads_up, sql
from bot.store.models import OutboxRow, Promise, Shipment
from carriers.kit.model import Duty, Reason, Status, TrackingResult
from tests.fakes.answers import answer, scan
from tests.fakes.parcels import followed
from tests.flows.noticed import composed, said, take_in

pytestmark = pytest.mark.usefixtures("store")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def held(reason: Reason = Reason.CONSIGNEE, code: str = "240", at: datetime = NOW, **more: Any) -> TrackingResult:
    return answer(scan(at, Status.CUSTOMS, code=code, reason=reason), reason=reason, **more)


@pytest.mark.parametrize("duty", [Duty("86.00", "EUR"), None])
async def test_the_sum_is_said_if_and_only_if_the_carrier_said_it(duty: Duty | None) -> None:
    parcel = await followed(NOW - DAY)
    await take_in(parcel, held(duty=duty))
    told = await composed(parcel, "customs_action", NOW)
    assert told is not None
    assert told.facts.get("duty") == (None if duty is None else {"amount": "86.00", "currency": "EUR", "due_on": None})
    assert told.facts["next_at"]
    assert "cause" not in told.facts or told.facts["cause"] != "address"
    assert [label for row in told.buttons for label, _ in row] == ["how_to_pay", "paid", "human"]


async def test_a_sum_that_was_said_once_stays_while_it_waits_there_and_goes_with_its_stay() -> None:
    parcel = await followed(NOW - DAY)
    await take_in(parcel, held(duty=Duty("86.00", "EUR")))
    await take_in(parcel, held(at=NOW + HOUR), NOW + HOUR)
    assert orjson.loads((await Shipment.get()).duty or "{}")["amount"] == "86.00"
    await take_in(parcel, answer(scan(NOW + 2 * HOUR)), NOW + 3 * HOUR)
    assert (await Shipment.get()).duty is None


async def test_what_the_shop_must_send_is_listed_for_the_shop_and_not_told_the_customer() -> None:
    parcel = await followed(NOW - DAY)
    await take_in(parcel, held(Reason.MERCHANT, "29"))
    assert await said() == []
    assert await heads_up.next_due_at() is not None


async def test_through_customs_is_told_to_whoever_was_asked() -> None:
    parcel = await followed(NOW - DAY)
    await take_in(parcel, held())
    await OutboxRow.filter(act="notice").update(state="sent")
    await sql.run("UPDATE follow SET warned_ms = ?", (int(NOW.timestamp() * 1000) + 1,))
    await take_in(parcel, answer(scan(NOW + 5 * HOUR)), NOW + 6 * HOUR)
    assert await said() == ["customs_action", "customs_done"]
    told = await composed(parcel, "customs_done", NOW + 6 * HOUR)
    assert told is not None
    assert await Promise.filter(open=1).count() == 0


async def test_a_promise_about_customs_without_news_goes_to_a_person_the_second_time() -> None:
    parcel = await followed(NOW - DAY)
    await take_in(parcel, held())
    await promises.keep_due(NOW + 3 * DAY, "22-8")
    await promises.keep_due(NOW + 8 * DAY, "22-8")
    assert await said() == ["customs_action", "still_nothing", "human_coming"]
