"""A customer sees who has his ticket, asks again, ends it, and opens it again by writing."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.outgoing import Act, Leaving, Priority
from bot.flows import place, waits
from bot.flows.composed import Composed
from bot.store.crypt import Vault
from bot.store.models import Audit, Customer, Member, Merchant, OutboxRow, Person, Promise, Ticket
from bot.store.ms import from_ms, to_ms
from bot.texts.messages import render
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import GROUP, LAYLA, NOW, SpokenTalk, facts, follow_link, of_act, open_shop
from tests.fakes.desk import SARA, join
from tests.fakes.talk import Talk, Who, kinds

TOPIC, PLACED = 900, 444
STRANGER = Who(8002, "Nadia", "en")


@pytest.fixture
def talk(store: str, clock: StandingClock, vault: Vault) -> Talk:
    return SpokenTalk(clock, vault)


async def waiting(talk: Talk) -> Ticket:
    """Layla has asked for a person, and read who answers; Sara belongs to the desk."""
    await follow_link(talk, await open_shop())
    await talk.say("please help", LAYLA)
    await Customer.all().update(topic_chat_id=GROUP, topic_id=TOPIC, card_message_id=901)
    await Ticket.all().update(place_message_id=PLACED)
    await join(talk, SARA)
    return await Ticket.get()


async def at_desk(talk: Talk, text: str, **more: Any) -> list[Any]:
    return await talk.say(text, SARA, group=GROUP, message_thread_id=TOPIC, **more)


async def shown(ticket: Ticket, now: Any = NOW) -> Composed:
    """What the message says now."""
    row = Leaving(1, Act.PLACE, {"ticket": ticket.id}, "c", Priority.LIVE, "chat:1", 1, now)
    composed = await place.place(row, now)
    assert composed is not None
    for locale in ("en", "ar", "fa"):
        assert render(composed.kind, composed.facts, composed.reader.__class__(locale), composed.buttons).text
    return composed


async def test_who_has_it_and_by_when_is_edited_into_his_message(talk: Talk) -> None:
    ticket = await waiting(talk)
    rows = await at_desk(talk, "/take")
    [row] = of_act(rows, "place")
    assert (row["chat_id"], row["payload"]) == (LAYLA.id, {"ticket": ticket.id})
    said = await shown(ticket)
    due = from_ms((await Promise.get()).due_ms).isoformat()
    assert (said.facts["agent"], said.facts["next_at"], said.edit) == ("Sara", due, PLACED)
    english = render(said.kind, said.facts, said.reader.__class__("en", "Asia/Riyadh"), said.buttons)
    assert "Sara is on it, and you'll have an answer here by 15:00" in english.text
    assert english.buttons[0][0].label == "Solved, thank you"


async def test_an_answer_is_said_to_be_one_and_closing_is_one_tap_away(talk: Talk) -> None:
    ticket = await waiting(talk)
    rows = await at_desk(talk, "It comes tomorrow")
    assert len(of_act(rows, "place")) == 1
    assert not of_act(await at_desk(talk, "And one more thing"), "place")
    said = await shown(ticket)
    assert (said.facts["answered"], said.facts["agent"]) == (True, "Sara")
    assert said.buttons == ((("solved", f"ok:{ticket.id}"),),)


async def test_who_is_banned_reads_that_it_is_over_and_no_hour_and_nobody_s_name(talk: Talk) -> None:
    ticket = await waiting(talk)
    _ = await Member.create(merchant_id=ticket.merchant_id, user_id=SARA.id, role="lead", created_ms=0)
    await at_desk(talk, "/take")
    await OutboxRow.all().update(state="sent")
    assert len(of_act(await at_desk(talk, "/ban"), "place")) == 1
    said = await shown(ticket)
    assert (said.facts, said.buttons) == ({"at": NOW.isoformat(), "over": True}, ())
    english = render(said.kind, said.facts, said.reader.__class__("en"), said.buttons)
    assert english.text == "This conversation with our team has ended."
    await at_desk(talk, "/ban")
    assert (await shown(ticket)).facts["agent"] == "Sara"


async def test_nothing_is_sent_where_no_message_says_it(talk: Talk) -> None:
    ticket = await waiting(talk)
    await Ticket.all().update(place_message_id=None)
    assert not of_act(await at_desk(talk, "/take"), "place")
    row = Leaving(1, Act.PLACE, {"ticket": ticket.id}, "c", Priority.LIVE, "chat:1", 1, NOW)
    assert await place.place(row, NOW) is None


async def test_a_time_that_is_over_is_not_said(talk: Talk) -> None:
    ticket = await waiting(talk)
    assert "next_at" not in (await shown(ticket, NOW + timedelta(hours=5))).facts


async def test_without_a_promise_the_desk_s_own_time_is_said_to_the_next_quarter(talk: Talk) -> None:
    ticket = await waiting(talk)
    await Promise.all().delete()
    await Ticket.all().update(due_ms=to_ms(NOW + timedelta(minutes=47)))
    assert (await shown(await Ticket.get(id=ticket.id))).facts["next_at"] == (NOW + timedelta(hours=1)).isoformat()


async def test_a_rest_is_told_to_nobody_outside_the_hour_after_it_is(talk: Talk) -> None:
    ticket = await waiting(talk)
    await Promise.all().delete()
    rows = await at_desk(talk, "/snooze 3d")
    told = facts(rows, "desk_snoozed")["until_at"]
    resting = await Ticket.get(id=ticket.id)
    said = (await shown(resting)).facts["next_at"]
    assert told == (NOW + timedelta(days=3)).isoformat() == from_ms(resting.due_ms or 0).isoformat()
    until = NOW + timedelta(days=3)
    merchant = await Merchant.get()
    assert said > told
    await waits.owe(merchant, resting, until)
    assert (await shown(await Ticket.get(id=ticket.id), until)).facts["next_at"] == said


async def test_the_answer_that_arrives_becomes_his_place(talk: Talk) -> None:
    await follow_link(talk, await open_shop())
    [answer] = of_act(await talk.say("please help", LAYLA), "answer")
    ticket = await Ticket.get()
    assert answer["payload"]["place"] == ticket.id
    leaving = Leaving(
        answer["id"], Act.ANSWER, answer["payload"], "c", Priority.ANSWER, "chat:1", 1, NOW, chat_id=LAYLA.id
    )
    await place.stands(leaving, 77, NOW)
    assert (await Ticket.get()).place_message_id == 77
    assert not await outbox_places()
    _ = await Person.create(user_id=SARA.id, name="Sara")
    await Ticket.all().update(assignee_id=SARA.id)
    await place.stands(leaving, 78, NOW)
    assert len(await outbox_places()) == 1


async def outbox_places() -> list[OutboxRow]:
    """Edits of places that wait."""
    return await OutboxRow.filter(act="place")


@pytest.mark.parametrize("words", ["/human", "where is my answer?", "أين الرد؟", "کی جواب می‌دهید؟"])
async def test_who_asks_again_gets_it_again(talk: Talk, words: str) -> None:
    ticket = await waiting(talk)
    await at_desk(talk, "/take")
    rows = await talk.say(words, LAYLA)
    said = facts(rows, "human_coming")
    assert (said["agent"], said["next_at"]) == ("Sara", from_ms((await Promise.get()).due_ms).isoformat())
    assert of_act(rows, "answer")[0]["payload"]["place"] == ticket.id


async def test_asking_for_an_answer_without_a_ticket_goes_to_a_person(talk: Talk) -> None:
    await follow_link(talk, await open_shop())
    rows = await talk.say("where is my answer?", LAYLA)
    assert kinds(rows) == ["human_coming"]
    assert await Ticket.all().count() == 1


# ---- ended by the customer


async def test_he_ends_it_with_one_tap_and_is_asked_how_it_went(talk: Talk) -> None:
    ticket = await waiting(talk)
    await at_desk(talk, "It comes tomorrow")
    rows = await talk.press(f"ok:{ticket.id}", LAYLA, PLACED)
    ended = await Ticket.get()
    assert (ended.state, ended.outcome, ended.solved_ms) == ("closed", "solved", to_ms(NOW))
    assert facts(rows, "rating_ask")["solved"]
    assert of_act(rows, "answer")[0]["payload"]["message_id"] == PLACED
    assert not of_act(rows, "desk")
    assert await Audit.filter(deed="customer.solved").count() == 1


async def test_unanswered_it_is_only_noted_and_nobody_owes_him_an_answer(talk: Talk) -> None:
    ticket = await waiting(talk)
    assert kinds(await talk.press(f"ok:{ticket.id}", LAYLA)) == ["solved_noted"]
    assert (await Promise.get()).open == 0
    assert kinds(await talk.press(f"ok:{ticket.id}", LAYLA, 41)) == ["solved_noted"]


@pytest.mark.parametrize("pressed", ["ok:{}", "ok:999", "ok:x", "ok:"])
async def test_nobody_ends_another_s_ticket(talk: Talk, pressed: str) -> None:
    ticket = await waiting(talk)
    assert kinds(await talk.press(pressed.format(ticket.id), STRANGER)) == ["not_for_you"]
    assert (await Ticket.get()).closed_ms is None


# ---- opened again


async def test_his_words_open_it_again_with_the_same_person(talk: Talk, clock: StandingClock) -> None:
    ticket = await waiting(talk)
    await at_desk(talk, "It comes tomorrow")
    await at_desk(talk, "/close")
    clock.advance(timedelta(days=2))
    rows = await talk.say("The box is broken", LAYLA)
    again = await Ticket.get()
    assert (again.id, again.state, again.closed_ms, again.reopened) == (ticket.id, "waiting_us", None, 1)
    assert (again.assignee_id, again.solved_ms) == (SARA.id, to_ms(NOW))
    assert facts(rows, "human_coming")["agent"] == "Sara"
    assert again.due_ms is not None


@pytest.mark.parametrize(("days", "outcome"), [(8, None), (1, "spam")])
async def test_later_or_after_spam_they_begin_a_new_one(
    talk: Talk, clock: StandingClock, days: int, outcome: str | None
) -> None:
    _ = await waiting(talk)
    await at_desk(talk, f"/close {outcome or ''}")
    clock.advance(timedelta(days=days))
    await talk.say("The box is broken", LAYLA)
    assert await Ticket.all().count() == 2


async def test_thanks_after_the_end_open_nothing(talk: Talk) -> None:
    _ = await waiting(talk)
    await at_desk(talk, "/close")
    assert kinds(await talk.say("thanks", LAYLA)) == ["thanks_noted"]
    assert (await Ticket.get()).closed_ms is not None


async def test_a_lead_who_has_it_is_named_as_one(talk: Talk) -> None:
    ticket = await waiting(talk)
    _ = await Member.create(merchant_id=ticket.merchant_id, user_id=SARA.id, role="lead", created_ms=0)
    await at_desk(talk, "/take")
    assert (await shown(ticket)).facts["lead"] is True
