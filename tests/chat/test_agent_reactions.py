"""Reactions at the desk and in private, corrections of long words, and why something did not arrive."""

from typing import Any

import pytest

from bot.store.crypt import Vault
from bot.store.models import Customer, OutboxRow, TicketMessage, TicketPart
from bot.texts.messages import Reader, render
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk, facts, of_act
from tests.fakes.desk import OMAR, SARA, TOPIC, Desk, leave_all, open_desk, own, relayed
from tests.fakes.rows import GROUP
from tests.fakes.talk import Who, kinds

LAYLA = Who(5, "Layla", "ar")
DESK_CHAT = {"id": GROUP, "type": "supergroup", "title": "Desk", "is_forum": True}


@pytest.fixture
async def desk(store: str, clock: StandingClock, vault: Vault) -> Desk:
    return await open_desk(SpokenTalk(clock, vault))


async def reacts(desk: Desk, who: Who, message_id: int, *emoji: str, chat: dict[str, Any] | None = None) -> list[Any]:
    """Somebody's reactions under a message become these."""
    said = [
        {"type": "emoji", "emoji": one} if len(one) < 5 else {"type": "custom_emoji", "custom_emoji_id": one}
        for one in emoji
    ]
    place = chat or {"id": who.id, "type": "private", "first_name": who.name}
    change = {"chat": place, "message_id": message_id, "date": 1795514400, "user": who.as_user(), "old_reaction": []}
    return await desk.talk.feed({"message_reaction": change | {"new_reaction": said}})


async def arrived(desk: Desk) -> TicketMessage:
    await desk.says("Hello")
    await leave_all()
    return await relayed()


async def test_a_customers_reaction_is_shown_on_the_agents_message(desk: Desk) -> None:
    kept = await arrived(desk)
    [row] = await reacts(desk, LAYLA, 77, "❤️")
    assert (row["act"], row["chat_id"], row["lane"]) == ("react", GROUP, f"desk:{desk.customer.id}")
    assert row["payload"] == {"message_id": kept.source_message_id, "emoji": "❤"}
    await leave_all()
    [gone] = await reacts(desk, LAYLA, 77)
    assert gone["payload"]["emoji"] == ""


async def test_of_several_colleagues_the_latest_that_stands_is_shown(desk: Desk) -> None:
    kept = await arrived(desk)
    shown = []
    for who, *emoji in ((SARA, "👍"), (OMAR, "🙏"), (OMAR,), (SARA,)):
        [row] = await reacts(desk, who, kept.source_message_id, *emoji, chat=DESK_CHAT)
        assert (row["chat_id"], row["payload"]["message_id"]) == (5, 77)
        shown.append(row["payload"]["emoji"])
        await leave_all()
    assert shown == ["👍", "🙏", "👍", ""]


async def test_a_reaction_to_words_on_their_way_waits_for_them(desk: Desk) -> None:
    await desk.says("Hello")
    kept = await TicketMessage.get()
    [row] = await reacts(desk, OMAR, kept.source_message_id, "👍", chat=DESK_CHAT)
    assert row["payload"] == {"of": kept.id, "emoji": "👍"}


async def test_custom_emoji_go_nowhere(desk: Desk) -> None:
    kept = await arrived(desk)
    assert await reacts(desk, SARA, kept.source_message_id, "5368324170671202286", chat=DESK_CHAT) == []
    assert (await TicketMessage.get()).reactions is None


@pytest.mark.parametrize("role", ["none", "trainee"])
async def test_reactions_of_who_may_not_answer_stay_here(desk: Desk, role: str) -> None:
    kept = await arrived(desk)
    await own(desk.parcel.merchant, SARA, role)
    assert await reacts(desk, SARA, kept.source_message_id, "👍", chat=DESK_CHAT) == []


