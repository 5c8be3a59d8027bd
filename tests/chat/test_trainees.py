"""A trainee's words reach a customer when a lead has let them go, once; whatever comes in between, they do not."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from bot.domain.outgoing import Act, TopicGone
from bot.flows import asked_again, calls, outgoing, settling, trainees
from bot.store import desk_tickets, sql
from bot.store.crypt import Vault
from bot.store.models import Customer, Merchant, OutboxRow, PendingReply, Person, Promise, TicketMessage
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk, of_act
from tests.fakes.desk import OMAR, SARA, TOPIC, Desk, join, leave_all, open_desk, own
from tests.fakes.rows import GROUP, NOON
from tests.fakes.talk import Who, kinds

LEAD = Who(6010, "Lina Lead", "en", "lina")
OWNER = Who(6011, "Nour", "en")
STRANGER = Who(6666, "Mallory", "en")
ASKED = 77
"""The number that our question got, as `leave_all` has it."""


@pytest.fixture
async def desk(store: str, clock: StandingClock, vault: Vault) -> Desk:
    """Sara is a trainee; Lina leads, Nour owns the shop, Omar is an agent."""
    made = await open_desk(SpokenTalk(clock, vault))
    await own(made.parcel.merchant, SARA, "trainee")
    await own(made.parcel.merchant, LEAD, "lead")
    await own(made.parcel.merchant, OWNER, "owner")
    await join(made.talk, LEAD)
    await join(made.talk, OWNER)
    return made


async def asks(desk: Desk, text: str = "Hello Layla", **more: Any) -> list[str]:
    """Sara's words; the buttons under the question about them."""
    rows = await desk.says(text, **more)
    assert kinds(rows) == ["trainee_asks"]
    assert of_act(rows, "text", "copy", "album") == []
    assert rows[0]["payload"]["reply_to"] == desk.talk.message_id
    [[send, drop]] = rows[0]["payload"]["buttons"]
    return [send[1], drop[1]]


async def press(desk: Desk, data: str, who: Who = LEAD, under: int | None = -1, group: int = GROUP) -> list[Any]:
    """A press under the question; `under`: the message it replies to, None where that was deleted."""
    chat = {"id": group, "type": "supergroup", "title": "Desk", "is_forum": True}
    said = desk.talk.message_id if under == -1 else under
    replied = {"message_id": said, "date": 1795514400, "chat": chat, "from": SARA.as_user(), "text": "…"}
    asked = {"message_id": ASKED, "date": 1795514400, "chat": chat, "text": "…", "message_thread_id": TOPIC}
    message = asked | ({"reply_to_message": replied} if said is not None else {})
    query = {"id": "1", "from": who.as_user(), "chat_instance": "1", "data": data, "message": message}
    return await desk.talk.feed({"callback_query": query})


def emojis(rows: list[Any]) -> list[str]:
    return [row["payload"]["emoji"] for row in of_act(rows, "react")]


async def test_her_words_wait_for_a_lead_and_leave_in_her_name(desk: Desk) -> None:
    send, _ = await asks(desk)
    rows = await press(desk, send)
    [words] = of_act(rows, "text")
    assert (words["chat_id"], words["payload"]["text"]) == (5, "Sara, Lavender\nHello Layla")
    assert emojis(rows) == ["👌"]
    assert [row["payload"]["message_id"] for row in of_act(rows, "delete")] == [ASKED]
    assert kinds(rows) == []
    kept = await TicketMessage.get()
    assert (kept.user_id, kept.source_message_id) == (SARA.id, desk.talk.message_id)
    assert (await desk.fresh_ticket()).state == "waiting_customer"


@pytest.mark.parametrize("who", [LEAD, OWNER])
async def test_who_decided_is_written_down(desk: Desk, who: Who) -> None:
    send, _ = await asks(desk)
    await press(desk, send, who)
    [row] = await sql.rows("SELECT user_id, deed, target, detail FROM audit WHERE deed LIKE 'trainee%'")
    assert tuple(row.values()) == (who.id, "trainee.send", f"customer:{desk.customer.id}", f"user:{SARA.id}")
    assert (await PendingReply.get()).decided_by == who.id


