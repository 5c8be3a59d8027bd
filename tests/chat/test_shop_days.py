"""Days apart from a shop's week, said in the chat; what they change of promises and of what was not handed over."""

from datetime import date

import pytest

from bot.domain.opening import opening_text
from bot.flows.judging import NO_RULES, policy_of
from bot.flows.opening_hours import hours_of, observed
from bot.flows.shop_days import MOST
from bot.store import ingest, sql
from bot.store.models import Merchant
from bot.texts.bidi import utf16_len, visible
from bot.texts.messages import Reader, render
from tests.domain.values import shipment
from tests.fakes.shopkeeper import OMAR, open_shop, words
from tests.fakes.talk import Talk, kinds


@pytest.fixture
async def shop(talk: Talk) -> Talk:
    await open_shop(talk)
    await talk.say("/shop country SA", OMAR)
    return talk


async def apart() -> str:
    return str((await sql.rows("SELECT apart FROM merchant"))[0]["apart"])


SAID = (
    ("closed 2026-12-24..2026-12-26", "2026-12-24..2026-12-26 closed", "Closed from Thursday 24 December to Saturday"),
    ("closed=۱۴۰۵/۱۰/۰۳..۱۴۰۵/۱۰/۰۵", "2026-12-24..2026-12-26 closed", "Closed from Thursday 24 December to Saturday"),
    ("closed من 24 ديسمبر إلى 26 ديسمبر", "2026-12-24..2026-12-26 closed", "Closed from Thursday 24 December"),
    ("closed 2026-12-24", "2026-12-24 closed", "Closed on Thursday 24 December"),
    ("closed nowruz", "2027-03-21..2027-04-02 closed", "Closed from Sunday 21 March 2027 to Friday 2 April 2027"),
    ("open 2026-12-25 10-14", "2026-12-25 10:00-14:00", "Open on Friday 25 December: 10:00-14:00"),
    ("open 2026-12-25", "2026-12-25 09:00-18:00", "Open on Friday 25 December: 09:00-18:00"),
    (
        "special ramadan Sun-Mon 10:00-15:00",
        "2027-02-08..2027-03-08 Sun-Mon 10:00-15:00",
        "Special hours from Monday 8 February 2027 to Monday 8 March 2027: Sun-Mon 10:00-15:00",
    ),
)


@pytest.mark.parametrize(("said", "kept", "shown"), SAID)
async def test_days_apart_are_kept_and_shown(shop: Talk, said: str, kept: str, shown: str) -> None:
    answers = await shop.say(f"/shop {said}", OMAR)
    assert kinds(answers) == ["shop_shown"]
    assert await apart() == kept
    assert shown in words(answers)


async def test_hours_alone_hold_on_the_usual_weekdays(shop: Talk) -> None:
    await shop.say("/shop hours Sun-Mon 09:00-18:00", OMAR)
    await shop.say("/shop special ramadan 10-15", OMAR)
    assert await apart() == "2027-02-08..2027-03-08 Sun-Mon 10:00-15:00"


async def test_days_taken_back_are_as_usual_again(shop: Talk) -> None:
    await shop.say("/shop closed 2026-12-24..2026-12-26", OMAR)
    await shop.say("/shop usual 2026-12-25", OMAR)
    assert await apart() == "2026-12-24 closed; 2026-12-26 closed"
    await shop.say("/shop usual all", OMAR)
    assert await apart() == ""


@pytest.mark.parametrize(
    "said",
    ["closed whenever", "closed 2026-01-01", "closed 2026-12-01..2027-03-01", "closed 2026-12-24 10-14",
     "open 2026-12-25 14-10", "special ramadan", "special ramadan often", "usual soon"],
)  # fmt: skip
async def test_days_that_cannot_be_read_change_nothing(shop: Talk, said: str) -> None:
    answers = await shop.say(f"/shop {said}", OMAR)
    assert kinds(answers) == ["shop_unreadable"]
    assert f"/shop {said.split()[0]}" in words(answers)
    assert await apart() == ""


async def test_more_than_can_be_kept_is_refused(shop: Talk) -> None:
    spells = [f"2027-{month:02}-{day:02} closed" for month in (1, 2) for day in range(1, 29)][:20]
    await sql.run("UPDATE merchant SET apart = ?", ("; ".join(spells),))
    assert kinds(await shop.say("/shop closed 2026-12-24", OMAR)) == ["shop_days_full"]


async def test_what_is_over_is_forgotten(shop: Talk) -> None:
    await sql.run("UPDATE merchant SET apart = ?", ("2026-10-01 closed",))
    assert "October" not in words(await shop.say("/shop", OMAR))
    await shop.say("/shop closed 2026-12-24", OMAR)
    assert await apart() == "2026-12-24 closed"


async def test_the_shops_days_count_for_promises_and_for_what_was_not_handed_over(shop: Talk) -> None:
    await shop.say("/shop closed 2026-12-20..2026-12-22", OMAR)
    await shop.say("/shop open 2026-12-25 10-14", OMAR)
    merchant = await Merchant.get()
    assert hours_of(merchant) == opening_text("", "SA", await apart())
    now = shop.clock.now()
    view = observed((await ingest.shops([merchant.id]))[merchant.id], now)
    assert view.shop.staffed == hours_of(merchant)
    policy = policy_of(shipment(merchant_id=merchant.id), view, NO_RULES, now)
    assert {date(2026, 12, day) for day in (20, 21, 22)} <= policy.holidays
    assert policy.opened == {date(2026, 12, 25)}


async def test_carriers_stand_still_at_nowruz_though_the_shop_may_answer(shop: Talk) -> None:
    await shop.say("/shop country IR", OMAR)
    merchant = await Merchant.get()
    now = shop.clock.now()
    view = observed((await ingest.shops([merchant.id]))[merchant.id], now)
    tenth_of_farvardin = date(2027, 3, 30)
    assert tenth_of_farvardin not in view.shop.holidays
    assert tenth_of_farvardin in policy_of(shipment(merchant_id=merchant.id), view, NO_RULES, now).holidays


@pytest.mark.parametrize("language", ["en", "ar", "fa"])
def test_as_many_as_can_be_kept_are_all_shown(language: str) -> None:
    day = {
        "from_on": "2027-09-22",
        "to_on": "2027-10-22",
        "special": True,
        "hours": "Sat-Wed 10:00-15:30, Thu 9:30-12:30",
    }
    said = render("shop_shown", {"shop": "Noor", "country": "SA", "apart": [day] * MOST}, Reader(language)).text
    assert said.count("•") == MOST
    assert utf16_len(visible(said)) < 4000


@pytest.mark.parametrize("language", ["en", "ar", "fa"])
def test_they_are_said_in_every_language(language: str) -> None:
    days = [
        {"from_on": "2026-12-24", "to_on": "2026-12-26", "closed": True},
        {"from_on": "2026-12-24", "closed": True},
        {"from_on": "2026-12-25", "to_on": "2026-12-26", "open": True, "hours": "10:00-14:00"},
        {"from_on": "2026-12-25", "open": True, "hours": "10:00-14:00"},
        {"from_on": "2027-02-08", "to_on": "2027-03-09", "special": True, "hours": "Sun 10:00-15:00"},
        {"from_on": "2027-02-08", "special": True, "hours": "Sun 10:00-15:00"},
    ]
    said = render("shop_shown", {"shop": "Noor", "country": "SA", "apart": days}, Reader(language)).text
    assert said.count("•") == len(days)
    assert "/shop special ramadan" in said
    assert "{" not in said
