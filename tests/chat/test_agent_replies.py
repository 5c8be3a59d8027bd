"""Words that an agent had better look at again wait for a tap; whoever presses first sends them, once."""

from datetime import timedelta
from typing import Any

import pytest

from bot.store.crypt import Vault
from bot.store.models import Audit, Follow, Order, PendingReply, Shipment, TicketMessage
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk, facts, of_act
from tests.fakes.desk import OMAR, SARA, Desk, open_desk, own
from tests.fakes.rows import GROUP
from tests.fakes.talk import Who, kinds

STRANGER = Who(6666, "Mallory", "en")


@pytest.fixture
async def desk(store: str, clock: StandingClock, vault: Vault) -> Desk:
    found = await open_desk(SpokenTalk(clock, vault), eta_on="2026-11-28")
    await Follow.filter(id=found.parcel.follow.id).update(slips=1, told_on="2026-11-28")
    return found


def to_customer(rows: list[Any]) -> list[str]:
    return [row["payload"]["text"] for row in rows if row["lane"] == "chat:5"]


async def held(desk: Desk, text: str = "It arrives tomorrow.") -> int:
    rows = await desk.says(text)
    assert (kinds(rows), to_customer(rows)) == (["reply_held"], [])
    return int((await PendingReply.get(state="waiting")).id)


async def press(desk: Desk, pending: int, what: str, who: Who = SARA, group: int = GROUP) -> list[Any]:
    return await desk.talk.press(f"pr:{pending}:{what}", who, group=group)


async def test_a_day_that_the_carrier_contradicts_is_held_with_both_days(desk: Desk) -> None:
    [doubt] = facts(await desk.says("It arrives tomorrow."), "reply_held")["doubts"]
    assert doubt == {"why": "early", "day_on": "2026-11-25", "expected_on": "2026-11-28"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("It arrives on Monday 30 November.", "second"),
        ("It arrived late: it arrives on Monday 23 November.", None),
        ("It arrives on Monday 23 November.", "past"),
        ("Please contact DHL.", "carrier"),
        ("Please send me your card number.", "card"),
        ("Hello Lyla, I'm on it.", "name"),
        ("مرحبًا، يرجى التواصل مع شركة الشحن.", "carrier"),
        ("لطفاً شمارهٔ کارتتان را بفرستید.", "card"),
    ],
)
async def test_what_had_better_not_be_sent_is_held_once(desk: Desk, text: str, why: str | None) -> None:
    rows = await desk.says(text)
    assert [one["why"] for row in of_act(rows, "answer") for one in row["payload"]["facts"]["doubts"]] == (
        [why] if why else []
    )
    assert bool(to_customer(rows)) is (why is None)


async def test_a_caption_is_looked_at_and_an_album_goes_as_it_is(desk: Desk) -> None:
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    assert kinds(await desk.says("", photo=photo, caption="Please contact DHL.")) == ["reply_held"]
    rows = await desk.says("", photo=photo, caption="Please contact DHL.", media_group_id="a")
    assert kinds(rows) == []


async def test_send_anyway_sends_it_in_the_writers_name_and_takes_the_question_away(desk: Desk) -> None:
    pending = await held(desk)
    source = desk.talk.message_id
    rows = await press(desk, pending, "s", OMAR)
    assert to_customer(rows) == ["Sara, Lavender\nIt arrives tomorrow."]
    assert [row["payload"]["message_id"] for row in of_act(rows, "delete")] == [40]
    kept = await TicketMessage.get(direction="out")
    assert (kept.user_id, kept.source_chat_id, kept.source_message_id) == (SARA.id, GROUP, source)
    assert (await Audit.get(deed="reply.warned.sent")).user_id == OMAR.id


async def test_two_who_press_at_once_send_it_once(desk: Desk) -> None:
    pending = await held(desk)
    assert len(to_customer(await press(desk, pending, "s"))) == 1
    assert await press(desk, pending, "s", OMAR) == []
    assert await press(desk, pending, "n", OMAR) == []
    assert [toast.split(",")[0] for toast in desk.talk.toasts()] == ["Sent already: Sara"] * 2


