"""/stats: how a shop's words held, in private and in its group by who leads there."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.calibration import Outcome, calibration, to_text
from bot.domain.telling import Told
from bot.store import learnt, sql, told
from bot.store.models import Customer, Follow, Shipment
from bot.store.ms import to_ms
from bot.store.told import Arrival, Heard
from tests.fakes.shopkeeper import GROUP, OMAR, open_shop, words
from tests.fakes.talk import Talk, Who, kinds

SARA, ALI = Who(7002, "Sara", "en", "sara"), Who(7003, "Ali", "en", "ali")
DAY = timedelta(days=1)


@pytest.fixture
async def shop(talk: Talk) -> Talk:
    await open_shop(talk)
    await sql.run("UPDATE merchant SET desk_chat_id = ?", (GROUP,))
    return talk


async def has_told(talk: Talk, count: int) -> None:
    """So many parcels were warned of ten days ago; every fifth came as promised after all."""
    now = talk.clock.now()
    customer = await Customer.create(merchant_id=1, user_id=88, created_ms=0)
    for number in range(count):
        box = await Shipment.create(
            merchant_id=1, order_id=1, slug="own", number=f"N{number}", promised_on=(now - 8 * DAY).date().isoformat(),
            open=0, learnt=1, next_poll_ms=0, created_ms=0,
        )  # fmt: skip
        _ = await Follow.create(shipment_id=box.id, customer_id=customer.id, created_ms=0)
        warned = Told(box.id, told_on=(now - 7 * DAY).date(), warns=True)
        await told.write(Heard(1, customer.id, "delay_slight", True), [warned], now - 10 * DAY)
        is_late = bool(number % 5)
        came_on = (now - (7 if is_late else 8) * DAY).date()
        await told.settle([Arrival(box.id, True, came_on, is_late, now - 10 * DAY + timedelta(hours=61))])


async def figures(talk: Talk, **where: Any) -> str:
    return words(await talk.say("/stats", OMAR, **where))


async def test_a_new_shop_has_nothing_to_measure(shop: Talk) -> None:
    said = await figures(shop)
    assert said.count("Nothing to measure yet.") == 2
    assert "How sure we were" not in said


async def test_a_few_are_no_share(shop: Talk) -> None:
    await has_told(shop, 19)
    said = await figures(shop)
    assert "Told before they asked: too few yet (19)" in said
    assert "%" not in said


async def test_shares_are_said_with_their_counts(shop: Talk) -> None:
    await has_told(shop, 30)
    said = await figures(shop)
    assert "Told before they asked: 100% of 30 parcels in trouble" in said
    assert "Days we told that held: 100% of 30" in said
    assert "Warnings before the day that were right: 80% of 30" in said
    assert "Right warnings came 61 h ahead in the median" in said
    assert "Late parcels warned of before their day: 100% of 24" in said


async def test_it_says_how_sure_it_was_and_what_became_of_it(shop: Talk) -> None:
    sure = [Outcome(0.8, number < 78, 0.91, held=number < 90, days_off=1) for number in range(100)]
    await learnt.save_scores([(1, f"{shop.clock.now():%Y-%m}", to_text(calibration(sure)))])
    said = await figures(shop)
    assert "Of 100 parcels that we gave 80% to be late, 78 were." in said
    assert "Arrival windows: 91% claimed, 90% held, of 100 parcels." in said
    assert "On average 1.0 days between the likeliest day and arrival." in said


async def test_who_leads_reads_it_in_the_group_and_others_do_not(shop: Talk) -> None:
    for who, role in ((SARA, "lead"), (ALI, "agent")):
        await sql.run(
            "INSERT INTO member (merchant_id, user_id, role, created_ms) VALUES (1, ?, ?, ?)",
            (who.id, role, to_ms(shop.clock.now())),
        )
    for who, answered in ((OMAR, ["stats_shown"]), (SARA, ["stats_shown"]), (ALI, [])):
        assert kinds(await shop.say("/stats shop", who, group=GROUP)) == answered, who
    assert kinds(await shop.say("/stats shop", OMAR, group=GROUP - 1)) == []
