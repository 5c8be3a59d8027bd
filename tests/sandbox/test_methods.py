"""The methods that the two clients' tests do not reach, by raw calls."""

from typing import Any

import aiohttp
import pytest

from bot.sandbox.telegram import TelegramSandbox, User
from tests.sandbox.conftest import Ask


@pytest.fixture
async def sara(telegram: TelegramSandbox) -> User:
    person = await telegram.user("Sara")
    await telegram.starts(person)
    return person


async def sent(ask: Ask, method: str, **params: Any) -> int:
    answer = await ask(method, **params)
    assert answer["ok"], answer
    number: int = answer["result"]["message_id"]
    return number


async def test_a_caption_and_its_picture_are_edited(telegram: TelegramSandbox, ask: Ask, sara: User) -> None:
    photo = await telegram.sends_photo(sara)
    other = await telegram.sends_photo(sara)
    own = {"chat_id": sara.id, "message_id": await sent(ask, "sendPhoto", chat_id=sara.id, photo=photo.file_id)}
    assert (await ask("editMessageCaption", **own, caption="<b>x</b>", parse_mode="HTML"))["ok"]
    assert telegram.messages(sara)[-1].text == "x"
    media = {"type": "photo", "media": other.file_id, "caption": "y"}
    assert (await ask("editMessageMedia", **own, media=media))["ok"]
    assert (telegram.messages(sara)[-1].text, telegram.messages(sara)[-1].file_id) == ("y", other.file_id)
    refused = await ask("editMessageText", **own, text="z")
    assert refused["description"] == "Bad Request: there is no text in the message to edit"


async def test_only_the_keyboard_is_edited(telegram: TelegramSandbox, ask: Ask, sara: User) -> None:
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "w:1"}]]}
    own = {"chat_id": sara.id, "message_id": await sent(ask, "sendMessage", chat_id=sara.id, text="a")}
    refused = await ask("editMessageCaption", **own, caption="b")
    assert refused["description"] == "Bad Request: there is no caption in the message to edit"
    assert (await ask("editMessageReplyMarkup", **own, reply_markup=markup))["ok"]
    assert telegram.messages(sara)[-1].labels == ["x"]
    assert (await ask("editMessageText", **own, text="b"))["ok"]
    assert telegram.messages(sara)[-1].labels == []


async def test_a_message_of_two_days_cannot_be_deleted(
    telegram: TelegramSandbox, ask: Ask, sara: User, clock: Any
) -> None:
    from datetime import timedelta

    said = await telegram.says(sara, "/carrier add api_key=secret")
    clock.advance(timedelta(hours=47))
    kept = await telegram.says(sara, "b")
    assert (await ask("deleteMessage", chat_id=sara.id, message_id=said.id))["ok"]
    clock.advance(timedelta(hours=49))
    refused = await ask("deleteMessage", chat_id=sara.id, message_id=kept.id)
    assert refused["description"] == "Bad Request: message can't be deleted"
    assert (await ask("deleteMessages", chat_id=sara.id, message_ids=[kept.id, 999]))["ok"]
    assert kept.id in [one.id for one in telegram.messages(sara)]


async def test_in_a_group_others_words_need_the_right_to_be_deleted(
    telegram: TelegramSandbox, ask: Ask, sara: User
) -> None:
    desk = await telegram.group("Desk", sara, rights=["can_manage_topics"])
    said = await telegram.in_group(sara, desk, "a")
    theirs = {"chat_id": desk.id, "message_id": said.id}
    assert (await ask("deleteMessage", **theirs))["description"] == "Bad Request: message can't be deleted"
    refused = await ask("pinChatMessage", **theirs)
    assert refused["description"].endswith("not enough rights to manage pinned messages in the chat")
    await telegram.promote_bot(desk)
    assert (await ask("pinChatMessage", **theirs))["ok"]
    assert (await ask("unpinChatMessage", chat_id=desk.id))["ok"]
    assert telegram.pinned(desk) == []
    assert (await ask("deleteMessage", **theirs))["ok"]


