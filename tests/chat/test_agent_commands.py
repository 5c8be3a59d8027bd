"""What agents do in a topic beside answering: the ticket, notes, records, words taken back or sent again."""

from datetime import timedelta
from typing import Any

import pytest

from bot.chat import agent
from bot.chat.standing import standings
from bot.flows import desk as desk_flows
from bot.store.crypt import Vault
from bot.store.models import Audit, Customer, Inquiry, OutboxRow, Person, Promise, Shipment, TicketMessage
from bot.store.ms import from_ms, to_ms
from bot.texts.kinds.desk import COMMANDS
from bot.texts.messages import Reader, render
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk, facts, of_act
from tests.fakes.desk import OMAR, OWNER, SARA, Desk, join, leave_all, open_desk, own, relayed
from tests.fakes.rows import GROUP, NOON
from tests.fakes.talk import Who, kinds


@pytest.fixture
async def desk(store: str, clock: StandingClock, vault: Vault) -> Desk:
    return await open_desk(SpokenTalk(clock, vault))


def to_customer(rows: list[Any]) -> list[Any]:
    """Rows into the customer's chat."""
    return [row for row in rows if row["lane"] == "chat:5"]


# ---- the ticket


async def test_take_gives_the_ticket_to_who_says_it(desk: Desk) -> None:
    rows = await desk.says("/take")
    assert kinds(rows) == ["desk_assigned"]
    assert (await desk.fresh_ticket()).assignee_id == SARA.id
    assert (await desk.fresh_ticket()).state == "waiting_us"
    assert to_customer(rows) == []


async def test_assign_gives_it_to_a_colleague_by_name(desk: Desk) -> None:
    await desk.says("I am here", OMAR)
    rows = await desk.says("/assign @omar")
    assert facts(rows, "desk_assigned")["agent"] == "Omar"
    assert (await desk.fresh_ticket()).assignee_id == OMAR.id


async def test_assign_knows_colleagues_by_their_alias(desk: Desk) -> None:
    await own(desk.parcel.merchant, OMAR, "agent", "Abu Ali")
    assert facts(await desk.says("/assign Abu Ali"), "desk_assigned")["agent"] == "Abu Ali"


async def test_assign_refuses_who_is_not_in_the_group_now(desk: Desk) -> None:
    await desk.says("I am here", OMAR)
    await join(desk.talk, OMAR, "left")
    standings.forget(GROUP, OMAR.id)
    assert kinds(await desk.says("/assign @omar")) == ["desk_assign_unknown"]
    assert kinds(await desk.says("/assign @nobody")) == ["desk_assign_unknown"]
    assert kinds(await desk.says("/assign")) == ["desk_assign_usage"]


async def test_close_ends_the_ticket_with_its_outcome(desk: Desk) -> None:
    assert kinds(await desk.says("/close  sent again")) == ["desk_closed"]
    ticket = await desk.fresh_ticket()
    assert (ticket.state, ticket.outcome, ticket.closed_ms) == ("closed", "sent again", to_ms(NOON))
    assert kinds(await desk.says("/close")) == ["desk_no_ticket"]
    assert kinds(await desk.says("/take")) == ["desk_no_ticket"]


async def test_closing_keeps_no_promise_and_says_which_answer_is_still_owed(desk: Desk) -> None:
    await desk.owed()
    told = facts(await desk.says("/close"), "desk_closed")
    assert told["owed_at"] == (NOON + timedelta(hours=2)).isoformat()
    assert (await Promise.get()).open == 1
    await desk.says("Here is the answer")
    assert (await Promise.get()).kept_ms == to_ms(NOON)


async def test_reopen_opens_the_latest_ticket_again(desk: Desk) -> None:
    assert kinds(await desk.says("/reopen")) == ["desk_open_already"]
    await desk.says("/close")
    assert kinds(await desk.says("/reopen")) == ["desk_reopened"]
    ticket = await desk.fresh_ticket()
    assert (ticket.state, ticket.closed_ms) == ("waiting_us", None)


async def test_where_there_was_no_ticket_none_is_reopened(store: str, clock: StandingClock, vault: Vault) -> None:
    desk = await open_desk(SpokenTalk(clock, vault), ticket=False)
    assert kinds(await desk.says("/reopen")) == ["desk_never_opened"]


