"""What a row becomes at the moment it leaves."""

from datetime import timedelta

import pytest

from bot.domain.outgoing import Act, Priority
from bot.flows import outgoing
from bot.flows.calls import Drop
from bot.store import outbox
from bot.store.models import Customer, Follow, TicketMessage
from bot.store.outbox import Settled
from tests.fakes.rows import GROUP, NOON, answer, customer, desk, private, shop
from tests.fakes.speaker import composed, composer
from tests.flows.outbound import carry, sent

pytestmark = pytest.mark.usefixtures("store")
SAID = {"kind": "forget_kept", "facts": {}, "reader": {"locale": "en"}}


async def test_an_answer_is_worded_in_its_readers_language_with_its_buttons() -> None:
    await outbox.put([answer(payload=SAID | {"buttons": [[["=Open", "https://t.me/x"], ["=Go", "w:1"]]]})])
    call = await sent()
    assert (call.method, call.chat_id, call.params["parse_mode"]) == ("sendMessage", 5, "HTML")
    assert call.params["text"] == "Nothing was erased."
    [[link, press]] = call.params["reply_markup"]["inline_keyboard"]
    assert (link["url"], press["callback_data"]) == ("https://t.me/x", "w:1")


async def test_an_answer_that_replaces_a_message_edits_it() -> None:
    await outbox.put([answer(payload=SAID | {"message_id": 9})])
    call = await sent()
    assert (call.method, call.params["message_id"], call.harmless) == ("editMessageText", 9, True)


async def test_an_answer_in_a_topic_quotes_what_it_answers() -> None:
    await outbox.put([answer(-5, lane="group:-5:7", payload=SAID | {"thread_id": 7, "reply_to": 3})])
    params = (await sent()).params
    assert params["message_thread_id"] == 7
    assert params["reply_parameters"] == {"message_id": 3, "allow_sending_without_reply": True}


async def test_the_general_topic_is_addressed_by_naming_none() -> None:
    await outbox.put([answer(-5, lane="group:-5", payload=SAID | {"thread_id": 1})])
    assert "message_thread_id" not in (await sent()).params


async def test_the_keyboard_for_the_phone_number_asks_for_a_contact() -> None:
    said = {"kind": "prove_ask", "facts": {"number": "1001"}, "reader": {"locale": "en"}, "keyboard": "contact"}
    await outbox.put([answer(payload=said)])
    [[button]] = (await sent()).params["reply_markup"]["keyboard"]
    assert button["request_contact"] is True
    assert button["text"]


async def test_a_persons_words_leave_as_they_were_said() -> None:
    bold = [{"type": "bold", "offset": 0, "length": 2}]
    await outbox.put([private(Act.TEXT, payload={"text": "<b> Hi", "entities": bold, "reply_to": 4})])
    params = (await sent()).params
    assert (params["text"], params["entities"]) == ("<b> Hi", bold)
    assert "parse_mode" not in params


async def test_media_is_copied_so_that_nobody_sees_who_sent_it() -> None:
    await outbox.put([private(Act.COPY, payload={"from_chat_id": GROUP, "from_message_id": 8})])
    call = await sent()
    assert (call.method, call.params) == ("copyMessage", {"from_chat_id": GROUP, "message_id": 8})


async def test_a_notice_that_is_no_longer_true_is_not_sent() -> None:
    who = await customer(await shop())
    await outbox.put([private(Act.NOTICE, customer_id=who.id, priority=Priority.WARNING)])
    assert await carry(content=composer(notice=None)) == Drop("untrue")


async def test_nothing_unasked_goes_to_somebody_who_cannot_be_reached() -> None:
    who = await customer(await shop(), unreachable_ms=1)
    await outbox.put([private(Act.NOTICE, customer_id=who.id)])
    assert await carry(content=composer(notice=composed())) == Drop("unreachable")