async def test_a_topic_s_pins_and_the_topic_itself_can_go(telegram: TelegramSandbox, ask: Ask, sara: User) -> None:
    desk = await telegram.group("Desk", sara)
    topic = (await ask("createForumTopic", chat_id=desk.id, name="x"))["result"]["message_thread_id"]
    where = {"chat_id": desk.id, "message_thread_id": topic}
    card = await sent(ask, "sendMessage", **where, text="card")
    await ask("pinChatMessage", chat_id=desk.id, message_id=card)
    assert (await ask("unpinAllForumTopicMessages", **where))["ok"]
    assert telegram.pinned(desk) == []
    assert (await ask("deleteForumTopic", **where))["ok"]
    assert telegram.messages(desk) == []


async def test_places_people_and_all_kinds_of_files_are_sent(telegram: TelegramSandbox, ask: Ask, sara: User) -> None:
    to = {"chat_id": sara.id}
    await sent(ask, "sendLocation", **to, latitude=24.7, longitude=46.7)
    await sent(ask, "sendContact", **to, phone_number="+9665", first_name="Shop")
    for method, kind in (
        ("sendVideo", "video"),
        ("sendAudio", "audio"),
        ("sendAnimation", "animation"),
        ("sendVideoNote", "video_note"),
        ("sendSticker", "sticker"),
        ("sendVoice", "voice"),
    ):
        file = await telegram.sends_file(sara, kind)
        await sent(ask, method, **to, **{kind: file.file_id})
    kinds = [one.kind for one in telegram.messages(sara) if one.from_bot]
    assert kinds == ["location", "contact", "video", "audio", "animation", "video_note", "sticker", "voice"]


async def test_an_action_must_be_one_that_there_is(ask: Ask, sara: User) -> None:
    assert (await ask("sendChatAction", chat_id=sara.id, action="typing"))["ok"]
    assert not (await ask("sendChatAction", chat_id=sara.id, action="dancing"))["ok"]


async def test_what_cannot_be_copied_is_left_out_without_a_word(
    telegram: TelegramSandbox, ask: Ask, sara: User
) -> None:
    desk = await telegram.group("Desk", sara)
    topic = await telegram.opens_topic(sara, desk, "x")
    said = await telegram.in_group(sara, desk, "a", topic)
    from_desk = {"chat_id": sara.id, "from_chat_id": desk.id}
    refused = await ask("copyMessage", **from_desk, message_id=topic.id)
    assert refused["description"] == "Bad Request: message can't be copied"
    made = await ask("copyMessages", **from_desk, message_ids=[topic.id, said.id])
    assert len(made["result"]) == 1
    unordered = await ask("copyMessages", **from_desk, message_ids=[said.id, topic.id])
    assert "strictly increasing" in unordered["description"]
    none = await ask("forwardMessages", **from_desk, message_ids=[999])
    assert none["description"] == "Bad Request: there are no messages to forward"


async def test_a_copy_may_get_another_caption(telegram: TelegramSandbox, ask: Ask, sara: User) -> None:
    photo = await telegram.sends_photo(sara, "mine")
    again = {"chat_id": sara.id, "from_chat_id": sara.id, "message_id": photo.id}
    assert (await ask("copyMessage", **again))["ok"]
    assert (await ask("copyMessage", **again, caption="yours"))["ok"]
    assert [one.text for one in telegram.messages(sara) if one.from_bot] == ["mine", "yours"]
    refused = await ask("copyMessage", **again, caption="x" * 1025)
    assert refused["description"] == "Bad Request: message caption is too long"


async def test_an_album_has_two_to_ten_parts(telegram: TelegramSandbox, ask: Ask, sara: User) -> None:
    photo = await telegram.sends_photo(sara)
    media = [{"type": "photo", "media": photo.file_id}]
    assert not (await ask("sendMediaGroup", chat_id=sara.id, media=media))["ok"]
    assert (await ask("sendMediaGroup", chat_id=sara.id, media=media * 2))["ok"]


async def test_commands_are_kept_by_scope_and_language(ask: Ask) -> None:
    commands = [{"command": "help", "description": "Help"}]
    scope = {"type": "all_private_chats"}
    assert (await ask("setMyCommands", commands=commands, scope=scope, language_code="ar"))["ok"]
    assert (await ask("getMyCommands", scope=scope, language_code="ar"))["result"] == commands
    assert (await ask("getMyCommands"))["result"] == []
    assert (await ask("deleteMyCommands", scope=scope, language_code="ar"))["ok"]
    assert (await ask("getMyCommands", scope=scope, language_code="ar"))["result"] == []


