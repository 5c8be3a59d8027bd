"""Words of every kind go both ways through the real listening and sending sides, against the sandbox's Telegram."""

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.bot_api.seen import Seen
from bot.sandbox.bot_api.world import Topic
from bot.store import core
from bot.store.models import TicketMessage, TicketPart
from tests.fakes import database
from tests.fakes.office import Office

FAST = 20.0
"""An album's quiet second passes in a twentieth of one."""
CONTENTS: dict[str, dict[str, Any]] = {
    "location": {"location": {"latitude": 24.7, "longitude": 46.7}},
    "venue": {
        "venue": {"location": {"latitude": 24.7, "longitude": 46.7}, "title": "Depot", "address": "King Fahd Road"},
        "location": {"latitude": 24.7, "longitude": 46.7},
    },
    "contact": {"contact": {"phone_number": "+966500000000", "first_name": "Huda"}},
    "dice": {"dice": {"emoji": "🎲", "value": 4}},
    "poll": {
        "poll": {
            "id": "7", "question": "When?", "options": [{"persistent_id": "0", "text": "Now", "voter_count": 0}],
            "total_voter_count": 0, "is_closed": False, "is_anonymous": True, "type": "regular",
            "allows_multiple_answers": False, "allows_revoting": False, "members_only": False,
        }
    },
}  # fmt: skip
FILES = ("photo", "video", "voice", "audio", "document", "sticker", "animation", "video_note")


@pytest.fixture
async def office(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Office]:
    file = tmp_path / "herald.sqlite3"
    shutil.copy(sqlite_template, file)
    await database.connect(f"sqlite://{file}")
    try:
        async with Office(FAST) as open_office:
            yield open_office
        assert open_office.telegram.violations("schema") == []
        assert open_office.telegram.violations("unsupported") == []
    finally:
        await core.close()


def ours(office: Office, chat: Any, topic: Topic | None = None) -> list[Seen]:
    return [one for one in office.telegram.messages(chat, topic) if one.from_bot]


async def said_last(office: Office, chat: Any, topic: Topic | None, fits: Callable[[Seen], bool]) -> Seen:
    """The bot's message in the chat that fits, as soon as it is there."""
    found = await office.telegram.wait_for(lambda: [one for one in ours(office, chat, topic) if fits(one)])
    return found[-1]


async def desk_of(office: Office) -> Topic:
    """Layla's topic, and Sara known to her by name."""
    topic = await office.asks()
    await office.telegram.in_group(office.sara, office.group, "Hello", topic)
    await office.telegram.expects(office.layla, "Hello")
    return topic


async def test_everything_that_can_be_copied_goes_both_ways(office: Office) -> None:
    telegram, topic = office.telegram, await desk_of(office)
    for kind in FILES:
        await telegram.sends_file(office.layla, kind)
        await telegram.sends_file(office.sara, kind, group=office.group, topic=topic)
    for content in CONTENTS.values():
        await telegram.sends(office.layla, content)
        await telegram.sends(office.sara, content, group=office.group, topic=topic)
    wanted = [*FILES, *CONTENTS]
    await telegram.wait_for(lambda: [one.kind for one in ours(office, office.group, topic)][-len(wanted) :] == wanted)
    await telegram.wait_for(lambda: [one.kind for one in ours(office, office.layla)][-len(wanted) :] == wanted)
    assert not any(one.forwarded for one in ours(office, office.layla))


async def test_what_is_marked_in_a_text_is_marked_on_the_other_side(office: Office) -> None:
    telegram, topic = office.telegram, await desk_of(office)
    bold = [{"type": "bold", "offset": 3, "length": 4}]
    await telegram.sends(office.layla, {"text": "🎁 مهمّ", "entities": bold})
    seen = await telegram.expects(office.group, "مهمّ", topic)
    assert seen.entities == tuple(bold)
    await telegram.sends(office.sara, {"text": "🎁 sure", "entities": bold}, group=office.group, topic=topic)
    assert (await telegram.expects(office.layla, "sure")).entities == tuple(bold)


