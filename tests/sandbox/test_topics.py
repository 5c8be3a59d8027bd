"""Forums: topics, rights, privacy, service messages."""

import pytest

from bot.sandbox.telegram import Chat, TelegramSandbox, User
from tests.sandbox.conftest import Ask


@pytest.fixture
async def amy(telegram: TelegramSandbox) -> User:
    return await telegram.user("Amy")


@pytest.fixture
async def desk(telegram: TelegramSandbox, amy: User) -> Chat:
    return await telegram.group("Desk", amy)


async def topic_of(ask: Ask, desk: Chat, name: str = "Sara") -> int:
    thread: int = (await ask("createForumTopic", chat_id=desk.id, name=name))["result"]["message_thread_id"]
    return thread


async def test_a_topic_is_known_by_the_message_that_opened_it(telegram: TelegramSandbox, ask: Ask, desk: Chat) -> None:
    thread = await topic_of(ask, desk)
    await ask("sendMessage", chat_id=desk.id, message_thread_id=thread, text="card")
    opener = telegram.messages(desk, "Sara", service=True)[0]
    assert (opener.id, opener.kind) == (thread, "forum_topic_created")
    assert [one.text for one in telegram.messages(desk, "Sara")] == ["card"]
    assert thread != 1


async def test_a_message_in_a_topic_replies_to_its_opener(telegram: TelegramSandbox, ask: Ask, desk: Chat) -> None:
    thread = await topic_of(ask, desk)
    sent = (await ask("sendMessage", chat_id=desk.id, message_thread_id=thread, text="a"))["result"]
    assert sent["is_topic_message"] is True
    assert sent["reply_to_message"]["message_id"] == thread


@pytest.mark.parametrize("thread", [1, 4711])
async def test_general_and_strangers_are_no_threads(ask: Ask, desk: Chat, thread: int) -> None:
    answer = await ask("sendMessage", chat_id=desk.id, message_thread_id=thread, text="a")
    assert answer["description"] == "Bad Request: message thread not found"


async def test_a_deleted_topic_is_found_out_by_writing(telegram: TelegramSandbox, ask: Ask, desk: Chat) -> None:
    thread = await topic_of(ask, desk)
    before = len(telegram.api.updates.waiting)
    await telegram.deletes_topic(desk, "Sara")
    assert len(telegram.api.updates.waiting) == before
    answer = await ask("sendMessage", chat_id=desk.id, message_thread_id=thread, text="a")
    assert answer["description"] == "Bad Request: message thread not found"
    renamed = await ask("editForumTopic", chat_id=desk.id, message_thread_id=thread, name="b")
    assert renamed["description"] == "Bad Request: TOPIC_DELETED"
    assert telegram.topics(desk) == []


async def test_a_closed_topic_is_shut_for_a_bot_without_rights(
    telegram: TelegramSandbox, ask: Ask, desk: Chat, amy: User
) -> None:
    thread = await topic_of(ask, desk)
    await telegram.closes_topic(amy, desk, thread)
    into = {"chat_id": desk.id, "message_thread_id": thread, "text": "a"}
    assert (await ask("sendMessage", **into))["ok"]
    await telegram.promote_bot(desk, ["can_delete_messages"])
    assert (await ask("sendMessage", **into))["description"] == "Bad Request: TOPIC_CLOSED"


async def test_closing_twice_changes_nothing(ask: Ask, desk: Chat) -> None:
    thread = await topic_of(ask, desk)
    where = {"chat_id": desk.id, "message_thread_id": thread}
    assert (await ask("closeForumTopic", **where))["ok"]
    assert (await ask("closeForumTopic", **where))["description"] == "Bad Request: TOPIC_NOT_MODIFIED"
    assert (await ask("reopenForumTopic", **where))["ok"]
    assert (await ask("editForumTopic", **where, name="Sara"))["description"] == "Bad Request: TOPIC_NOT_MODIFIED"


async def test_topics_need_a_forum_and_the_right(telegram: TelegramSandbox, ask: Ask, desk: Chat, amy: User) -> None:
    plain = await telegram.group("Plain", amy, forum=False)
    answer = await ask("createForumTopic", chat_id=plain.id, name="x")
    assert answer["description"] == "Bad Request: the chat is not a forum"
    await telegram.promote_bot(desk, [])
    answer = await ask("createForumTopic", chat_id=desk.id, name="x")
    assert answer["description"] == "Bad Request: not enough rights to create a topic"


