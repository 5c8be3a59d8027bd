"""From the carrier's answer to the chat: it can be collected, once more the day before, and when that is over."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.outgoing import Leaving
from bot.flows import facts, promises
from bot.flows.collecting import way_to
from bot.store.models import Promise, Ticket
from bot.store.ms import from_ms, to_ms
from carriers.kit.model import Pickup, Status, TrackingResult
from tests.fakes.answers import answer, scan
from tests.fakes.parcels import followed, notice
from tests.flows.noticed import NOW, composed, said, take_in

pytestmark = pytest.mark.usefixtures("store")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNTIL = date(2026, 11, 28)
FRIDAY = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
"""Ten o'clock in Berlin, the day before the last one."""


def lies_there(until: date | None = UNTIL, at: datetime = NOW) -> TrackingResult:
    waits = Pickup("Packstation 118, Hauptstraße 12", hours="0-24", code="482913", until=until)
    return answer(scan(at, Status.AVAILABLE_FOR_PICKUP), pickup=waits)


async def test_it_is_told_with_place_hours_code_day_and_the_day_of_the_reminder() -> None:
    parcel = await followed(NOW - DAY)
    await take_in(parcel, lies_there())
    told = await composed(parcel, "ready", NOW)
    assert told is not None
    pickup = {"place": "Packstation 118, Hauptstraße 12", "hours": "0-24", "code": "482913", "until_on": "2026-11-28"}
    assert told.facts["pickup"] == pickup
    assert told.facts["remind_on"] == FRIDAY.isoformat()
    owed = await Promise.get(open=1)
    assert (owed.kind, from_ms(owed.due_ms)) == ("ready", FRIDAY)
    labels = [label for row in told.buttons for label, _ in row]
    assert labels == ["show_way", "more_time", "other_collects"]
    assert told.buttons[0][0][1].startswith("https://www.google.com/maps/search/?api=1&query=Packstation%20118")


async def test_without_a_place_no_way_is_offered() -> None:
    parcel = await followed(NOW - DAY)
    await take_in(parcel, answer(scan(NOW, Status.AVAILABLE_FOR_PICKUP)))
    told = await composed(parcel, "ready", NOW)
    assert told is not None
    assert [label for row in told.buttons for label, _ in row] == ["more_time", "other_collects"]
    assert "pickup" not in told.facts
    assert way_to({}) == ""


async def test_a_carrier_that_names_no_day_has_the_tables() -> None:
    parcel = await followed(NOW - DAY, slug="usps")
    await take_in(parcel, lies_there(None))
    told = await composed(parcel, "ready", NOW)
    assert told is not None
    assert told.facts["pickup"]["until_on"] == "2026-12-09"


@pytest.mark.parametrize("asked_first", [True, False])
async def test_the_reminder_comes_once_whether_the_sweep_or_a_poll_is_first(asked_first: bool) -> None:
    parcel = await followed(NOW - DAY)
    there = lies_there()
    await take_in(parcel, there)
    for step in ("poll", "sweep") if asked_first else ("sweep", "poll"):
        if step == "poll":
            await take_in(parcel, there, FRIDAY - HOUR if asked_first else FRIDAY + HOUR)
        else:
            await promises.keep_due(FRIDAY + HOUR / 2, "22-8")
    await take_in(parcel, there, FRIDAY + 5 * HOUR)
    assert await said() == ["ready", "pickup_ending"]
    assert await Promise.filter(open=1).count() == 0
    told = await composed(parcel, "pickup_ending", FRIDAY + 6 * HOUR)
    assert told is not None
    assert told.facts["pickup"]["code"] == "482913"


async def test_who_has_collected_it_is_reminded_of_nothing() -> None:
    parcel = await followed(NOW - DAY)
    there = lies_there()
    await take_in(parcel, there)
    await take_in(parcel, answer(scan(NOW + DAY, Status.DELIVERED), *there.events), NOW + DAY)
    await promises.keep_due(FRIDAY + HOUR, "22-8")
    assert "pickup_ending" not in await said()


async def test_a_reminder_that_waited_too_long_is_not_said() -> None:
    parcel = await followed(NOW - DAY, status="delivered", delivered_ms=to_ms(NOW))
    row: Leaving = notice(parcel, "pickup_ending", NOW)
    assert await facts.notice(row, NOW) is None


async def test_when_nobody_came_for_it_the_customer_and_a_person_hear_it() -> None:
    parcel = await followed(NOW - DAY)
    there = lies_there()
    await take_in(parcel, there)
    sunday = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
    await take_in(parcel, there, sunday)
    assert (await said())[-1] == "pickup_over"
    ticket = await Ticket.get()
    assert (ticket.cause, ticket.shipment_id) == ("pickup_ending", parcel.shipment.id)
    owed = await Promise.get(open=1)
    assert (owed.kind, owed.by_person) == ("pickup_over", True)
    told = await composed(parcel, "pickup_over", sunday + HOUR)
    assert told is not None
    assert told.facts["next_at"] == from_ms(owed.due_ms).isoformat()


async def test_more_days_are_told_at_once_with_a_new_reminder() -> None:
    parcel = await followed(NOW - DAY)
    await take_in(parcel, lies_there())
    await take_in(parcel, lies_there(UNTIL + 3 * DAY), NOW + HOUR)
    owed: list[Any] = await Promise.filter(open=1)
    assert [from_ms(one.due_ms) for one in owed] == [FRIDAY + 3 * DAY]
    assert (await said())[-1] == "ready"