@pytest.mark.parametrize(("said", "rest"), [("2h", 120), ("30m", 30), ("۳d", 3 * 1440), (" 1 H ", 60)])
async def test_snooze_rests_and_then_the_topic_says_so(desk: Desk, said: str, rest: int) -> None:
    rows = await desk.says(f"/snooze {said}")
    [waking] = of_act(rows, "desk")
    assert waking["payload"]["kind"] == "desk_snooze_over"
    assert from_ms(waking["due_ms"]) - NOON == timedelta(minutes=rest)
    assert (await desk.fresh_ticket()).snoozed_ms == waking["due_ms"]


@pytest.mark.parametrize("said", ["", "soon", "0h", "99999h", "61d", "-1h", "2h 3m"])
async def test_a_rest_that_is_none_is_explained(desk: Desk, said: str) -> None:
    assert kinds(await desk.says(f"/snooze {said}")) == ["desk_snooze_usage"]


async def test_a_new_rest_replaces_the_old_and_an_answer_ends_it(desk: Desk) -> None:
    await desk.says("/snooze 1h")
    await desk.says("/snooze 5h")
    [row] = await OutboxRow.filter(collapse__startswith="snooze:", state="queued")
    assert from_ms(row.due_ms) - NOON == timedelta(hours=5)
    await desk.says("Here I am")
    assert not await OutboxRow.filter(collapse__startswith="snooze:", state="queued").exists()
    assert (await desk.fresh_ticket()).snoozed_ms is None


async def test_ban_is_the_leads_and_is_undone_by_itself(desk: Desk) -> None:
    assert kinds(await desk.says("/ban")) == ["not_for_you"]
    await own(desk.parcel.merchant, SARA, "lead")
    await desk.owed()
    assert kinds(await desk.says("/ban")) == ["desk_banned"]
    assert (await Promise.get()).cancelled_ms == to_ms(NOON)
    assert (await Customer.get(id=desk.customer.id)).banned_ms == to_ms(NOON)
    assert kinds(await desk.says("/ban")) == ["desk_unbanned"]
    assert (await Customer.get(id=desk.customer.id)).banned_ms is None


async def test_what_is_done_to_a_ticket_is_written_down_and_the_card_renewed(desk: Desk) -> None:
    rows = await desk.says("/take")
    assert [row["collapse"] for row in of_act(rows, "card")] == [f"card:{desk.customer.id}"]
    [entry] = await Audit.filter(deed="desk.assign")
    assert (entry.user_id, entry.target) == (SARA.id, f"customer:{desk.customer.id}")


# ---- what stays inside


async def test_a_note_stays_inside(desk: Desk) -> None:
    rows = await desk.says("/note she called twice")
    assert [(row["act"], row["payload"].get("emoji")) for row in rows] == [("react", "✍")]
    kept = await TicketMessage.get()
    assert (kept.direction, kept.text, kept.user_id) == ("note", "she called twice", SARA.id)


async def test_a_picture_with_a_note_stays_inside(desk: Desk) -> None:
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    rows = await desk.says("", photo=photo, caption="/note the damage")
    assert to_customer(rows) == []
    assert (await TicketMessage.get()).media == "photo"


async def test_an_empty_note_is_explained(desk: Desk) -> None:
    assert kinds(await desk.says("/note")) == ["desk_note_usage"]


@pytest.mark.parametrize("said", ["/nonsense", "/start", "/ban"])
async def test_what_is_not_known_or_not_allowed_is_answered_alike_and_never_sent(desk: Desk, said: str) -> None:
    rows = await desk.says(said)
    assert kinds(rows) == ["not_for_you"]
    assert len(rows) == 1


async def test_a_refused_colleague_learns_of_no_command(desk: Desk) -> None:
    await own(desk.parcel.merchant, SARA, "none")
    for said in ("/take", "/card", "/help", "/track 1001", "/note x"):
        assert kinds(await desk.says(said)) == ["not_for_you"]


async def test_help_names_what_one_may_do_and_nothing_else(desk: Desk) -> None:
    told = facts(await desk.says("/help"), "desk_help")
    assert {"note", "take", "resend"} <= told.keys()
    assert "ban" not in told
    await own(desk.parcel.merchant, SARA, "trainee")
    assert facts(await desk.says("/help"), "desk_help").keys() - {"at"} == {"note", "card", "track", "why"}


@pytest.mark.parametrize("locale", ["en", "ar", "fa"])
def test_help_shows_every_form_of_what_is_offered_and_asked(locale: str) -> None:
    said = render("desk_help", {"offer": True, "inquiry": True}, Reader(locale)).text
    forms = ("offer", "offer coupon 10 CODE", "offer delivery", "offer refund 15", "inquiry", "inquiry letter proof")
    assert [one for one in forms if f"<code>/{one}</code>" not in said] == []


