"""Many parcels with one trouble: one question to the agents, no warning before a human's word, facts as always."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest

from bot.flows.incidents import watch
from bot.store import sql
from bot.store.ms import to_ms
from carriers.kit.model import Status
from tests.fakes.answers import answer, scan
from tests.fakes.crowd import GROUP, OWNER, Crowd, crowd, held, incidents, kinds, said

pytestmark = pytest.mark.usefixtures("store")
SUNDAY = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
"""Nine in the morning in Riyadh, the first working day of the week."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
QUIET = "22-8"


async def used_to_nine_hours(count: int, **changes: Any) -> Crowd:
    """Parcels that were scanned every nine hours for a day and a half, the last time at `now`."""
    parcels = await crowd(count, SUNDAY, **changes)
    for step in range(1, 5):
        await parcels.scanned(SUNDAY + step * 9 * HOUR)
    parcels.now = SUNDAY + 36 * HOUR
    await sql.run("DELETE FROM outbox")
    return parcels


async def goes_on(parcels: Crowd, hours: int, ids: list[int] | None = None) -> datetime:
    """The carrier is asked every six hours and says nothing new; whatever is due happens."""
    for _ in range(hours // 6):
        parcels.now += 6 * HOUR
        await sql.run("UPDATE account SET answered_ms = ?", (to_ms(parcels.now),))
        await parcels.polled(parcels.now, ids)
        await watch(parcels.now, QUIET)
    return parcels.now


async def deed(now: datetime) -> None:
    await watch(now, QUIET)


def facts(row: dict[str, Any]) -> dict[str, Any]:
    return dict(row["payload"]["facts"])


# ---- it begins


async def test_silence_beyond_chance_is_one_question_with_its_figures_and_warns_nobody() -> None:
    parcels = await used_to_nine_hours(41, promised_on="2026-11-26")
    await goes_on(parcels, 36)
    (question,) = await said()
    assert (question["payload"]["kind"], question["chat_id"]) == ("incident_silent", GROUP)
    known = facts(question)
    assert (known["stuck"], known["hours"], known["usual"], known["promised"]) == (41, 36, 9, 41)
    assert [button[1][-1] for row in question["payload"]["buttons"] for button in row] == ["w", "l", "t"]
    assert await kinds("notice") == []
    assert len(await incidents()) == 1


async def test_nine_silent_parcels_are_nine_parcels() -> None:
    parcels = await used_to_nine_hours(9)
    await goes_on(parcels, 60)
    assert await incidents() == []


async def test_a_silence_over_the_days_of_rest_is_none() -> None:
    parcels = await used_to_nine_hours(20)
    thursday = SUNDAY + 4 * DAY + 8 * HOUR
    await parcels.scanned(thursday)
    parcels.now = thursday
    await goes_on(parcels, 66)  # until Sunday morning: Friday and Saturday are free there
    assert await incidents() == []


async def test_the_narrowest_group_is_named() -> None:
    parcels = await used_to_nine_hours(60)
    await sql.run("UPDATE shipment SET scan_place = 'Dammam', origin = 'Dammam' WHERE id > 30")
    for step in range(1, 8):
        await parcels.scanned(parcels.now + step * 6 * HOUR, list(range(31, 61)), place="Dammam")
    await goes_on(parcels, 36, list(range(1, 31)))
    (question,) = await said()
    assert (facts(question)["hub"], facts(question)["stuck"]) == ("Riyadh", 30)


async def test_stalled_parcels_of_an_incident_wait_and_those_who_come_later_join() -> None:
    parcels = await used_to_nine_hours(30)
    await goes_on(parcels, 78)
    assert await held() == parcels.ids
    assert await kinds("notice") == []
    assert {row["kind"] for row in await sql.rows("SELECT kind FROM finding")} == {"stalled"}


async def test_facts_are_told_while_warnings_wait() -> None:
    parcels = await used_to_nine_hours(30)
    await goes_on(parcels, 78)
    now = parcels.now + HOUR
    await parcels.scanned(now, [1], status=Status.OUT_FOR_DELIVERY)
    failed = answer(scan(now, Status.DELIVERY_ATTEMPTED, place="Jeddah"))
    await parcels.polled(now, [2], failed)
    assert await kinds("notice") == ["out_for_delivery", "attempt"]


async def test_many_that_slip_in_one_answer_warn_nobody_and_ask_once() -> None:
    parcels = await crowd(14, SUNDAY, promised_on="2026-11-24")
    late = answer(scan(SUNDAY + HOUR, place="Riyadh"), eta=date(2026, 11, 28))
    await parcels.polled(SUNDAY + HOUR, said=late)
    assert await kinds("notice") == []
    assert await kinds() == ["incident_slipped"]
    assert await held() == parcels.ids
    assert await sql.rows("SELECT id FROM promise") == []


async def test_many_that_slip_one_by_one_are_held_from_the_tenth_on_and_what_has_not_left_is_taken_back() -> None:
    parcels = await crowd(30, SUNDAY, promised_on="2026-11-24")
    night = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)  # nobody is told before eight in the morning
    for number in parcels.ids[:12]:
        at = night + number * timedelta(minutes=1)
        await parcels.polled(at, [number], answer(scan(at, place="Riyadh"), eta=date(2026, 11, 28)))
        if number == 9:
            assert len(await kinds("notice")) == 9
    assert await kinds("notice") == []
    assert await held() == parcels.ids[:12]
    assert await sql.rows("SELECT id FROM promise WHERE open = 1") == []