async def test_a_name_too_long_is_cut_and_recorded(telegram: TelegramSandbox, ask: Ask, desk: Chat) -> None:
    await topic_of(ask, desk, "x" * 200)
    assert len(telegram.topics(desk)[0].name) == 128
    assert [one.rule for one in telegram.violations()] == ["limit"]


async def test_turning_topics_on_upgrades_a_basic_group(telegram: TelegramSandbox, ask: Ask, amy: User) -> None:
    group = await telegram.group("Desk", amy, forum=False, supergroup=False)
    await telegram.turns_topics(group, True)
    answer = await ask("createForumTopic", chat_id=group.id, name="x")
    assert (await ask("createForumTopic", chat_id=answer["parameters"]["migrate_to_chat_id"], name="x"))["ok"]


async def test_the_bot_hears_of_its_own_service_messages_only(telegram: TelegramSandbox, ask: Ask, desk: Chat) -> None:
    await ask("getUpdates", offset=-1)
    thread = await topic_of(ask, desk)
    sent = (await ask("sendMessage", chat_id=desk.id, message_thread_id=thread, text="card"))["result"]
    await ask("pinChatMessage", chat_id=desk.id, message_id=sent["message_id"])
    heard = [one["message"] for one in (await ask("getUpdates"))["result"] if "message" in one]
    assert [sorted(one.keys() & {"forum_topic_created", "pinned_message", "text"})[0] for one in heard] == [
        "forum_topic_created",
        "pinned_message",
    ]
    assert [one.text for one in telegram.pinned(desk, thread)] == ["card"]


async def test_privacy_hides_talk_from_a_bot_that_is_no_admin(telegram: TelegramSandbox, ask: Ask, amy: User) -> None:
    group = await telegram.group("Desk", amy, bot="member")
    await ask("getUpdates", offset=-1)
    await telegram.in_group(amy, group, "hello")
    await telegram.in_group(amy, group, "/desk CODE")
    heard = [one["message"]["text"] for one in (await ask("getUpdates"))["result"] if "message" in one]
    assert heard == ["/desk CODE"]


async def test_an_anonymous_admin_is_nobody_in_particular(
    telegram: TelegramSandbox, ask: Ask, desk: Chat, amy: User
) -> None:
    await telegram.in_group(amy, desk, "hi", anonymous=True)
    heard = (await ask("getUpdates"))["result"][-1]["message"]
    assert heard["from"]["id"] == 1087968824
    assert heard["sender_chat"]["id"] == desk.id


async def test_members_are_told_apart(telegram: TelegramSandbox, ask: Ask, desk: Chat, amy: User) -> None:
    sam, sue = await telegram.user("Sam"), await telegram.user("Sue")
    await telegram.joins(sam, desk)
    await telegram.leaves(sam, desk)
    status = {
        one.first_name: (await ask("getChatMember", chat_id=desk.id, user_id=one.id))["result"]["status"]
        for one in (amy, sam, sue)
    }
    assert status == {"Amy": "creator", "Sam": "left", "Sue": "left"}
    admins = (await ask("getChatAdministrators", chat_id=desk.id))["result"]
    assert [one["user"]["first_name"] for one in admins] == ["Amy"]
    own = (await ask("getChatMember", chat_id=desk.id, user_id=telegram.world.bot.id))["result"]
    assert own["can_manage_topics"] is True


async def test_a_topic_bears_an_icon_of_those_offered_and_a_person_renames_it(
    telegram: TelegramSandbox, ask: Ask, desk: Chat, amy: User
) -> None:
    offered = {one["emoji"]: one["custom_emoji_id"] for one in (await ask("getForumTopicIconStickers"))["result"]}
    made = await ask("createForumTopic", chat_id=desk.id, name="Sara", icon_custom_emoji_id=offered["💬"])
    thread = made["result"]["message_thread_id"]
    assert telegram.topics(desk)[0].icon == offered["💬"]
    await ask("editForumTopic", chat_id=desk.id, message_thread_id=thread, icon_custom_emoji_id=offered["✅"])
    assert (telegram.topics(desk)[0].name, telegram.topics(desk)[0].icon) == ("Sara", offered["✅"])
    unknown = await ask("editForumTopic", chat_id=desk.id, message_thread_id=thread, icon_custom_emoji_id="1")
    assert unknown["description"] == "Bad Request: DOCUMENT_INVALID"
    await telegram.renames_topic(amy, desk, thread, "Sara VIP")
    assert telegram.messages(desk, thread, service=True)[-1].kind == "forum_topic_edited"
    assert telegram.topics(desk)[0].name == "Sara VIP"