@pytest.mark.parametrize(
    ("command", "description", "refusal"),
    [
        ("Help!", "x", "BOT_COMMAND_INVALID"),
        ("help", "", "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("help", "x" * 257, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
async def test_a_command_has_its_bounds(ask: Ask, command: str, description: str, refusal: str) -> None:
    answer = await ask("setMyCommands", commands=[{"command": command, "description": description}])
    assert answer["description"] == f"Bad Request: {refusal}"


async def test_files_have_ids_paths_and_bounds(
    telegram: TelegramSandbox, ask: Ask, http: aiohttp.ClientSession, sara: User
) -> None:
    big = await telegram.sends_file(sara, "document", body=b"x" * (20 * 2**20 + 1))
    assert (await ask("getFile", file_id=big.file_id))["description"] == "Bad Request: file is too big"
    assert (await ask("getFile", file_id="nothing"))["description"] == "Bad Request: invalid file_id"
    async with http.get(f"{telegram.url}/file/bot{telegram.token}/photos/nothing") as response:
        assert response.status == 404
    async with http.get(f"{telegram.url}/file/bot1:x/photos/nothing") as response:
        assert response.status == 401


async def test_chats_tell_about_themselves(telegram: TelegramSandbox, ask: Ask, sara: User) -> None:
    desk = await telegram.group("Desk", sara)
    said = await telegram.in_group(sara, desk, "pin me")
    await ask("pinChatMessage", chat_id=desk.id, message_id=said.id)
    assert (await ask("getChat", chat_id=desk.id))["result"]["pinned_message"]["text"] == "pin me"
    assert (await ask("getChat", chat_id=sara.id))["result"]["first_name"] == "Sara"
    assert (await ask("getChatMemberCount", chat_id=desk.id))["result"] == 2
    assert not (await ask("getChatAdministrators", chat_id=sara.id))["ok"]
    assert not (await ask("getChatMember", chat_id=desk.id, user_id=4711))["ok"]


async def test_a_body_that_is_no_json_is_refused(telegram: TelegramSandbox, http: aiohttp.ClientSession) -> None:
    url, kind = f"{telegram.url}/bot{telegram.token}/sendMessage", {"Content-Type": "application/json"}
    for body in (b"{", b"[1]"):
        async with http.post(url, data=body, headers=kind) as response:
            assert response.status == 400


async def test_a_press_nobody_offered_can_be_forged(telegram: TelegramSandbox, ask: Ask, sara: User) -> None:
    said = await sent(ask, "sendMessage", chat_id=sara.id, text="a")
    await telegram.forges(sara, said, "h:999")
    assert (await ask("getUpdates"))["result"][-1]["callback_query"]["data"] == "h:999"
    with pytest.raises(LookupError, match="no button"):
        await telegram.presses(sara, said, "h:1")


async def test_a_link_button_leads_somewhere_instead(telegram: TelegramSandbox, ask: Ask, sara: User) -> None:
    markup = {"inline_keyboard": [[{"text": "Open", "url": "https://t.me/x?start=1"}]]}
    said = await sent(ask, "sendMessage", chat_id=sara.id, text="a", reply_markup=markup)
    assert await telegram.presses(sara, said, "Open") == "https://t.me/x?start=1"


async def test_nobody_writes_in_a_group_he_is_not_in(telegram: TelegramSandbox, sara: User) -> None:
    desk = await telegram.group("Desk", sara)
    with pytest.raises(PermissionError):
        await telegram.in_group(await telegram.user("Stranger"), desk, "a")


async def test_who_blocked_the_bot_cannot_write_to_it(telegram: TelegramSandbox, sara: User) -> None:
    await telegram.blocks(sara)
    with pytest.raises(PermissionError, match="unblocks"):
        await telegram.says(sara, "a")
    await telegram.unblocks(sara)
    assert (await telegram.says(sara, "b")).text == "b"