async def test_what_a_lead_does_not_want_is_not_sent_and_she_sees_it(desk: Desk) -> None:
    send, drop = await asks(desk)
    rows = await press(desk, drop)
    assert (of_act(rows, "text"), emojis(rows)) == ([], ["🤷"])
    assert of_act(await press(desk, send, OWNER), "text") == []
    assert "Lina" in desk.talk.toasts()[-1]


async def test_two_leads_at_once_send_it_once(desk: Desk) -> None:
    send, _ = await asks(desk)
    first, second = await press(desk, send), await press(desk, send, OWNER)
    assert (len(of_act(first, "text")), of_act(second, "text")) == (1, [])
    assert await TicketMessage.all().count() == 1
    assert desk.talk.toasts()[-1].startswith("Sent already: Lina")


@pytest.mark.parametrize("who", [OMAR, SARA, STRANGER])
async def test_nobody_but_a_lead_or_an_owner_lets_it_go(desk: Desk, who: Who) -> None:
    send, _ = await asks(desk)
    assert await press(desk, send, who) == []
    assert (await PendingReply.get()).state == "waiting"
    assert len(desk.talk.toasts()) == 1


async def test_a_lead_of_another_shop_finds_nothing(desk: Desk) -> None:
    other = await Merchant.create(name="Other", desk_chat_id=-100900, created_ms=0)
    await own(other, OMAR, "lead")
    desk.talk.telegram.members[-100900, OMAR.id] = desk.talk.telegram.members[GROUP, OMAR.id]
    send, _ = await asks(desk)
    for data in (send, "tr:999:0:s"):
        assert await press(desk, data, OMAR, group=-100900) == []
    first, second = desk.talk.toasts()
    assert first == second
    assert (await PendingReply.get()).state == "waiting"


async def test_a_tap_after_a_week_sends_nothing(desk: Desk, clock: StandingClock) -> None:
    send, _ = await asks(desk)
    clock.advance(timedelta(days=7, seconds=1))
    rows = await press(desk, send)
    assert (of_act(rows, "text"), emojis(rows)) == ([], ["🤷"])
    assert "week" in desk.talk.toasts()[-1]


async def test_what_nobody_decided_on_in_a_week_is_over_and_she_sees_it(desk: Desk, clock: StandingClock) -> None:
    await asks(desk)
    assert await trainees.expire(NOON + timedelta(days=6)) == 0
    assert await trainees.expire(NOON + timedelta(days=8)) == 1
    assert await trainees.expire(NOON + timedelta(days=8)) == 0
    assert (await PendingReply.get()).state == "over"
    assert (await sql.rows("SELECT deed FROM audit"))[-1]["deed"] == "trainee.over"


async def test_after_the_ticket_was_closed_nothing_is_sent(desk: Desk) -> None:
    send, _ = await asks(desk)
    await desk_tickets.close(await desk.fresh_ticket(), None, NOON)
    assert of_act(await press(desk, send), "text") == []
    assert (await PendingReply.get()).state == "over"


async def test_changed_words_must_be_read_again(desk: Desk) -> None:
    send, _ = await asks(desk)
    said = desk.talk.message_id
    await leave_all()
    [asked] = await desk.edits(said, "Hello Layla, it is lost")
    assert asked["payload"]["message_id"] == ASKED  # the question stands where it stood
    assert of_act(await press(desk, send, under=said), "text") == []
    assert "changed" in desk.talk.toasts()[-1]
    anew = asked["payload"]["buttons"][0][0][1]
    [words] = of_act(await press(desk, anew, under=said), "text")
    assert words["payload"]["text"].endswith("it is lost")


async def test_a_question_that_has_not_left_is_asked_for_the_new_words_alone(desk: Desk) -> None:
    await asks(desk)
    await desk.edits(desk.talk.message_id, "Hello, Layla")
    waiting = await sql.rows("SELECT id FROM outbox WHERE state = 'queued' AND collapse LIKE 'asks:%'")
    assert len(waiting) == 1