async def test_what_has_left_before_stays_said() -> None:
    parcels = await crowd(30, SUNDAY, promised_on="2026-11-24")
    for number in parcels.ids[:12]:
        at = SUNDAY + number * timedelta(minutes=1)
        await parcels.polled(at, [number], answer(scan(at, place="Riyadh"), eta=date(2026, 11, 28)))
        await sql.run("UPDATE outbox SET state = 'sent' WHERE act = 'notice'")
    assert len(await kinds("notice")) == 9
    assert await held() == [10, 11, 12]


async def test_the_usual_slips_of_a_large_shop_are_no_incident() -> None:
    parcels = await crowd(400, SUNDAY, promised_on="2026-11-24")
    late = answer(scan(SUNDAY + HOUR, place="Riyadh"), eta=date(2026, 11, 28))
    await parcels.polled(SUNDAY + HOUR, parcels.ids[12:])
    await parcels.polled(SUNDAY + HOUR, parcels.ids[:12], late)
    assert await incidents() == []
    assert len(await kinds("notice")) == 12


async def test_without_a_desk_the_owners_are_asked() -> None:
    parcels = await used_to_nine_hours(20, desk=False)
    await goes_on(parcels, 36)
    assert [row["chat_id"] for row in await said()] == [OWNER]


async def test_what_stands_still_elsewhere_too_makes_it_the_carriers_and_asks_anew() -> None:
    parcels = await used_to_nine_hours(60)
    for step in range(1, 8):
        await parcels.scanned(parcels.now + step * 6 * HOUR, list(range(31, 61)), place="Dammam")
    await goes_on(parcels, 36, list(range(1, 31)))
    await goes_on(parcels, 96)
    (incident,) = await incidents()
    assert incident["scope"].startswith("carrier")
    last = (await said(chat_id=GROUP))[-1]
    assert (facts(last)["scope"], facts(last)["stuck"]) == ("carrier", 60)


# ---- it goes on and ends


async def test_who_has_not_decided_is_asked_again_when_somebody_is_there_and_the_owners_with_him() -> None:
    parcels = await used_to_nine_hours(20)
    asked_at = await goes_on(parcels, 36)
    (incident,) = await incidents()
    assert asked_at < datetime.fromtimestamp(incident["ask_ms"] / 1000, UTC) == datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    await deed(datetime.fromtimestamp(incident["ask_ms"] / 1000, UTC))
    assert await kinds(chat_id=GROUP) == ["incident_silent", "incident_silent"]
    assert await kinds(chat_id=OWNER) == ["incident_silent"]
    assert facts((await said(chat_id=GROUP))[-1])["again"] is True