@pytest.mark.parametrize("kind", ["paid_media", "giveaway", "invoice"])
async def test_what_nobody_can_copy_is_said_kindly_to_its_author(office: Office, kind: str) -> None:
    telegram, topic = office.telegram, await desk_of(office)
    contents: dict[str, dict[str, Any]] = {
        "paid_media": {"star_count": 5, "paid_media": [{"type": "preview"}]},
        "giveaway": {"chats": [], "winners_selection_date": 1795514400, "winner_count": 1},
        "invoice": {
            "title": "Box", "description": "A box", "start_parameter": "", "currency": "XTR", "total_amount": 5,
        },
    }  # fmt: skip
    content = {kind: contents[kind]}
    sent = await telegram.sends(office.layla, content)
    told = await telegram.expects(office.layla, "can't be passed on")
    assert told.reply_to == sent.id
    tried = await telegram.sends(office.sara, content, group=office.group, topic=topic)
    await telegram.wait_for(lambda: "🤷" in telegram.message(office.group, tried.id).reactions)  # type: ignore[union-attr]


async def test_what_telegram_refuses_to_copy_is_not_lost_in_silence(office: Office) -> None:
    telegram, topic = office.telegram, await desk_of(office)
    await telegram.fault("bad_request", "copyMessage", times=2, text="message can't be copied")
    sent = await telegram.sends_photo(office.layla, "the box")
    assert (await telegram.expects(office.layla, "can't be passed on")).reply_to == sent.id
    tried = await telegram.sends_photo(office.sara, "the label", group=office.group, topic=topic)
    await telegram.wait_for(lambda: "👎" in telegram.message(office.group, tried.id).reactions)  # type: ignore[union-attr]
    await telegram.in_group(office.sara, office.group, "/why", topic, reply_to=tried)
    await telegram.expects(office.group, "lets nobody copy this kind", topic)


# ---- albums


async def test_albums_stay_albums_both_ways(office: Office) -> None:
    telegram, topic = office.telegram, await desk_of(office)
    theirs = await telegram.sends_album(office.layla, 10, "ten sides of it")
    await telegram.says(office.layla, "these are all")
    last = await telegram.expects(office.group, "these are all", topic)
    album = [one for one in ours(office, office.group, topic) if one.album]
    assert len(album) == len(theirs) == 10
    assert len({one.album for one in album}) == 1
    assert [one.text for one in album] == ["ten sides of it"] + [""] * 9
    assert last.id > album[-1].id
    ours_sent = await telegram.sends_album(office.sara, 2, "labels", group=office.group, topic=topic)
    await telegram.wait_for(lambda: len([one for one in ours(office, office.layla) if one.album]) == 2)
    await office.shut()
    assert await TicketMessage.filter(album=ours_sent[0].album, fate="sent").count() == 2
    assert len(telegram.calls("copyMessages")) == 2


async def test_items_of_an_album_are_quoted_corrected_and_taken_back_one_by_one(office: Office) -> None:
    telegram, topic = office.telegram, await desk_of(office)
    theirs = await telegram.sends_album(office.layla, 3, "wet")
    await telegram.wait_for(lambda: len([one for one in ours(office, office.group, topic) if one.album]) == 3)
    copies = [one for one in ours(office, office.group, topic) if one.album]

    await telegram.in_group(office.sara, office.group, "this side?", topic, reply_to=copies[1])
    assert (await telegram.expects(office.layla, "this side?")).reply_to == theirs[1].id
    await telegram.edits(office.layla, theirs[0], "wet through")
    await telegram.wait_for(lambda: telegram.message(office.group, copies[0].id).text == "wet through")  # type: ignore[union-attr]

    mine = await telegram.sends_album(office.sara, 3, "labels", group=office.group, topic=topic)
    await telegram.wait_for(lambda: len([one for one in ours(office, office.layla) if one.album]) == 3)
    read = [one for one in ours(office, office.layla) if one.album]
    await telegram.in_group(office.sara, office.group, "/del", topic, reply_to=mine[2])
    await telegram.wait_for(lambda: telegram.message(office.layla, read[2].id) is None)
    assert telegram.message(office.layla, read[1].id) is not None
    asked = await telegram.sends(office.layla, {"text": "which one?"})
    assert asked.id


