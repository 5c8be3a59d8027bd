"""Under the card: a reply composed from the records and the macros that fit; shown first, sent with one tap, once."""

from typing import Any

import orjson
import pytest

from bot.flows import suggesting
from bot.store.crypt import Vault
from bot.store.models import (
    Customer,
    FindingRow,
    Follow,
    Inquiry,
    LossOffer,
    Merchant,
    PendingReply,
    Person,
    Shipment,
    Ticket,
)
from bot.store.ms import to_ms
from tests.fakes import parcels
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk, facts
from tests.fakes.desk import OMAR, SARA, Desk, open_desk, own
from tests.fakes.rows import GROUP, NOON
from tests.fakes.talk import Who
from tests.texts.reading_marks import bare


@pytest.fixture
async def desk(store: str, clock: StandingClock, vault: Vault) -> Desk:
    return await open_desk(SpokenTalk(clock, vault))


async def suggested(desk: Desk, who: Who = SARA) -> list[str]:
    rows = await desk.talk.press(f"sg:{desk.customer.id}", who, group=GROUP)
    assert [row["payload"]["thread_id"] for row in rows] == [900]
    return [bare(line) for line in facts(rows, "reply_preview")["lines"]]


def to_customer(rows: list[Any]) -> list[str]:
    return [bare(row["payload"]["text"]) for row in rows if row["lane"] == "chat:5"]


HELLO = "Hello Layla, Sara from Lavender here. I've read everything, so you needn't explain it again."


async def test_it_names_the_parcel_what_is_wrong_and_the_day_that_now_holds(desk: Desk) -> None:
    await Shipment.all().update(eta_on="2026-11-28")
    await parcels.finding(desk.parcel, NOON, kind="late")
    assert await suggested(desk) == [
        HELLO,
        "We promised order 1001 for Wednesday 25 November and didn't keep that. I'm sorry.",
        "It should now arrive on Saturday 28 November.",
    ]


async def test_a_claim_is_made_only_with_its_record(desk: Desk) -> None:
    await parcels.finding(desk.parcel, NOON, kind="stalled")
    assert "asked" not in " ".join(await suggested(desk))
    _ = await Inquiry.create(shipment_id=desk.parcel.shipment.id, asked_ms=to_ms(NOON), way="phone", purpose="trace")
    assert (await suggested(desk))[-1] == "We've asked DHL to look for it."


@pytest.mark.parametrize(
    ("policy", "changes", "said"),
    [
        ({"resend": True, "refund": True}, {}, "at our cost, or your money back?"),
        ({"resend": True}, {}, "we'll send it again at our cost."),
        ({"refund": True}, {}, "you get your money back."),
        ({"refund": True, "most": 50}, {"value_amount": "64.00"}, "I'm truly sorry."),
        ({"resend": True, "refund": True}, {"cod_amount": "64.00"}, "or cancel the order? You owe nothing then."),
        ({}, {}, "I'm truly sorry."),
    ],
)
async def test_it_offers_what_the_policy_allows_for_this_parcel(
    desk: Desk, policy: dict[str, Any], changes: dict[str, Any], said: str
) -> None:
    await Merchant.all().update(settings=orjson.dumps({"policy": policy}).decode())
    if changes:
        await Shipment.all().update(**changes)
    await parcels.finding(desk.parcel, NOON, kind="lost")
    assert (await suggested(desk))[-1].endswith(said)


async def test_what_was_offered_already_is_not_offered_again(desk: Desk) -> None:
    await Merchant.all().update(settings=orjson.dumps({"policy": {"resend": True}}).decode())
    await parcels.finding(desk.parcel, NOON, kind="lost")
    _ = await LossOffer.create(
        merchant_id=1, customer_id=desk.customer.id, shipment_id=desk.parcel.shipment.id, ways="a", made_by=1, made_ms=0
    )
    assert (await suggested(desk))[-1].endswith("I'm truly sorry.")