async def test_it_ends_when_the_group_moves_and_what_still_holds_is_told_then() -> None:
    parcels = await used_to_nine_hours(30)
    now = await goes_on(parcels, 78)
    assert len(await held()) == 30
    await parcels.scanned(now + HOUR, parcels.ids[:28])
    await watch(now + HOUR, QUIET)
    (incident,) = await incidents()
    assert incident["state"] == "over"
    (news,) = [row for row in await said(chat_id=GROUP) if row["payload"]["kind"] == "incident_over"]
    assert (facts(news)["moved"], facts(news)["left"], facts(news)["waiting"]) == (28, 2, 2)
    assert [(row["payload"]["kind"], row["customer_id"]) for row in await said("notice")] == [
        ("stalled", 29),
        ("stalled", 30),
    ]
    assert await held() == []


async def test_a_later_trouble_of_the_same_carrier_is_a_new_incident() -> None:
    parcels = await used_to_nine_hours(30)
    now = await goes_on(parcels, 48)
    await parcels.scanned(now + HOUR)
    parcels.now = now + HOUR
    await watch(parcels.now, QUIET)
    await goes_on(parcels, 84)
    assert [row["state"] for row in await incidents()] == ["over", "asking"]


async def test_what_an_incident_was_like_is_not_learnt_as_usual() -> None:
    parcels = await used_to_nine_hours(30)
    now = await goes_on(parcels, 78)
    before = await sql.rows("SELECT sums FROM usual_gap ORDER BY id")
    await parcels.scanned(now + HOUR)
    assert await sql.rows("SELECT sums FROM usual_gap ORDER BY id") == before


async def test_while_the_carrier_does_not_answer_nothing_begins_and_nothing_ends() -> None:
    parcels = await used_to_nine_hours(30)
    await sql.run("UPDATE account SET outage_ms = ?", (to_ms(parcels.now),))
    for hour in range(1, 60):
        await watch(parcels.now + hour * HOUR, QUIET)
    assert await incidents() == []


async def test_nobody_is_asked_again_while_the_carrier_is_not_heard_and_a_removed_one_ends_it() -> None:
    parcels = await used_to_nine_hours(12)
    now = await goes_on(parcels, 36)
    await sql.run("UPDATE account SET state = 'paused'")
    await watch(now + 2 * DAY, QUIET)
    assert await kinds(chat_id=GROUP) == ["incident_silent"]
    await sql.run("UPDATE account SET state = 'removed'")
    await watch(now + 3 * DAY, QUIET)
    assert [row["state"] for row in await incidents()] == ["over"]
    assert await kinds("notice") == []


async def test_each_of_several_new_scans_is_a_gap_of_its_own() -> None:
    parcels = await crowd(1, SUNDAY)
    scans = [scan(SUNDAY + hours * HOUR, place="Riyadh", description=f"{hours}") for hours in (18, 12, 6)]
    await parcels.polled(SUNDAY + 20 * HOUR, said=answer(*scans))
    whole = {row["scope"].partition("\x1f")[0]: orjson.loads(row["sums"]) for row in await usual()}["carrier"]
    assert (whole["hours"], whole["gaps"]) == (18, 3)


async def test_a_carrier_that_tells_of_its_scans_late_is_known_to_look_silent() -> None:
    parcels = await crowd(1, SUNDAY)
    await parcels.polled(SUNDAY + 48 * HOUR)
    await parcels.polled(SUNDAY + 50 * HOUR, said=answer(scan(SUNDAY + 9 * HOUR, place="Riyadh")))
    sums = orjson.loads((await usual())[0]["sums"])
    assert (sums["hours"], sums["beyond"][0]) == (9, 12)


async def usual() -> list[dict[str, Any]]:
    return await sql.rows("SELECT scope, sums FROM usual_gap ORDER BY scope")
