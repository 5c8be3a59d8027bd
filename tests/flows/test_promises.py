"""The promised word comes, says something, and never says nothing twice."""

from datetime import timedelta
from typing import Any

import orjson

from bot.flows import promises
from bot.store.models import Member, Merchant, OutboxRow, Promise, Shipment, Ticket, TicketMessage
from bot.store.ms import to_ms
from tests.fakes import parcels
from tests.fakes.clock import StandingClock
from tests.fakes.parcels import Followed

HOUR = timedelta(hours=1)


async def owed(parcel: Followed, clock: StandingClock, **changes: Any) -> int:
    given = {
        "merchant_id": parcel.merchant.id,
        "customer_id": parcel.customer.id,
        "shipment_id": parcel.shipment.id,
        "kind": "stalled",
        "due_ms": to_ms(clock.now() + HOUR),
        "made_ms": to_ms(clock.now()),
    } | changes
    row = await Promise.create(**given)
    return int(row.id)


async def said() -> list[dict[str, Any]]:
    rows = await OutboxRow.filter(act="notice").order_by("id")
    return [orjson.loads(row.payload) for row in rows]


async def test_a_promise_waits_for_its_hour(store: str, clock: StandingClock) -> None:
    await owed(await parcels.followed(clock.now()), clock)

    assert await promises.keep_due(clock.now(), "22-8") == 0
    assert await said() == []


async def test_the_first_word_without_news_names_the_next_one(store: str, clock: StandingClock) -> None:
    parcel = await parcels.followed(clock.now())
    await parcels.finding(parcel, clock.now())
    await owed(parcel, clock)
    clock.advance(2 * HOUR)

    kept = await promises.keep_due(clock.now(), "22-8")

    (word,) = await said()
    following = await Promise.get(open=1)
    assert (kept, word["kind"], following.silent) == (1, "still_nothing", 1)
    assert following.due_ms > to_ms(clock.now())


async def test_the_second_time_a_person_takes_it_instead_of_another_nothing(store: str, clock: StandingClock) -> None:
    parcel = await parcels.followed(clock.now())
    await parcels.finding(parcel, clock.now())
    await owed(parcel, clock, silent=1)
    clock.advance(2 * HOUR)

    await promises.keep_due(clock.now(), "22-8")

    (word,) = await said()
    ticket = await Ticket.get(customer_id=parcel.customer.id)
    assert (word["kind"], ticket.cause) == ("human_coming", "silence")
    assert (await Promise.get(open=1)).by_person


async def test_a_scan_since_the_promise_is_news(store: str, clock: StandingClock) -> None:
    parcel = await parcels.followed(clock.now())
    await parcels.finding(parcel, clock.now(), kind="at_risk")
    await owed(parcel, clock)
    clock.advance(2 * HOUR)
    await Shipment.filter(id=parcel.shipment.id).update(scan_ms=to_ms(clock.now()), eta_on="2026-11-26")

    await promises.keep_due(clock.now(), "22-8")

    assert [word["kind"] for word in await said()] == ["promise_moved"]
    told = {"shipment_id": parcel.shipment.id, "told_on": "2026-11-26"}
    assert [word["told"] for word in await said()] == [[told]]


async def test_a_person_who_is_late_is_a_broken_promise_that_the_desk_and_the_owner_hear_of(
    store: str, clock: StandingClock
) -> None:
    parcel = await parcels.followed(clock.now())
    await owed(parcel, clock, by_person=True, kind="lost_probable")
    clock.advance(2 * HOUR)

    await promises.keep_due(clock.now(), "22-8")

    desk = await OutboxRow.filter(lane=f"desk:{parcel.customer.id}").values_list("act", flat=True)
    assert [word["kind"] for word in await said()] == ["promise_broken"]
    assert {"topic", "card", "desk"} <= set(desk)


async def test_a_person_who_wrote_in_time_has_kept_the_promise(store: str, clock: StandingClock) -> None:
    parcel = await parcels.followed(clock.now())
    promise_id = await owed(parcel, clock, by_person=True)
    clock.advance(HOUR / 2)
    words = TicketMessage(
        customer_id=parcel.customer.id, direction="out", user_id=9, source_chat_id=-1, source_message_id=1,
        created_ms=to_ms(clock.now()),
    )  # fmt: skip
    await words.save()
    clock.advance(HOUR)

    await promises.keep_due(clock.now(), "22-8")

    assert await said() == []
    assert (await Promise.get(id=promise_id)).kept_ms is not None


async def test_a_word_that_falls_into_the_night_waits_for_the_morning(store: str, clock: StandingClock) -> None:
    parcel = await parcels.followed(clock.now())
    await parcels.finding(parcel, clock.now())
    await owed(parcel, clock)
    clock.advance(13 * HOUR)

    await promises.keep_due(clock.now(), "22-8")

    row = await OutboxRow.get(act="notice")
    assert row.due_ms == to_ms(clock.now() + 8 * HOUR)


async def test_a_promise_without_a_parcel_is_kept_too(store: str, clock: StandingClock) -> None:
    parcel = await parcels.followed(clock.now())
    await Merchant.filter(id=parcel.merchant.id).update(desk_chat_id=None)
    ticket = await Ticket.create(
        merchant_id=parcel.merchant.id, customer_id=parcel.customer.id, cause="words", opened_ms=0
    )
    await owed(parcel, clock, shipment_id=None, ticket_id=ticket.id, by_person=True)
    clock.advance(2 * HOUR)

    await promises.keep_due(clock.now(), "22-8")

    (word,) = await said()
    assert (word["kind"], word["shipments"]) == ("promise_broken", [])


async def broken(parcel: Followed, clock: StandingClock, hours: int) -> list[dict[str, Any]]:
    """An answer was promised him, and nobody writes for so long; what he reads."""
    read = len(await said())
    await owed(parcel, clock, by_person=True, kind="answer")
    for _ in range(hours):
        clock.advance(HOUR)
        await promises.keep_due(clock.now(), "22-8")
    return (await said())[read:]


async def test_a_second_broken_word_names_no_third_hour_and_the_owner_hears_of_it(
    store: str, clock: StandingClock
) -> None:
    parcel = await parcels.followed(clock.now())
    _ = await Member.create(merchant_id=parcel.merchant.id, user_id=6003, role="owner", created_ms=0)
    first, second = await broken(parcel, clock, 120)
    assert {"next_at", "broken_at"} == first["facts"].keys()
    assert second["facts"]["second_time"] is True
    assert "next_at" not in second["facts"]
    told = await OutboxRow.filter(chat_id=6003, payload__contains="owner_unanswered")
    assert len(told) == 1
    assert await Promise.filter(open=1).count() == 0


async def test_who_was_let_down_twice_reads_it_once_a_day_until_somebody_writes(
    store: str, clock: StandingClock
) -> None:
    parcel = await parcels.followed(clock.now())
    await broken(parcel, clock, 8)
    assert await broken(parcel, clock, 2) == []  # he wrote again, and was promised an answer again
    clock.advance(24 * HOUR)
    [again] = await broken(parcel, clock, 2)
    assert again["facts"]["second_time"] is True
    _ = await TicketMessage.create(
        customer_id=parcel.customer.id, direction="out", user_id=9, source_chat_id=-1, source_message_id=1,
        created_ms=to_ms(clock.now()),
    )  # fmt: skip
    [first] = await broken(parcel, clock, 2)
    assert "second_time" not in first["facts"]