def test_every_command_of_the_desk_has_its_line_in_help_and_a_handler() -> None:
    handled = {*agent.ALONE, *agent.IN_REPLY, "note", "assign", "track"}
    assert len(handled) > 10
    assert handled - {"help"} == set(desk_flows.COMMANDS) == set(COMMANDS)


# ---- what is looked up and recorded


async def test_the_hour_there_is_written_in_the_digits_of_who_asks(desk: Desk) -> None:
    told = facts(await desk.says("/card", Who(SARA.id, "Sara", "fa")), "card_full")
    assert told["there"] == "۱۱ صبح"


async def test_card_comes_anew_with_the_hour_it_is_there(desk: Desk) -> None:
    told = facts(await desk.says("/card"), "card_full")
    assert (told["name"], told["zone"], told["there"]) == ("Layla", "Europe/Berlin +01:00", "11:00")
    assert {"is": "number", "number": "00340434161094042557"} in told["entries"]


@pytest.mark.parametrize("number", ["1001", "#1001", "00340434161094042557"])
async def test_track_shows_any_parcel_of_the_shop(desk: Desk, number: str) -> None:
    told = facts(await desk.says(f"/track {number}"), "desk_track")
    assert told["entries"][0]["order"] == "1001"


async def test_track_shows_nothing_of_another_shop(desk: Desk) -> None:
    await Shipment.filter(id=desk.parcel.shipment.id).update(merchant_id=999)
    assert kinds(await desk.says("/track 1001")) == ["desk_track_unknown"]
    assert kinds(await desk.says("/track")) == ["desk_track_usage"]


async def test_an_inquiry_is_recorded_with_who_when_and_which_way(desk: Desk) -> None:
    told = facts(await desk.says("/inquiry hurry phone"), "desk_inquiry_noted")
    assert (told["purpose"], told["order"]) == ("hurry", "1001")
    asked = await Inquiry.get()
    assert (asked.shipment_id, asked.asked_by, asked.asked_ms) == (desk.parcel.shipment.id, SARA.id, to_ms(NOON))
    assert (asked.purpose, asked.way) == ("hurry", "phone")


async def test_an_inquiry_by_a_way_alone_is_a_search(desk: Desk) -> None:
    await desk.says("/inquiry phone")
    assert (await Inquiry.get()).purpose == "trace"


async def test_an_inquiry_about_a_number_that_is_not_his_asks_which(desk: Desk) -> None:
    assert kinds(await desk.says("/inquiry trace 4711")) == ["desk_inquiry_which"]
    assert kinds(await desk.says("/inquiry please ask them")) == ["desk_inquiry_usage"]
    assert not await Inquiry.all().exists()


# ---- words taken back, sent again


async def test_del_takes_words_back_from_the_customer(desk: Desk) -> None:
    await desk.says("Oh no")
    message_id = desk.talk.message_id
    await leave_all()
    kept = await relayed()
    rows = await desk.replies("/del", {"message_id": message_id, "text": "Oh no"})
    [row] = of_act(rows, "delete")
    assert (row["chat_id"], row["payload"]) == (5, {"of": kept.id, "all": True})
    assert kinds(rows) == ["desk_del_done"]


async def test_del_stops_words_that_have_not_left(desk: Desk) -> None:
    await desk.says("Oh no")
    rows = await desk.replies("/del", {"message_id": desk.talk.message_id, "text": "Oh no"})
    assert of_act(rows, "delete") == []
    assert (await OutboxRow.get(act="text")).state == "dropped"


async def test_del_says_when_it_is_too_late(desk: Desk, clock: StandingClock) -> None:
    await desk.says("Oh no")
    message_id = desk.talk.message_id
    clock.advance(timedelta(days=2))
    assert kinds(await desk.replies("/del", {"message_id": message_id, "text": "Oh no"})) == ["desk_del_too_old"]


@pytest.mark.parametrize("command", ["del", "resend"])
async def test_a_command_about_no_words_of_ours_is_explained(desk: Desk, command: str) -> None:
    assert kinds(await desk.says(f"/{command}")) == [f"desk_{command}_usage"]
    assert kinds(await desk.replies(f"/{command}", {"message_id": 1})) == [f"desk_{command}_usage"]


