"""What was told is kept once; who spoke first; what came of it; and what is counted of all that."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.measures import Measures, Share
from bot.domain.telling import Told
from bot.store import measures, promises, sql, told
from bot.store.models import Follow, Promise, Shipment, ToldRow, Trouble
from bot.store.ms import to_ms
from bot.store.told import Arrival, Heard
from tests.fakes.parcels import Followed, finding, followed

pytestmark = pytest.mark.usefixtures("store")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PROMISED_END = datetime(2026, 11, 25, 23, 0, tzinfo=UTC)
"""Midnight in Berlin."""


def heard(parcel: Followed, kind: str = "delay_slight", *, doubts: bool = True) -> Heard:
    return Heard(parcel.merchant.id, parcel.customer.id, kind, doubts)


async def tell(parcel: Followed, now: datetime = NOW, **known: Any) -> None:
    await told.write(heard(parcel), [Told(parcel.shipment.id, **{"warns": True} | known)], now)


async def sibling(parcel: Followed, number: int, **changes: Any) -> Followed:
    """Another parcel of the same customer."""
    names = ("merchant_id", "order_id", "slug", "status", "promised_on", "zone", "next_poll_ms", "created_ms")
    usual = {name: getattr(parcel.shipment, name) for name in names}
    box = await Shipment.create(**usual | {"number": f"N{number}"} | changes)
    follow = await Follow.create(shipment_id=box.id, customer_id=parcel.customer.id, created_ms=to_ms(NOW))
    return parcel._replace(shipment=box, follow=follow)


async def trouble() -> tuple[Any, ...]:
    row = await Trouble.get()
    return row.warned_ms, row.doubted_ms, row.asked_ms


# ---- what was told


async def test_days_and_windows_are_kept_and_the_same_one_once() -> None:
    parcel = await followed(NOW)
    await tell(parcel, told_on=date(2026, 11, 26))
    await tell(parcel, NOW + HOUR, told_on=date(2026, 11, 26))
    await tell(parcel, NOW + DAY, told_on=date(2026, 12, 2), from_on=date(2026, 11, 28), claimed=0.92)
    rows = await ToldRow.all().order_by("id")
    assert [(row.from_on, row.to_on, row.claimed, row.at_ms) for row in rows] == [
        (None, "2026-11-26", None, to_ms(NOW)),
        ("2026-11-28", "2026-12-02", 0.92, to_ms(NOW + DAY)),
    ]
    assert rows[0].kind == "delay_slight"


async def test_a_day_that_was_not_named_is_no_day_told() -> None:
    parcel = await followed(NOW)
    await tell(parcel, told_on=date(2026, 11, 26), named=False)
    await tell(parcel)
    assert await ToldRow.all().count() == 0


async def test_what_came_of_it_is_written_to_all_that_was_told_of_the_parcel() -> None:
    parcel, other = await followed(NOW), None
    other = await sibling(parcel, 2)
    for one in (parcel, other):
        await tell(one, told_on=date(2026, 11, 26))
    await told.settle([Arrival(parcel.shipment.id, True, date(2026, 11, 26), True, PROMISED_END)])
    rows = await ToldRow.all().order_by("id")
    assert [(row.ended, row.came_on) for row in rows] == [(1, "2026-11-26"), (0, None)]
    first = await Trouble.get(shipment_id=parcel.shipment.id)
    assert (first.ended, first.late, first.due_ms) == (1, 1, to_ms(PROMISED_END))
    await told.settle([Arrival(parcel.shipment.id, False)])
    assert (await ToldRow.get(shipment_id=parcel.shipment.id)).ended == 0


# ---- who spoke first


async def test_the_first_warning_and_the_first_question_count() -> None:
    parcel = await followed(NOW)
    await finding(parcel, NOW, kind="late")
    await tell(parcel, NOW)
    await tell(parcel, NOW + DAY)
    for later in (2, 3):
        await told.asked(parcel.customer.user_id, None, NOW + later * HOUR)
    assert await trouble() == (to_ms(NOW), to_ms(NOW), to_ms(NOW + 2 * HOUR))


async def test_who_asks_before_the_warning_has_asked_first() -> None:
    parcel = await followed(NOW)
    await finding(parcel, NOW, kind="late")
    await told.asked(parcel.customer.user_id, [parcel.shipment.id], NOW)
    await told.write(heard(parcel, "attempt", doubts=False), [Told(parcel.shipment.id, warns=True)], NOW + HOUR)
    assert await trouble() == (to_ms(NOW + HOUR), None, to_ms(NOW))


async def test_a_question_is_kept_of_every_parcel_under_way_and_of_others_only_in_trouble() -> None:
    parcel = await followed(NOW)
    other, ended, damaged = await sibling(parcel, 2), await sibling(parcel, 3), await sibling(parcel, 4)
    await Shipment.filter(id__in=[ended.shipment.id, damaged.shipment.id]).update(open=0)
    await finding(damaged, NOW, kind="damaged")
    await told.asked(parcel.customer.user_id, None, NOW)
    await told.asked(parcel.customer.user_id, [parcel.shipment.id], NOW)
    await told.asked(999, None, NOW)
    kept = [row.shipment_id for row in await Trouble.all().order_by("shipment_id")]
    assert kept == [parcel.shipment.id, other.shipment.id, damaged.shipment.id]


# ---- what is counted


async def counted(parcel: Followed, now: datetime = NOW + 20 * DAY) -> Measures:
    mine = await measures.measured(parcel.merchant.id, NOW - DAY, now)
    assert await measures.measured(None, NOW - DAY, now) == mine
    assert await measures.measured(parcel.merchant.id + 1, NOW - DAY, now) == Measures()
    return mine


async def test_nothing_is_counted_of_nothing() -> None:
    assert await counted(await followed(NOW)) == Measures()


async def test_told_first_is_counted_by_parcel_and_follower() -> None:
    parcel = await followed(NOW)
    boxes = [parcel, *[await sibling(parcel, number) for number in range(3)]]
    for box in boxes:
        await finding(box, NOW, kind="late")
    await tell(boxes[0], NOW)
    await told.asked(5, [boxes[0].shipment.id, boxes[1].shipment.id], NOW + HOUR)
    await tell(boxes[1], NOW + 2 * HOUR)
    await tell(boxes[2], NOW)
    await told.asked(5, [boxes[3].shipment.id], NOW)
    assert (await counted(parcel)).told_first == Share(2, 4)


async def test_who_asked_while_all_was_well_was_not_told_first_once_it_is_not() -> None:
    parcel = await followed(NOW)
    boxes = [parcel, *[await sibling(parcel, number) for number in range(3)]]
    await told.asked(5, None, NOW)
    assert (await counted(parcel)).told_first == Share(0, 0)
    for box in boxes[:2]:
        await finding(box, NOW + DAY, kind="late")
    await tell(boxes[0], NOW + DAY)
    assert (await counted(parcel)).told_first == Share(0, 2)


async def test_a_question_about_what_is_no_trouble_of_his_is_not_counted() -> None:
    parcel = await followed(NOW)
    over, ours, baseline, early = [await sibling(parcel, number) for number in range(4)]
    await finding(over, NOW - DAY, kind="late", closed_ms=to_ms(NOW - HOUR), outcome="resolved")
    await finding(ours, NOW, kind="first_scan_late", saw={"inside": True})
    await finding(baseline, NOW, kind="stalled", baseline=True)
    await finding(early, NOW, kind="earlier")
    await told.asked(5, None, NOW)
    assert await Trouble.all().count() == 5
    assert await counted(parcel) == Measures()


async def test_days_and_windows_are_held_or_not_once_they_are_over() -> None:
    parcel = await followed(NOW)
    window: dict[str, Any] = {"from_on": date(2026, 11, 27), "told_on": date(2026, 11, 30), "claimed": 0.9}
    day: dict[str, Any] = {"told_on": date(2026, 11, 30)}
    cases: list[tuple[dict[str, Any], date | None]] = [
        (day, date(2026, 11, 30)),
        (day, date(2026, 11, 26)),
        (day, date(2026, 12, 1)),
        (window, date(2026, 11, 27)),
        (window, date(2026, 11, 26)),
        (window, None),
    ]
    boxes = [parcel, *[await sibling(parcel, number) for number in range(6)]]
    for box, (said, came_on) in zip(boxes, cases, strict=False):
        await tell(box, **said)
        await told.settle([Arrival(box.shipment.id, True, came_on, True, PROMISED_END)])
    await tell(boxes[6], **window)
    found = await counted(parcel)
    assert (found.days, found.windows) == (Share(2, 3), Share(1, 4))
    assert found.claimed == pytest.approx(0.9)
    early = await measures.measured(parcel.merchant.id, NOW - DAY, NOW + 2 * DAY)
    assert (early.days, early.windows) == (Share(), Share())


async def test_promised_words_are_in_time_late_or_broken() -> None:
    parcel = await followed(NOW)
    matter = (parcel.merchant.id, parcel.customer.id, parcel.shipment.id, None)

    async def owed(number: int) -> int:
        row = (*matter[:3], number, "delay_slight", NOW, False, 0, NOW - HOUR)
        return await promises.make(*row)

    in_time, late, broken, put_off, sooner, undue = [await owed(number) for number in range(6)]
    await promises.keep(in_time, NOW + timedelta(minutes=1))
    await promises.keep(late, NOW + HOUR)
    await promises.keep(broken, NOW)
    await promises.mark_broken(broken)
    await promises.put_off(put_off, NOW + HOUR)
    await promises.keep(put_off, NOW + HOUR)
    await Promise.filter(id=sooner).update(open=0, cancelled_ms=to_ms(NOW - HOUR / 2))
    await Promise.filter(id=undue).update(due_ms=to_ms(NOW + 99 * DAY))
    found = await counted(parcel)
    assert (found.words, found.late, found.broken) == (Share(1, 4), 2, 1)


async def test_a_word_that_is_owed_past_its_time_is_broken_now() -> None:
    parcel = await followed(NOW)
    await promises.make(parcel.merchant.id, parcel.customer.id, None, None, "late", NOW, False, 0, NOW - HOUR)
    assert (await counted(parcel, NOW + timedelta(minutes=4))).words == Share()
    found = await counted(parcel, NOW + HOUR)
    assert (found.words, found.broken) == (Share(0, 1), 1)


async def test_warnings_are_right_or_wrong_by_parcel_and_lead_in_hours() -> None:
    parcel = await followed(NOW)
    boxes = [parcel, *[await sibling(parcel, number) for number in range(27)]]
    for number, box in enumerate(boxes):
        # the last two are warned of when their day is over
        await tell(box, NOW if number < 26 else PROMISED_END + HOUR)
        late = number < 22 or number >= 26
        if number != 25:  # still under way
            await told.settle([Arrival(box.shipment.id, True, date(2026, 11, 27), late, PROMISED_END)])
    await sql.run("UPDATE shipment SET status = 'cancelled' WHERE number = 'N23'")
    found = await counted(parcel)
    assert (found.right, found.warned) == (Share(23, 25), Share(23, 25))
    assert found.hours_ahead == (PROMISED_END - NOW) / HOUR