async def test_what_is_not_sent_after_all_is_marked_so(desk: Desk) -> None:
    rows = await press(desk, await held(desk), "n")
    assert [(row["act"], row["payload"].get("emoji")) for row in rows] == [("delete", None), ("react", "🤷")]
    assert to_customer(rows) == []
    assert (await PendingReply.get()).state == "dropped"


async def test_a_stranger_sends_nothing(desk: Desk) -> None:
    pending = await held(desk)
    assert await press(desk, pending, "s", STRANGER) == []
    assert len(desk.talk.toasts()) == 1
    assert (await PendingReply.get()).state == "waiting"


async def test_a_button_of_another_shop_or_from_private_is_none(desk: Desk) -> None:
    pending = await held(desk)
    await PendingReply.all().update(merchant_id=999)
    assert await press(desk, pending, "s") == []
    assert await desk.talk.press(f"pr:{pending}:s", SARA) == []
    for odd in ("x", "-1", "9" * 30, ""):
        assert await desk.talk.press(f"pr:{odd}:s", SARA, group=GROUP) == []
    assert len(desk.talk.toasts()) == 6


async def test_after_a_day_nothing_is_sent_any_more(desk: Desk, clock: StandingClock) -> None:
    pending = await held(desk)
    clock.advance(timedelta(days=7))
    assert await press(desk, pending, "s") == []
    assert "Too old" in desk.talk.toasts()[0]


async def test_where_telegram_does_not_tell_who_he_is_nothing_leaves(desk: Desk, clock: StandingClock) -> None:
    pending = await held(desk)
    clock.advance(timedelta(minutes=5))
    desk.talk.telegram.silent = True
    assert await press(desk, pending, "s") == []
    assert len(desk.talk.toasts()) == 1


async def test_a_trainees_words_are_let_go_by_a_lead_only(desk: Desk) -> None:
    pending = await held(desk)
    await PendingReply.all().update(why="trainee")
    assert await press(desk, pending, "s", OMAR) == []
    await own(desk.parcel.merchant, OMAR, "lead")
    assert len(to_customer(await press(desk, pending, "s", OMAR))) == 1


async def test_words_corrected_while_they_wait_leave_as_corrected(desk: Desk) -> None:
    pending = await held(desk)
    assert await desk.edits(desk.talk.message_id, "It arrives on Saturday.") == []
    assert to_customer(await press(desk, pending, "s")) == ["Sara, Lavender\nIt arrives on Saturday."]


async def test_of_several_parcels_under_way_no_day_is_compared(desk: Desk) -> None:
    shipment = await Shipment.get(id=desk.parcel.shipment.id)
    other = await Shipment.create(
        merchant_id=shipment.merchant_id, order_id=shipment.order_id, slug="ups", number="1Z", status="in_transit",
        next_poll_ms=0, created_ms=0,
    )  # fmt: skip
    _ = await Follow.create(shipment_id=other.id, customer_id=desk.customer.id, created_ms=0)
    assert kinds(await desk.says("It arrives tomorrow.")) == ["reply_held"]
    assert desk.ticket is not None
    await type(desk.ticket).filter(id=desk.ticket.id).update(shipment_id=None)
    assert kinds(await desk.says("It arrives tomorrow.")) == []


async def test_an_order_without_a_name_compares_none(desk: Desk) -> None:
    await Order.all().update(name=None)
    assert kinds(await desk.says("Hello Lyla!")) == []


async def test_what_was_said_at_the_end_of_a_forgotten_customers_ticket_goes_with_him(desk: Desk) -> None:
    from bot.store import erasure  # the flow that calls it has its own tests

    await desk.says("/close Layla Haddad moved")
    await erasure.erase(desk.customer.user_id, [desk.customer.id], desk.talk.clock.now())
    assert (await desk.fresh_ticket()).outcome == "forgotten"


async def test_a_forgotten_customers_words_go_with_him(desk: Desk) -> None:
    from bot.store import erasure  # the flow that calls it has its own tests

    await held(desk)
    await erasure.erase(desk.customer.user_id, [desk.customer.id], desk.talk.clock.now())
    assert not await PendingReply.all().exists()
