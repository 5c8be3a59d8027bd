"""General and what becomes of topics in large forums."""

import pytest

from bot.sandbox.telegram import Chat, TelegramSandbox
from tests.sandbox.conftest import Ask


@pytest.fixture
async def desk(telegram: TelegramSandbox) -> Chat:
    return await telegram.group("Desk", await telegram.user("Omar"))


async def names(ask: Ask) -> list[str]:
    """The service messages so far."""
    told = [one["message"] for one in (await ask("getUpdates"))["result"] if "message" in one]
    return [name for one in told for name in one if "forum_topic" in name]


async def test_general_is_renamed_closed_hidden_and_back(ask: Ask, desk: Chat) -> None:
    for method in ("closeGeneralForumTopic", "reopenGeneralForumTopic", "hideGeneralForumTopic"):
        assert (await ask(method, chat_id=desk.id))["ok"]
    assert (await ask("hideGeneralForumTopic", chat_id=desk.id))["description"] == "Bad Request: TOPIC_NOT_MODIFIED"
    assert (await ask("unhideGeneralForumTopic", chat_id=desk.id))["ok"]
    assert (await ask("editGeneralForumTopic", chat_id=desk.id, name="Lobby"))["ok"]
    assert await names(ask) == [
        "forum_topic_closed",
        "forum_topic_reopened",
        "forum_topic_closed",
        "general_forum_topic_hidden",
        "general_forum_topic_unhidden",
        "forum_topic_edited",
    ]


async def test_in_a_closed_general_only_who_manages_topics_writes(
    telegram: TelegramSandbox, ask: Ask, desk: Chat
) -> None:
    await ask("closeGeneralForumTopic", chat_id=desk.id)
    assert (await ask("sendMessage", chat_id=desk.id, text="a"))["ok"]
    await telegram.promote_bot(desk, ["can_pin_messages"])
    assert (await ask("sendMessage", chat_id=desk.id, text="a"))["description"] == "Bad Request: TOPIC_CLOSED"
    refused = await ask("reopenGeneralForumTopic", chat_id=desk.id)
    assert refused["description"] == "Bad Request: not enough rights to manage topics"


async def test_an_archived_topic_is_there_for_people_and_not_for_the_bot(
    telegram: TelegramSandbox, ask: Ask, desk: Chat
) -> None:
    thread = (await ask("createForumTopic", chat_id=desk.id, name="Sara"))["result"]["message_thread_id"]
    await telegram.archives_topic(desk, "Sara")
    answer = await ask("sendMessage", chat_id=desk.id, message_thread_id=thread, text="a")
    assert answer["description"] == "Bad Request: message thread not found"
    assert [one.name for one in telegram.topics(desk)] == ["Sara"]


async def test_a_forum_of_very_many_messages_archives_its_oldest_topic(
    telegram: TelegramSandbox, ask: Ask, desk: Chat
) -> None:
    desk.archives_from = 3
    first, second = [
        (await ask("createForumTopic", chat_id=desk.id, name=name))["result"]["message_thread_id"] for name in "ab"
    ]
    for _ in range(2):
        assert (await ask("sendMessage", chat_id=desk.id, message_thread_id=second, text="x"))["ok"]
    gone = await ask("sendMessage", chat_id=desk.id, message_thread_id=first, text="x")
    assert gone["description"] == "Bad Request: message thread not found"


async def test_general_s_pins_go_without_the_topics(telegram: TelegramSandbox, ask: Ask, desk: Chat) -> None:
    thread = (await ask("createForumTopic", chat_id=desk.id, name="Sara"))["result"]["message_thread_id"]
    for where in ({}, {"message_thread_id": thread}):
        made = await ask("sendMessage", chat_id=desk.id, text="card", **where)
        await ask("pinChatMessage", chat_id=desk.id, message_id=made["result"]["message_id"])
    assert (await ask("unpinAllGeneralForumTopicMessages", chat_id=desk.id))["ok"]
    assert [one.thread_id for one in telegram.pinned(desk)] == [thread]
    assert (await ask("unpinAllChatMessages", chat_id=desk.id))["ok"]
    assert telegram.pinned(desk) == []


async def test_people_do_not_write_in_a_closed_topic(telegram: TelegramSandbox, ask: Ask, desk: Chat) -> None:
    await ask("createForumTopic", chat_id=desk.id, name="Sara")
    amy = await telegram.user("Amy")
    await telegram.joins(amy, desk)
    await telegram.closes_topic(amy, desk, "Sara")
    with pytest.raises(PermissionError, match="closed"):
        await telegram.in_group(amy, desk, "a", "Sara")


async def test_a_topic_s_icons_are_offered(ask: Ask, desk: Chat) -> None:
    icon = (await ask("getForumTopicIconStickers"))["result"][0]["custom_emoji_id"]
    made = await ask("createForumTopic", chat_id=desk.id, name="Sara", icon_custom_emoji_id=icon)
    assert made["result"]["icon_custom_emoji_id"] == icon


async def test_with_topics_off_no_thread_is_found(telegram: TelegramSandbox, ask: Ask, desk: Chat) -> None:
    thread = (await ask("createForumTopic", chat_id=desk.id, name="Sara"))["result"]["message_thread_id"]
    await telegram.turns_topics(desk, False)
    answer = await ask("sendMessage", chat_id=desk.id, message_thread_id=thread, text="a")
    assert answer["description"] == "Bad Request: message thread not found"
    assert (await ask("sendMessage", chat_id=desk.id, text="a"))["ok"]


async def test_the_message_that_opened_a_topic_stays(ask: Ask, desk: Chat) -> None:
    thread = (await ask("createForumTopic", chat_id=desk.id, name="Sara"))["result"]["message_thread_id"]
    answer = await ask("deleteMessage", chat_id=desk.id, message_id=thread)
    assert answer["description"] == "Bad Request: message can't be deleted"


@pytest.mark.parametrize(
    "method", ["closeGeneralForumTopic", "reopenGeneralForumTopic", "unhideGeneralForumTopic", "editGeneralForumTopic"]
)
async def test_what_is_so_already_is_no_change(ask: Ask, desk: Chat, method: str) -> None:
    if method == "closeGeneralForumTopic":
        await ask(method, chat_id=desk.id)
    extra = {"name": "General"} if method == "editGeneralForumTopic" else {}
    assert (await ask(method, chat_id=desk.id, **extra))["description"] == "Bad Request: TOPIC_NOT_MODIFIED"


async def test_a_hidden_general_is_shown_by_being_opened(telegram: TelegramSandbox, ask: Ask, desk: Chat) -> None:
    await ask("hideGeneralForumTopic", chat_id=desk.id)
    assert (await ask("reopenGeneralForumTopic", chat_id=desk.id))["ok"]
    assert (await names(ask))[-2:] == ["general_forum_topic_unhidden", "forum_topic_reopened"]
    await telegram.turns_topics(desk, False)
    refused = await ask("unpinAllGeneralForumTopicMessages", chat_id=desk.id)
    assert refused["description"] == "Bad Request: the chat is not a forum"
