"""The two real clients against the sandbox: aiogram listens, python-telegram-bot speaks."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat, TelegramRetryAfter
from aiogram.types import BufferedInputFile, ReactionTypeEmoji
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, ReplyParameters
from telegram.constants import ReactionEmoji
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter
from telegram.ext import ExtBot

from bot.sandbox.telegram import TelegramSandbox

Speaker = ExtBot[None]


async def test_the_speaker_s_words_and_buttons_are_seen(telegram: TelegramSandbox, speaker: Speaker) -> None:
    sara = await telegram.user("Sara", "ar")
    await telegram.starts(sara)
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("أين؟", callback_data="w:1")]])
    sent = await speaker.send_message(sara.id, "<b>طلبك</b>", parse_mode="HTML", reply_markup=buttons)
    seen = telegram.messages(sara)[-1]
    assert (seen.text, seen.from_bot, seen.labels) == ("طلبك", True, ["أين؟"])
    assert sent.entities[0].type == "bold"
    assert telegram.violations() == []


async def test_the_speaker_edits_pins_reacts_and_deletes(telegram: TelegramSandbox, speaker: Speaker) -> None:
    sara = await telegram.user("Sara")
    said = await telegram.starts(sara)
    sent = await speaker.send_message(sara.id, "a", reply_parameters=ReplyParameters(said.id))
    await speaker.edit_message_text("b", sara.id, sent.message_id)
    await speaker.pin_chat_message(sara.id, sent.message_id)
    await speaker.set_message_reaction(sara.id, said.id, ReactionEmoji.EYES)
    seen = telegram.messages(sara)
    assert [(one.text, one.edited, one.pinned, one.reactions) for one in seen] == [
        ("/start", False, False, ("👀",)),
        ("b", True, True, ()),
    ]
    await speaker.delete_messages(sara.id, [said.id, sent.message_id])
    assert telegram.messages(sara) == []


async def test_the_speaker_works_a_topic(telegram: TelegramSandbox, speaker: Speaker) -> None:
    amy, sara = await telegram.user("Amy"), await telegram.user("Sara")
    desk = await telegram.group("Desk", amy)
    said = await telegram.says(sara, "where is it?")
    topic = await speaker.create_forum_topic(desk.id, "Sara")
    thread = topic.message_thread_id
    copy = await speaker.copy_message(desk.id, sara.id, said.id, message_thread_id=thread)
    await speaker.edit_forum_topic(desk.id, thread, name="Sara!")
    await speaker.close_forum_topic(desk.id, thread)
    await speaker.reopen_forum_topic(desk.id, thread)
    seen = telegram.messages(desk, "Sara!")
    assert [(one.id, one.text, one.from_bot) for one in seen] == [(copy.message_id, "where is it?", True)]
    assert telegram.violations() == []


async def test_media_goes_both_ways(telegram: TelegramSandbox, speaker: Speaker, listener: Bot) -> None:
    sara = await telegram.user("Sara")
    photo = await telegram.sends_file(sara, "photo", "broken", body=b"jpeg")
    assert photo.file_id
    file = await listener.get_file(photo.file_id)
    got = await listener.download_file(file.file_path or "")
    assert got is not None
    assert got.read() == b"jpeg"
    again = await speaker.send_photo(sara.id, photo.file_id, caption="<i>this</i>", parse_mode="HTML")
    upload = await speaker.send_document(sara.id, b"%PDF", filename="proof.pdf")
    sent = await listener.send_voice(sara.id, BufferedInputFile(b"ogg", "v.oga"))
    assert (again.caption, upload.document is not None, sent.voice is not None) == ("this", True, True)
    assert telegram.violations() == []


async def test_albums_stay_together_when_copied(telegram: TelegramSandbox, speaker: Speaker) -> None:
    sara = await telegram.user("Sara")
    first, second = await telegram.sends_album(sara, 2, "see")
    assert first.album is not None
    assert first.album == second.album
    await speaker.copy_messages(sara.id, sara.id, [first.id, second.id, 999])
    own = await speaker.send_media_group(sara.id, [InputMediaPhoto(b"a"), InputMediaPhoto(b"b", caption="c")])
    albums = [one.album for one in telegram.messages(sara) if one.from_bot]
    assert len(albums) == 4
    assert len(set(albums)) == 2
    assert own[1].caption == "c"


async def test_a_forward_shows_whose_words_they_are(telegram: TelegramSandbox, speaker: Speaker) -> None:
    sara, amy = await telegram.user("Sara"), await telegram.user("Amy")
    desk = await telegram.group("Desk", amy)
    said = await telegram.says(sara, "hello")
    forwarded = await speaker.forward_message(desk.id, sara.id, said.id)
    assert forwarded.forward_origin is not None
    assert telegram.messages(desk)[-1].forwarded


async def test_the_listener_reads_what_people_do(telegram: TelegramSandbox, listener: Bot) -> None:
    sara, amy = await telegram.user("Sara", "fa"), await telegram.user("Amy")
    desk = await telegram.group("Desk", amy)
    topic = await telegram.opens_topic(amy, desk, "Sara")
    await telegram.starts(sara, "TOKEN")
    await telegram.in_group(amy, desk, "hi", topic)
    updates = await listener.get_updates(timeout=1)
    words = [one.message for one in updates if one.message and one.message.text]
    assert [(one.text, one.message_thread_id) for one in words] == [("/start TOKEN", None), ("hi", topic.id)]
    assert words[0].from_user is not None
    assert words[0].from_user.language_code == "fa"


async def test_the_listener_asks_about_chats(telegram: TelegramSandbox, listener: Bot) -> None:
    amy = await telegram.user("Amy")
    desk = await telegram.group("Desk", amy)
    assert (await listener.get_me()).username == telegram.username
    chat = await listener.get_chat(desk.id)
    assert (chat.type, chat.is_forum) == ("supergroup", True)
    assert (await listener.get_chat_member(desk.id, amy.id)).status == "creator"
    assert (await listener.get_chat_administrators(desk.id))[0].user.id == amy.id
    await listener.send_chat_action(desk.id, "typing")
    assert await listener.delete_webhook()


async def test_a_press_goes_there_and_back(telegram: TelegramSandbox, listener: Bot, speaker: Speaker) -> None:
    sara = await telegram.user("Sara")
    await telegram.starts(sara)
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("Human", callback_data="h:7")]])
    sent = await speaker.send_message(sara.id, "late", reply_markup=buttons)
    number = await telegram.presses(sara, sent.message_id, "h:")
    query = (await listener.get_updates())[-1].callback_query
    assert query is not None
    assert query.data == "h:7"
    await listener.answer_callback_query(query.id, text="Somebody is coming")
    assert telegram.answer_of(number) == {"text": "Somebody is coming"}
    assert await listener.set_message_reaction(sara.id, sent.message_id, [ReactionTypeEmoji(emoji="👍")])


async def test_refusals_reach_each_client_as_its_own_errors(
    telegram: TelegramSandbox, listener: Bot, speaker: Speaker
) -> None:
    sara = await telegram.user("Sara")
    await telegram.starts(sara)
    await telegram.blocks(sara)
    with pytest.raises(TelegramForbiddenError):
        await listener.send_message(sara.id, "a")
    with pytest.raises(Forbidden):
        await speaker.send_message(sara.id, "a")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await listener.send_message(4711, "a")
    with pytest.raises(BadRequest, match="Can't parse entities"):
        await speaker.send_message(sara.id, "<b", parse_mode="HTML")


async def test_a_flood_and_a_migration_reach_each_client(
    telegram: TelegramSandbox, listener: Bot, speaker: Speaker
) -> None:
    group = await telegram.group("Desk", await telegram.user("Amy"), forum=False, supergroup=False)
    await telegram.fault("flood", "sendMessage", chat=group, times=2, seconds=7)
    with pytest.raises(TelegramRetryAfter) as listened:
        await listener.send_message(group.id, "a")
    with pytest.raises(RetryAfter) as spoken:
        await speaker.send_message(group.id, "a")
    assert (listened.value.retry_after, spoken.value._retry_after.total_seconds()) == (7, 7)
    new = await telegram.migrates(group)
    with pytest.raises(TelegramMigrateToChat) as moved:
        await listener.send_message(group.id, "a")
    with pytest.raises(ChatMigrated) as moved_too:
        await speaker.send_message(group.id, "a")
    assert moved.value.migrate_to_chat_id == moved_too.value.new_chat_id == new.id


async def test_a_bad_gateway_is_a_network_error_for_the_speaker(telegram: TelegramSandbox, speaker: Speaker) -> None:
    await telegram.fault("bad_gateway", "getMe")
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await speaker.get_me()


async def test_every_kind_of_file_and_update_is_one_that_the_listener_can_read(
    telegram: TelegramSandbox, listener: Bot
) -> None:
    sara, amy = await telegram.user("Sara"), await telegram.user("Amy")
    desk = await telegram.group("Desk", amy)
    for kind in ("photo", "document", "voice", "video", "audio", "animation", "video_note", "sticker"):
        await telegram.sends_file(sara, kind)
    await telegram.sends(sara, {"location": {"latitude": 24.7, "longitude": 46.7}})
    await telegram.blocks(sara)
    await telegram.joins(sara, desk)
    await telegram.leaves(sara, desk)
    await telegram.promote_bot(desk, [])
    await telegram.turns_topics(desk, False)
    updates = await listener.get_updates(allowed_updates=["message", "my_chat_member", "chat_member"])
    assert len([one for one in updates if one.message]) == 11
    assert len([one for one in updates if one.my_chat_member]) == 3
