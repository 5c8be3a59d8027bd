"""What may have arrived: what is repeated, what is marked, what a restart finds."""

from typing import Any

import pytest

from bot.domain.outgoing import Act, InDoubt, Priority
from bot.flows import calls, doubt, outgoing
from bot.store import outbox
from bot.store.models import Follow, OutboxRow, TicketMessage
from tests.fakes.rows import GROUP, answer, customer, desk, private, shop
from tests.fakes.speaker import composed, composer
from tests.flows.outbound import LATER, lease, queued, sent, state
from tests.flows.test_outgoing_settling import home, words

pytestmark = pytest.mark.usefixtures("store")
LOST = InDoubt("timeout")


async def test_an_agents_words_in_doubt_are_marked_and_never_repeated() -> None:
    who = await home()
    message = await words(who, "out")
    [id_] = await outbox.put([private(Act.TEXT, customer_id=who.id, payload={"text": "Hi", "message": message.id})])
    await sent(LOST)
    assert (await state(id_), (await TicketMessage.get(id=message.id)).fate) == ("in_doubt", "in_doubt")
    call = await sent()
    assert (call.method, call.chat_id, call.params) == (
        "setMessageReaction",
        GROUP,
        {"message_id": 31, "reaction": [calls.IN_DOUBT]},
    )


async def test_a_customers_words_in_doubt_are_repeated_once_and_marked_in_the_topic() -> None:
    who = await home()
    message = await words(who, "in")
    [id_] = await outbox.put([desk(Act.TEXT, who.id, payload={"text": "Hi", "message": message.id})])
    await sent(LOST)
    assert (await sent()).params["text"] == "Hi"
    assert await state(id_) == "sent"
    mark = await sent()
    assert (mark.method, mark.params) == ("setMessageReaction", {"message_id": 77, "reaction": [calls.IN_DOUBT]})


async def test_a_customers_words_are_not_repeated_twice() -> None:
    who = await home()
    message = await words(who, "in")
    [id_] = await outbox.put(
        [desk(Act.COPY, who.id, payload={"from_chat_id": 5, "from_message_id": 1, "message": message.id})]
    )
    await sent(LOST)
    await sent(LOST)
    assert (await state(id_), await queued()) == ("in_doubt", [])


async def test_an_answer_in_doubt_is_repeated_once_with_a_line_that_says_so() -> None:
    [id_] = await outbox.put([answer()])
    first = await sent(LOST)
    again = await sent(LOST)
    assert again.params["text"].startswith(first.params["text"] + "\n")
    assert await state(id_) == "in_doubt"


@pytest.mark.parametrize("act", [Act.PIN, Act.REACT, Act.DELETE])
async def test_marks_are_repeated_without_a_word(act: Act) -> None:
    [id_] = await outbox.put([private(act, payload={"message_id": 3})])
    await sent(LOST)
    await sent()
    assert await state(id_) == "sent"


async def test_an_edit_is_repeated_without_a_word_but_not_for_ever() -> None:
    payload = {"kind": "forget_kept", "facts": {}, "reader": {"locale": "en"}, "message_id": 4}
    [id_] = await outbox.put([answer(payload=payload)])
    tries = {(await sent(LOST)).params["text"] for _ in range(doubt.MOST_REPEATS)}
    assert tries == {"Nothing was erased."}
    assert await state(id_) == "failed"


async def test_a_live_message_that_may_be_the_second_says_so_through_every_edit() -> None:
    who = await customer(await shop())
    follow = await Follow.create(shipment_id=1, customer_id=who.id, created_ms=0)
    row = private(Act.LIVE, customer_id=who.id, payload={"follow": follow.id})
    await outbox.put([row])
    first = await sent(LOST, composer(live=composed(digest=1)))
    again = await sent(content=composer(live=composed(digest=1)))
    await outbox.put([private(Act.LIVE, customer_id=who.id, payload={"follow": follow.id})])
    edit = await sent(content=composer(live=composed(edit=77, digest=2)))
    assert again.params["text"] == edit.params["text"] != first.params["text"]


async def notice(live_message_id: int | None) -> int:
    """A warning about a shipment whose live message stands or does not."""
    who = await customer(await shop())
    _ = await Follow.create(shipment_id=3, customer_id=who.id, live_message_id=live_message_id, created_ms=0)
    payload: dict[str, Any] = {"kind": "late", "shipments": [3]}
    [id_] = await outbox.put([private(Act.NOTICE, customer_id=who.id, payload=payload, priority=Priority.WARNING)])
    return id_


async def test_a_notice_in_doubt_goes_into_the_live_message() -> None:
    id_ = await notice(live_message_id=50)
    await sent(LOST, composer(notice=composed()))
    assert await state(id_) == "in_doubt"
    call = await sent(content=composer(live=composed(edit=50, digest=5)))
    assert (call.step, call.method) == (Act.LIVE, "editMessageText")


async def test_a_notice_in_doubt_without_a_live_message_is_repeated_once_and_says_so() -> None:
    id_ = await notice(live_message_id=None)
    first = await sent(LOST, composer(notice=composed()))
    again = await sent(LOST, composer(notice=composed()))
    assert len(again.params["text"]) > len(first.params["text"])
    assert (await state(id_), await queued()) == ("in_doubt", [("live", f"doubt:{id_}:1")])


async def test_a_topic_in_doubt_is_made_again_under_a_name_that_says_so() -> None:
    who = await customer(await shop())
    await outbox.put([desk(Act.TOPIC, who.id)])
    await sent(LOST)
    assert (await sent()).params["name"] == "Layla (2)"


async def test_a_restart_finds_an_agents_words_in_doubt() -> None:
    who = await home()
    message = await words(who, "out")
    [id_] = await outbox.put([private(Act.TEXT, customer_id=who.id, payload={"text": "Hi", "message": message.id})])
    await lease()
    assert await doubt.recover(LATER) == 1
    assert await state(id_) == "in_doubt"
    assert await queued() == [("react", f"in_doubt:{message.id}")]
    assert await doubt.recover(LATER) == 0


async def test_a_restart_repeats_what_was_only_a_step_and_keeps_the_words_unmarked() -> None:
    who = await home(topic_id=None, topic_chat_id=None, card_message_id=None)
    await outbox.put([desk(Act.TEXT, who.id, payload={"text": "Hi"})])
    await sent(content=composer(card=composed()))  # the topic
    row = await lease()
    await outgoing.prepare(row, composer(card=composed()), LATER)  # the card, about to leave
    await doubt.recover(LATER)
    card = await sent(content=composer(card=composed()))
    assert (card.step, "\n" in card.params["text"]) == (Act.CARD, True)
    assert (await sent()).params["text"] == "Hi"
    marked = [row.payload for row in await OutboxRow.filter(act="react")]
    assert marked == [f'{{"message_id":77,"emoji":"{calls.IN_DOUBT}"}}']  # the second card, not the words


async def test_a_restart_edits_a_live_message_that_stands_and_marks_one_that_may_be_the_second() -> None:
    who = await customer(await shop())
    standing = await Follow.create(shipment_id=1, customer_id=who.id, live_message_id=50, live_digest=1, created_ms=0)
    new = await Follow.create(shipment_id=2, customer_id=who.id, created_ms=0)
    for follow in (standing, new):
        await outbox.put([private(Act.LIVE, follow.id, customer_id=who.id, payload={"follow": follow.id})])
        await lease()
    await doubt.recover(LATER)
    payloads = [row.payload for row in await OutboxRow.filter(state="queued").order_by("id")]
    assert payloads == ['{"follow":1}', '{"follow":2,"repeat":true}']
