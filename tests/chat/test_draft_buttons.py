"""The buttons under a draft, and words written in its place: at the desk and in private."""

from datetime import timedelta
from typing import Any

import pytest

from bot.flows import importing
from bot.flows.ports import MemberView
from bot.store import dialogues, sql
from bot.store.crypt import Vault
from bot.store.models import Customer, Follow, Merchant, Promise, TicketMessage
from carriers.kit.model import Status
from tests.fakes.answers import answer, scan
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk, of_act
from tests.fakes.desk import OMAR, OWNER, SARA, TOPIC, join, own
from tests.fakes.drafts import (
    HOUR,
    NOW,
    PROMISED,
    asks,
    drafted,
    drafts,
    leave,
    more,
    notices,
    posts,
    says,
    shadowed,
    shown,
    slips,
    states,
)
from tests.fakes.parcels import Followed
from tests.fakes.rows import GROUP
from tests.fakes.talk import Talk, Who, kinds

STRANGER = Who(7999, "Nobody", "en")
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def talk(store: str, clock: StandingClock, vault: Vault) -> Talk:
    made = SpokenTalk(clock, vault)
    await join(made, SARA)
    await join(made, OMAR)
    return made


@pytest.fixture
async def parcel(talk: Talk) -> Followed:
    return await drafted()


async def press(talk: Talk, what: str, who: Who = SARA, draft: int = 1, post: int = 1) -> list[Any]:
    message = (await posts())[post - 1]["message_id"]
    return await talk.press(f"df:{post}:{draft}:{what}", who, message, group=GROUP)


async def at_desk(talk: Talk, text: str, who: Who = SARA, **more_: Any) -> list[Any]:
    return await talk.say(text, who, group=GROUP, **more_)


async def replying() -> dict[str, Any]:
    message_id = (await posts())[0]["message_id"]
    chat = {"id": GROUP, "type": "supergroup", "title": "Desk", "is_forum": True}
    bot = {"id": 4242, "is_bot": True, "first_name": "Herald"}
    return {"reply_to_message": {"message_id": message_id, "date": 1795514400, "chat": chat, "from": bot, "text": "…"}}


# ---- send, don't


async def test_an_agent_lets_a_warning_leave(talk: Talk, parcel: Followed) -> None:
    rows = await press(talk, "s")
    assert [row["act"] for row in rows] == ["notice", "live", "draft"]
    assert "Sent: Sara, Tuesday 24 November, 11:00." in await says()
    assert "[Send]" not in await says()


async def test_an_agent_says_no(talk: Talk, parcel: Followed) -> None:
    assert [row["act"] for row in await press(talk, "d")] == ["draft"]
    assert "Dropped: Sara, Tuesday 24 November, 11:00. The customer is not told of this." in await says()


async def test_who_presses_later_is_told_who_decided(talk: Talk, parcel: Followed) -> None:
    await press(talk, "s")
    assert kinds(await press(talk, "d", OMAR)) == []
    assert talk.toasts()[-1].startswith("Sent: Sara,")
    assert len(await notices()) == 1


async def test_pressed_after_the_delivery_it_says_that_it_is_no_longer_true(talk: Talk, parcel: Followed) -> None:
    await asks(parcel, answer(scan(NOW, Status.DELIVERED), eta=PROMISED), NOW)
    await press(talk, "s")
    assert "No longer true" in await says()
    assert [row["payload"]["kind"] for row in await notices()] == ["delivered"]


async def test_a_stranger_presses_in_vain(talk: Talk, parcel: Followed) -> None:
    assert await press(talk, "s", STRANGER) == []
    assert len(talk.toasts()) == 1
    assert kinds(await talk.press("df:1:1:s", STRANGER)) == ["not_for_you"]
    assert await states() == ["open"]


async def test_a_trainee_may_look_and_not_decide(talk: Talk, parcel: Followed) -> None:
    await own(parcel.merchant, SARA, "trainee")
    assert await press(talk, "s") == []
    assert len(talk.toasts()) == 1


async def test_an_agent_of_another_shop_finds_no_draft(talk: Talk, parcel: Followed) -> None:
    other = await Merchant.create(name="Other", desk_chat_id=-100900, created_ms=0)
    talk.telegram.members[other.desk_chat_id or 0, SARA.id] = MemberView("member", name=SARA.name)
    assert await talk.press("df:1:1:s", SARA, 500, group=other.desk_chat_id) == []
    assert len(talk.toasts()) == 1


