"""Files up and down, albums, copies: sizes, refusals, what is left out."""

from typing import Any

import aiohttp
import pytest

from bot.sandbox.telegram import TelegramSandbox, User
from tests.sandbox.conftest import Ask

MB = 2**20
BOUND = "the maximum size is 10485760 bytes"
FILE = {"filename": "proof.jpg", "content_type": "image/jpeg"}


@pytest.fixture
async def sara(telegram: TelegramSandbox) -> User:
    person = await telegram.user("Sara")
    await telegram.starts(person)
    return person


async def upload(telegram: TelegramSandbox, http: aiohttp.ClientSession, method: str, **parts: Any) -> dict[str, Any]:
    form = aiohttp.FormData()
    for name, value in parts.items():
        form.add_field(name, value, **(FILE if isinstance(value, bytes) else {}))
    async with http.post(f"{telegram.url}/bot{telegram.token}/{method}", data=form) as response:
        found: dict[str, Any] = await response.json()
        return found


async def test_what_is_sent_up_comes_down_again(
    telegram: TelegramSandbox, http: aiohttp.ClientSession, ask: Ask, sara: User
) -> None:
    sent = await upload(telegram, http, "sendDocument", chat_id=str(sara.id), document=b"%PDF")
    file = sent["result"]["document"]
    assert (file["file_name"], file["file_size"], file["mime_type"]) == ("proof.jpg", 4, "image/jpeg")
    found = (await ask("getFile", file_id=file["file_id"]))["result"]
    assert found["file_unique_id"] == file["file_unique_id"]
    async with http.get(f"{telegram.url}/file/bot{telegram.token}/{found['file_path']}") as response:
        assert await response.read() == b"%PDF"
    again = await ask("sendDocument", chat_id=sara.id, document=file["file_id"])
    assert again["result"]["document"] == file


@pytest.mark.parametrize(
    ("method", "kind", "size", "refusal"),
    [
        ("sendDocument", "document", 50 * MB, None),
        ("sendDocument", "document", 50 * MB + 1, (413, "Request Entity Too Large")),
        ("sendDocument", "document", 0, (400, "Bad Request: file must be non-empty")),
        (
            "sendPhoto",
            "photo",
            10 * MB + 1,
            (400, f"Bad Request: file of size 10485761 bytes is too big for a photo; {BOUND}"),
        ),
    ],
)  # fmt: skip
async def test_sizes_have_their_bounds(
    telegram: TelegramSandbox,
    http: aiohttp.ClientSession,
    sara: User,
    method: str,
    kind: str,
    size: int,
    refusal: tuple[int, str] | None,
) -> None:
    answer = await upload(telegram, http, method, chat_id=str(sara.id), **{kind: bytes(size)})
    assert refusal == ((answer["error_code"], answer["description"]) if not answer["ok"] else None)


async def test_one_bad_part_keeps_the_whole_album_back(telegram: TelegramSandbox, ask: Ask, sara: User) -> None:
    photo = await telegram.sends_photo(sara)
    media = [{"type": "photo", "media": photo.file_id}, {"type": "photo", "media": "nothing"}]
    answer = await ask("sendMediaGroup", chat_id=sara.id, media=media)
    said = 'failed to send message #2 with the error message "Wrong file identifier/HTTP URL specified"'
    assert answer["description"] == f"Bad Request: {said}"
    assert [one for one in telegram.messages(sara) if one.from_bot] == []


@pytest.mark.parametrize("kind", ["document", "audio"])
async def test_documents_and_music_keep_to_their_own_kind(
    telegram: TelegramSandbox, ask: Ask, sara: User, kind: str
) -> None:
    photo, other = await telegram.sends_photo(sara), await telegram.sends_file(sara, kind)
    media = [{"type": "photo", "media": photo.file_id}, {"type": kind, "media": other.file_id}]
    answer = await ask("sendMediaGroup", chat_id=sara.id, media=media)
    assert answer["description"] == f"Bad Request: {kind} can't be mixed with other media types"
    assert (await ask("sendMediaGroup", chat_id=sara.id, media=media[1:] * 2))["ok"]


async def test_a_paying_person_s_long_caption_is_copied_only_as_it_is(
    telegram: TelegramSandbox, ask: Ask, sara: User
) -> None:
    rich = await telegram.user("Rich", premium=True)
    photo = await telegram.sends_photo(rich, "x" * 1025)
    copy = {"chat_id": sara.id, "from_chat_id": rich.id, "message_id": photo.id}
    assert (await ask("copyMessage", **copy))["ok"]
    markup = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}
    refused = await ask("copyMessage", **copy, reply_markup=markup)
    assert refused["description"] == "Bad Request: media caption is too long"
    assert (await ask("copyMessage", **copy, caption="short", reply_markup=markup))["ok"]


