"""A trickle of one trouble in a young shop is one question, not a coming and going."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.flows.incidents import watch
from bot.store import sql
from bot.store.ms import to_ms
from tests.fakes.answers import answer, scan
from tests.fakes.crowd import Crowd, crowd, incidents, kinds

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
    questions = await kinds()
    assert questions.count("incident_slipped") == 1
    assert len(questions) == len(await incidents()) <= 2
    assert len(await kinds("notice")) <= 10


async def test_what_an_incident_has_ended_with_begins_no_other_and_an_hour_of_calm_is_no_end() -> None:
    parcels = await crowd(100, SUNDAY, promised_on="2026-11-24")
    end = await trickle(parcels, SUNDAY + HOUR, 10, troubled=20, hours=1)
    await sql.run("UPDATE incident SET state = 'over', open_key = NULL, closed_ms = ?", (to_ms(end),))
    for hour in range(1, 7):
        await sql.run("UPDATE account SET answered_ms = ?", (to_ms(end + hour * HOUR),))
        await watch(end + hour * HOUR, QUIET)
    assert "slipped" not in [one["symptom"] for one in await incidents() if one["state"] != "over"]
