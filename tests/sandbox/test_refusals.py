"""Refusals, each in Telegram's own words."""

import aiohttp
import pytest

from bot.sandbox.telegram import TelegramSandbox
from tests.sandbox.conftest import Ask


async def refused(ask: Ask, method: str, **params: object) -> str:
    answer = await ask(method, **params)
    assert not answer["ok"]
    return str(answer["description"])


async def test_a_wrong_token_is_unauthorized(telegram: TelegramSandbox, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{telegram.url}/bot1:wrong/getMe") as response:
        assert response.status == 401
        assert await response.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_an_unknown_method_is_not_found(ask: Ask) -> None:
    assert await ask("sendNothing") == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_an_unknown_parameter_is_refused_and_recorded(telegram: TelegramSandbox, ask: Ask) -> None:
    assert "has no parameter 'colour'" in await refused(ask, "sendMessage", chat_id=1, text="a", colour="red")
    assert [one.rule for one in telegram.violations()] == ["schema"]


async def test_a_described_method_that_the_sandbox_has_not_is_recorded(telegram: TelegramSandbox, ask: Ask) -> None:
    await refused(ask, "getUserChatBoosts", chat_id=1, user_id=1)
    assert [one.rule for one in telegram.violations()] == ["unsupported"]


async def test_who_never_started_cannot_be_written_to(telegram: TelegramSandbox, ask: Ask) -> None:
    sara, sam = await telegram.user("Sara"), await telegram.user("Sam")
    await telegram.group("Desk", sam)
    assert await refused(ask, "sendMessage", chat_id=sara.id, text="a") == "Bad Request: chat not found"
    answer = await ask("sendMessage", chat_id=sam.id, text="a")
    assert answer["description"] == "Forbidden: bot can't initiate conversation with a user"


async def test_who_blocked_or_left_telegram_cannot_be_reached(telegram: TelegramSandbox, ask: Ask) -> None:
    sara = await telegram.user("Sara")
    await telegram.starts(sara)
    await telegram.blocks(sara)
    assert await refused(ask, "sendMessage", chat_id=sara.id, text="a") == "Forbidden: bot was blocked by the user"
    await telegram.deactivates(sara)
    assert await refused(ask, "sendMessage", chat_id=sara.id, text="a") == "Forbidden: user is deactivated"


async def test_a_group_that_threw_the_bot_out_refuses(telegram: TelegramSandbox, ask: Ask) -> None:
    sam = await telegram.user("Sam")
    group = await telegram.group("Desk", sam, bot="left")
    expected = "Forbidden: bot is not a member of the supergroup chat"
    assert await refused(ask, "sendMessage", chat_id=group.id, text="a") == expected
    await telegram.adds_bot(sam, group)
    await telegram.removes_bot(sam, group)
    expected = "Forbidden: bot was kicked from the supergroup chat"
    assert await refused(ask, "sendMessage", chat_id=group.id, text="a") == expected
    await telegram.deletes_group(group)
    assert await refused(ask, "getChat", chat_id=group.id) == "Forbidden: the group chat was deleted"


async def test_an_upgraded_group_names_its_new_id(telegram: TelegramSandbox, ask: Ask) -> None:
    group = await telegram.group("Desk", await telegram.user("Sam"), forum=False, supergroup=False)
    new = await telegram.migrates(group)
    answer = await ask("sendMessage", chat_id=group.id, text="a")
    assert answer["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert answer["parameters"] == {"migrate_to_chat_id": new.id}
    assert (await ask("sendMessage", chat_id=new.id, text="a"))["ok"]


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("", "Bad Request: message text is empty"),
        (" \u202e\n", "Bad Request: message text is empty"),
        ("😀" * 2048 + "x", "Bad Request: message is too long"),
    ],
)
async def test_a_text_has_its_bounds(telegram: TelegramSandbox, ask: Ask, text: str, description: str) -> None:
    sara = await telegram.user("Sara")
    await telegram.starts(sara)
    assert await refused(ask, "sendMessage", chat_id=sara.id, text=text) == description
    assert (await ask("sendMessage", chat_id=sara.id, text="😀" * 2048))["ok"]