async def test_what_is_protected_is_copied_but_not_forwarded(telegram: TelegramSandbox, ask: Ask, sara: User) -> None:
    made = await ask("sendMessage", chat_id=sara.id, text="secret", protect_content=True)
    assert made["result"]["has_protected_content"]
    number = made["result"]["message_id"]
    open_one = (await ask("sendMessage", chat_id=sara.id, text="open"))["result"]["message_id"]
    here = {"chat_id": sara.id, "from_chat_id": sara.id}
    assert (await ask("copyMessage", **here, message_id=number))["ok"]
    refused = await ask("forwardMessage", **here, message_id=number)
    assert refused["description"] == "Bad Request: message can't be forwarded"
    assert len((await ask("forwardMessages", **here, message_ids=[number, open_one]))["result"]) == 1


async def test_polls_places_and_dice_are_sent(telegram: TelegramSandbox, ask: Ask, sara: User) -> None:
    poll = await ask("sendPoll", chat_id=sara.id, question="How was it?", options=[{"text": "Good"}, {"text": "Bad"}])
    number = poll["result"]["message_id"]
    assert (await ask("stopPoll", chat_id=sara.id, message_id=number))["result"]["is_closed"]
    again = await ask("stopPoll", chat_id=sara.id, message_id=number)
    assert again["description"] == "Bad Request: poll has already been closed"
    assert (await ask("sendDice", chat_id=sara.id))["result"]["dice"]["value"] == 4
    venue = await ask("sendVenue", chat_id=sara.id, latitude=1, longitude=2, title="Locker", address="Olaya 7")
    assert venue["result"]["venue"]["title"] == "Locker"
    empty = await ask("sendPoll", chat_id=sara.id, question=" ", options=["a"])
    assert empty["description"] == "Bad Request: poll question must be non-empty"


async def test_an_admin_bot_takes_a_reaction_away(telegram: TelegramSandbox, ask: Ask, sara: User) -> None:
    desk = await telegram.group("Desk", sara)
    said = await telegram.in_group(sara, desk, "a")
    await telegram.reacts(sara, said, "🤡", chat=desk)
    theirs = {"chat_id": desk.id, "message_id": said.id, "user_id": sara.id}
    assert (await ask("deleteMessageReaction", **theirs))["ok"]
    assert telegram.messages(desk)[-1].reactions == ()


async def test_a_place_that_moves_is_followed_until_it_stands(telegram: TelegramSandbox, ask: Ask, sara: User) -> None:
    van = await ask("sendLocation", chat_id=sara.id, latitude=24.7, longitude=46.7, live_period=900)
    own = {"chat_id": sara.id, "message_id": van["result"]["message_id"]}
    moved = await ask("editMessageLiveLocation", **own, latitude=24.8, longitude=46.7)
    assert moved["result"]["location"] == {"latitude": 24.8, "longitude": 46.7, "live_period": 900}
    assert (await ask("stopMessageLiveLocation", **own))["ok"]
    again = await ask("editMessageLiveLocation", **own, latitude=24.9, longitude=46.7)
    assert again["description"] == "Bad Request: message can't be edited"


async def test_all_of_a_person_s_reactions_go_at_once(telegram: TelegramSandbox, ask: Ask, sara: User) -> None:
    desk = await telegram.group("Desk", sara)
    for text in "ab":
        await telegram.reacts(sara, await telegram.in_group(sara, desk, text), "🤡", chat=desk)
    assert (await ask("deleteAllMessageReactions", chat_id=desk.id, user_id=sara.id))["ok"]
    assert [one.reactions for one in telegram.messages(desk)] == [(), ()]


async def test_a_draft_is_for_private_chats_and_leaves_nothing(telegram: TelegramSandbox, ask: Ask, sara: User) -> None:
    assert (await ask("sendMessageDraft", chat_id=sara.id, draft_id=1, text="thinking"))["ok"]
    assert [one for one in telegram.messages(sara) if one.from_bot] == []
    desk = await telegram.group("Desk", sara)
    assert not (await ask("sendMessageDraft", chat_id=desk.id, draft_id=1, text="thinking"))["ok"]


async def test_a_group_s_picture_is_uploaded_and_taken_away(
    telegram: TelegramSandbox, http: aiohttp.ClientSession, ask: Ask, sara: User
) -> None:
    desk = await telegram.group("Desk", sara, rights=["can_change_info"])
    assert (await upload(telegram, http, "setChatPhoto", chat_id=str(desk.id), photo=b"jpeg"))["ok"]
    assert (await ask("deleteChatPhoto", chat_id=desk.id))["ok"]
    kinds = [one.kind for one in telegram.messages(desk, service=True)]
    assert kinds == ["new_chat_photo", "delete_chat_photo"]


async def test_media_of_a_kind_that_the_sandbox_has_not_is_recorded(
    telegram: TelegramSandbox, ask: Ask, sara: User
) -> None:
    photo = await telegram.sends_photo(sara)
    media = [{"type": "live_photo", "media": photo.file_id, "photo": photo.file_id}] * 2
    answer = await ask("sendMediaGroup", chat_id=sara.id, media=media)
    assert answer["description"] == "Bad Request: the sandbox has no media of the kind live_photo"
    assert [one.rule for one in telegram.violations()] == ["unsupported"]