async def test_an_album_that_a_restart_cuts_in_two_arrives_once_and_whole(office: Office) -> None:
    telegram, topic = office.telegram, await desk_of(office)
    office.clock.change_speed(1.0)
    first = [await telegram.sends_file(office.layla, "photo", str(n), album="cut") for n in range(2)]
    await telegram.wait_for(lambda: len(telegram.api.updates.waiting) == 0)
    await office.shut()
    rest = [await telegram.sends_file(office.layla, "photo", str(n), album="cut") for n in range(2, 4)]
    office.clock.change_speed(FAST)
    await office.open()
    await telegram.wait_for(lambda: len([one for one in ours(office, office.group, topic) if one.album]) == 4)
    album = [one for one in ours(office, office.group, topic) if one.album]
    assert len(first) + len(rest) == 4
    assert ([one.text for one in album], len({one.album for one in album})) == (["0", "1", "2", "3"], 1)


async def test_an_item_taken_back_before_the_album_leaves_is_missed_by_nobody(office: Office) -> None:
    telegram, topic = office.telegram, await desk_of(office)
    await telegram.fault("flood", "copyMessages", seconds=1)
    theirs = await telegram.sends_album(office.layla, 3, "one")
    await telegram.wait_for(lambda: telegram.calls("copyMessages"))
    await telegram.deletes(office.layla, theirs[1])
    await telegram.wait_for(lambda: len([one for one in ours(office, office.group, topic) if one.album]) == 2)
    copies = [one for one in ours(office, office.group, topic) if one.album]
    await telegram.says(office.layla, "so?", reply_to=theirs[2])
    assert (await telegram.expects(office.group, "so?", topic)).reply_to == copies[1].id
    await office.shut()
    assert await TicketMessage.filter(source_message_id=theirs[1].id, fate="deleted").exists()


async def test_an_album_in_doubt_is_marked_and_sent_again_only_when_told_to(office: Office) -> None:
    telegram, topic = office.telegram, await desk_of(office)
    await telegram.fault("late_gateway", "copyMessages", chat=office.layla)
    mine = await telegram.sends_album(office.sara, 2, "labels", group=office.group, topic=topic)
    await telegram.wait_for(lambda: "🤔" in telegram.message(office.group, mine[0].id).reactions)  # type: ignore[union-attr]
    assert len([one for one in ours(office, office.layla) if one.album]) == 2
    await telegram.in_group(office.sara, office.group, "/resend", topic, reply_to=mine[1])
    await telegram.wait_for(lambda: len([one for one in ours(office, office.layla) if one.album]) == 4)


# ---- reactions


async def test_reactions_are_mirrored_both_ways_and_taken_away(office: Office) -> None:
    telegram, topic = office.telegram, await desk_of(office)
    said = await telegram.in_group(office.sara, office.group, "It is on its way", topic)
    read = await telegram.expects(office.layla, "It is on its way")
    await telegram.reacts(office.layla, read, "❤️")
    await telegram.wait_for(lambda: "❤" in telegram.message(office.group, said.id).reactions)  # type: ignore[union-attr]
    await telegram.reacts(office.layla, read)
    await telegram.wait_for(lambda: telegram.message(office.group, said.id).reactions == ())  # type: ignore[union-attr]

    thanks = await telegram.says(office.layla, "Thank you!")
    seen = await telegram.expects(office.group, "Thank you!", topic)
    await telegram.reacts(office.sara, seen, "🙏", chat=office.group)
    await telegram.wait_for(lambda: "🙏" in telegram.message(office.layla, thanks.id).reactions)  # type: ignore[union-attr]
    await telegram.reacts(office.sara, seen, chat=office.group)
    await telegram.wait_for(lambda: telegram.message(office.layla, thanks.id).reactions == ())  # type: ignore[union-attr]


async def test_reactions_of_who_may_not_answer_or_hides_go_nowhere(office: Office) -> None:
    telegram, topic = office.telegram, await desk_of(office)
    thanks = await telegram.says(office.layla, "Thank you!")
    seen = await telegram.expects(office.group, "Thank you!", topic)
    await telegram.reacts(office.sara, seen, "👍", chat=office.group, anonymous=True)
    card = telegram.pinned(office.group, topic)[0]
    await telegram.reacts(office.sara, card, "👍", chat=office.group)
    await telegram.in_group(office.sara, office.group, "You're welcome", topic)
    await telegram.expects(office.layla, "You're welcome")
    assert telegram.message(office.layla, thanks.id).reactions == ()  # type: ignore[union-attr]


