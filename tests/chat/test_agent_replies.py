"""Words that an agent had better look at again wait for a tap; whoever presses first sends them, once."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from bot.flows.trainee_marks import mark_of
from bot.store import pending
from bot.store.crypt import Vault
from bot.store.models import Audit, Follow, Order, OutboxRow, PendingReply, Shipment, TicketMessage
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk, facts, of_act
from tests.fakes.desk import OMAR, SARA, TOPIC, Desk, leave_all, open_desk, own, relayed
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


async def mark(pending_id: int) -> str:
    """What the button says of the words that were read."""
    return mark_of(await pending.together(await PendingReply.get(id=pending_id)))


async def press(
    desk: Desk, pending: int, what: str, who: Who = SARA, group: int = GROUP, read: str | None = None
) -> list[Any]:
    """`read`: the mark of the words that he has read, else of those that wait."""
    return await desk.talk.press(f"pr:{pending}:{what}:{read or await mark(pending)}", who, group=group)


def doubts(rows: list[Any]) -> list[str]:
    return [one["why"] for one in facts(rows, "reply_held")["doubts"]]


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


PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]


async def test_a_caption_is_looked_at(desk: Desk) -> None:
    assert kinds(await desk.says("", photo=PHOTO, caption="Please contact DHL.")) == ["reply_held"]


async def test_an_album_waits_as_one_and_leaves_as_one(desk: Desk) -> None:
    assert kinds(await desk.says("", photo=PHOTO, caption="Please contact DHL.", media_group_id="a")) == ["reply_held"]
    first = int((await PendingReply.get()).id)
    await leave_all()
    assert await desk.says("", photo=PHOTO, media_group_id="a") == []
    again = await desk.says("", photo=PHOTO, caption="And send me your card number.", media_group_id="a")
    assert doubts(again) == ["carrier", "card"]
    rows = await press(desk, first, "s")
    assert {row["payload"]["album"] for row in of_act(rows, "album")} == {"a"}
    assert await TicketMessage.filter(direction="out", album="a").count() == 3


async def test_an_album_that_is_not_sent_after_all_is_marked_on_each_item(desk: Desk) -> None:
    await desk.says("", photo=PHOTO, caption="Please contact DHL.", media_group_id="a")
    await desk.says("", photo=PHOTO, media_group_id="a")
    rows = await press(desk, int((await PendingReply.all().order_by("id"))[0].id), "n")
    assert len(of_act(rows, "react")) == 2
    assert await PendingReply.filter(state="dropped").count() == 2


async def test_an_album_without_a_doubt_leaves_at_once(desk: Desk) -> None:
    rows = await desk.says("", photo=PHOTO, caption="The label", media_group_id="a")
    assert (kinds(rows), len(of_act(rows, "album"))) == ([], 1)


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


async def test_words_corrected_while_they_wait_leave_if_nothing_is_to_be_seen_in_them(desk: Desk) -> None:
    pending = await held(desk)
    await leave_all()
    rows = await desk.edits(desk.talk.message_id, "It arrives on Saturday.")
    assert to_customer(rows) == ["Sara, Lavender\nIt arrives on Saturday."]
    assert [row["payload"]["message_id"] for row in of_act(rows, "delete")] == [77]
    assert await press(desk, pending, "s") == []


async def test_words_corrected_while_they_wait_are_asked_about_anew(desk: Desk) -> None:
    pending = await held(desk)
    await leave_all()
    read = await mark(pending)
    rows = await desk.edits(desk.talk.message_id, "Please send me your card number.")
    assert (doubts(rows), of_act(rows, "answer")[0]["payload"]["message_id"]) == (["card"], 77)
    assert await press(desk, pending, "s", OMAR, read=read) == []
    assert "changed since" in desk.talk.toasts()[-1]
    assert to_customer(await press(desk, pending, "s", OMAR)) == ["Sara, Lavender\nPlease send me your card number."]


async def test_words_that_wait_are_taken_back_by_a_word_as_by_the_button(desk: Desk) -> None:
    waits = await held(desk)
    read, said = await mark(waits), {"message_id": desk.talk.message_id}
    await leave_all()
    rows = await desk.replies("/del", said)
    assert (kinds(rows), len(of_act(rows, "delete")), len(of_act(rows, "react"))) == ([], 1, 1)
    assert (await PendingReply.get()).state == "dropped"
    assert to_customer(await press(desk, waits, "s", OMAR, read=read)) == []
    assert kinds(await desk.replies("/del", said)) == ["desk_del_usage"]


# ---- words that have left


async def test_words_whose_correction_waits_are_taken_back_with_it(desk: Desk) -> None:
    await desk.says("Hi")
    said = desk.talk.message_id
    _ = await relayed()
    await leave_all()
    await desk.edits(said, "Please send me your card number.")
    assert kinds(await desk.replies("/del", {"message_id": said})) == ["desk_del_done"]
    assert ((await PendingReply.get()).state, (await TicketMessage.get(direction="out")).fate) == ("dropped", "deleted")


async def test_a_correction_of_what_has_left_is_looked_at_too(desk: Desk) -> None:
    await desk.says("Hi")
    said = desk.talk.message_id
    _ = await relayed()
    await leave_all()
    rows = await desk.edits(said, "Please send me your card number.")
    assert (doubts(rows), to_customer(rows)) == (["card"], [])
    assert facts(rows, "reply_held")["has_left"] is True
    assert (await TicketMessage.get(direction="out")).text == "Hi"
    rows = await press(desk, int((await PendingReply.get()).id), "s")
    assert to_customer(rows) == ["Sara, Lavender\nPlease send me your card number."]
    assert of_act(rows, "text")[0]["payload"]["of"] == (await TicketMessage.get(direction="out")).id


async def test_a_correction_that_is_corrected_leaves_by_itself(desk: Desk) -> None:
    await desk.says("Hi")
    said = desk.talk.message_id
    _ = await relayed()
    await leave_all()
    await desk.edits(said, "Please send me your card number.")
    await leave_all()
    rows = await desk.edits(said, "Hello")
    assert to_customer(rows) == ["Sara, Lavender\nHello"]
    assert len(of_act(rows, "delete")) == 1


async def test_what_was_let_go_once_waits_again_for_other_words(desk: Desk) -> None:
    pending = await held(desk)
    said = desk.talk.message_id
    await press(desk, pending, "s")
    _ = await relayed()
    await leave_all()
    rows = await desk.edits(said, "Please send me your card number.")
    assert (doubts(rows), to_customer(rows)) == (["card"], [])
    rows = await press(desk, pending, "n")
    assert (to_customer(rows), len(of_act(rows, "react"))) == ([], 1)


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


async def test_media_that_have_not_left_leave_with_the_caption_before_while_the_new_one_waits(desk: Desk) -> None:
    await desk.says("", photo=PHOTO, caption="The label")
    said = desk.talk.message_id
    chat = {"id": GROUP, "type": "supergroup", "title": "Desk", "is_forum": True}
    place = {"message_thread_id": TOPIC, "is_topic_message": True, "chat": chat, "from": SARA.as_user()}
    times = {"message_id": said, "date": 1795514400, "edit_date": 1795514401}
    changed = times | place | {"photo": PHOTO, "caption": "Please contact DHL."}
    assert doubts(await desk.talk.feed({"edited_message": changed})) == ["carrier"]
    row = await OutboxRow.get(act="copy")
    assert orjson.loads(row.payload)["caption"] == "The label"
