"""No shop warns more customers in an hour than its share before a human has looked; what is over waits for his word."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.flows.incidents import watch
from bot.flows.ingest import Polled, ingest_batch
from bot.store import sql
from bot.store.ms import to_ms
from carriers.kit.model import Status
from tests.fakes.answers import answer, scan
from tests.fakes.crowd import GROUP, Crowd, crowd, held, incidents, kinds, said
from tests.fakes.desk import SARA, join
from tests.fakes.talk import Talk

pytestmark = pytest.mark.usefixtures("store")
NOON = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
QUIET = "22-8"


async def unlike(count: int, **changes: Any) -> Crowd:
    """Parcels that have nothing in common but the shop, so that no incident explains what befalls some of them."""
    parcels = await crowd(count, NOON, promised_on="2026-11-25", **changes)
    await parcels.polled(NOON)
    return parcels


async def slip(parcels: Crowd, ids: list[int], now: datetime) -> None:
    """The carrier expects these later than promised; everything was asked for just then."""
    await sql.run("UPDATE shipment SET polled_ms = ?", (int(now.timestamp() * 1000),))
    await parcels.polled(now, ids, answer(scan(now, place="Riyadh"), eta=date(2026, 11, 29)))


async def test_ten_an_hour_are_never_too_many_and_the_eleventh_waits() -> None:
    parcels = await unlike(100)
    await slip(parcels, parcels.ids[:12], NOON)
    assert len(await kinds("notice")) == 10
    assert len(await held()) == 2
    (question,) = await said(chat_id=GROUP)
    assert question["payload"]["kind"] == "incident_many"
    assert question["payload"]["facts"]["stuck"] == 2
    assert len(await sql.rows("SELECT id FROM promise")) == 10


async def test_a_larger_shop_has_a_larger_share() -> None:
    parcels = await unlike(400)
    await slip(parcels, parcels.ids[:24], NOON)
    assert len(await kinds("notice")) == 20
    assert len(await held()) == 4


async def test_the_hour_slides_and_one_question_is_asked_however_many_follow() -> None:
    parcels = await unlike(100)
    await slip(parcels, parcels.ids[:8], NOON)
    await slip(parcels, parcels.ids[8:14], NOON + 40 * MINUTE)
    await slip(parcels, parcels.ids[14:18], NOON + 50 * MINUTE)
    assert len(await kinds("notice")) == 10
    assert await kinds(chat_id=GROUP) == ["incident_many"]
    await slip(parcels, parcels.ids[18:20], NOON + 130 * MINUTE)
    assert len(await kinds("notice")) == 12


async def test_the_gravest_go_first() -> None:
    parcels = await unlike(100, country="SA")
    week_ago = int((NOON - timedelta(days=9)).timestamp() * 1000)
    await sql.run("UPDATE shipment SET scan_ms = ?, promised_on = NULL WHERE id = 12", (week_ago,))
    late = [(one, answer(scan(NOON, place="Riyadh"), eta=date(2026, 11, 29))) for one in parcels.ids[:11]]
    await ingest_batch([*(Polled(*one) for one in late), Polled(12, None)], NOON)
    assert "lost_probable" in await kinds("notice")
    assert len(await kinds("notice")) == 10


async def test_what_a_courier_says_is_no_warning_and_never_waits() -> None:
    parcels = await unlike(40)
    failed = answer(scan(NOON, Status.DELIVERY_ATTEMPTED, place="Jeddah"))
    await parcels.polled(NOON, parcels.ids[:30], failed)
    assert len(await kinds("notice")) == 30


async def test_the_share_is_the_shops_own_to_set() -> None:
    parcels = await unlike(100)
    await sql.run("""UPDATE merchant SET settings = '{"warn_share": 30}'""")
    await slip(parcels, parcels.ids[:12], NOON)
    assert len(await kinds("notice")) == 12


async def pressed(talk: Talk, reply: str) -> str:
    await join(talk, SARA)
    await sql.run("UPDATE outbox SET state = 'sent' WHERE act = 'answer'")
    (row,) = [row for row in await talk.press(f"ic:1:{reply}", SARA, group=GROUP) if row["act"] == "answer"]
    return str(row["payload"]["kind"])


@pytest.fixture
def talk(store: str, clock: Any, vault: Any) -> Talk:
    return Talk(clock, vault)


async def test_send_lets_go_what_still_holds_and_the_rest_of_the_hour(talk: Talk) -> None:
    parcels = await unlike(100)
    await slip(parcels, parcels.ids[:14], NOON)
    await parcels.polled(NOON, [13], answer(scan(NOON, Status.DELIVERED, place="Jeddah")))
    assert await pressed(talk, "s") == "incident_said_send"
    assert (await kinds("notice")).count("delay_serious") == 13
    await slip(parcels, parcels.ids[14:18], NOON + 10 * MINUTE)
    assert (await kinds("notice")).count("delay_serious") == 17
    await watch(NOON + 2 * HOUR, QUIET)
    assert (await incidents())[0]["state"] == "over"


async def test_dont_tells_nobody_and_new_trouble_is_told_again(talk: Talk) -> None:
    parcels = await unlike(100)
    await slip(parcels, parcels.ids[:14], NOON)
    assert await pressed(talk, "d") == "incident_said_drop"
    await watch(NOON + 2 * HOUR, QUIET)
    assert len(await kinds("notice")) == 10
    assert await held() == []
    later = answer(scan(NOON + 3 * HOUR, place="Riyadh"), eta=date(2026, 12, 4))
    await parcels.polled(NOON + 3 * HOUR, [14], later)
    assert (await said("notice"))[-1]["customer_id"] == 14


async def test_what_waited_in_vain_ends_the_question(talk: Talk) -> None:
    parcels = await unlike(100)
    await slip(parcels, parcels.ids[:12], NOON)
    await parcels.polled(NOON, await held(), answer(scan(NOON, Status.DELIVERED, place="Jeddah")))
    await watch(NOON + HOUR, QUIET)
    assert (await incidents())[0]["state"] == "over"
    assert await pressed(talk, "s") == "incident_decided"


async def test_answers_taken_in_side_by_side_share_one_hour() -> None:
    parcels = await unlike(100)
    late = answer(scan(NOON, place="Riyadh"), eta=date(2026, 11, 29))
    await sql.run("UPDATE shipment SET polled_ms = ?", (int(NOON.timestamp() * 1000),))
    parts = [parcels.ids[start : start + 4] for start in range(0, 20, 4)]
    await asyncio.gather(*(parcels.polled(NOON, part, late) for part in parts))
    assert len(await kinds("notice")) <= 10
    assert len(await kinds(chat_id=GROUP)) >= 1


async def test_warnings_that_an_incident_takes_back_are_none_of_their_hour() -> None:
    parcels = await unlike(100)
    # a lane of its own slips by night, where nothing leaves before eight: nine are queued, then it is one incident
    await sql.run("UPDATE shipment SET scan_place = 'Dammam', origin = 'Dammam' WHERE id <= 14")
    night = NOON.replace(hour=20)
    for number in parcels.ids[:14]:
        at = night + number * MINUTE
        await sql.run("UPDATE shipment SET polled_ms = ? WHERE id <= 14", (to_ms(at),))
        await parcels.polled(at, [number], answer(scan(at, place="Dammam"), eta=date(2026, 11, 29)))
    assert await kinds(chat_id=GROUP) == ["incident_slipped"]
    assert await kinds("notice") == []
    (slots,) = await sql.rows("SELECT SUM(count) AS count FROM warned_slot")
    assert slots["count"] == 0
    later = night + 30 * MINUTE
    await sql.run("UPDATE shipment SET slug = 'ups' WHERE id > 90")
    await parcels.polled(later, parcels.ids[-9:], answer(scan(later, place="Riyadh"), eta=date(2026, 11, 29)))
    assert len(await kinds("notice")) == 9
