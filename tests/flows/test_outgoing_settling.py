"""What each answer of Telegram means for the row, and who hears of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.outgoing import (
    Act,
    Moved,
    Priority,
    Rejected,
    RetryAt,
    Sent,
    TopicGone,
    Unreachable,
    Vanished,
)
from bot.flows import calls, outgoing
from bot.flows.calls import Drop, Later
from bot.flows.settling import MOST_TRIES
from bot.store import outbox
from bot.store.models import Customer, Follow, Merchant, OutboxRow, Person, TicketMessage
from bot.store.ms import to_ms
from tests.fakes.rows import GROUP, NOON, answer, customer, desk, private, shop
from tests.fakes.speaker import composed, composer
from tests.flows.outbound import LATER, carry, lease, queued, sent, state

pytestmark = pytest.mark.usefixtures("store")
SAID = {"kind": "forget_kept", "facts": {}, "reader": {"locale": "en"}}


async def words(who: Customer, direction: str, **changes: Any) -> TicketMessage:
    """A person's message on its way."""
    source = (GROUP, 31) if direction == "out" else (who.user_id, 31)
    given: dict[str, Any] = {
        "user_id": 9,
        "source_chat_id": source[0],
        "source_message_id": source[1],
        "created_ms": 0,
    } | changes
    return await TicketMessage.create(customer_id=who.id, direction=direction, **given)


async def home(**changes: Any) -> Customer:
    """A customer with a topic and a card."""
    given = {"topic_chat_id": GROUP, "topic_id": 7, "card_message_id": 30} | changes
    return await customer(await shop(), **given)


async def test_words_that_arrived_are_known_on_both_sides() -> None:
    message = await words(await home(), "out")
    await outbox.put([private(Act.TEXT, payload={"text": "Hi", "message": message.id})])
    await sent(Sent(88))
    await message.refresh_from_db()
    assert (message.fate, message.target_chat_id, message.target_message_id) == ("sent", 5, 88)


async def test_a_correction_of_words_in_an_earlier_group_is_said_anew_in_the_topic() -> None:
    who = await home()
    message = await words(who, "in", fate="sent", target_chat_id=-9, target_message_id=88)
    await outbox.put([desk(Act.TEXT, who.id, payload={"text": "tomorrow", "of": message.id})])
    call = await sent(Sent(89))
    assert (call.method, call.params["text"], "message_id" in call.params) == ("sendMessage", "tomorrow", False)


async def test_a_correction_of_words_that_never_arrived_goes_nowhere() -> None:
    who = await home()
    message = await words(who, "out", fate="failed")
    await outbox.put([private(Act.TEXT, customer_id=who.id, payload={"text": "tomorrow", "of": message.id})])
    assert await carry() == Drop("never_arrived")


async def test_flood_control_puts_a_row_back_where_it_was() -> None:
    [first, _] = await outbox.put([private(Act.TEXT, payload={"text": "1"}), private(Act.TEXT, payload={"text": "2"})])
    await sent(RetryAt(timedelta(seconds=3)))
    row = await lease()
    assert (row.id, row.attempts) == (first, 1)


async def test_a_group_that_moved_is_followed_everywhere() -> None:
    who = await home()
    message = await words(who, "out", target_chat_id=5, target_message_id=8)
    await outbox.put([desk(Act.TEXT, who.id, payload={"text": "Hi"}), answer(GROUP, lane=f"group:{GROUP}:7")])
    await sent(Moved(-777))
    await who.refresh_from_db()
    await message.refresh_from_db()
    assert (await Merchant.get(id=who.merchant_id)).desk_chat_id == -777
    assert (who.topic_chat_id, message.source_chat_id) == (-777, -777)
    assert [call.chat_id for call in (await sent(), await sent())] == [-777, -777]
    assert (await OutboxRow.get(id=2)).lane == "group:-777:7"


async def test_a_customer_who_blocked_us_is_marked_and_his_agents_are_told_once() -> None:
    who = await home()
    await outbox.put([answer(5), answer(5)])
    await sent(Unreachable("blocked"))
    await who.refresh_from_db()
    assert who.unreachable_reason == "blocked"
    [row] = await OutboxRow.filter(state="queued")
    assert (row.act, row.customer_id, '"desk_unreachable"' in row.payload) == ("desk", who.id, True)
    assert await OutboxRow.filter(state="dropped").count() == 1


