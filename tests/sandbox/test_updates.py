"""Updates: kept until acknowledged, one poller, the kinds that were asked for."""

import asyncio

from bot.sandbox.telegram import TelegramSandbox
from tests.sandbox.conftest import Ask


async def texts(ask: Ask, **params: object) -> list[str]:
    return [one["message"]["text"] for one in (await ask("getUpdates", **params))["result"] if "message" in one]


async def test_updates_come_again_until_they_are_acknowledged(telegram: TelegramSandbox, ask: Ask) -> None:
    sara = await telegram.user("Sara")
    for text in ("a", "b", "c"):
        await telegram.says(sara, text)
    assert await texts(ask) == ["a", "b", "c"]
    first = (await ask("getUpdates", limit=1))["result"]
    assert len(first) == 1
    assert await texts(ask, offset=first[0]["update_id"] + 1) == ["b", "c"]
    assert await texts(ask) == ["b", "c"]
    assert await texts(ask, offset=-1) == ["c"]


async def test_a_long_poll_ends_with_the_first_update(telegram: TelegramSandbox, ask: Ask) -> None:
    sara = await telegram.user("Sara")
    poll = asyncio.create_task(texts(ask, timeout=30))
    await asyncio.sleep(0.02)
    assert not poll.done()
    await telegram.says(sara, "now")
    assert await poll == ["now"]


async def test_the_second_poller_ends_the_first(telegram: TelegramSandbox, ask: Ask) -> None:
    first = asyncio.ensure_future(ask("getUpdates", timeout=30))
    await telegram.wait_for(lambda: telegram.calls("getUpdates"))
    assert (await ask("getUpdates"))["ok"]
    assert (await first)["description"].startswith("Conflict: terminated by other getUpdates request")


async def test_a_webhook_and_polling_exclude_each_other(ask: Ask) -> None:
    assert (await ask("setWebhook", url="https://example.com/hook", secret_token="x"))["ok"]
    assert (await ask("getWebhookInfo"))["result"]["url"] == "https://example.com/hook"
    assert (await ask("getUpdates"))["description"].startswith("Conflict: can't use getUpdates method while webhook")
    assert (await ask("deleteWebhook"))["ok"]
    assert (await ask("getUpdates"))["ok"]


async def test_reactions_and_members_come_only_when_asked_for(telegram: TelegramSandbox, ask: Ask) -> None:
    sara, amy = await telegram.user("Sara"), await telegram.user("Amy")
    said = await telegram.says(sara, "a")
    desk = await telegram.group("Desk", amy)
    await telegram.reacts(sara, said, "👍")
    await telegram.joins(sara, desk)
    await ask("getUpdates", offset=-1, allowed_updates=["message_reaction", "chat_member", "nonsense"])
    await telegram.reacts(sara, said, "")
    await telegram.leaves(sara, desk)
    kinds = [sorted(one)[0] for one in (await ask("getUpdates"))["result"]]
    assert kinds[-2:] == ["message_reaction", "chat_member"]
    assert len(kinds) == 3


async def test_an_empty_list_of_kinds_means_the_usual_ones(telegram: TelegramSandbox, ask: Ask) -> None:
    await ask("getUpdates", allowed_updates=["message_reaction"])
    await ask("getUpdates", allowed_updates=[])
    await telegram.says(await telegram.user("Sara"), "a")
    assert await texts(ask) == ["a"]


async def test_blocking_is_told_and_silences(telegram: TelegramSandbox, ask: Ask) -> None:
    sara = await telegram.user("Sara")
    await telegram.starts(sara)
    await telegram.blocks(sara)
    await telegram.unblocks(sara)
    heard = [one["my_chat_member"] for one in (await ask("getUpdates"))["result"] if "my_chat_member" in one]
    assert [one["new_chat_member"]["status"] for one in heard] == ["kicked", "member"]


async def test_an_edit_a_press_and_a_contact_arrive_as_such(telegram: TelegramSandbox, ask: Ask) -> None:
    sara, sam = await telegram.user("Sara", phone="+966501112233"), await telegram.user("Sam")
    said = await telegram.says(sara, "a")
    await telegram.edits(sara, said, "b")
    await telegram.shares_contact(sara)
    await telegram.shares_contact(sara, of=sam)
    _, edited, own, other = (await ask("getUpdates"))["result"]
    assert edited["edited_message"]["text"] == "b"
    assert own["message"]["contact"]["user_id"] == sara.id
    assert own["message"]["contact"]["phone_number"] == "+966501112233"
    assert other["message"]["contact"]["user_id"] == sam.id


async def test_an_update_can_be_repeated_or_be_of_an_unknown_kind(telegram: TelegramSandbox, ask: Ask) -> None:
    number = await telegram.update({"brand_new_kind": {"x": 1}})
    await telegram.update({"update_id": number, "brand_new_kind": {"x": 1}})
    assert [one["update_id"] for one in (await ask("getUpdates"))["result"]] == [number, number]


async def test_a_press_on_a_deleted_message_brings_an_inaccessible_one(telegram: TelegramSandbox, ask: Ask) -> None:
    sara = await telegram.user("Sara")
    await telegram.starts(sara)
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "w:1"}]]}
    sent = (await ask("sendMessage", chat_id=sara.id, text="a", reply_markup=markup))["result"]["message_id"]
    await ask("deleteMessage", chat_id=sara.id, message_id=sent)
    await telegram.presses(sara, sent, "w:1")
    query = (await ask("getUpdates"))["result"][-1]["callback_query"]
    assert (query["data"], query["message"]["date"]) == ("w:1", 0)
