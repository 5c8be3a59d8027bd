"""`/offer coupon|delivery|refund`: within a month's budget, above a limit with a lead's yes, twice with anybody's."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from bot.domain.gesture import Kind
from bot.flows.gesture_words import Said, read
from bot.store.crypt import Vault
from bot.store.models import Audit, Customer, FindingRow, Gesture, LossOffer, Merchant, Shipment
from tests.fakes import parcels
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk, facts, of_act
from tests.fakes.desk import OMAR, SARA, Desk, open_desk, own
from tests.fakes.rows import GROUP, NOON
from tests.fakes.talk import Who, kinds
from tests.texts.reading_marks import bare

PURSE = {"month": 100, "limit": 20, "delivery": 5}


async def set_purse(**changes: Any) -> None:
    settings = {"gestures": PURSE | changes, "policy": {"refund_days": 5}}
    await Merchant.all().update(settings=orjson.dumps(settings).decode(), currency="EUR", country="DE")


@pytest.fixture
async def desk(store: str, clock: StandingClock, vault: Vault) -> Desk:
    found = await open_desk(SpokenTalk(clock, vault), value_amount="64.00", currency="EUR")
    await set_purse()
    await parcels.finding(found.parcel, NOON, kind="late")
    return found


def to_customer(rows: list[Any]) -> list[str]:
    return [bare(row["payload"]["text"]) for row in rows if row["lane"] == "chat:5"]


async def press(desk: Desk, what: str, who: Who = SARA) -> list[Any]:
    row = await Gesture.filter().order_by("-id").first()
    assert row is not None
    return await desk.talk.press(f"gs:{row.id}:{what}", who, group=GROUP)


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("coupon 10 THANKS10", ["Your next order costs €10 less, with this code:", "Code: THANKS10"]),
        ("delivery", ["Delivery of your next order is on us."]),
        ("free shipping FREE1", ["Delivery of your next order is on us, with this code:", "Code: FREE1"]),
        (
            "refund 15",
            [
                "You get €15 of it back, the way you paid, by Tuesday 1 December.",
                "We never ask for card details or one-time codes in this chat.",
            ],
        ),
    ],
)
async def test_the_customer_reads_it_after_a_sorry(desk: Desk, said: str, lines: list[str]) -> None:
    rows = await desk.says(f"/offer {said}")
    assert kinds(rows)[-1] == "gesture_made"
    [text] = to_customer(rows)
    assert text.split("\n") == ["Sara, Lavender", "Order 1001 didn't go as we promised, and we're sorry.", *lines]


async def test_it_is_recorded_counted_and_the_card_renewed(desk: Desk) -> None:
    rows = await desk.says("/offer coupon 10 THANKS10")
    told = facts(rows, "gesture_made")
    assert (told["left"]["amount"], told["budget"]["amount"]) == ("90.00", "100.00")
    row = await Gesture.get()
    assert (row.kind, row.cost, row.month, row.state, row.made_by) == ("coupon", 1000, "2026-11", "made", SARA.id)
    assert (await Audit.get(deed="desk.gesture")).detail == f"coupon 10.00 shipment:{desk.parcel.shipment.id}"
    assert of_act(rows, "card")


async def test_above_the_limit_a_lead_says_yes(desk: Desk) -> None:
    rows = await desk.says("/offer refund 30")
    assert facts(rows, "gesture_asks")["limit"] is True
    assert to_customer(rows) == []
    assert await press(desk, "y", OMAR) == []
    assert desk.talk.toasts() == ["A lead or owner decides this."]
    await own(desk.parcel.merchant, OMAR, "lead")
    rows = await press(desk, "y", OMAR)
    assert len(to_customer(rows)) == 1
    assert [row["payload"].get("message_id") for row in rows if row["payload"].get("kind") == "gesture_made"] == [40]
    assert await press(desk, "y", OMAR) == []
    assert await press(desk, "n", OMAR) == []
    assert desk.talk.toasts() == ["Offered already: Omar."] * 2


async def test_a_lead_needs_nobodys_yes(desk: Desk) -> None:
    await own(desk.parcel.merchant, SARA, "lead")
    assert kinds(await desk.says("/offer refund 30"))[-1] == "gesture_made"


async def test_over_the_budget_it_is_refused_with_the_numbers(desk: Desk) -> None:
    await own(desk.parcel.merchant, SARA, "lead")
    await set_purse(month=25)
    await desk.says("/offer refund 20")
    await parcels.finding(desk.parcel, NOON, kind="late", occurrence=2)
    told = facts(await desk.says("/offer refund 10"), "gesture_over")
    assert (told["cost"]["amount"], told["left"]["amount"], told["budget"]["amount"]) == ("10.00", "5.00", "25.00")
    assert await Gesture.all().count() == 1


async def test_a_yes_that_the_budget_no_longer_bears_gives_nothing_however_often_it_is_pressed(desk: Desk) -> None:
    await desk.says("/offer refund 30")
    await own(desk.parcel.merchant, OMAR, "lead")
    await set_purse(month=25)
    assert await press(desk, "y", OMAR) == []
    assert await press(desk, "y", OMAR) == []
    assert [toast.split(":")[0] for toast in desk.talk.toasts()] == ["Not offered", "Not offered"]
    assert (await Gesture.get()).state == "asked"


async def test_a_new_month_has_a_budget_of_its_own(desk: Desk, clock: StandingClock) -> None:
    await set_purse(month=20)
    await desk.says("/offer coupon 20 ONE1")
    clock.advance(timedelta(days=10))
    await parcels.finding(desk.parcel, NOON, kind="stalled")
    assert kinds(await desk.says("/offer coupon 20 TWO2"))[-1] == "gesture_made"


async def test_for_one_slip_there_is_no_second_without_a_yes(desk: Desk) -> None:
    await desk.says("/offer coupon 10 ONE1")
    rows = await desk.says("/offer delivery")
    assert facts(rows, "gesture_asks")["again"] is True
    assert to_customer(rows) == []
    assert len(to_customer(await press(desk, "y"))) == 1
    assert await Gesture.filter(state="made").count() == 2


async def test_pieces_of_one_slip_count_together_against_the_limit(desk: Desk) -> None:
    await desk.says("/offer coupon 10 ONE1")
    assert facts(await desk.says("/offer coupon 10 TWO2"), "gesture_asks")["again"] is True
    assert len(to_customer(await press(desk, "y"))) == 1
    assert facts(await desk.says("/offer coupon 10 SIX6"), "gesture_asks")["limit"] is True
    assert await press(desk, "y") == []
    assert desk.talk.toasts() == ["A lead or owner decides this."]
    await own(desk.parcel.merchant, OMAR, "lead")
    row = await Gesture.filter(state="asked").get()
    assert len(to_customer(await desk.talk.press(f"gs:{row.id}:y", OMAR, 41, group=GROUP))) == 1


async def test_questions_that_were_asked_before_do_not_get_round_the_limit(desk: Desk) -> None:
    await desk.says("/offer coupon 10 ONE1")
    for code in ("TWO2", "SIX6"):
        await desk.says(f"/offer coupon 10 {code}")
    first, second = await Gesture.filter(state="asked").order_by("id")
    assert (first.why, second.why) == ("again", "again")
    assert to_customer(await desk.talk.press(f"gs:{first.id}:y", SARA, group=GROUP)) != []
    assert await desk.talk.press(f"gs:{second.id}:y", SARA, group=GROUP) == []
    assert desk.talk.toasts() == ["A lead or owner decides this."]


@pytest.mark.parametrize("found", [None, "earlier"])
async def test_nothing_is_apologised_for_without_its_record(desk: Desk, found: str | None) -> None:
    await FindingRow.all().delete()
    if found is not None:
        await parcels.finding(desk.parcel, NOON, kind=found)
    [text] = to_customer(await desk.says("/offer coupon 10 THANKS10"))
    assert "sorry" not in text
    assert text.split("\n")[1].startswith("This is about order 1001")


async def test_for_another_slip_there_is(desk: Desk) -> None:
    await desk.says("/offer coupon 10 ONE1")
    await parcels.finding(desk.parcel, NOON, kind="stalled")
    assert kinds(await desk.says("/offer delivery"))[-1] == "gesture_made"


async def test_a_no_is_told_in_the_questions_place(desk: Desk) -> None:
    await desk.says("/offer refund 30")
    rows = await press(desk, "n", SARA)
    assert facts(rows, "gesture_refused")["who"] == "Sara"
    assert to_customer(rows) == []
    assert kinds(await desk.says("/offer refund 10"))[-1] == "gesture_made"


async def test_a_button_of_a_week_ago_a_stranger_and_another_shop_give_nothing(
    desk: Desk, clock: StandingClock
) -> None:
    await desk.says("/offer refund 30")
    await own(desk.parcel.merchant, OMAR, "lead")
    assert await press(desk, "y", Who(666, "M", "en")) == []
    row = await Gesture.get()
    assert await desk.talk.press(f"gs:{row.id}:y", OMAR) == []
    assert await desk.talk.press("gs:x:y", OMAR, group=GROUP) == []
    clock.advance(timedelta(days=7))
    assert await press(desk, "y", OMAR) == []
    assert len(desk.talk.toasts()) == 4
    assert (await Gesture.get()).state == "asked"


@pytest.mark.parametrize("said", ["coupon", "coupon 10", "coupon x CODE", "refund", "refund 10 a b", "delivery a b c"])
async def test_what_cannot_be_read_is_explained(desk: Desk, said: str) -> None:
    assert kinds(await desk.says(f"/offer {said}")) == ["gesture_usage"]


async def test_without_a_budget_nothing_is_offered(desk: Desk) -> None:
    await Merchant.all().update(settings="{}")
    assert kinds(await desk.says("/offer coupon 10 CODE1")) == ["gesture_no_budget"]


async def test_a_coupon_takes_the_place_of_no_refund(desk: Desk) -> None:
    await parcels.finding(desk.parcel, NOON, kind="lost")
    assert kinds(await desk.says("/offer coupon 10 CODE1")) == ["gesture_lost"]
    _ = await LossOffer.create(
        merchant_id=1, customer_id=desk.customer.id, shipment_id=desk.parcel.shipment.id, ways="a", chosen="a",
        made_by=1, made_ms=0,
    )  # fmt: skip
    assert kinds(await desk.says("/offer coupon 10 CODE1"))[-1] == "gesture_made"


async def test_what_was_not_paid_does_not_go_back(desk: Desk) -> None:
    await Shipment.all().update(cod_amount="64.00")
    assert kinds(await desk.says("/offer refund 10")) == ["gesture_unpaid"]
    await Shipment.all().update(status="delivered")
    assert kinds(await desk.says("/offer refund 10"))[-1] == "gesture_made"


async def test_a_part_is_less_than_the_whole(desk: Desk) -> None:
    assert kinds(await desk.says("/offer refund 64")) == ["gesture_whole"]


async def test_another_currency_than_the_shops_is_not_counted(desk: Desk) -> None:
    assert kinds(await desk.says("/offer refund 10 USD")) == ["gesture_currency"]
    assert kinds(await desk.says("/offer refund 10 EUR"))[-1] == "gesture_made"
    await Merchant.all().update(currency=None)
    await Shipment.all().update(currency=None)
    assert kinds(await desk.says("/offer coupon 10 CODE1")) == ["gesture_currency"]


async def test_of_several_parcels_one_is_named(desk: Desk) -> None:
    assert kinds(await desk.says("/offer refund 10 4711")) == ["gesture_which"]
    assert kinds(await desk.says("/offer refund 10 1001"))[-1] == "gesture_made"


async def test_who_cannot_be_reached_is_offered_nothing(desk: Desk) -> None:
    await Customer.all().update(unreachable_ms=1)
    assert kinds(await desk.says("/offer delivery")) == ["gesture_unreachable"]


async def test_the_rules_take_the_budget(desk: Desk) -> None:
    await own(desk.parcel.merchant, SARA, "owner")
    for name, value in (("offer_month", 500), ("offer_most", 30), ("offer_delivery", 7)):
        assert kinds(await desk.talk.say(f"/rules {name} {value}", SARA))[0] == "rules_shown"
    settings = orjson.loads((await Merchant.get(id=desk.parcel.merchant.id)).settings)
    assert settings["gestures"] == {"month": 500, "limit": 30, "delivery": 7}


def test_words_in_any_digits_and_order_are_read() -> None:
    assert read("refund ۱۵") == Said(Kind.REFUND, "15", 1500)
    assert read("refund 15 EUR 1001") == Said(Kind.REFUND, "15", 1500, "EUR", "", "1001")
    assert read("coupon €10 SAVE-10 1001") == Said(Kind.COUPON, "10", 1000, "EUR", "SAVE-10", "1001")
    assert read("free") == Said(Kind.DELIVERY)
    assert (read(""), read("nostock"), read("coupon 10 «»")) == (None, None, None)
