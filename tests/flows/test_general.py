"""Topics switched off, rights lost, topics archived: the talk goes on in General or anew, and the owners hear once."""

from datetime import timedelta

import orjson
import pytest

from bot.domain.outgoing import Act, Priority, Rejected, Sent, TopicGone
from bot.flows import desk_health
from bot.flows.calls import Drop
from bot.flows.general import PROBE_EVERY
from bot.store import desks, destinations, outbox, pending, topics
from bot.store.models import Customer, Member, Merchant, OldTopic, OutboxRow, TicketMessage
from bot.texts.bidi import utf16_len
from bot.texts.messages import LONGEST
from tests.fakes.rows import GROUP, NOON, customer, desk, shop
from tests.fakes.speaker import composed, composer
from tests.flows.outbound import LATER, carry, sent

pytestmark = pytest.mark.usefixtures("store")
OWNER = 40
NO_FORUM, NO_RIGHTS = Rejected("no_forum", rights=True), Rejected("no_rights", rights=True)


async def home(topic: int | None = 7, name: str = "Layla") -> Customer:
    """A customer of a shop with an owner; `topic`: his, with its card."""
    merchant = await shop()
    _ = await Member.create(merchant_id=merchant.id, user_id=OWNER, role="owner", created_ms=0)
    place = {} if topic is None else {"topic_chat_id": GROUP, "topic_id": topic, "card_message_id": 30}
    return await customer(merchant, name=name, **place)


async def told() -> list[tuple[str, str]]:
    """What owners heard: (kind, reason)."""
    rows = [orjson.loads(row.payload) for row in await OutboxRow.filter(chat_id=OWNER).order_by("id")]
    return [(row["kind"], row["facts"].get("reason", "")) for row in rows]


async def trouble(who: Customer) -> str | None:
    return (await Merchant.get(id=who.merchant_id)).desk_trouble


async def says(who: Customer, text: str = "Hi", **more: object) -> None:
    await outbox.put([desk(Act.TEXT, who.id, payload={"text": text} | more)])


async def tried(ago: timedelta) -> None:
    """The last try for topics was so long ago."""
    await desks.probed(GROUP, LATER - ago)


async def test_words_go_to_general_under_the_name_where_topics_are_switched_off() -> None:
    who = await home()
    bold = [{"type": "italic", "offset": 0, "length": 2}]
    await says(who, "Hi", entities=bold)
    await sent(TopicGone())
    await sent(NO_FORUM)
    call = await sent(Sent(50))
    assert "message_thread_id" not in call.params
    assert call.params["text"] == "Layla\nHi"
    assert call.params["entities"] == [
        {"type": "bold", "offset": 0, "length": 5},
        {"type": "italic", "offset": 6, "length": 2},
    ]
    assert await told() == [("desk_trouble", "no_forum")]


async def test_the_topic_is_found_again_when_topics_are_back() -> None:
    who = await home()
    await says(who)
    await sent(TopicGone())
    await sent(NO_FORUM)
    await sent()
    await who.refresh_from_db()
    assert (who.topic_id, who.card_message_id, who.topic_generation) == (7, 30, 0)
    await desk_health.seen(GROUP, is_forum=True, cause="u1", now=LATER)
    assert await trouble(who) is None
    assert await told() == [("desk_trouble", "no_forum"), ("desk_well", "")]
    await OutboxRow.filter(chat_id=OWNER).delete()
    await says(who, "Still there")
    assert (await sent()).params["message_thread_id"] == 7


async def test_nobody_needs_to_say_that_topics_are_back() -> None:
    who = await home()
    await says(who)
    await sent(TopicGone())
    await sent(NO_FORUM)
    await sent()
    await OutboxRow.filter(chat_id=OWNER).update(state="sent")
    await tried(PROBE_EVERY)
    await says(who, "Hello?")
    assert (await sent()).params["message_thread_id"] == 7
    assert await trouble(who) is None
    assert (await told())[-1] == ("desk_well", "")


async def test_only_one_message_in_a_while_tries_for_topics() -> None:
    who = await home(None)
    await says(who, "One")
    await says(who, "Two")
    assert (await sent(NO_RIGHTS)).method == "createForumTopic"
    assert [(await sent()).params["text"] for _ in range(2)] == ["Layla\nOne", "Layla\nTwo"]
    assert await told() == [("desk_trouble", "no_rights")]


async def test_without_the_right_to_make_topics_those_that_are_there_go_on() -> None:
    who = await home(None)
    other = await customer(await Merchant.get(id=who.merchant_id), 6, topic_chat_id=GROUP, topic_id=8)
    await Customer.filter(id=other.id).update(card_message_id=31)
    await says(who)
    await sent(NO_RIGHTS)
    await sent()
    await says(other, "In my topic")
    assert (await sent()).params["message_thread_id"] == 8
    assert await trouble(who) == "no_rights"
    await tried(PROBE_EVERY)
    await says(who)
    assert (await sent(Sent(60))).method == "createForumTopic"
    assert await trouble(who) is None