async def test_reactions_of_strangers_hidden_admins_and_banned_customers_stay_where_they_are(desk: Desk) -> None:
    kept = await arrived(desk)
    hidden = {"chat": DESK_CHAT, "message_id": kept.source_message_id, "date": 1, "actor_chat": DESK_CHAT}
    change = {"old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]}
    assert await desk.talk.feed({"message_reaction": hidden | change}) == []
    assert await reacts(desk, Who(99, "Stranger"), 77, "👍") == []
    assert await reacts(desk, SARA, 12345, "👍", chat=DESK_CHAT) == []
    await Customer.all().update(banned_ms=1)
    assert await reacts(desk, LAYLA, 77, "👍") == []


async def test_while_telegram_does_not_tell_who_belongs_here_no_reaction_goes_over(
    desk: Desk, clock: StandingClock
) -> None:
    kept = await arrived(desk)
    desk.talk.telegram.silent = True
    stranger = Who(6099, "Huda")
    assert await reacts(desk, stranger, kept.source_message_id, "👍", chat=DESK_CHAT) == []


# ---- long words


async def long_photo(desk: Desk) -> TicketMessage:
    """A photo whose caption takes two messages; both have arrived."""
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    await desk.says("", photo=photo, caption="word " * 300)
    await leave_all()
    kept = await relayed()
    _ = await TicketPart.create(message_id=kept.id, number=1, target_chat_id=5, target_message_id=78)
    return kept


async def test_a_long_caption_becomes_media_and_a_text(desk: Desk) -> None:
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    rows = of_act(await desk.says("", photo=photo, caption="word " * 300), "text", "copy")
    who, copy, rest = rows
    assert who["payload"]["text"] == "Sara, Lavender"
    assert len(copy["payload"]["caption"]) <= 1024
    assert (copy["payload"]["caption"] + rest["payload"]["text"]).split() == ["word"] * 300
    assert (rest["payload"]["part"], rest["payload"]["message"]) == (1, copy["payload"]["message"])


async def test_del_takes_back_every_part_of_long_words(desk: Desk) -> None:
    kept = await long_photo(desk)
    [row] = of_act(await desk.replies("/del", {"message_id": kept.source_message_id, "text": "x"}), "delete")
    assert row["payload"] == {"of": kept.id, "all": True}


async def test_a_reply_to_a_further_part_quotes_the_whole(desk: Desk) -> None:
    kept = await long_photo(desk)
    replied = {"message_id": 78, "date": 1, "chat": {"id": 5, "type": "private", "first_name": "L"}}
    [row] = of_act(await desk.talk.say("what?", LAYLA, reply_to_message=replied), "text")
    assert row["payload"]["reply_to"] == kept.source_message_id


async def test_a_correction_that_needs_fewer_messages_takes_the_rest_back(desk: Desk) -> None:
    kept = await long_photo(desk)
    place = {"message_thread_id": TOPIC, "is_topic_message": True, "chat": DESK_CHAT, "from": SARA.as_user()}
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    said = {"message_id": kept.source_message_id, "date": 1, "edit_date": 2, "photo": photo, "caption": "short"}
    edit, delete = of_act(await desk.talk.feed({"edited_message": said | place}), "copy", "delete")
    assert (edit["payload"]["of"], edit["payload"]["text"], "kind" in edit["payload"]) == (kept.id, "short", False)
    assert delete["payload"] == {"message_id": 78}
    assert await TicketPart.all().count() == 0


async def test_another_file_takes_the_place_of_the_old_one(desk: Desk) -> None:
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    await desk.says("", photo=photo, caption="the label")
    await leave_all()
    kept = await relayed()
    place = {"message_thread_id": TOPIC, "is_topic_message": True, "chat": DESK_CHAT, "from": SARA.as_user()}
    other = [{"file_id": "g", "file_unique_id": "v", "width": 1, "height": 1}]
    said = {"message_id": kept.source_message_id, "date": 1, "edit_date": 2, "photo": other, "caption": "the label"}
    [edit] = of_act(await desk.talk.feed({"edited_message": said | place}), "copy")
    assert (edit["payload"]["kind"], edit["payload"]["file_id"]) == ("photo", "g")


async def test_a_live_location_that_moves_costs_nothing(desk: Desk) -> None:
    where = {"latitude": 24.7, "longitude": 46.7, "live_period": 900}
    await desk.says("", location=where)
    await leave_all()
    kept = await relayed()
    place = {"message_thread_id": TOPIC, "is_topic_message": True, "chat": DESK_CHAT, "from": SARA.as_user()}
    said = {"message_id": kept.source_message_id, "date": 1, "edit_date": 2, "location": where | {"latitude": 24.8}}
    assert await desk.talk.feed({"edited_message": said | place}) == []


# ---- why


@pytest.mark.parametrize(
    ("fate", "trouble", "words"),
    [
        ("sent", None, "It has arrived."),
        ("sent", "uncorrected", "correction has not"),
        ("queued", None, "on its way"),
        ("in_doubt", "timeout", "did not say"),
        ("in_doubt", "album_item", "item of the album"),
        ("failed", "blocked", "has blocked the bot"),
        ("failed", "not_copied", "lets nobody copy"),
        ("failed", "caption_too_long", "refused it"),
        ("deleted", None, "Taken back."),
    ],
)
async def test_why_says_what_became_of_words(desk: Desk, fate: str, trouble: str | None, words: str) -> None:
    kept = await arrived(desk)
    await TicketMessage.all().update(fate=fate, trouble=trouble)
    told = facts(await desk.replies("/why", {"message_id": kept.source_message_id, "text": "x"}), "desk_why")
    assert words in render("desk_why", told, Reader("en")).text


async def test_why_knows_notes_and_the_customers_own_words(desk: Desk) -> None:
    await desk.says("/note quite upset")
    rows = await desk.replies("/why", {"message_id": desk.talk.message_id, "text": "x"})
    assert facts(rows, "desk_why")["fate"] == "note"
    await desk.talk.say("please help", LAYLA)
    await TicketMessage.filter(direction="in").update(target_chat_id=GROUP, target_message_id=444)
    assert facts(await desk.replies("/why", {"message_id": 444, "text": "x"}), "desk_why")["fate"] == "theirs"


@pytest.mark.parametrize("reply", [True, False])
async def test_why_about_nothing_is_explained(desk: Desk, reply: bool) -> None:
    rows = await (desk.replies("/why", {"message_id": 12345, "text": "x"}) if reply else desk.says("/why"))
    assert kinds(rows) == ["desk_why_usage"]
    assert await OutboxRow.filter(act="text").count() == 0
