"""What is due is claimed in order, and once; what is over is looked at last; chosen where not all may be asked for."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.cadence import urgency
from bot.store import accounts, due, legs, sql
from bot.store.accounts import Due
from bot.store.legs import NewLeg
from bot.store.ms import from_ms, to_ms
from tests.fakes.parcels import followed

pytestmark = pytest.mark.usefixtures("store")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def one(**changes: Any) -> int:
    return int((await followed(NOW, account_id=1, **changes)).shipment.id)


async def another(first: int, number: str, **changes: Any) -> None:
    row = (await sql.rows("SELECT * FROM shipment WHERE id = ?", (first,)))[0] | changes | {"number": number}
    names = [name for name in row if name != "id"]
    marks = ", ".join("?" * len(names))
    await sql.run(f"INSERT INTO shipment ({', '.join(names)}) VALUES ({marks})", [row[name] for name in names])


async def more(first: int, *next_polls: datetime) -> None:
    for at in next_polls:
        await another(first, f"N{at}", next_poll_ms=to_ms(at))


async def claimed(most: int = 10, now: datetime = NOW) -> list[str]:
    return [found.number for found in await due.claim(1, now, most, HOUR)]


async def test_the_longest_due_are_claimed_first_and_no_more_than_asked_for() -> None:
    first = await one(next_poll_ms=to_ms(NOW))
    await more(first, NOW - HOUR, NOW + HOUR, NOW - 2 * HOUR)
    assert await due.count(1, NOW, 10) == 3
    assert await due.count(1, NOW, 2) == 2
    claimed = await due.claim(1, NOW, 2, HOUR)
    assert {one.number for one in claimed} == {f"N{NOW - 2 * HOUR}", f"N{NOW - HOUR}"}


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_claim_that_nobody_finishes_comes_back_after_its_lease() -> None:
    await one(next_poll_ms=to_ms(NOW))
    assert len(await due.claim(1, NOW, 10, HOUR)) == 1
    assert await due.claim(1, NOW + HOUR / 2, 10, HOUR) == []
    assert len(await due.claim(1, NOW + HOUR, 10, HOUR)) == 1


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_what_a_dead_worker_had_claimed_of_an_account_is_given_back_and_no_other_accounts() -> None:
    first = await one(next_poll_ms=to_ms(NOW))
    await more(first, NOW - HOUR, NOW + HOUR)
    await another(first, "OTHER", account_id=2)
    await another(first, "OWN", account_id=None)
    leg = NewLeg(first, "FURTHER", "DHL", "dhl_unified", 1, False)
    await legs.record([leg], NOW)
    assert len(await due.claim(1, NOW, 10, HOUR)) == 2
    assert [len(await due.claim(whose, NOW, 10, HOUR)) for whose in (2, None)] == [1, 1]
    assert len(await legs.claim(1, NOW, 10, HOUR)) == 1
    assert await claimed() == []
    assert await due.free(1, NOW) == 3
    assert [len(await due.claim(whose, NOW, 10, HOUR)) for whose in (1, 2, None)] == [2, 0, 0]
    assert await due.free(None, NOW) == 1
    assert await due.free(None, NOW) == 0


# ---- after the end


async def over(next_poll: datetime, status: str = "delivered", **changes: Any) -> int:
    return await one(status=status, open=0, next_poll_ms=to_ms(next_poll), **changes)


async def test_what_is_over_is_looked_at_once_more_when_its_time_comes() -> None:
    await over(NOW + DAY, number="OVER")
    assert (await due.count(1, NOW, 10), await claimed()) == (0, [])
    assert await due.count(1, NOW + DAY, 10) == 1
    assert await claimed(now=NOW + DAY) == ["OVER"]


async def test_a_late_look_comes_after_all_that_is_under_way() -> None:
    first = await over(NOW - 9 * DAY, number="OVER")
    await another(first, "VAN", open=1, status="out_for_delivery", next_poll_ms=to_ms(NOW))
    assert await claimed(most=1) == ["VAN"]
    await sql.run("UPDATE shipment SET lease_ms = NULL")
    assert await claimed() == ["VAN", "OVER"]


async def test_what_people_have_closed_before_its_end_is_never_looked_at() -> None:
    await over(NOW - DAY, status="in_transit")
    assert (await due.count(1, NOW, 10), await claimed(), await due.choice(1, NOW, 10)) == (0, [], [])


async def test_an_account_is_due_for_what_is_open_and_for_late_looks_until_they_are_done() -> None:
    await sql.run(
        "INSERT INTO account (id, merchant_id, slug, secrets, state, failures, retry_ms, outage_told, tat_ms, spent_on,"
        " spent, created_ms) VALUES (1, 1, 'ups', '', 'active', 0, 0, ?, 0, '', 0, 0)",
        (False,),
    )
    first = await over(NOW + DAY)
    assert await accounts.dues() == [Due(1, NOW + DAY)]
    await another(first, "WAY", open=1, status="in_transit", next_poll_ms=to_ms(NOW))
    assert await accounts.dues() == [Due(1, NOW)]
    await sql.run("UPDATE shipment SET open = 0, status = 'delivered', next_poll_ms = ?", (due.NEVER_MS,))
    assert await accounts.dues() == []


# ---- where not all may be asked for


async def test_all_that_is_due_is_there_to_choose_from_the_van_first() -> None:
    first = await one(number="OLD", next_poll_ms=to_ms(NOW - 5 * HOUR))
    await another(first, "VAN", status="out_for_delivery", next_poll_ms=to_ms(NOW))
    await another(first, "LATER", next_poll_ms=to_ms(NOW + HOUR))
    await another(first, "TAKEN", next_poll_ms=to_ms(NOW), lease_ms=to_ms(NOW + HOUR))
    await another(first, "OVER", status="delivered", open=0, next_poll_ms=to_ms(NOW - 6 * HOUR))
    await another(first, "OTHER", account_id=2, next_poll_ms=to_ms(NOW))
    assert [found.number for found in await due.choice(1, NOW, 10)] == ["VAN", "OVER", "OLD"]
    assert [found.number for found in await due.choice(1, NOW, 1)] == ["VAN"]


async def test_the_most_urgent_of_them_can_be_taken_and_only_once() -> None:
    polled = {"polled_ms": to_ms(NOW - 4 * HOUR), "next_poll_ms": to_ms(NOW)}
    first = await one(number="SLEEPS", scan_ms=to_ms(NOW - 15 * DAY), **polled)
    await another(first, "VAN", status="out_for_delivery", scan_ms=to_ms(NOW - 5 * HOUR), **polled)
    best = max(await due.choice(1, NOW, 10), key=lambda found: urgency(found, NOW))
    assert best.number == "VAN"
    assert [found.number for found in await due.claim_these([best.id], NOW, HOUR)] == ["VAN"]
    again = await due.claim_these([best.id], NOW, HOUR)
    assert again == [] if sql.dialect() == "postgres" else len(again) == 1


async def test_postponing_ends_a_lease() -> None:
    first = await one(next_poll_ms=to_ms(NOW), lease_ms=to_ms(NOW + HOUR))
    await due.postpone([first], NOW + DAY)
    row = (await sql.rows("SELECT next_poll_ms, lease_ms FROM shipment"))[0]
    assert (from_ms(row["next_poll_ms"]), row["lease_ms"]) == (NOW + DAY, None)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_what_is_claimed_is_not_paid_for_again_and_given_back_after_its_end_as_before_it() -> None:
    await over(NOW)
    assert await due.count(1, NOW, 10) == 1
    assert len(await due.claim(1, NOW, 10, HOUR)) == 1
    assert await due.count(1, NOW, 10) == 0
    assert await due.free(1, NOW) == 1
    assert await due.count(1, NOW, 10) == 1