async def test_a_closed_topic_that_cannot_be_opened_leaves_for_general() -> None:
    who = await home()
    await says(who)
    await sent(TopicGone(closed=True))
    assert (await sent(NO_RIGHTS)).method == "reopenForumTopic"
    assert (await sent()).params["text"] == "Layla\nHi"
    await says(who, "And this")
    assert (await sent()).params["text"] == "Layla\nAnd this"


async def test_media_are_forwarded_to_general_and_our_own_words_bear_the_name() -> None:
    who = await home(None, "<b>\u202eLayla")
    await outbox.put([desk(Act.COPY, who.id, payload={"from_chat_id": 5, "from_message_id": 3})])
    await sent(NO_RIGHTS)
    assert (await sent()).method == "forwardMessage"
    await outbox.put([desk(Act.DESK, who.id, payload={"kind": "desk_back", "facts": {}})])
    assert (await sent()).params["text"].startswith("<b>&lt;b&gt; Layla</b>\nThe customer can be reached again.")
    await outbox.put([desk(Act.CARD, who.id), desk(Act.TOPIC, who.id, payload={"rename": True})])
    assert [await carry(content=composer(card=composed())) for _ in range(2)] == [Drop("no_topic")] * 2


async def test_words_too_long_to_bear_a_name_are_forwarded_and_corrections_are_cut() -> None:
    who = await home(None)
    kept = await TicketMessage.create(
        customer_id=who.id, direction="in", user_id=5, source_chat_id=5, source_message_id=3, created_ms=0
    )
    await says(who, "🌼" * (LONGEST // 2), message=kept.id)
    await sent(NO_RIGHTS)
    call = await sent(Sent(50))
    assert (call.method, call.params["message_id"]) == ("forwardMessage", 3)
    await outbox.put([desk(Act.TEXT, who.id, payload={"text": "x" * LONGEST, "of": kept.id})])
    edited = await sent()
    assert (edited.method, utf16_len(edited.params["text"])) == ("editMessageText", LONGEST)


async def test_a_topic_name_that_may_not_be_changed_waits_without_noise() -> None:
    who = await home()
    await outbox.put([desk(Act.TOPIC, who.id, Priority.BULK, payload={"rename": True})])
    await sent(NO_RIGHTS)
    assert await OutboxRow.filter(act="topic", state="dropped").count() == 1
    assert await told() == [("desk_trouble", "no_rights")]


async def test_general_closed_to_us_keeps_the_words() -> None:
    who = await home(None)
    await says(who)
    await sent(NO_RIGHTS)
    await sent(TopicGone(closed=True))
    [row] = await OutboxRow.filter(customer_id=who.id, act="text")
    assert row.state == "queued"
    assert (await told())[-1] == ("desk_trouble", "muted")


# ---- seen from what is said in the group


async def test_words_in_a_group_that_is_no_forum_any_more_tell_the_owner_at_once() -> None:
    who = await home()
    for _ in range(2):
        await desk_health.seen(GROUP, is_forum=False, cause="u1", now=NOON)
    assert await told() == [("desk_trouble", "no_forum")]
    await OutboxRow.filter(chat_id=OWNER).update(state="sent")
    await says(who)
    assert (await sent()).params["text"] == "Layla\nHi"


async def test_other_groups_may_be_as_they_like() -> None:
    _ = await home()
    await desk_health.seen(-1, is_forum=False, cause="u1", now=NOON)
    await desk_health.seen(GROUP, is_forum=True, cause="u2", now=NOON)
    assert await told() == []


async def test_a_bot_that_is_no_admin_is_told_of_once_whatever_else_it_may_not_do() -> None:
    who = await home(None)
    await desk_health.fell_ill(who.merchant_id, GROUP, desk_health.NO_ADMIN, "u1", NOON)
    await OutboxRow.filter(chat_id=OWNER).update(state="sent")
    await says(who)
    await sent(NO_RIGHTS)
    assert await told() == [("desk_trouble", "no_admin")]
    assert await trouble(who) == "no_admin"


# ---- archived


async def test_a_topic_that_was_left_behind_still_leads_to_its_customer() -> None:
    who = await home()
    await destinations.topic_gone(who.id, 7)
    await destinations.topic_made(who.id, GROUP, 8, "Layla")
    assert [found.id if (found := await topics.customer_of(GROUP, at)) else None for at in (7, 8, 9)] == [
        who.id,
        who.id,
        None,
    ]
    await topics.back_from_gone(who.id, GROUP)
    assert (await Customer.get(id=who.id)).topic_id == 8
    await Merchant.filter(id=who.merchant_id).update(desk_chat_id=-9)
    assert await topics.customer_of(GROUP, 7) is None
    await destinations.move_chat(GROUP, -10)
    assert await OldTopic.all().count() == 0


async def test_words_that_were_held_before_a_group_moved_are_found_in_the_new_one() -> None:
    who = await home()
    held = pending.Held(who.merchant_id, who.id, 9, pending.WARNED, "Call DHL", source=(GROUP, 31))
    assert await pending.hold(held, NOON) is not None
    await destinations.move_chat(GROUP, -10)
    assert (await pending.at(-10, 31)) is not None