# ---- long words, corrections


async def test_a_paying_persons_long_caption_arrives_whole_on_both_sides(office: Office) -> None:
    telegram, topic = office.telegram, await desk_of(office)
    office.layla.is_premium = office.sara.is_premium = True
    caption = " ".join(f"word{n}" for n in range(200))
    await telegram.sends_photo(office.layla, caption)
    assert (await telegram.expects(office.group, "word199", topic)).forwarded
    said = await telegram.sends_photo(office.sara, caption, group=office.group, topic=topic)
    rest = await telegram.expects(office.layla, "word199")
    photo = ours(office, office.layla)[-2]
    assert (photo.kind, photo.forwarded, rest.kind) == ("photo", False, "text")
    assert f"{photo.text} {rest.text}".split() == caption.split()
    await telegram.edits(office.sara, said, "short after all", chat=office.group)
    await telegram.wait_for(lambda: telegram.message(office.layla, photo.id).text == "short after all")  # type: ignore[union-attr]
    await telegram.wait_for(lambda: telegram.message(office.layla, rest.id) is None)
    await office.shut()
    assert await TicketPart.all().count() == 0


async def test_a_text_of_emoji_as_long_as_telegram_takes_goes_both_ways(office: Office) -> None:
    telegram, topic = office.telegram, await desk_of(office)
    text = "👩\u200d👧" * 800 + "😀" * 48
    await telegram.says(office.layla, text)
    assert (await telegram.expects(office.group, text, topic)).text == text
    await telegram.in_group(office.sara, office.group, text, topic)
    assert (await telegram.expects(office.layla, text)).text == text


async def test_other_media_take_the_place_of_the_old_ones(office: Office) -> None:
    telegram, topic = office.telegram, await desk_of(office)
    sent = await telegram.sends_photo(office.layla, "the box")
    copy = await telegram.expects(office.group, "the box", topic)
    changed = await telegram.replaces_file(office.layla, sent, "video", "the box in motion", chat=office.layla)
    await telegram.wait_for(lambda: telegram.message(office.group, copy.id).file_id == changed.file_id)  # type: ignore[union-attr]
    assert telegram.message(office.group, copy.id).text == "the box in motion"  # type: ignore[union-attr]


async def test_a_correction_that_cannot_be_made_in_place_is_said_below(office: Office) -> None:
    telegram, topic = office.telegram, await desk_of(office)
    sent = await telegram.says(office.layla, "tomorow")
    copy = await telegram.expects(office.group, "tomorow", topic)
    await telegram.deletes(office.sara, copy, chat=office.group)
    await telegram.edits(office.layla, sent, "tomorrow")
    await telegram.expects(office.group, "tomorrow", topic)


async def test_who_corrects_what_the_customer_has_deleted_sees_that_it_did_not_arrive(office: Office) -> None:
    telegram, topic = office.telegram, await desk_of(office)
    said = await telegram.in_group(office.sara, office.group, "tomorow", topic)
    read = await telegram.expects(office.layla, "tomorow")
    await telegram.deletes(office.layla, read)
    await telegram.edits(office.sara, said, "tomorrow", chat=office.group)
    await telegram.wait_for(lambda: "👎" in telegram.message(office.group, said.id).reactions)  # type: ignore[union-attr]
    await telegram.in_group(office.sara, office.group, "/why", topic, reply_to=said)
    await telegram.expects(office.group, "its correction has not", topic)


async def test_who_blocks_the_bot_in_the_middle_of_long_words_gets_the_rest_when_he_is_back(office: Office) -> None:
    telegram, topic = office.telegram, await desk_of(office)
    office.sara.is_premium = True
    caption = " ".join(f"word{n}" for n in range(200))
    await telegram.fault("forbidden", "sendMessage", chat=office.layla)
    said = await telegram.sends_photo(office.sara, caption, group=office.group, topic=topic)
    await telegram.wait_for(lambda: "👎" in telegram.message(office.group, said.id).reactions)  # type: ignore[union-attr]
    assert ours(office, office.layla)[-1].kind == "photo"
    await telegram.in_group(office.sara, office.group, "/resend", topic, reply_to=said)
    await telegram.expects(office.layla, "word199")
    assert len([one for one in ours(office, office.layla) if one.kind == "photo"]) == 1