@pytest.mark.parametrize(("fate", "repeat"), [("in_doubt", True), ("failed", None)])
async def test_resend_sends_again_what_may_not_have_arrived(desk: Desk, fate: str, repeat: bool | None) -> None:
    await desk.says("Hello")
    kept = await relayed(fate)
    rows = await desk.replies("/resend", {"message_id": kept.source_message_id, "text": "Hello"})
    [row] = of_act(rows, "text")
    assert (row["payload"]["message"], row["payload"].get("repeat")) == (kept.id, repeat)
    assert [one["payload"]["emoji"] for one in of_act(rows, "react")] == [""]
    assert kinds(rows) == ["desk_resend_done"]


async def test_resend_repeats_nothing_that_has_arrived(desk: Desk) -> None:
    await desk.says("Hello")
    kept = await relayed("sent")
    rows = await desk.replies("/resend", {"message_id": kept.source_message_id, "text": "Hello"})
    assert kinds(rows) == ["desk_resend_needless"]
    assert of_act(rows, "text") == []


async def test_resend_by_a_colleague_says_who_wrote_it(desk: Desk) -> None:
    await desk.says("Hello")
    await TicketMessage.all().update(fate="failed")
    kept = await TicketMessage.get()
    rows = await desk.replies("/resend", {"message_id": kept.source_message_id, "text": "Hello"}, OMAR)
    assert [row["payload"]["text"] for row in of_act(rows, "text")] == ["Sara, Lavender\nHello"]


async def test_resend_of_media_keeps_the_caption_it_was_sent_with(desk: Desk) -> None:
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    await desk.says("", photo=photo, caption="The label")
    await TicketMessage.all().update(fate="failed")
    kept = await TicketMessage.get()
    changed = {"message_id": kept.source_message_id, "photo": photo, "caption": "Another"}
    [row] = of_act(await desk.replies("/resend", changed), "copy")
    assert (row["payload"]["from_message_id"], row["payload"]["caption"]) == (kept.source_message_id, "The label")


async def test_who_takes_a_ticket_that_somebody_has_reads_whose_it_was(desk: Desk) -> None:
    _ = await Person.create(user_id=SARA.id, name=SARA.name)
    assert "before" not in facts(await desk.says("/take"), "desk_assigned")
    assert facts(await desk.says("/take", OMAR), "desk_assigned")["before"] == "Sara"
    assert "before" not in facts(await desk.says("/take", OMAR), "desk_assigned")


async def test_a_ban_ends_the_rest_and_a_ticket_opened_again_owes_a_banned_customer_nothing(desk: Desk) -> None:
    await own(desk.parcel.merchant, SARA, "lead")
    await desk.says("/snooze 2h")
    await desk.says("/ban")
    assert not await OutboxRow.filter(state="queued", act="desk").exists()
    await desk.says("/close")
    await desk.says("/reopen")
    assert (await desk.fresh_ticket()).due_ms is None


# ---- coming and going


@pytest.mark.parametrize(("status", "kind"), [("kicked", "desk_unreachable"), ("member", "desk_back")])
async def test_agents_hear_when_the_customer_blocks_the_bot_and_when_he_is_back(
    desk: Desk, status: str, kind: str
) -> None:
    if status == "member":
        await Customer.filter(id=desk.customer.id).update(unreachable_ms=1, unreachable_reason="blocked")
    layla = {"id": 5, "is_bot": False, "first_name": "Layla"}
    bot = {"id": 4242, "is_bot": True, "first_name": "Herald"}
    chat = {"id": 5, "type": "private", "first_name": "Layla"}
    member = {"status": "member", "user": bot}
    kicked = {"status": "kicked", "user": bot, "until_date": 0}
    before, after = (member, kicked) if status == "kicked" else (kicked, member)
    change = {"chat": chat, "from": layla, "date": 1, "old_chat_member": before, "new_chat_member": after}
    rows = await desk.talk.feed({"my_chat_member": change})
    assert [row["payload"]["kind"] for row in of_act(rows, "desk")] == [kind]
    assert await desk.talk.feed({"my_chat_member": change}) == []


async def test_a_group_that_moves_takes_its_topics_along(desk: Desk) -> None:
    new = -1009999
    chat = {"id": new, "type": "supergroup", "title": "Desk", "is_forum": True}
    said = {"message_id": 1, "date": 1, "chat": chat, "from": OWNER.as_user(), "migrate_from_chat_id": GROUP}
    await desk.talk.feed({"message": said})
    await desk.talk.feed({"message": said | {"message_id": 2}})
    assert (await Customer.get(id=desk.customer.id)).topic_chat_id == new
    desk.talk.telegram.members[new, SARA.id] = desk.talk.telegram.members[GROUP, SARA.id]
    rows = await desk.talk.say("Hello", SARA, group=new, message_thread_id=900)
    assert len(of_act(rows, "text")) == 1
