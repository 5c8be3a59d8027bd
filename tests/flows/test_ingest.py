"""Answers are taken in: what is kept, what is found, who is told, when it is asked again."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest

from bot.flows.ingest import Polled, Rules, ingest_batch
from bot.store import sql
from bot.store.ms import to_ms
from carriers.kit.errors import CarrierError, NotFound, Rejected, Unavailable, Unreadable
from carriers.kit.model import Pickup, Piece, Status, TrackingResult
from tests.fakes.answers import answer, journey, scan
from tests.fakes.parcels import Followed, followed

pytestmark = pytest.mark.usefixtures("store")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PROMISED = date(2026, 11, 25)


async def fresh(**changes: Any) -> Followed:
    """A parcel that was never answered for."""
    return await followed(
        NOW, **{"known_ms": None, "polled_ms": None, "scan_ms": None, "scan_place": "", "status": "unknown"} | changes
    )


async def take_in(
    parcel: Followed, said: TrackingResult | CarrierError | None, now: datetime = NOW, **rules: Any
) -> int:
    return await ingest_batch([Polled(parcel.shipment.id, said)], now, Rules(**rules))


async def first_poll(parcel: Followed, now: datetime = NOW) -> TrackingResult:
    """The baseline: three scans, expected on the promised day."""
    said = journey(now - HOUR, 3, eta=PROMISED)
    await take_in(parcel, said, now)
    await sql.run("DELETE FROM outbox")
    return said


async def outbox(act: str = "notice") -> list[dict[str, Any]]:
    rows = await sql.rows("SELECT * FROM outbox WHERE act = ? ORDER BY id", (act,))
    return [row | {"payload": orjson.loads(row["payload"])} for row in rows]


async def kinds() -> list[str]:
    return [row["payload"]["kind"] for row in await outbox()]


async def shipment(parcel: Followed) -> dict[str, Any]:
    return (await sql.rows("SELECT * FROM shipment WHERE id = ?", (parcel.shipment.id,)))[0]


async def rows(table: str) -> list[dict[str, Any]]:
    return await sql.rows(f"SELECT * FROM {table} ORDER BY id")


# ---- what is kept


async def test_the_first_answer_is_kept_whole_and_warns_nobody() -> None:
    parcel = await fresh()
    await sql.run("DELETE FROM follow")
    await take_in(parcel, journey(NOW - HOUR, 3, eta=PROMISED + 4 * DAY, service="express"))
    row = await shipment(parcel)
    assert (row["status"], row["eta_on"], row["known_ms"]) == ("in_transit", "2026-11-29", to_ms(NOW))
    assert len(await rows("scan_event")) == 3
    assert [one["baseline"] for one in await rows("finding")] == [True]
    assert await kinds() == []


async def test_who_follows_before_the_very_first_answer_saw_nothing_and_is_told_what_it_brings() -> None:
    parcel = await fresh()
    await take_in(parcel, journey(NOW - HOUR, 3, eta=PROMISED + 4 * DAY))
    assert [one["baseline"] for one in await rows("finding")] == [False]
    assert await kinds() == ["delay_serious"]


async def test_a_day_that_was_promised_in_the_past_is_no_news_to_him_either() -> None:
    parcel = await fresh()
    await sql.run("UPDATE shipment SET created_ms = ?", (to_ms(NOW + 6 * DAY),))
    await take_in(parcel, journey(NOW + 5 * DAY, 3), NOW + 6 * DAY + HOUR)
    assert [(one["kind"], one["baseline"]) for one in await rows("finding")] == [("late", True)]
    assert await kinds() == []


async def test_who_has_waited_for_the_first_scan_is_told_what_it_brings() -> None:
    parcel = await fresh()
    for hours in (6, 12, 18):
        await take_in(parcel, NotFound(), NOW + hours * HOUR)
    await take_in(parcel, journey(NOW + 22 * HOUR, 1, eta=PROMISED + 6 * DAY), NOW + 23 * HOUR)
    assert [one["baseline"] for one in await rows("finding") if one["kind"] == "at_risk"] == [False]
    assert await kinds() == ["delay_serious"]


async def test_what_a_first_scan_brings_is_no_news_where_nobody_waited_for_it() -> None:
    parcel = await fresh()
    await take_in(parcel, NotFound(), NOW + 12 * HOUR)
    await sql.run("DELETE FROM follow")
    await take_in(parcel, journey(NOW + 23 * HOUR, 1, eta=PROMISED + 6 * DAY), NOW + DAY)
    assert [one["baseline"] for one in await rows("finding") if one["kind"] == "at_risk"] == [True]


async def test_a_new_scan_is_added_and_edits_the_live_message() -> None:
    parcel = await fresh()
    said = await first_poll(parcel)
    newer = scan(NOW + HOUR, place="Köln")
    await take_in(parcel, answer(newer, *said.events, eta=PROMISED), NOW + 2 * HOUR)
    assert len(await rows("scan_event")) == 4
    assert (await shipment(parcel))["scan_place"] == "Köln"
    assert [row["payload"] for row in await outbox("live")] == [{"follow": parcel.follow.id}]
    assert await kinds() == []


async def test_the_same_answer_again_changes_nothing_but_the_time_of_asking() -> None:
    parcel = await fresh()
    said = await first_poll(parcel)
    before = await shipment(parcel)
    assert await take_in(parcel, said, NOW + HOUR) == 0
    after = await shipment(parcel)
    moved = {name for name in before if before[name] != after[name]}
    assert moved == {"polled_ms", "next_poll_ms"}
    assert await outbox("live") == []


async def test_a_late_answer_with_an_older_time_stamp_is_news_all_the_same() -> None:
    parcel = await fresh()
    said = await first_poll(parcel)
    await take_in(parcel, answer(*said.events, scan(NOW - 4 * DAY, place="Shenzhen"), eta=PROMISED), NOW + HOUR)
    assert len(await rows("scan_event")) == 4


async def test_words_too_long_or_odd_for_a_column_are_cut_not_refused() -> None:
    parcel = await fresh()
    odd = scan(NOW, place="x" * 500, code="c" * 500, description="a\0b" + "ش" * 5000)
    await take_in(parcel, answer(odd, service="s" * 900, delay="d" * 900, destination_country="DEU"))
    row, event = await shipment(parcel), (await rows("scan_event"))[0]
    assert [len(row[name]) for name in ("scan_place", "service", "delay")] == [128, 64, 256]
    assert (len(event["place"]), event["description"][:3]) == (128, "abش")


async def test_boxes_and_a_pick_up_place_are_kept() -> None:
    parcel = await fresh()
    waits = Pickup("Paketshop", code="77", until=date(2026, 12, 1))
    boxes = (Piece("A1", Status.IN_TRANSIT), Piece("A2", Status.IN_TRANSIT))
    ready = scan(NOW, Status.AVAILABLE_FOR_PICKUP)
    await take_in(parcel, answer(ready, pickup=waits, pieces=boxes))
    await take_in(parcel, answer(ready, pickup=waits, pieces=(boxes[0], Piece("A2", Status.DELIVERED))), NOW + HOUR)
    assert [(one["number"], one["status"]) for one in await rows("parcel")] == [
        ("A1", "in_transit"),
        ("A2", "delivered"),
    ]
    assert orjson.loads((await shipment(parcel))["pickup"])["until"] == "2026-12-01"


# ---- who is told


async def test_a_slipped_day_is_told_once_with_the_next_word() -> None:
    parcel = await fresh()
    said = await first_poll(parcel)
    slipped = answer(scan(NOW), *said.events, eta=PROMISED + 4 * DAY)
    await take_in(parcel, slipped, NOW + HOUR)
    await take_in(parcel, slipped, NOW + 2 * HOUR)
    assert await kinds() == ["delay_serious"]
    promises = await rows("promise")
    assert [(one["customer_id"], one["open"]) for one in promises] == [(parcel.customer.id, 1)]
    (row,) = await outbox()
    told = {"shipment_id": parcel.shipment.id, "told_on": "2026-11-29", "slips": 1, "warns": True}
    assert row["payload"]["told"] == [told]


async def test_a_notice_names_its_finding_its_parcels_and_its_reader() -> None:
    parcel = await fresh()
    said = await first_poll(parcel)
    await take_in(parcel, answer(scan(NOW), *said.events, eta=PROMISED + 4 * DAY), NOW + HOUR)
    row, found = (await outbox())[0], (await rows("finding"))[0]
    assert row["payload"]["finding"] == found["id"]
    assert row["payload"]["shipments"] == [parcel.shipment.id]
    assert (row["lane"], row["chat_id"], row["customer_id"]) == ("chat:5", 5, parcel.customer.id)


async def test_a_second_slip_of_the_day_is_told_at_the_hour_that_was_promised() -> None:
    parcel = await fresh()
    said = await first_poll(parcel)
    await take_in(parcel, answer(scan(NOW), *said.events, eta=PROMISED + DAY), NOW + HOUR)
    await sql.run("UPDATE follow SET warned_ms = ?, told_on = '2026-11-26', slips = 1", (to_ms(NOW + HOUR),))
    await sql.run("UPDATE promise SET due_ms = ?", (to_ms(NOW + 5 * HOUR),))
    await sql.run("DELETE FROM outbox")
    await take_in(parcel, answer(scan(NOW + HOUR), *said.events, eta=PROMISED + 4 * DAY), NOW + 2 * HOUR)
    assert [row["due_ms"] for row in await outbox()] == [to_ms(NOW + 5 * HOUR)]


async def test_a_slip_taken_back_withdraws_the_warning_and_voids_the_promise() -> None:
    parcel = await fresh()
    said = await first_poll(parcel)
    await take_in(parcel, answer(scan(NOW), *said.events, eta=PROMISED + 4 * DAY), NOW + HOUR)
    await sql.run("UPDATE outbox SET state = 'sent'")
    await sql.run("UPDATE follow SET warned_ms = ?", (to_ms(NOW + HOUR),))
    await take_in(parcel, answer(scan(NOW + HOUR), *said.events, eta=PROMISED), NOW + 3 * HOUR)
    assert (await kinds())[-1] == "withdrawn"
    assert [one["outcome"] for one in await rows("finding")] == ["withdrawn"]
    assert [one["open"] for one in await rows("promise")] == [0]


async def test_delivery_is_news_and_the_end_of_asking() -> None:
    parcel = await fresh()
    said = await first_poll(parcel)
    await take_in(parcel, answer(scan(NOW, Status.DELIVERED), *said.events), NOW + HOUR)
    assert await kinds() == ["delivered"]
    assert (await shipment(parcel))["open"] == 0


async def test_who_cannot_be_reached_is_not_written_to() -> None:
    parcel = await fresh()
    said = await first_poll(parcel)
    await sql.run("UPDATE customer SET unreachable_ms = 1")
    await take_in(parcel, answer(scan(NOW, Status.DELIVERED), *said.events), NOW + HOUR)
    assert await rows("outbox") == []


async def test_silence_is_news_and_in_the_end_a_matter_for_a_person() -> None:
    parcel = await fresh()
    said = await first_poll(parcel)
    for day in (2, 9, 25):
        await take_in(parcel, said, NOW + day * DAY)
    assert [one["kind"] for one in await rows("finding")] == ["late", "stalled", "lost"]
    assert [one["cause"] for one in await rows("ticket")] == ["lost"]
    assert "lost_probable" in await kinds()


async def test_a_parcel_the_carrier_does_not_know_is_found_silent_too() -> None:
    parcel = await fresh(promised_on=None)
    for day in (0, 1, 9):
        await take_in(parcel, NotFound(), NOW + day * DAY)
    assert [(one["kind"], one["baseline"]) for one in await rows("finding")] == [("not_handed_over", False)]
    assert await kinds() == ["stalled"]
    assert (await shipment(parcel))["misses"] == 3


@pytest.mark.parametrize("error", [Unavailable(), Unreadable(), Rejected()])
async def test_a_failed_question_is_no_silence(error: CarrierError) -> None:
    parcel = await fresh()
    await first_poll(parcel)
    later = NOW + 25 * DAY
    await take_in(parcel, error, later)
    row = await shipment(parcel)
    assert await rows("finding") == []
    assert (row["polled_ms"], row["misses"]) == (to_ms(NOW), 1)
    assert row["next_poll_ms"] > to_ms(later)


async def test_two_parcels_of_an_order_make_one_message() -> None:
    one = await fresh()
    two = await _second_parcel(one)
    batch = [journey(NOW - HOUR, 2, eta=PROMISED, number=number) for number in ("1", "2")]
    ids = (one.shipment.id, two)
    await ingest_batch([Polled(*pair) for pair in zip(ids, batch, strict=True)], NOW)
    slipped = [answer(scan(NOW), *said.events, eta=PROMISED + 4 * DAY) for said in batch]
    await ingest_batch([Polled(*pair) for pair in zip(ids, slipped, strict=True)], NOW + HOUR)
    assert [row["payload"]["shipments"] for row in await outbox()] == [list(ids)]
    assert {one["shipment_id"] for one in await rows("promise")} == set(ids)


async def _second_parcel(first: Followed) -> int:
    row = await shipment(first) | {"number": "2"}
    del row["id"]
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    made = await sql.rows(f"INSERT INTO shipment ({names}) VALUES ({marks}) RETURNING id", list(row.values()))
    await sql.run(
        "INSERT INTO follow (shipment_id, customer_id, live_digest, slips, created_ms) VALUES (?, ?, 0, 0, 0)",
        (made[0]["id"], first.customer.id),
    )
    return int(made[0]["id"])


# ---- when it is asked again


async def test_the_operators_own_pace_overrides_the_cadence() -> None:
    parcel = await fresh()
    await take_in(parcel, journey(NOW, 1), every=timedelta(seconds=5))
    assert (await shipment(parcel))["next_poll_ms"] == to_ms(NOW) + 5000


async def test_a_shipment_closed_meanwhile_is_left_alone() -> None:
    parcel = await fresh()
    await sql.run("UPDATE shipment SET open = 0")
    assert await take_in(parcel, journey(NOW, 1)) == 0
    assert (await shipment(parcel))["known_ms"] is None


async def test_an_own_couriers_parcel_is_late_without_anybody_being_asked() -> None:
    parcel = await fresh(account_id=None, slug="own")
    await take_in(parcel, None)
    await take_in(parcel, None, NOW + 3 * DAY)
    assert [one["kind"] for one in await rows("finding")] == ["late"]
    assert await kinds() == ["late"]


async def test_a_trouble_that_merely_holds_on_is_not_told_again() -> None:
    parcel = await fresh()
    said = await first_poll(parcel)
    for hour in range(4):
        await take_in(parcel, said, NOW + 3 * DAY + hour * HOUR)
    assert len(await rows("finding")) == len(await kinds()) == 1


async def test_a_warning_not_yet_read_gives_way_to_the_newer_one() -> None:
    parcel = await fresh()
    said = await first_poll(parcel)
    await take_in(parcel, answer(scan(NOW), *said.events, eta=PROMISED + DAY), NOW + HOUR)
    await take_in(parcel, answer(scan(NOW + HOUR), *said.events, eta=PROMISED + 5 * DAY), NOW + 2 * HOUR)
    waiting = [row["payload"]["kind"] for row in await outbox() if row["state"] == "queued"]
    assert len(waiting) == 1
    assert [one["open"] for one in await rows("promise")].count(1) == 1