async def test_a_part_of_long_words_in_doubt_is_marked_and_only_that_part_is_sent_again(office: Office) -> None:
    telegram, topic = office.telegram, await desk_of(office)
    office.sara.is_premium = True
    caption = " ".join(f"word{n}" for n in range(200))
    await telegram.fault("late_gateway", "sendMessage", chat=office.layla)
    said = await telegram.sends_photo(office.sara, caption, group=office.group, topic=topic)
    await telegram.wait_for(lambda: "🤔" in telegram.message(office.group, said.id).reactions)  # type: ignore[union-attr]
    await telegram.in_group(office.sara, office.group, "/resend", topic, reply_to=said)
    await telegram.wait_for(lambda: len([one for one in ours(office, office.layla) if "word199" in one.text]) == 2)
    assert len([one for one in ours(office, office.layla) if one.kind == "photo"]) == 1


async def test_words_corrected_before_they_could_arrive_are_sent_again_as_corrected(office: Office) -> None:
    telegram, topic = office.telegram, await desk_of(office)
    await telegram.fault("bad_request", "sendMessage", chat=office.layla, text="message is too long")
    said = await telegram.in_group(office.sara, office.group, "tomorow", topic)
    await telegram.wait_for(lambda: "👎" in telegram.message(office.group, said.id).reactions)  # type: ignore[union-attr]
    corrected = await telegram.edits(office.sara, said, "tomorrow", chat=office.group)
    await telegram.in_group(office.sara, office.group, "/resend", topic, reply_to=corrected)
    read = await telegram.expects(office.layla, "tomorrow")
    assert not read.edited
    assert not [one for one in ours(office, office.layla) if "tomorow" in one.text]
    await telegram.wait_for(lambda: telegram.message(office.group, said.id).reactions == ())  # type: ignore[union-attr]


async def test_a_customers_words_that_telegram_may_have_taken_come_once_more_and_marked(office: Office) -> None:
    telegram, topic = office.telegram, await desk_of(office)
    await telegram.fault("late_gateway", "sendMessage", chat=office.group)
    await telegram.says(office.layla, "And now?")
    await telegram.wait_for(
        lambda: [one.reactions for one in ours(office, office.group, topic) if one.text == "And now?"] == [(), ("🤔",)]
    )


async def test_a_reply_to_what_has_no_counterpart_loses_its_quote_and_arrives(office: Office) -> None:
    telegram, topic = office.telegram, await desk_of(office)
    notice = ours(office, office.layla)[0]
    await telegram.says(office.layla, "What is that?", reply_to=notice)
    assert (await telegram.expects(office.group, "What is that?", topic)).reply_to is None
    card = telegram.pinned(office.group, topic)[0]
    await telegram.in_group(office.sara, office.group, "As it says", topic, reply_to=card)
    assert (await telegram.expects(office.layla, "As it says")).reply_to is None


async def test_words_gathered_from_a_flood_are_corrected_and_reacted_to_in_their_one_message(office: Office) -> None:
    telegram, topic = office.telegram, await desk_of(office)
    sent = [await telegram.says(office.layla, f"word {n}.") for n in range(14)]
    there = await said_last(office, office.group, topic, lambda one: "12." in one.text and "13." in one.text)
    await telegram.edits(office.layla, sent[13], "the last word")
    wanted = "word 12.\nthe last word"
    await telegram.wait_for(lambda: telegram.message(office.group, there.id).text.endswith(wanted))  # type: ignore[union-attr]
    await telegram.reacts(office.layla, sent[12], "👍")
    await telegram.wait_for(lambda: telegram.message(office.group, there.id).reactions == ("👍",))  # type: ignore[union-attr]
    assert await TicketMessage.filter(direction="in", fate="queued").count() == 0