@pytest.mark.parametrize("data", ["df", "df:1", "df:1:1", "df:1:1:x", "df:x:1:s", "df:9:9:s", "df:1:²:s"])
async def test_a_button_that_is_none_changes_nothing(talk: Talk, parcel: Followed, data: str) -> None:
    assert await talk.press(data, SARA, 500, group=GROUP) == []
    assert len(talk.toasts()) == 1
    assert await states() == ["open"]


async def test_where_nobody_can_say_who_presses_nothing_is_sent(talk: Talk, parcel: Followed) -> None:
    talk.telegram.silent = True
    talk.clock.advance(timedelta(hours=2))  # type: ignore[attr-defined]
    assert await press(talk, "s", Who(6009, "New")) == []
    assert "doesn't tell" in talk.toasts()[0]
    assert await states() == ["open"]


async def test_an_owner_decides_in_private_where_there_is_no_desk(talk: Talk) -> None:
    parcel = await shadowed()
    await own(parcel.merchant)
    await Merchant.all().update(desk_chat_id=None)
    await slips(parcel)
    await shown()
    await talk.press("df:1:1:s", OWNER, 500)
    assert await states() == ["sent"]
    assert "Sent: Nadia" in await says()


# ---- pages


async def test_pages_are_turned_and_what_is_decided_makes_room_for_the_next(talk: Talk) -> None:
    await more(await shadowed(), 7)
    await shown()
    await press(talk, "v", draft=2)
    assert "this is number 2." in await says()
    await press(talk, "s", draft=2)
    assert (await says()).startswith("7 drafts; this is number 3. To decide: 6.\nDraft to C2")
    for number in (3, 4, 5, 6, 7):
        await press(talk, "d", draft=number)
    assert (await says()).startswith("7 drafts; this is number 1. To decide: 1.")
    await press(talk, "d", draft=1)
    assert "[" not in await says()
    assert (await states()).count("dropped") == 6


async def test_all_copies_say_what_was_decided(talk: Talk) -> None:
    parcel = await shadowed()
    await own(parcel.merchant)
    await own(parcel.merchant, OMAR)
    await Merchant.all().update(desk_chat_id=None)
    await slips(parcel)
    await shown()
    rows = await talk.press("df:2:1:d", OMAR, 501)
    assert [row["payload"]["post"] for row in of_act(rows, "draft")] == [1, 2]


# ---- in other words


async def test_the_next_words_after_edit_go_to_the_customer_instead(talk: Talk, parcel: Followed) -> None:
    await press(talk, "e")
    assert "Now Sara is writing it" in await says()
    rows = await at_desk(talk, "Dear Layla, it comes on Friday.")
    [row] = of_act(rows, "text")
    assert (row["chat_id"], row["payload"]["text"].split("\n")[-1]) == (5, "Dear Layla, it comes on Friday.")
    assert await states() == ["edited"]
    assert await notices() == []
    assert "The customer got other words instead: Sara" in await says()


async def test_the_next_word_stays_owed_and_what_was_said_is_kept(talk: Talk, parcel: Followed) -> None:
    await press(talk, "e")
    await at_desk(talk, "It comes on Friday.")
    assert (await Promise.get(open=1)).kind == "delay_slight"
    follow = await Follow.get()
    assert (follow.told_on, follow.slips) == ("2026-11-27", 1)
    assert (await TicketMessage.get()).text == "It comes on Friday."
    deeds = [row["deed"] for row in await sql.rows("SELECT deed FROM audit ORDER BY id")]
    assert deeds == ["draft.show", "draft.edit_begun", "draft.edit"]


async def test_what_was_told_in_other_words_is_taken_back_when_it_was_wrong(talk: Talk, parcel: Followed) -> None:
    await press(talk, "e")
    await at_desk(talk, "It may be late.")
    await leave()
    await asks(parcel, answer(scan(NOW + HOUR), eta=PROMISED), NOW + HOUR)
    sent = [call for call in await leave(NOW + HOUR) if call.chat_id == 5 and "after all" in call.params["text"]]
    assert len(sent) == 1