async def test_what_she_deleted_is_not_sent(desk: Desk) -> None:
    send, _ = await asks(desk)
    rows = await press(desk, send, under=None)
    assert of_act(rows, "text") == []
    assert "deleted" in desk.talk.toasts()[-1]
    assert (await PendingReply.get()).state == "gone"


async def test_she_takes_back_what_waits(desk: Desk) -> None:
    send, _ = await asks(desk)
    said = desk.talk.message_id
    await leave_all()
    rows = await desk.replies("/del", {"message_id": said})
    assert emojis(rows) == ["🤷"]
    assert [row["payload"]["message_id"] for row in of_act(rows, "delete")] == [ASKED]
    assert of_act(await press(desk, send, under=said), "text") == []


async def test_she_takes_back_nothing_that_was_sent_or_is_another_s(desk: Desk) -> None:
    send, _ = await asks(desk)
    said = desk.talk.message_id
    await press(desk, send)
    assert kinds(await desk.replies("/del", {"message_id": said})) == ["desk_del_usage"]
    await desk.says("an agent's", OMAR)
    assert kinds(await desk.replies("/del", {"message_id": desk.talk.message_id})) == ["desk_del_usage"]


async def test_what_she_changes_after_it_was_sent_stays_as_it_was_approved(desk: Desk) -> None:
    send, _ = await asks(desk)
    said = desk.talk.message_id
    await press(desk, send)
    rows = await desk.edits(said, "something else")
    assert (of_act(rows, "text"), emojis(rows)) == ([], ["🤷"])


async def test_media_wait_too(desk: Desk) -> None:
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    send, _ = await asks(desk, "", photo=photo, caption="the label")
    rows = await press(desk, send)
    assert [(row["payload"]["from_chat_id"], row["payload"]["from_message_id"]) for row in of_act(rows, "copy")] == [
        (GROUP, desk.talk.message_id)
    ]


async def test_an_album_is_one_question(desk: Desk) -> None:
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    send, _ = await asks(desk, "", photo=photo, media_group_id="11")
    first = desk.talk.message_id
    assert await desk.says("", photo=photo, media_group_id="11") == []
    rows = await press(desk, send, under=first)
    assert len(emojis(rows)) == 2
    assert await TicketMessage.filter(direction="out").count() == 2
    assert len(of_act(rows, "delete")) == 1


async def test_the_same_update_twice_asks_once(desk: Desk) -> None:
    await asks(desk)
    desk.talk.message_id -= 1
    assert await desk.says("Hello Layla") == []


async def test_nothing_waits_for_who_was_forgotten(desk: Desk) -> None:
    await Customer.filter(id=desk.customer.id).update(user_id=-desk.customer.id)
    assert kinds(await desk.says("Hello?")) == ["desk_forgotten"]


async def test_no_command_of_an_agent_is_a_trainees(desk: Desk) -> None:
    for command in ("take", "close", "ban", "offer", "resend"):
        assert kinds(await desk.says(f"/{command}")) == ["not_for_you"]
    assert emojis(await desk.says("/note careful")) == ["✍"]


async def test_resend_sends_what_was_let_go_and_not_what_she_changed_it_to(desk: Desk) -> None:
    send, _ = await asks(desk, "All is well.")
    await press(desk, send)
    said = desk.talk.message_id
    await desk.edits(said, "All is lost.")
    await TicketMessage.all().update(fate="failed")
    rows = await desk.replies("/resend", {"message_id": said, "text": "All is lost."}, OMAR)
    assert [row["payload"]["text"] for row in of_act(rows, "text")] == ["Sara, Lavender\nAll is well."]


async def test_an_hour_that_she_names_is_asked_of_the_lead_who_let_her_words_go(desk: Desk) -> None:
    _ = await Person.create(user_id=SARA.id, name=SARA.name, app_locale="en", private_ms=0)
    _ = await Person.create(user_id=LEAD.id, name=LEAD.name, app_locale="en", private_ms=0)
    send, _ = await asks(desk, "I will write tomorrow by noon.")
    [question] = [row for row in await press(desk, send) if row["payload"].get("kind") == "word_recognised"]
    assert question["chat_id"] == LEAD.id
    keep = question["payload"]["buttons"][0][0][1]
    assert "word_kept" in kinds(await desk.talk.press(keep, LEAD))
    assert await Promise.filter(kind="announced", open=1).count() == 1