async def test_an_agent_whose_words_cannot_arrive_sees_it_on_his_message() -> None:
    who = await home()
    message = await words(who, "out")
    await outbox.put([private(Act.TEXT, customer_id=who.id, payload={"text": "Hi", "message": message.id})])
    await sent(Unreachable("blocked"))
    await message.refresh_from_db()
    reaction = await OutboxRow.get(act="react")
    assert (message.fate, reaction.chat_id, reaction.lane) == ("failed", GROUP, f"desk:{who.id}")
    assert calls.FAILED in reaction.payload


async def test_a_copy_whose_source_is_out_of_reach_says_nothing_about_its_reader() -> None:
    who = await home()
    [id_] = await outbox.put([private(Act.COPY, payload={"from_chat_id": GROUP, "from_message_id": 8})])
    await sent(Unreachable("kicked"))
    await who.refresh_from_db()
    assert (who.unreachable_ms, await state(id_)) == (None, "failed")


async def test_a_deleted_topic_is_made_anew_and_the_words_arrive_there() -> None:
    who = await home()
    await outbox.put([desk(Act.TEXT, who.id, payload={"text": "Hi", "reply_to": 4})])
    await sent(TopicGone())
    content = composer(card=composed())
    assert (await sent(Sent(8), content)).method == "createForumTopic"
    assert (await sent(Sent(9), content)).step is Act.CARD
    call = await sent(Sent(10), content)
    assert (call.params["text"], call.params["message_thread_id"]) == ("Hi", 8)
    await who.refresh_from_db()
    assert (who.topic_id, who.topic_generation, who.card_message_id) == (8, 1, 9)


async def test_a_closed_topic_is_reopened_first() -> None:
    who = await home()
    await outbox.put([desk(Act.TEXT, who.id, payload={"text": "Hi"})])
    await sent(TopicGone(closed=True))
    assert (await sent()).method == "reopenForumTopic"
    assert (await sent()).params["text"] == "Hi"


async def test_a_topic_that_cannot_be_mended_is_given_up_at_last() -> None:
    who = await home()
    [id_] = await outbox.put([desk(Act.TEXT, who.id, payload={"text": "Hi"})])
    for _ in range(2 * MOST_TRIES):
        if await state(id_) == "queued":
            await sent(TopicGone(closed=True))
    assert await state(id_) == "failed"


async def test_a_live_message_that_was_deleted_is_sent_anew() -> None:
    who = await home()
    follow = await Follow.create(shipment_id=1, customer_id=who.id, live_message_id=50, live_digest=1, created_ms=0)
    await outbox.put([private(Act.LIVE, customer_id=who.id, payload={"follow": follow.id})])
    await sent(Vanished(), composer(live=composed(edit=50, digest=2)))
    await follow.refresh_from_db()
    assert follow.live_message_id is None
    assert (await sent(content=composer(live=composed(digest=2)))).method == "sendMessage"


async def test_a_card_that_was_deleted_is_sent_anew() -> None:
    who = await home()
    await outbox.put([desk(Act.CARD, who.id)])
    await sent(Vanished(), composer(card=composed(digest=2)))
    assert (await sent(content=composer(card=composed(digest=2)))).method == "sendMessage"


async def test_an_answer_whose_message_is_gone_is_said_anew() -> None:
    await outbox.put([answer(payload=SAID | {"message_id": 9})])
    await sent(Vanished())
    assert (await sent()).method == "sendMessage"


async def test_what_is_gone_needs_no_mark() -> None:
    [id_] = await outbox.put([private(Act.DELETE, payload={"message_id": 9})])
    await sent(Vanished())
    assert await state(id_) == "sent"


async def test_a_group_that_threw_us_out_keeps_its_words_until_we_are_back() -> None:
    who = await home()
    [id_] = await outbox.put([desk(Act.TEXT, who.id, payload={"text": "Hi"})])
    await sent(Unreachable("kicked"))
    assert (await Merchant.get(id=who.merchant_id)).desk_trouble == "kicked"
    await sent()
    assert (await Merchant.get(id=who.merchant_id)).desk_trouble is None
    assert await state(id_) == "sent"


async def test_a_right_to_pin_that_is_missing_disturbs_nobody() -> None:
    who = await home()
    [id_] = await outbox.put([desk(Act.PIN, who.id, payload={"message_id": 3})])
    await sent(Rejected("no_rights", rights=True))
    assert await state(id_) == "failed"
    assert (await Merchant.get(id=who.merchant_id)).desk_trouble is None