async def test_only_the_first_words_are_taken(talk: Talk, parcel: Followed) -> None:
    await press(talk, "e")
    assert of_act(await at_desk(talk, "one"), "text")
    assert await at_desk(talk, "two") == []


async def test_a_reply_to_the_draft_stands_in_for_it_without_the_button(talk: Talk, parcel: Followed) -> None:
    rows = await at_desk(talk, "On Friday.", **await replying())
    assert of_act(rows, "text")
    assert await states() == ["edited"]


async def test_a_colleagues_words_are_not_taken(talk: Talk, parcel: Followed) -> None:
    await press(talk, "e")
    assert await at_desk(talk, "Lunch?", OMAR) == []
    assert await states() == ["open"]


async def test_pressed_again_the_words_are_for_nobody(talk: Talk, parcel: Followed) -> None:
    await press(talk, "e")
    await press(talk, "e")
    assert await at_desk(talk, "Lunch?") == []
    assert "[Edit]" in await says()


async def test_after_a_quarter_of_an_hour_they_are_not_taken(talk: Talk, parcel: Followed) -> None:
    await press(talk, "e")
    talk.clock.advance(timedelta(minutes=16))  # type: ignore[attr-defined]
    assert await at_desk(talk, "Lunch?") == []


async def test_a_command_is_no_message(talk: Talk, parcel: Followed) -> None:
    await press(talk, "e")
    await at_desk(talk, "/note ask the depot")
    assert await states() == ["open"]


async def test_in_the_customers_topic_his_words_close_the_draft(talk: Talk) -> None:
    parcel = await shadowed()
    await Customer.filter(id=parcel.customer.id).update(topic_chat_id=GROUP, topic_id=TOPIC, card_message_id=901)
    await slips(parcel)
    await shown()
    await press(talk, "e")
    assert await at_desk(talk, "elsewhere") == []
    rows = await at_desk(talk, "On Friday.", message_thread_id=TOPIC)
    assert len(of_act(rows, "text")) == 1
    assert await states() == ["edited"]


async def test_words_in_the_topic_without_edit_go_out_and_leave_the_draft_open(talk: Talk) -> None:
    parcel = await shadowed()
    await Customer.filter(id=parcel.customer.id).update(topic_chat_id=GROUP, topic_id=TOPIC, card_message_id=901)
    await slips(parcel)
    await shown()
    assert of_act(await at_desk(talk, "Hello.", message_thread_id=TOPIC), "text")
    assert await states() == ["open"]


async def test_an_owner_writes_in_private(talk: Talk) -> None:
    parcel = await shadowed()
    await own(parcel.merchant)
    await Merchant.all().update(desk_chat_id=None)
    await slips(parcel)
    await shown()
    await talk.press("df:1:1:e", OWNER, 500)
    rows = await talk.say("It comes on Friday.", OWNER)
    assert [row["chat_id"] for row in of_act(rows, "text")] == [5]
    assert await states() == ["edited"]


async def test_what_answers_a_form_of_ours_never_goes_to_a_customer(talk: Talk) -> None:
    parcel = await shadowed()
    await own(parcel.merchant)
    await Merchant.all().update(desk_chat_id=None)
    await slips(parcel)
    await shown()
    await talk.press("df:1:1:e", OWNER, 500)
    body = talk.vault.seal(f'{{"form": "{importing.FORM}", "told": {{}}}}')
    await dialogues.put(OWNER.id, OWNER.id, body, NOW + HOUR)
    rows = await talk.say("api-key-12345", OWNER)
    assert [row for row in of_act(rows, "text") if row["chat_id"] == 5] == []
    assert await states() == ["open"]


async def test_a_stranger_who_replies_to_a_draft_reaches_nobody(talk: Talk, parcel: Followed) -> None:
    assert await at_desk(talk, "Ha", STRANGER, **await replying()) == []
    assert await states() == ["open"]


async def test_whoever_asks_to_be_forgotten_has_no_draft_left(talk: Talk, parcel: Followed) -> None:
    who = Who(5, "Layla", "en")
    await talk.press(f"forget:now:{int(NOW.timestamp())}", who)
    assert await states() == ["void"]
    text = await says()
    assert "Layla" not in text
    assert "It is over: nothing is sent." in text
    assert (await drafts())[0]["edit_by"] is None
