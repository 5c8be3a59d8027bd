"""Agents' words reach the customer, once, by name; nobody else's do."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from bot.flows.ports import MemberView
from bot.store.crypt import Vault
from bot.store.models import Audit, Customer, OutboxRow, Promise, TicketMessage
from bot.store.ms import to_ms
from bot.texts.bidi import FSI
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk, facts, of_act
from tests.fakes.desk import ANONYMOUS, OMAR, OWNER, SARA, TOPIC, Desk, join, leave_all, open_desk, own, relayed
from tests.fakes.rows import GROUP, NOON
from tests.fakes.talk import Talk, Who, kinds


@pytest.fixture
async def desk(store: str, clock: StandingClock, vault: Vault) -> Desk:
    return await open_desk(SpokenTalk(clock, vault))


async def test_words_go_to_the_customer_with_the_agents_name_above_the_first_ones(desk: Desk) -> None:
    first, second = [of_act(await desk.says(text), "text") for text in ("Hello Layla", "I asked DHL")]
    [row] = first
    assert (row["chat_id"], row["lane"]) == (5, "chat:5")
    assert row["payload"]["text"].split("\n") == ["Sara, Lavender", "Hello Layla"]
    assert row["payload"]["entities"] == [{"type": "bold", "offset": 0, "length": len("Sara, Lavender")}]
    assert second[0]["payload"]["text"] == "I asked DHL"


async def test_each_agent_is_named_once_by_the_name_he_goes_by(desk: Desk) -> None:
    await own(desk.parcel.merchant, OMAR, "lead", "Abu Ali")
    await desk.says("first")
    [row] = of_act(await desk.says("second", OMAR), "text")
    assert row["payload"]["text"] == "Abu Ali, Lavender\nsecond"


async def test_the_name_is_worded_in_the_customers_language(desk: Desk) -> None:
    await Customer.filter(id=desk.customer.id).update(locale="ar")
    [row] = of_act(await desk.says("مرحبا"), "text")
    header = row["payload"]["text"].split("\n")[0]
    assert "،" in header
    assert row["payload"]["entities"][0]["length"] == len(header)
    assert FSI in header


async def test_marks_in_the_text_keep_their_place_below_the_name(desk: Desk) -> None:
    entities = [{"type": "italic", "offset": 0, "length": 4}]
    [row] = of_act(await desk.says("dear Layla", entities=entities), "text")
    moved = row["payload"]["entities"][1]
    assert (moved["type"], moved["offset"], moved["length"]) == ("italic", len("Sara, Lavender") + 1, 4)


async def test_words_too_long_for_a_name_above_them_follow_it(desk: Desk) -> None:
    who, words = of_act(await desk.says("x" * 4096), "text")
    assert who["payload"]["text"] == "Sara, Lavender"
    assert words["payload"]["text"] == "x" * 4096


async def test_media_are_copied_after_the_name(desk: Desk) -> None:
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    who, copy = of_act(await desk.says("", photo=photo, caption="the label"), "text", "copy")
    assert who["payload"]["text"] == "Sara, Lavender"
    assert copy["payload"]["from_chat_id"] == GROUP
    assert (await TicketMessage.get()).media == "photo"


async def test_an_answer_answers_the_ticket_and_keeps_the_promise(desk: Desk) -> None:
    await desk.owed()
    await desk.says("Hello")
    ticket = await desk.fresh_ticket()
    assert (ticket.state, ticket.assignee_id, ticket.answered_ms) == ("waiting_customer", SARA.id, to_ms(NOON))
    promise = await Promise.get()
    assert (promise.open, promise.kept_ms) == (0, to_ms(NOON))


async def test_a_second_agents_answer_takes_nothing_from_the_first(desk: Desk) -> None:
    await desk.says("Hello")
    await desk.says("Hello too", OMAR)
    assert (await desk.fresh_ticket()).assignee_id == SARA.id


async def test_the_same_update_twice_says_it_once(desk: Desk) -> None:
    await desk.says("Hello")
    desk.talk.message_id -= 1
    assert of_act(await desk.says("Hello"), "text") == []
    assert await TicketMessage.all().count() == 1


async def test_a_reply_quotes_what_it_replies_to(desk: Desk) -> None:
    _ = await TicketMessage.create(
        customer_id=desk.customer.id, direction="in", user_id=5, source_chat_id=5, source_message_id=31,
        target_chat_id=GROUP, target_message_id=444, created_ms=0,
    )  # fmt: skip
    [row] = of_act(await desk.replies("Yes", {"message_id": 444, "text": "Is it lost?"}), "text")
    assert row["payload"]["reply_to"] == 31


async def test_a_message_that_opened_the_topic_is_quoted_by_nobody(desk: Desk) -> None:
    [row] = of_act(await desk.replies("Yes", {"message_id": TOPIC}), "text")
    assert "reply_to" not in row["payload"]


@pytest.mark.parametrize("thread", [None, 555])
async def test_what_is_said_in_general_or_in_a_foreign_topic_is_no_answer(desk: Desk, thread: int | None) -> None:
    place = {} if thread is None else {"message_thread_id": thread}
    assert await desk.talk.say("lunch?", SARA, group=GROUP, **place) == []


async def test_a_reply_in_general_carries_a_thread_that_is_no_topic(desk: Desk) -> None:
    assert await desk.says("lunch?", is_topic_message=False) == []


async def test_who_has_left_the_group_is_not_heard_whatever_he_was(desk: Desk) -> None:
    await own(desk.parcel.merchant, OWNER)
    rows = await desk.says("I am the owner", OWNER)
    assert [(row["act"], row["payload"].get("emoji")) for row in rows] == [("react", "🤷")]
    assert await TicketMessage.all().count() == 0


@pytest.mark.parametrize("role", ["none", "courier"])
async def test_who_may_not_answer_sees_that_it_was_not_sent(desk: Desk, role: str) -> None:
    await own(desk.parcel.merchant, SARA, role)
    assert [row["act"] for row in await desk.says("Hello")] == ["react"]


async def test_who_leaves_is_no_agent_from_that_moment_on(desk: Desk) -> None:
    await desk.says("Hello")
    del desk.talk.telegram.members[GROUP, SARA.id]
    user = SARA.as_user()
    chat = {"id": GROUP, "type": "supergroup", "title": "Desk", "is_forum": True}
    change = {"chat": chat, "from": user, "date": 1795514400}
    before, after = {"user": user, "status": "member"}, {"user": user, "status": "left"}
    await desk.talk.feed({"chat_member": change | {"old_chat_member": before, "new_chat_member": after}})
    assert of_act(await desk.says("and one more"), "text") == []


async def leaves(desk: Desk, status: str = "left", **more: Any) -> list[Any]:
    user = SARA.as_user()
    chat = {"id": GROUP, "type": "supergroup", "title": "Desk", "is_forum": True}
    before, after = {"user": user, "status": "member"}, {"user": user, "status": status, **more}
    change = {"chat": chat, "from": user, "date": 1795514400, "old_chat_member": before, "new_chat_member": after}
    return await desk.talk.feed({"chat_member": change})


async def test_what_he_had_who_leaves_is_nobodys_and_the_group_hears_it_once(desk: Desk) -> None:
    await desk.says("/take")
    rows = await leaves(desk)
    assert (await desk.fresh_ticket()).assignee_id is None
    told = facts(rows, "desk_left")
    assert (told["agent"], told["count"]) == ("Sara", 1)
    assert of_act(rows, "answer")[0]["chat_id"] == GROUP
    assert (await Audit.get(deed="desk.left")).detail == f"user:{SARA.id}"
    assert await leaves(desk, "kicked", until_date=0) == []


@pytest.mark.parametrize("status", ["member", "left"])
async def test_who_stays_keeps_what_he_has_and_who_had_nothing_is_not_spoken_of(desk: Desk, status: str) -> None:
    if status == "member":
        await desk.says("/take")
    assert of_act(await leaves(desk, status), "answer") == []
    assert ((await desk.fresh_ticket()).assignee_id == SARA.id) is (status == "member")


@pytest.mark.parametrize(("role", "stays"), [("none", False), ("courier", False), ("trainee", True)])
async def test_what_he_had_who_may_work_here_no_more_is_nobodys(desk: Desk, role: str, stays: bool) -> None:
    await own(desk.parcel.merchant)
    await desk.says("/take")
    await desk.talk.say(f"/team {SARA.id} {role}", OWNER)
    assert ((await desk.fresh_ticket()).assignee_id == SARA.id) is stays


async def test_a_standing_is_asked_again_after_a_minute(desk: Desk, clock: StandingClock) -> None:
    await desk.says("Hello")
    del desk.talk.telegram.members[GROUP, SARA.id]
    assert of_act(await desk.says("within the minute"), "text")
    clock.advance(timedelta(seconds=61))
    assert of_act(await desk.says("after it"), "text") == []


async def test_an_anonymous_admin_is_asked_to_show_himself(desk: Desk) -> None:
    chat = {"id": GROUP, "type": "supergroup", "title": "Desk", "is_forum": True}
    hidden: dict[str, Any] = {"from": ANONYMOUS, "sender_chat": chat}
    rows = await desk.says("Hello", **hidden)
    assert kinds(rows) == ["desk_anonymous"]
    assert of_act(rows, "text", "copy") == []


async def test_while_telegram_does_not_tell_who_belongs_here_nothing_is_sent_and_it_is_said(
    desk: Desk, clock: StandingClock
) -> None:
    clock.advance(timedelta(minutes=2))
    desk.talk.telegram.silent = True
    rows = await desk.says("Hello")
    assert kinds(rows) == ["desk_unchecked"]
    assert rows[0]["payload"]["reply_to"] == desk.talk.message_id


async def test_bots_channels_and_telegrams_own_notes_are_passed_over(desk: Desk) -> None:
    bot: dict[str, Any] = {"from": {"id": 99, "is_bot": True, "first_name": "Other"}}
    channel = {"id": -1009, "type": "channel", "title": "News"}
    assert await desk.says("beep", **bot) == []
    assert await desk.says("news", sender_chat=channel) == []
    assert await desk.says("", forum_topic_edited={"name": "Layla"}) == []


async def test_nothing_goes_to_who_was_forgotten(desk: Desk) -> None:
    await Customer.filter(id=desk.customer.id).update(user_id=-desk.customer.id)
    rows = await desk.says("Hello?")
    assert kinds(rows) == ["desk_forgotten"]
    assert of_act(rows, "text") == []


async def test_without_a_ticket_words_go_out_all_the_same(store: str, clock: StandingClock, vault: Vault) -> None:
    desk = await open_desk(Talk(clock, vault), ticket=False)
    assert len(of_act(await desk.says("By the way"), "text")) == 1
    assert of_act(await desk.says("one more thing"), "text")[0]["payload"]["text"] == "one more thing"


async def test_a_correction_takes_the_place_of_the_old_words_name_and_all(desk: Desk) -> None:
    await desk.says("Helo")
    message_id = desk.talk.message_id
    await leave_all()
    kept = await relayed()
    [row] = of_act(await desk.edits(message_id, "Hello"), "text")
    assert row["payload"]["of"] == kept.id
    assert row["payload"]["text"] == "Sara, Lavender\nHello"
    assert (await TicketMessage.get()).text == "Hello"


async def test_a_correction_of_words_that_still_wait_changes_what_leaves(desk: Desk) -> None:
    [said] = of_act(await desk.says("Helo", entities=[{"type": "bold", "offset": 0, "length": 4}]), "text")
    assert of_act(await desk.edits(desk.talk.message_id, "Hello"), "text") == []
    [waiting] = await OutboxRow.filter(act="text")
    assert waiting.id == said["id"]
    payload = orjson.loads(waiting.payload)
    assert payload["text"] == "Sara, Lavender\nHello"
    assert payload["message"] == (await TicketMessage.get()).id
    assert [one["type"] for one in payload["entities"]] == ["bold"]


async def test_a_correction_of_what_never_went_out_goes_nowhere_and_its_author_sees_it(desk: Desk) -> None:
    await desk.says("/nte secret")
    [row] = await desk.edits(desk.talk.message_id, "secret")
    assert (row["act"], row["payload"]["emoji"]) == ("react", "🤷")


async def test_a_note_that_is_corrected_is_kept_as_it_is_now(desk: Desk) -> None:
    await desk.says("/note wrong parcel")
    assert await desk.edits(desk.talk.message_id, "/note right parcel") == []
    assert [one.text for one in await TicketMessage.filter(direction="note")] == ["right parcel"]
    assert of_act(await desk.edits(desk.talk.message_id, "right parcel"), "text") == []


async def test_a_correction_that_becomes_a_command_is_not_shown_to_the_customer(desk: Desk) -> None:
    await desk.says("note to self")
    assert of_act(await desk.edits(desk.talk.message_id, "/note note to self"), "text") == []


async def test_a_customers_correction_reaches_his_topic(desk: Desk) -> None:
    kept = await TicketMessage.create(
        customer_id=desk.customer.id, direction="in", user_id=5, text="tomorow", source_chat_id=5,
        source_message_id=31, target_chat_id=GROUP, target_message_id=444, created_ms=0,
    )  # fmt: skip
    layla = Who(5, "Layla", "ar")
    chat = {"id": 5, "type": "private", "first_name": "Layla"}
    said = {"message_id": 31, "date": 1795514400, "edit_date": 1795514401, "chat": chat, "text": "tomorrow"}
    [row] = await desk.talk.feed({"edited_message": said | {"from": layla.as_user()}})
    assert (row["act"], row["lane"]) == ("text", f"desk:{desk.customer.id}")
    assert row["payload"] == {"text": "tomorrow", "of": kept.id}


async def test_a_member_who_joins_later_is_an_agent_at_once(desk: Desk) -> None:
    newcomer = Who(6100, "Huda", "ar")
    assert of_act(await desk.says("hi", newcomer), "text") == []
    await join(desk.talk, newcomer)
    user = newcomer.as_user()
    chat = {"id": GROUP, "type": "supergroup", "title": "Desk", "is_forum": True}
    change = {"chat": chat, "from": user, "date": 1795514400}
    before, after = {"user": user, "status": "left"}, {"user": user, "status": "member"}
    await desk.talk.feed({"chat_member": change | {"old_chat_member": before, "new_chat_member": after}})
    assert len(of_act(await desk.says("hi", newcomer), "text")) == 1


async def test_a_channels_post_that_an_agent_forwards_goes_out_as_his_words(desk: Desk) -> None:
    channel = {"id": -1009, "type": "channel", "title": "News"}
    origin = {"type": "channel", "date": 1, "chat": channel, "message_id": 4}
    [row] = of_act(await desk.says("The depot is closed", forward_origin=origin), "text")
    assert row["payload"]["text"] == "Sara, Lavender\nThe depot is closed"


@pytest.mark.parametrize("name", ["<b>Sara", "\u202eSara\u2066", "سارة & Co"])
async def test_a_hostile_name_stands_above_the_words_and_harms_nothing(desk: Desk, name: str) -> None:
    hostile = Who(SARA.id, name, "en")
    desk.talk.telegram.members[GROUP, SARA.id] = MemberView("member", name=name)
    [row] = of_act(await desk.says("Hello", hostile), "text")
    header, words = row["payload"]["text"].split("\n")
    assert words == "Hello"
    assert row["payload"]["entities"][0] == {"type": "bold", "offset": 0, "length": len(header)}
    assert not set(header) & set("\u202e\u2066")