async def test_a_live_message_is_sent_then_edited_and_left_alone_while_it_says_the_same() -> None:
    who = await customer(await shop())
    follow = await Follow.create(shipment_id=1, customer_id=who.id, created_ms=0)
    for edit, digest, method in ((None, 1, "sendMessage"), (77, 2, "editMessageText")):
        await outbox.put([private(Act.LIVE, customer_id=who.id, payload={"follow": follow.id})])
        call = await sent(content=composer(live=composed(edit=edit, digest=digest)))
        assert call.method == method
    await follow.refresh_from_db()
    assert (follow.live_message_id, follow.live_digest) == (77, 2)
    await outbox.put([private(Act.LIVE, customer_id=who.id, payload={"follow": follow.id})])
    assert await carry(content=composer(live=composed(edit=77, digest=2))) == Drop("unchanged")


async def test_words_for_the_desk_make_the_topic_then_its_card_and_only_then_arrive() -> None:
    who = await customer(await shop())
    await outbox.put([desk(Act.TEXT, who.id, payload={"text": "Where is it?"})])
    content = composer(card=composed())
    made = await sent(content=content)
    card = await sent(content=content)
    words = await sent(content=content)
    assert (made.method, made.chat_id, made.params) == ("createForumTopic", GROUP, {"name": "Layla"})
    assert (card.step, card.params["message_thread_id"]) == (Act.CARD, 77)
    assert (words.params["text"], words.params["message_thread_id"]) == ("Where is it?", 77)
    pin = await sent()
    assert (pin.method, pin.params["message_id"]) == ("pinChatMessage", 77)


async def test_a_topic_is_made_once_however_many_rows_ask_for_it() -> None:
    who = await customer(await shop())
    await outbox.put([desk(Act.TOPIC, who.id), desk(Act.TOPIC, who.id)])
    assert (await sent()).method == "createForumTopic"
    assert await carry() == Drop("exists")


async def test_a_card_that_cannot_be_worded_holds_nobodys_words_back() -> None:
    who = await customer(await shop(), topic_chat_id=GROUP, topic_id=7)
    await outbox.put([desk(Act.TEXT, who.id, payload={"text": "Hi"})])
    assert (await sent(content=composer(card=composed("no such kind")))).params["text"] == "Hi"


async def test_the_card_is_edited_where_it_stands() -> None:
    who = await customer(await shop(), topic_chat_id=GROUP, topic_id=7, card_message_id=30)
    await outbox.put([desk(Act.CARD, who.id)])
    call = await sent(content=composer(card=composed(digest=4)))
    assert (call.method, call.params["message_id"]) == ("editMessageText", 30)
    await outbox.put([desk(Act.CARD, who.id)])
    assert await carry(content=composer(card=composed(digest=4))) == Drop("unchanged")


@pytest.mark.parametrize(
    ("change", "method"),
    [("rename", "editForumTopic"), ("close", "closeForumTopic"), ("reopen", "reopenForumTopic")],
)
async def test_a_topic_is_renamed_closed_and_reopened(change: str, method: str) -> None:
    who = await customer(await shop(), topic_chat_id=GROUP, topic_id=7)
    await outbox.put([desk(Act.TOPIC, who.id, payload={change: True})])
    call = await sent()
    assert (call.method, call.params["message_thread_id"]) == (method, 7)


async def test_a_topic_that_does_not_exist_is_not_closed() -> None:
    who = await customer(await shop())
    await outbox.put([desk(Act.TOPIC, who.id, payload={"close": True})])
    assert await carry() == Drop("no_topic")


async def test_our_own_words_in_the_topic_are_in_the_shops_language() -> None:
    who = await customer(await shop(locale="fa"), topic_chat_id=GROUP, topic_id=7, card_message_id=1)
    await outbox.put([desk(Act.DESK, who.id, payload={"kind": "forget_kept", "facts": {}})])
    assert "Nothing" not in (await sent()).params["text"]