def picture(file: str) -> list[dict[str, Any]]:
    return [{"file_id": file, "file_unique_id": file, "width": 1, "height": 1}]


async def test_a_picture_replaced_under_the_same_caption_is_let_go_by_the_new_buttons_alone(
    desk: Desk, clock: StandingClock
) -> None:
    send, _ = await asks(desk, "", photo=picture("a"), caption="The label")
    said = desk.talk.message_id
    await leave_all()
    clock.advance(timedelta(minutes=1))
    chat = {"id": GROUP, "type": "supergroup", "title": "Desk", "is_forum": True}
    place = {"message_thread_id": TOPIC, "is_topic_message": True, "chat": chat, "from": SARA.as_user()}
    times = {"message_id": said, "date": 1795514400, "edit_date": 1795514401}
    changed = times | place | {"photo": picture("b"), "caption": "The label"}
    [asked] = of_act(await desk.talk.feed({"edited_message": changed}), "answer")
    assert of_act(await press(desk, send, under=said), "copy") == []
    [copied] = of_act(await press(desk, asked["payload"]["buttons"][0][0][1], under=said), "copy")
    assert copied["payload"]["caption"] == "The label"


async def lose_topic(desk: Desk) -> list[dict[str, Any]]:
    """Layla writes into a topic that was deleted; what leaves for the new one, in order."""
    await leave_all()
    await desk.talk.say("Is anybody there?", Who(desk.customer.user_id, "Layla", "en"))
    [words] = [one for one in await outgoing.lease(20, NOON) if one.act is Act.TEXT]
    call = calls.Call("sendMessage", GROUP, {"message_thread_id": TOPIC}, Act.TEXT)
    await settling.settle(words, call, TopicGone(), NOON)
    rows = await OutboxRow.filter(state="queued", act="desk").order_by("id")
    return [said for said in map(orjson.loads, [row.payload for row in rows]) if said["kind"].startswith("reply_")]


async def test_words_whose_topic_is_gone_are_asked_about_in_the_new_one(desk: Desk) -> None:
    await asks(desk, "All is well.")
    [asked] = await lose_topic(desk)
    assert asked["kind"] == "reply_uprooted"
    said = asked["facts"]
    assert (said["who"], said["lines"], said["trainee"]) == ("Sara", ["All is well."], True)
    [[send, _, drop]] = asked["buttons"]
    refused = await press(desk, send[1], SARA, None)
    assert of_act(refused, "text") == []
    assert (await PendingReply.get()).state == "waiting"
    rows = await press(desk, send[1], LEAD, None)
    assert [row["payload"]["text"].split("\n")[-1] for row in of_act(rows, "text")] == ["All is well."]
    assert (await TicketMessage.filter(direction="out").get()).user_id == SARA.id
    assert kinds(rows) == ["reply_sent"]
    again = await press(desk, drop[1], LEAD, None)
    assert of_act(again, "delete") == []


async def test_a_picture_whose_topic_is_gone_is_told_to_be_lost(desk: Desk) -> None:
    await asks(desk, "See")
    await PendingReply.all().update(media="photo")
    [told] = await lose_topic(desk)
    assert (told["kind"], told.get("buttons")) == ("reply_lost", None)
    assert (await PendingReply.get()).state == "gone"


async def test_an_old_question_is_not_put_again(desk: Desk) -> None:
    await asks(desk)
    await PendingReply.all().update(made_ms=0)
    assert await lose_topic(desk) == []


async def test_a_topic_in_another_group_asks_again_once(desk: Desk) -> None:
    await asks(desk)
    await leave_all()
    for _ in range(2):
        await asked_again.topic_made(desk.customer.id, GROUP, NOON)
        assert not await OutboxRow.filter(state="queued").exists()
    for _ in range(2):
        await asked_again.topic_made(desk.customer.id, -100999, NOON)
        assert await OutboxRow.filter(state="queued", act="desk").count() == 1
