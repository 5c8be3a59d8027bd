"""A trickle of one trouble in a young shop is one question, not a coming and going."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.flows.incidents import watch
from bot.store import sql
from bot.store.ms import to_ms
from tests.fakes.answers import answer, scan
from tests.fakes.crowd import Crowd, crowd, held, incidents, kinds

pytestmark = pytest.mark.usefixtures("store")
SUNDAY = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
QUIET = "22-8"


async def trickle(parcels: Crowd, begins: datetime, batch: int, troubled: int = 50, hours: int = 3) -> datetime:
    """One parcel a minute slips, told of in batches; what is due happens every ten minutes; all are asked hourly."""
    for minute in range(hours * 60):
        now = begins + minute * MINUTE
        await sql.run("UPDATE account SET answered_ms = ?", (to_ms(now),))
        await sql.run("UPDATE shipment SET polled_ms = ? WHERE id % 60 = ?", (to_ms(now), minute % 60))
        if minute < troubled and (minute + 1) % batch == 0:
            slipped = parcels.ids[minute + 1 - batch : minute + 1]
            await parcels.polled(now, slipped, answer(scan(now, place="Riyadh"), eta=date(2026, 11, 29)))
        if minute % 10 == 0:
            await watch(now, QUIET)
    return begins + hours * HOUR


@pytest.mark.parametrize("batch", [1, 10])
async def test_a_trickle_of_slips_in_a_young_shop_is_one_question_and_nobody_is_warned_unasked(batch: int) -> None:
    parcels = await crowd(100, SUNDAY, promised_on="2026-11-24")
    await trickle(parcels, SUNDAY + HOUR, batch)
    assert await kinds() == ["incident_slipped"]
    assert len(await incidents()) == 1
    assert await kinds("notice") == []
    assert await held() == parcels.ids[:50]


async def slipping(parcels: Crowd) -> datetime:
    """Twenty have slipped within an hour, and one incident knows them; when that hour is over."""
    end = await trickle(parcels, SUNDAY + HOUR, 10, troubled=20, hours=1)
    assert [one["symptom"] for one in await incidents()] == ["slipped"]
    assert await held() == parcels.ids[:20]
    return end


async def pass_on(since: datetime, hours: int) -> list[str]:
    """Hours pass in which the carrier answers and says nothing new; how the incidents then stand."""
    for hour in range(1, hours + 1):
        await sql.run("UPDATE account SET answered_ms = ?", (to_ms(since + hour * HOUR),))
        await sql.run("UPDATE shipment SET polled_ms = ?", (to_ms(since + hour * HOUR),))
        await watch(since + hour * HOUR, QUIET)
    return [one["state"] for one in await incidents()]


async def test_what_an_incident_has_ended_with_begins_no_other() -> None:
    parcels = await crowd(100, SUNDAY, promised_on="2026-11-24")
    end = await slipping(parcels)
    await sql.run("UPDATE incident SET state = 'over', open_key = NULL, closed_ms = ?", (to_ms(end),))
    assert await pass_on(end, 6) == ["over", "asking"]
    # what still holds of it is told as any other warning: ten, then somebody is asked about the other ten
    assert [one["symptom"] for one in await incidents()] == ["slipped", "many"]
    assert (len(await kinds("notice")), len(await held())) == (10, 10)


async def test_an_hour_of_calm_is_no_end_and_three_are() -> None:
    parcels = await crowd(100, SUNDAY, promised_on="2026-11-24")
    end = await slipping(parcels)
    back = answer(scan(end, place="Riyadh", description="on its way"), eta=date(2026, 11, 24))
    await parcels.polled(end, parcels.ids[:20], back)
    assert await pass_on(end, 1) == ["asking"]
    assert await pass_on(end + HOUR, 3) == ["over"]
    assert await kinds("notice") == []