@pytest.mark.parametrize(
    ("button", "description"),
    [
        ({"text": "x", "callback_data": "ط" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x"}, "Text buttons are unallowed in the inline keyboard"),
        ({"text": " ", "callback_data": "x"}, "button text must be non-empty"),
        ({"text": "x", "url": "http://localhost:8080/t"}, "Wrong HTTP URL"),
        ({"text": "x", "url": "javascript://a.b"}, "Unsupported URL protocol"),
    ],
)
async def test_a_button_has_its_bounds(
    telegram: TelegramSandbox, ask: Ask, button: dict[str, str], description: str
) -> None:
    sara = await telegram.user("Sara")
    await telegram.starts(sara)
    markup = {"inline_keyboard": [[button]]}
    assert description in await refused(ask, "sendMessage", chat_id=sara.id, text="a", reply_markup=markup)


async def test_the_sixty_four_bytes_of_a_button_s_data_are_enough(telegram: TelegramSandbox, ask: Ask) -> None:
    sara = await telegram.user("Sara")
    await telegram.starts(sara)
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "ط" * 32}]]}
    assert (await ask("sendMessage", chat_id=sara.id, text="a", reply_markup=markup))["ok"]


async def test_what_is_gone_cannot_be_answered_edited_deleted_copied(telegram: TelegramSandbox, ask: Ask) -> None:
    sara = await telegram.user("Sara")
    await telegram.starts(sara)
    chat = {"chat_id": sara.id, "message_id": 99}
    reply = {"message_id": 99}
    said = await refused(ask, "sendMessage", chat_id=sara.id, text="a", reply_parameters=reply)
    assert said == "Bad Request: message to be replied not found"
    assert await refused(ask, "editMessageText", **chat, text="a") == "Bad Request: message to edit not found"
    assert await refused(ask, "deleteMessage", **chat) == "Bad Request: message to delete not found"
    copied = await refused(ask, "copyMessage", **chat, from_chat_id=sara.id)
    assert copied == "Bad Request: message to copy not found"
    reply["allow_sending_without_reply"] = True
    assert (await ask("sendMessage", chat_id=sara.id, text="a", reply_parameters=reply))["ok"]


async def test_editing_to_the_same_is_no_modification(telegram: TelegramSandbox, ask: Ask) -> None:
    sara = await telegram.user("Sara")
    own = await telegram.starts(sara)
    sent = (await ask("sendMessage", chat_id=sara.id, text="<b>a</b>", parse_mode="HTML"))["result"]
    same = {"chat_id": sara.id, "message_id": sent["message_id"], "text": "<b>a</b>", "parse_mode": "HTML"}
    assert (await refused(ask, "editMessageText", **same)).startswith("Bad Request: message is not modified: spec")
    assert (await ask("editMessageText", **{**same, "text": "b"}))["result"]["text"] == "b"
    other = await refused(ask, "editMessageText", chat_id=sara.id, message_id=own.id, text="b")
    assert other == "Bad Request: message can't be edited"


async def test_a_press_is_answered_once_and_soon(telegram: TelegramSandbox, ask: Ask) -> None:
    sara = await telegram.user("Sara")
    await telegram.starts(sara)
    markup = {"inline_keyboard": [[{"text": "Where", "callback_data": "w:1"}]]}
    sent = (await ask("sendMessage", chat_id=sara.id, text="a", reply_markup=markup))["result"]
    query = await telegram.presses(sara, sent["message_id"], "Where")
    assert (await ask("answerCallbackQuery", callback_query_id=query, text="ok"))["ok"]
    assert telegram.answer_of(query) == {"text": "ok"}
    late = await refused(ask, "answerCallbackQuery", callback_query_id=query)
    assert late == "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def test_a_reaction_must_be_one_of_telegram_s(telegram: TelegramSandbox, ask: Ask) -> None:
    sara = await telegram.user("Sara")
    said = await telegram.starts(sara)
    on = {"chat_id": sara.id, "message_id": said.id}
    assert await refused(ask, "setMessageReaction", **on, reaction=[{"type": "emoji", "emoji": "📦"}]) == (
        "Bad Request: REACTION_INVALID"
    )
    assert (await ask("setMessageReaction", **on, reaction=[{"type": "emoji", "emoji": "👀"}]))["ok"]
    assert telegram.messages(sara)[0].reactions == ("👀",)


async def test_the_sandbox_fetches_no_files_from_outside(telegram: TelegramSandbox, ask: Ask) -> None:
    sara = await telegram.user("Sara")
    await telegram.starts(sara)
    said = await refused(ask, "sendPhoto", chat_id=sara.id, photo="https://example.com/a.jpg")
    assert said == "Bad Request: wrong file identifier/HTTP URL specified"