async def test_marks_need_no_topic_of_their_own() -> None:
    who = await customer(await shop())
    marks = {Act.REACT: "setMessageReaction", Act.DELETE: "deleteMessage", Act.PIN: "pinChatMessage"}
    for act, method in marks.items():
        await outbox.put([desk(act, who.id, chat_id=GROUP, payload={"message_id": 3, "emoji": "👀"})])
        assert (await sent()).method == method


async def test_a_row_of_a_customer_who_was_erased_is_dropped() -> None:
    who = await customer(await shop())
    await outbox.put([desk(Act.TEXT, who.id, payload={"text": "Hi"})])
    await Customer.filter(id=who.id).delete()
    assert await carry() == Drop("no_customer")


async def test_corrected_words_take_the_place_of_the_old_ones() -> None:
    who = await customer(await shop(), topic_chat_id=GROUP, topic_id=7, card_message_id=1)
    kept = await TicketMessage.create(
        customer_id=who.id,
        direction="in",
        user_id=5,
        source_chat_id=5,
        source_message_id=6,
        target_chat_id=GROUP,
        target_message_id=40,
        created_ms=0,
    )
    await outbox.put([desk(Act.TEXT, who.id, payload={"text": "Better", "of": kept.id})])
    await outbox.put([desk(Act.COPY, who.id, payload={"text": "Caption", "of": kept.id})])
    text, caption = await sent(), await sent()
    assert (text.method, text.params["message_id"], text.params["text"]) == ("editMessageText", 40, "Better")
    assert (caption.method, caption.params["caption"], caption.harmless) == ("editMessageCaption", "Caption", True)


async def test_a_correction_of_words_that_never_arrived_is_dropped() -> None:
    await outbox.put([private(Act.TEXT, payload={"text": "Better", "of": 99})])
    assert await carry() == Drop("never_arrived")


async def test_a_keyboard_is_taken_away_on_request() -> None:
    await outbox.put([answer(payload=SAID | {"keyboard": "gone"})])
    assert (await sent()).params["reply_markup"] == {"remove_keyboard": True}


async def test_what_left_lately_is_told_in_real_seconds_with_a_call_for_each_step() -> None:
    await outbox.put([answer(), answer(-5, cause="group", lane="group:-5")])
    for row in await outgoing.lease(2, NOON):
        if row.chat_id == -5:
            await outbox.note_step(row.id, "topic")
        await outbox.settle([Settled(row, "sent")], NOON)

    after = NOON + timedelta(seconds=60)

    for speed, ago in ((1.0, 60.0), (60.0, 1.0)):
        told = await outgoing.lately(after, speed)
        assert sorted(told) == [*[(-5, "sendMessage", ago)] * 2, (5, "sendMessage", ago)]
    assert await outgoing.lately(after + timedelta(seconds=1), 1.0) == []


async def test_what_may_still_be_on_its_way_counts_as_said_now() -> None:
    await outbox.put([answer()])
    await outgoing.lease(1, NOON)
    assert await outgoing.lately(NOON + timedelta(seconds=20), 1.0) == [(5, "sendMessage", 0.0)]


async def test_the_steps_of_a_row_that_waits_for_its_own_turn_count() -> None:
    await outbox.put([answer(-5, cause="group", lane="group:-5")])
    [row] = await outgoing.lease(1, NOON)
    for step in ("topic", "card"):
        await outbox.note_step(row.id, step)
    await outbox.requeue(row, counted=False)
    assert await outgoing.lately(NOON + timedelta(seconds=20), 1.0) == [(-5, "sendMessage", 20.0)] * 2


async def test_what_left_lately_is_told_though_thousands_came_after_it_and_wait() -> None:
    await outbox.put([answer()])
    [left] = await outgoing.lease(1, NOON)
    await outbox.put([answer(chat, priority=Priority.BULK) for chat in range(10, 2510)])
    assert await outgoing.lately(NOON, 1.0) == [(left.chat_id, "sendMessage", 0.0)]
