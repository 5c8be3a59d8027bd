"""What the shop can still mend: it hears of it first, of many parcels in one message."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest

from bot.domain.outgoing import Act, Leaving, Priority
from bot.flows import facts, heads_up, sweep
from bot.flows.ingest import Polled, ingest_batch
from bot.store import sql
from bot.store.models import FindingRow, HeadsUp, Member, Merchant, OutboxRow, Promise, Shipment
from bot.store.ms import from_ms, to_ms
from bot.texts.messages import Reader, render
from carriers.kit.model import Reason, ScanEvent, Status, TrackingResult
from tests.fakes.answers import answer, scan
from tests.fakes.parcels import Followed, followed

pytestmark = pytest.mark.usefixtures("store")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
SOON = timedelta(minutes=20)
LABEL = scan(MONDAY, Status.PRE_TRANSIT, place="")
LANGUAGES = ("en", "ar", "fa")


async def labelled(**changes: Any) -> Followed:
    """A parcel whose label was made on Monday morning; nobody has scanned it."""
    known = {"status": "pre_transit", "scan_ms": to_ms(MONDAY), "scan_place": "", "country": "DE", "eta_on": None}
    parcel = await followed(MONDAY, **known | {"promised_on": "2026-12-11"} | changes)
    await Merchant.filter(id=parcel.merchant.id).update(country="DE", zone="Europe/Berlin")
    _ = await Member.create(merchant_id=parcel.merchant.id, user_id=1, role="owner", created_ms=0)
    return parcel


async def more(parcel: Followed, count: int) -> list[int]:
    """Further parcels like it; the ids of all."""
    row = (await sql.rows("SELECT * FROM shipment WHERE id = ?", (parcel.shipment.id,)))[0]
    del row["id"]
    ids = [parcel.shipment.id]
    for number in range(count):
        values = row | {"number": f"N{number}"}
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        made = await sql.rows(f"INSERT INTO shipment ({names}) VALUES ({marks}) RETURNING id", list(values.values()))
        ids.append(int(made[0]["id"]))
    return ids


async def poll(now: datetime, *ids: int, said: TrackingResult | None = None) -> None:
    await ingest_batch([Polled(one, said) for one in ids], now)


def held(at: datetime, code: str = "BA") -> TrackingResult:
    event = ScanEvent(at, code, "Bad address", "Köln", Status.EXCEPTION, Reason.CONSIGNEE)
    return TrackingResult(number="1", status=Status.EXCEPTION, reason=Reason.CONSIGNEE, events=(event,))


async def said() -> list[dict[str, Any]]:
    """What the shop was told, with the chat it went to."""
    rows = await sql.rows("SELECT * FROM outbox WHERE act = 'answer' ORDER BY id")
    told = [row | {"payload": orjson.loads(row["payload"])} for row in rows]
    return [row for row in told if row["payload"]["kind"] == "heads_up"]


async def words(language: str = "en") -> str:
    [row] = await said()
    return render("heads_up", row["payload"]["facts"], Reader(language, "Europe/Berlin")).text


async def notices() -> list[dict[str, Any]]:
    return await sql.rows("SELECT * FROM outbox WHERE act = 'notice' ORDER BY id")


async def test_a_label_without_a_scan_is_told_to_the_group_and_to_no_customer() -> None:
    parcel = await labelled()
    await poll(MONDAY + 4 * DAY, parcel.shipment.id)
    assert await heads_up.tell_due(MONDAY + 4 * DAY) == 0
    assert await heads_up.tell_due(MONDAY + 4 * DAY + SOON) == 1
    [row] = await said()
    assert row["chat_id"] == -100500
    assert await words() == (
        "<b>One parcel needs somebody of the shop</b>\n"
        "A label, and no scan since. If it was collected, ask the carrier:\n"
        "• Order 1001, <code>00340434161094042557</code>, promised for Friday 11 December.\n"
        "All parcels: <code>/shipments</code>, said to the bot in private."
    )
    assert await notices() == []


async def test_many_parcels_are_one_message_that_names_the_first_ones() -> None:
    parcel = await labelled()
    ids = await more(parcel, 39)
    for start in range(0, 40, 10):
        await poll(MONDAY + 4 * DAY + start * timedelta(minutes=1), *ids[start : start + 10])
    await heads_up.tell_due(MONDAY + 4 * DAY + SOON)
    await heads_up.tell_due(MONDAY + 4 * DAY + 2 * HOUR)
    text = await words()
    assert text.startswith("<b>40 parcels need somebody of the shop</b>")
    assert text.count("Order 1001") == heads_up.MOST_LISTED
    assert "• And as many more: 30" in text


async def test_what_comes_after_a_message_waits_an_hour() -> None:
    parcel = await labelled()
    ids, now = await more(parcel, 1), MONDAY + 4 * DAY
    await poll(now, ids[0])
    await heads_up.tell_due(now + SOON)
    await poll(now + SOON, ids[1])
    assert from_ms((await HeadsUp.get(open=1)).due_ms) == now + SOON + HOUR
    await heads_up.tell_due(now + SOON + HOUR)
    assert len(await said()) == 2


async def test_what_has_set_out_meanwhile_is_not_told() -> None:
    parcel = await labelled()
    now = MONDAY + 4 * DAY
    await poll(now, parcel.shipment.id)
    await poll(now + SOON / 2, parcel.shipment.id, said=answer(scan(now, place="Köln"), LABEL))
    assert await heads_up.tell_due(now + SOON) == 1
    assert await said() == []
    assert not await HeadsUp.filter(open=1).exists()


async def test_at_the_weekend_the_shop_is_left_alone() -> None:
    parcel = await labelled(status="unknown", scan_ms=None, created_ms=to_ms(MONDAY + 2 * DAY + 9 * HOUR))
    saturday_there = MONDAY + 7 * DAY + 10 * HOUR
    await poll(saturday_there, parcel.shipment.id)
    assert from_ms((await HeadsUp.get()).due_ms) == MONDAY + 8 * DAY - HOUR


async def test_a_holiday_of_the_shops_country_counts_as_no_working_day() -> None:
    christmas = datetime(2026, 12, 22, 9, 0, tzinfo=UTC)
    parcel = await labelled(scan_ms=to_ms(christmas), created_ms=to_ms(christmas), promised_on="2027-01-29")
    await poll(christmas + 7 * DAY - HOUR, parcel.shipment.id)
    assert await FindingRow.all().count() == 0
    await poll(christmas + 7 * DAY, parcel.shipment.id)
    assert [one.kind for one in await FindingRow.all()] == ["first_scan_late"]


async def test_without_a_desk_the_owner_hears_it_in_private() -> None:
    parcel = await labelled()
    await Merchant.all().update(desk_chat_id=None)
    await poll(MONDAY + 4 * DAY, parcel.shipment.id)
    await heads_up.tell_due(MONDAY + 4 * DAY + SOON)
    assert [row["chat_id"] for row in await said()] == [1]


async def test_a_day_that_cannot_hold_is_told_to_the_shop_and_two_hours_later_to_the_customer() -> None:
    parcel = await labelled(promised_on="2026-11-18")
    now = MONDAY + DAY + 8 * HOUR
    await poll(now, parcel.shipment.id)
    [row] = await notices()
    payload = orjson.loads(row["payload"])
    assert payload["kind"] == "not_left_yet"
    assert from_ms(row["due_ms"]) - from_ms((await HeadsUp.get()).due_ms) == 2 * HOUR
    await heads_up.tell_due(now + SOON)
    assert "Its customer hears of it next." in await words()


async def composed(row: dict[str, Any], now: datetime) -> Any:
    leaving = Leaving(
        row["id"], Act.NOTICE, orjson.loads(row["payload"]), row["cause"], Priority.WARNING, row["lane"], 1, now,
        chat_id=row["chat_id"], customer_id=row["customer_id"], merchant_id=row["merchant_id"],
    )  # fmt: skip
    return await facts.notice(leaving, now)


async def test_the_customer_reads_that_it_is_our_doing_and_no_day_that_cannot_hold() -> None:
    parcel = await labelled(promised_on="2026-11-18", eta_on="2026-11-18")
    now = MONDAY + DAY + 8 * HOUR
    await poll(now, parcel.shipment.id)
    found = await composed((await notices())[0], now + 3 * HOUR)
    for language in LANGUAGES:
        assert render(found.kind, found.facts, Reader(language, "Europe/Berlin")).text
    text = render(found.kind, found.facts, Reader("en", "Europe/Berlin")).text
    assert text == (
        "<b>Order 1001 hasn't left us yet, and that's our doing.</b>\nWe're sorry.\n"
        "We'll write when it's on its way, by 18:00 on Wednesday 18 November."
    )
    assert {label for row in found.buttons for label, _ in row} == {"i_can_wait", "too_late", "human"}


async def test_a_day_of_the_carriers_that_can_hold_is_named() -> None:
    parcel = await labelled(promised_on="2026-11-18", eta_on="2026-11-20")
    now = MONDAY + DAY + 8 * HOUR
    await poll(now, parcel.shipment.id)
    notice = next(row for row in await notices() if orjson.loads(row["payload"])["kind"] == "not_left_yet")
    found = await composed(notice, now + 3 * HOUR)
    assert "It should reach you on Friday 20 November, 2 days late." in render("not_left_yet", found.facts, EN).text


EN = Reader("en", "Europe/Berlin")


async def test_a_warning_that_waits_is_dropped_when_the_parcel_sets_out() -> None:
    parcel = await labelled(promised_on="2026-11-18")
    now = MONDAY + DAY + 8 * HOUR
    await poll(now, parcel.shipment.id)
    await poll(now + HOUR, parcel.shipment.id, said=answer(scan(now + HOUR), LABEL, eta=date(2026, 11, 18)))
    assert await composed((await notices())[0], now + 3 * HOUR) is None


async def test_who_was_told_hears_when_it_is_on_its_way() -> None:
    parcel = await labelled(promised_on="2026-11-18")
    now = MONDAY + DAY + 8 * HOUR
    await poll(now, parcel.shipment.id)
    await OutboxRow.filter(act="notice").update(state="sent")
    await sql.run("UPDATE follow SET warned_ms = ?", (to_ms(now + 3 * HOUR),))
    later = now + 5 * HOUR
    await poll(later, parcel.shipment.id, said=answer(scan(later, place="Köln"), LABEL, eta=date(2026, 11, 19)))
    kinds = [orjson.loads(row["payload"])["kind"] for row in await notices()]
    assert kinds[-1] == "on_its_way"
    assert not await Promise.filter(open=1, kind="not_left_yet").exists()
    found = await composed((await notices())[-1], later)
    text = render(found.kind, found.facts, EN).text
    assert (
        text
        == "<b>Order 1001 has left us and is on its way.</b>\nExpected Thursday 19 November, a day later than planned."
    )


async def test_the_word_promised_with_it_ends_with_a_person() -> None:
    parcel = await labelled(promised_on="2026-11-18")
    now = MONDAY + DAY + 8 * HOUR
    await poll(now, parcel.shipment.id)
    for hours in (30, 90):
        await sweep.sweep(now + hours * HOUR, "22-8", seldom=False)
    kinds = [orjson.loads(row["payload"])["kind"] for row in await notices()]
    assert kinds == ["not_left_yet", "still_nothing", "human_coming"]


async def test_an_address_problem_is_the_shops_first_and_the_customers_a_working_day_later() -> None:
    parcel = await labelled(status="in_transit")
    await poll(MONDAY + HOUR, parcel.shipment.id, said=held(MONDAY))
    assert await notices() == []
    await heads_up.tell_due(MONDAY + HOUR + SOON)
    assert "The carrier asks for the right address:\n• Order 1001" in await words()
    await poll(MONDAY + DAY, parcel.shipment.id)
    [row] = await notices()
    found = await composed(row, MONDAY + DAY + 3 * HOUR)
    text = render(found.kind, found.facts, EN).text
    assert text.startswith("<b>Order 1001 is waiting for the right address</b>\nDHL gives the address as the reason.")
    assert found.buttons[0] == (("fix_address", f"a:{parcel.shipment.id}"), ("human", f"h:{parcel.shipment.id}"))


async def test_a_refusal_is_told_to_the_shop_alone() -> None:
    parcel = await labelled(status="in_transit", slug="ups")
    for now in (MONDAY + HOUR, MONDAY + 2 * DAY - HOUR):
        await poll(now, parcel.shipment.id, said=held(MONDAY, "KT"))
    await heads_up.tell_due(MONDAY + HOUR + SOON)
    assert "The carrier waits for something from the customer:" in await words()
    assert await notices() == []


async def test_what_we_find_on_coming_is_told_to_nobody() -> None:
    parcel = await labelled(known_ms=None, polled_ms=None)
    await sql.run("DELETE FROM follow")
    await poll(MONDAY + 9 * DAY, parcel.shipment.id, said=answer(LABEL))
    assert [one.baseline for one in await FindingRow.all()] == [True]
    assert await HeadsUp.all().count() == 0


async def test_every_sort_has_words_in_every_language() -> None:
    item = {"order": "1001", "number": "1Z", "promised_on": "2026-11-25", "touches": True}
    for count in (1, 2, 3, 11, 100):
        known = {"count": count} | {sort: [item, {"more": 3}] for sort in ("unsent", "unscanned", "address", "asks")}
        texts = [render("heads_up", known, Reader(language)).text for language in LANGUAGES]
        assert all(len(text.split("\n")) == 14 for text in texts)


async def test_a_shop_whose_message_cannot_be_said_stops_no_other() -> None:
    parcel = await labelled()
    now = MONDAY + 4 * DAY
    await poll(now, parcel.shipment.id)
    _ = await HeadsUp.create(merchant_id=0, shipment_id=parcel.shipment.id, finding_id=0, due_ms=0)
    broken = (await FindingRow.get()).id
    other = await FindingRow.create(
        merchant_id=0, shipment_id=parcel.shipment.id, kind="late", occurrence=1, severity="slight", raised_ms=0
    )
    await HeadsUp.filter(merchant_id=0).update(finding_id=other.id)
    assert broken != other.id
    assert await heads_up.tell_due(now + SOON) == 2
    assert len(await said()) == 1
    assert from_ms((await HeadsUp.get(merchant_id=0)).due_ms) == now + SOON + heads_up.SET_ASIDE


async def test_the_sweep_wakes_for_what_a_shop_is_to_hear() -> None:
    parcel = await labelled()
    await poll(MONDAY + 4 * DAY, parcel.shipment.id)
    swept = await sweep.sweep(MONDAY + 4 * DAY, "22-8", seldom=False)
    assert swept.next_at == MONDAY + 4 * DAY + timedelta(minutes=15)
    assert (await sweep.sweep(MONDAY + 4 * DAY + SOON, "22-8", seldom=False)).shops_told == 1
    assert await Shipment.filter(open=1).count() == 1