async def test_markup_that_telegram_cannot_read_is_left_out() -> None:
    await outbox.put([answer(payload={"kind": "faq", "facts": {}, "reader": {"locale": "en"}})])
    assert "<b>" in (await sent(Rejected("markup"))).params["text"]
    call = await sent()
    assert "<b>" not in call.params["text"]
    assert "parse_mode" not in call.params


async def test_media_whose_caption_is_too_long_to_copy_is_forwarded_to_the_desk_only() -> None:
    who = await home()
    said = {"from_chat_id": 5, "from_message_id": 6}
    await outbox.put([desk(Act.COPY, who.id, payload=said)])
    await sent(Rejected("caption_too_long"))
    assert (await sent()).method == "forwardMessage"
    [id_] = await outbox.put([private(Act.COPY, payload=said)])
    await sent(Rejected("caption_too_long"))
    assert await state(id_) == "failed"


async def test_a_card_that_telegram_refuses_holds_nobodys_words_back() -> None:
    who = await home(card_message_id=None)
    await outbox.put([desk(Act.TEXT, who.id, payload={"text": "Hi"})])
    content = composer(card=composed())
    assert (await sent(Rejected("buttons"), content)).step is Act.CARD
    assert (await sent(content=content)).step is Act.TEXT


async def test_what_telegram_refuses_for_good_is_kept_as_failed() -> None:
    [id_] = await outbox.put([answer()])
    await sent(Rejected("refused"))
    row = await OutboxRow.get(id=id_)
    assert (row.state, row.trouble) == ("failed", "refused")


async def test_a_desk_row_waits_when_its_desk_was_taken_away() -> None:
    who = await home(topic_chat_id=None, topic_id=None)
    [id_] = await outbox.put([desk(Act.TEXT, who.id, payload={"text": "Hi"})])
    await Merchant.all().update(desk_chat_id=None)
    await carry()
    assert await outgoing.lease(1, LATER) == []
    await Merchant.all().update(desk_chat_id=-9)
    await outgoing.tidy(LATER)
    assert (await lease()).id == id_


async def test_a_topic_gone_under_another_message_ends_that_message() -> None:
    [id_] = await outbox.put([answer(GROUP, lane=f"group:{GROUP}:7", payload=SAID | {"thread_id": 7})])
    await sent(TopicGone())
    assert await state(id_) == "failed"


async def test_an_update_of_an_unreachable_chat_puts_no_second_line_into_the_topic() -> None:
    _ = await home(unreachable_ms=1, unreachable_reason="blocked")
    await outbox.put([answer(5)])
    await sent(Unreachable("blocked"))
    assert await queued() == []


async def test_a_warning_that_cannot_arrive_rouses_the_agents_even_without_a_topic() -> None:
    who = await customer(await shop())
    await outbox.put([private(Act.NOTICE, customer_id=who.id, priority=Priority.WARNING)])
    await sent(Unreachable("blocked"), composer(notice=composed()))
    assert await queued() == [("desk", f"unreachable:{who.id}:{LATER.isoformat()}")]


async def test_a_quote_that_telegram_cannot_find_is_left_out() -> None:
    await outbox.put([private(Act.TEXT, payload={"text": "Hi", "reply_to": 3})])
    await sent(Rejected("no_reply"))
    assert "reply_parameters" not in (await sent()).params


async def test_a_renamed_topic_bears_its_new_name() -> None:
    who = await home(name="Sara")
    await outbox.put([desk(Act.TOPIC, who.id, payload={"rename": True})])
    await sent()
    await who.refresh_from_db()
    assert who.topic_name == "Sara"


async def test_a_notice_that_was_held_up_into_the_readers_night_waits_for_his_morning() -> None:
    who = await customer(await shop())
    _ = await Person.create(user_id=5, quiet="9-12")
    [waiting] = await outbox.put([private(Act.NOTICE, customer_id=who.id, payload={"shipments": []})])
    noon = NOON + timedelta(hours=2)
    assert await carry(content=composer(notice=composed())) == Later(noon)
    row = await OutboxRow.get(id=waiting)
    assert (row.state, row.due_ms, row.attempts) == ("queued", to_ms(noon), 0)


async def test_the_installations_quiet_hours_are_those_of_a_reader_who_chose_none() -> None:
    who = await customer(await shop(zone="Asia/Riyadh"))  # 13:00 there
    await outbox.put([private(Act.NOTICE, customer_id=who.id)])
    content = replace(composer(notice=composed()), quiet="12-14")
    assert await carry(content=content) == Later(NOON + timedelta(hours=1))