async def test_after_a_slip_no_second_single_day_is_named_and_no_day_that_is_over(desk: Desk) -> None:
    await parcels.finding(desk.parcel, NOON, kind="late")
    await Shipment.all().update(eta_on="2026-11-30")
    await Follow.all().update(slips=1, told_on="2026-11-28")
    assert len(await suggested(desk)) == 2
    await Shipment.all().update(eta_from_on="2026-11-29")
    assert (await suggested(desk))[-1] == "It should now arrive between Sunday 29 November and Monday 30 November."
    await Shipment.all().update(eta_on="2026-11-20", eta_from_on=None)
    await Follow.all().update(slips=0)
    assert len(await suggested(desk)) == 2


async def test_where_nothing_is_wrong_it_says_how_it_stands(desk: Desk) -> None:
    lines = await suggested(desk)
    assert lines[1] == "Order 1001 is on its way."
    await FindingRow.all().delete()
    assert desk.ticket is not None
    await Ticket.filter(id=desk.ticket.id).update(cause="not_received")
    assert "that's ours to solve, not yours" in (await suggested(desk))[1]


async def test_it_is_written_in_the_customers_language(desk: Desk) -> None:
    _ = await Person.create(user_id=5, name="Layla", locale="fa")
    await parcels.finding(desk.parcel, NOON, kind="late")
    lines = await suggested(desk)
    assert lines[0].startswith("سلام Layla، Sara هستم از فروشگاه Lavender.")
    assert "چهارشنبه ۴ آذر" in lines[1]


async def test_one_tap_sends_it_signed_by_who_taps_and_who_has_written_greets_no_more(desk: Desk) -> None:
    await suggested(desk)
    pending = await PendingReply.get()
    [said] = to_customer(await desk.talk.press(f"pr:{pending.id}:s", OMAR, group=GROUP))
    assert said.startswith("Omar, Lavender\nHello Layla, Omar from Lavender here.")
    assert (await suggested(desk, OMAR))[0] == "Order 1001 is on its way."
    assert (await suggested(desk))[0] == HELLO


async def test_strangers_trainees_and_other_shops_get_nothing(desk: Desk) -> None:
    await own(desk.parcel.merchant, OMAR, "trainee")
    press = desk.talk.press
    assert await press(f"sg:{desk.customer.id}", OMAR, group=GROUP) == []
    assert await press(f"sg:{desk.customer.id}", Who(666, "M", "en"), group=GROUP) == []
    assert await press(f"sg:{desk.customer.id}", SARA) == []
    for odd in ("", "x", "9" * 40, "77"):
        assert await press(f"sg:{odd}", SARA, group=GROUP) == []
    await Customer.all().update(merchant_id=99)
    assert await press(f"sg:{desk.customer.id}", SARA, group=GROUP) == []
    assert len(desk.talk.toasts()) == 8
    assert not await PendingReply.all().exists()


# ---- the row under the card


async def test_macros_that_fit_stand_under_the_card_with_the_suggestion(desk: Desk) -> None:
    await own(desk.parcel.merchant, SARA, "lead")
    for name in ("a", "b", "c", "d"):
        await desk.says(f"/macro new {name} Hello {{name}}.")
        await desk.says(f"/macro about {name} {'late' if name != 'c' else 'in_transit'}")
    rows = await suggesting.buttons(desk.customer.id)
    assert [[label for label, _ in row] for row in rows] == [["suggest_reply"], ["=c"]]
    await parcels.finding(desk.parcel, NOON, kind="late")
    reply, ready = await suggesting.buttons(desk.customer.id)
    assert [label for label, _ in ready] == ["=a", "=b", "=c"]
    assert all(len(target.encode()) <= 64 for _, target in (*reply, *ready))
    shown = facts(await desk.talk.press(ready[0][1], SARA, group=GROUP), "reply_preview")
    assert (shown["macro"], bare(shown["lines"][0])) == ("a", "Hello Layla.")


async def test_a_macro_that_is_gone_by_then_is_told_so(desk: Desk) -> None:
    assert await desk.talk.press(f"mc:{desk.customer.id}:77", SARA, group=GROUP) == []
    assert desk.talk.toasts() == ["This ready reply is gone. All of them: /macro"]


async def test_without_an_open_ticket_nothing_stands_under_the_card(desk: Desk) -> None:
    await desk.says("/close")
    assert await suggesting.buttons(desk.customer.id) == ()
