"""A customer and an agent talk through the real listening and sending sides, against the sandbox's Telegram."""

from bot.sandbox.bot_api.methods.topics import ICONS
from bot.sandbox.bot_api.seen import Seen
from bot.store.models import Customer, Ticket, TicketMessage
from tests.fakes.office import Office


async def answered(office: Office, words: str, **how: object) -> Seen:
    """Sara writes in the topic and Layla reads it."""
    said = await office.telegram.in_group(office.sara, office.group, words, office.topic, **how)  # type: ignore[arg-type]
    await office.telegram.expects(office.layla, words)
    return said


async def test_a_question_is_answered_by_a_person_and_corrected_and_taken_back(office: Office) -> None:
    telegram = office.telegram
    topic = await office.asks()
    await telegram.wait_for(lambda: any("1001" in one.text for one in telegram.pinned(office.group, topic)))

    said = await answered(office, "We send a new one")

    read = telegram.messages(office.layla)[-1]
    assert read.text.startswith("Sara, Noor\n")
    assert read.entities[0]["type"] == "bold"
    await telegram.edits(office.sara, said, "We send a new one today", chat=office.group)
    await telegram.expects(office.layla, "Sara, Noor\nWe send a new one today")
    await telegram.in_group(office.sara, office.group, "/del", topic, reply_to=said)
    await telegram.wait_for(lambda: telegram.message(office.layla, read.id) is None)
    assert telegram.violations() == []


async def test_replies_are_quoted_both_ways_and_a_customers_correction_is_seen(office: Office) -> None:
    telegram = office.telegram
    topic = await office.asks("The box is wet")
    asked = next(one for one in telegram.messages(office.group, topic) if one.text == "The box is wet")
    said = await telegram.in_group(office.sara, office.group, "It rained in Leipzig", topic, reply_to=asked)
    read = await telegram.expects(office.layla, "It rained in Leipzig")
    original = next(one for one in telegram.messages(office.layla) if one.text == "The box is wet")
    assert read.reply_to == original.id

    await telegram.says(office.layla, "Thanks!", reply_to=read)
    thanks = await telegram.expects(office.group, "Thanks!", topic)
    assert thanks.reply_to == said.id
    await telegram.edits(office.layla, original, "The box is wet, why?")
    await telegram.wait_for(lambda: telegram.message(office.group, asked.id).text == "The box is wet, why?")  # type: ignore[union-attr]


async def test_media_go_both_ways_and_keep_their_captions_up_to_date(office: Office) -> None:
    telegram = office.telegram
    topic = await office.asks()
    sent = await telegram.sends_photo(office.layla, "the box")
    seen = await telegram.expects(office.group, "the box", topic)
    assert (seen.kind, seen.forwarded) == ("photo", False)
    await telegram.edits(office.layla, sent, "the broken box")
    await telegram.expects(office.group, "the broken box", topic)
    await telegram.sends_photo(office.sara, "the label", group=office.group, topic=topic)
    assert (await telegram.expects(office.layla, "the label")).kind == "photo"


async def test_a_deleted_topic_comes_again_with_its_card(office: Office) -> None:
    telegram = office.telegram
    topic = await office.asks()
    await telegram.deletes_topic(office.group, topic)

    again = await office.asks("Is anybody there?")

    assert again.id != topic.id
    await telegram.wait_for(lambda: any("1001" in one.text for one in telegram.pinned(office.group, again)))
    customer = await Customer.get(id=office.customer.id)
    assert (customer.topic_id, customer.topic_generation) == (again.id, 1)
    await answered(office, "Yes, here")


async def test_a_held_reply_of_a_deleted_topic_is_asked_about_in_the_new_one(office: Office) -> None:
    telegram = office.telegram
    topic = await office.asks()
    await telegram.in_group(office.sara, office.group, "Please contact DHL.", topic)
    await telegram.expects(office.group, "Not sent yet.", topic)
    await telegram.deletes_topic(office.group, topic)

    again = await office.asks("Is anybody there?")
    asked = await telegram.expects(office.group, "Please contact DHL.", again)
    await telegram.presses(office.sara, asked, "Send anyway", chat=office.group)
    await telegram.expects(office.layla, "Please contact DHL.")
    await telegram.expects(office.group, "Sent by Sara", again)


async def test_a_closed_topic_is_opened_for_the_customers_words(office: Office) -> None:
    topic = await office.asks()
    await office.telegram.closes_topic(office.sara, office.group, topic)
    assert (await office.asks("And now?")).id == topic.id


async def test_whom_nobody_can_reach_agents_hear_of_and_of_his_return(office: Office) -> None:
    telegram = office.telegram
    topic = await office.asks()
    await telegram.blocks(office.layla)
    await telegram.expects(office.group, "has blocked the bot", topic)

    said = await telegram.in_group(office.sara, office.group, "Hello?", topic)
    await telegram.wait_for(lambda: "👎" in telegram.message(office.group, said.id).reactions)  # type: ignore[union-attr]
    await telegram.unblocks(office.layla)
    await telegram.expects(office.group, "can be reached again", topic)
    await telegram.in_group(office.sara, office.group, "/resend", topic, reply_to=said)
    await telegram.expects(office.layla, "Hello?")
    await telegram.wait_for(lambda: telegram.message(office.group, said.id).reactions == ())  # type: ignore[union-attr]


async def test_words_in_doubt_are_marked_and_sent_again_only_when_told_to(office: Office) -> None:
    telegram = office.telegram
    topic = await office.asks()
    await telegram.fault("late_gateway", "sendMessage", chat=office.layla)
    said = await telegram.in_group(office.sara, office.group, "On its way", topic)
    await telegram.wait_for(lambda: "🤔" in telegram.message(office.group, said.id).reactions)  # type: ignore[union-attr]
    assert (await TicketMessage.get(source_message_id=said.id)).fate == "in_doubt"
    assert len([one for one in telegram.messages(office.layla) if "On its way" in one.text]) == 1

    await telegram.in_group(office.sara, office.group, "/resend", topic, reply_to=said)
    await telegram.expects(office.group, "may read it twice", topic)
    await telegram.wait_for(
        lambda: len([one for one in telegram.messages(office.layla) if "On its way" in one.text]) == 2
    )


async def test_the_group_moves_and_the_talk_goes_on(office: Office) -> None:
    await office.asks()
    await answered(office, "One moment")
    moved = await office.telegram.migrates(office.group)
    await office.telegram.says(office.layla, "Still there?")
    await office.telegram.expects(moved, "Still there?")
    customer = await Customer.get(id=office.customer.id)
    assert customer.topic_chat_id == moved.id


async def test_commands_work_in_the_topic_and_nothing_of_them_reaches_the_customer(office: Office) -> None:
    telegram = office.telegram
    topic = await office.asks()
    before = len(telegram.messages(office.layla))
    for said, answer in (
        ("/take", "Sara has it."),
        ("/track 1001", "Order 1001"),
        ("/inquiry trace", "Noted: the carrier was asked to trace order 1001."),
        ("/card", "Their clock shows"),
        ("/help", "stays inside"),
        ("/close done", "Closed."),
    ):
        await telegram.in_group(office.sara, office.group, said, topic)
        await telegram.expects(office.group, answer, topic)
    note = await telegram.in_group(office.sara, office.group, "/note quite upset", topic)
    await telegram.wait_for(lambda: "✍" in telegram.message(office.group, note.id).reactions)  # type: ignore[union-attr]
    assert len(telegram.messages(office.layla)) == before
    assert (await Ticket.get()).outcome == "done"
    assert telegram.violations() == []


async def test_a_topic_shows_how_the_ticket_stands_and_keeps_what_a_person_called_it(office: Office) -> None:
    telegram = office.telegram
    topic = await office.asks()
    await telegram.wait_for(lambda: topic.name.startswith("New: ") and ICONS.get(topic.icon or "") == "❗️")
    assert topic.name.endswith(" · Layla · 1001")
    await answered(office, "We send a new one")
    await telegram.wait_for(lambda: topic.name == "Customer's turn · Layla · 1001")
    await telegram.renames_topic(office.sara, office.group, topic, "Layla, broken vase")
    await telegram.wait_for(lambda: topic.name == "Customer's turn · Layla, broken vase")
    await telegram.in_group(office.sara, office.group, "/close", topic)
    await telegram.wait_for(lambda: topic.name == "Done · Layla, broken vase" and ICONS.get(topic.icon or "") == "✅")
    assert telegram.violations() == []


async def test_topics_switched_off_the_talk_goes_on_in_general_and_back(office: Office) -> None:
    telegram = office.telegram
    await office.owned()
    topic = await office.asks()
    await telegram.turns_topics(office.group, False)
    await telegram.says(office.layla, "Anybody there?")
    asked = await telegram.expects(office.group, "Layla · 1001\nAnybody there?")
    await telegram.expects(office.owner, "The group has no topics any more")
    await telegram.in_group(office.sara, office.group, "Yes, in General", reply_to=asked)
    await telegram.expects(office.layla, "Yes, in General")

    await telegram.turns_topics(office.group, True)
    await telegram.in_group(office.sara, office.group, "Topics are back", topic)
    await telegram.expects(office.owner, "works again")
    await telegram.says(office.layla, "Good")
    await telegram.expects(office.group, "Good", topic)


async def test_a_bot_without_rights_says_what_to_repair_and_goes_on_when_it_is(office: Office) -> None:
    telegram = office.telegram
    await office.owned()
    await telegram.promote_bot(office.group, ["can_delete_messages"])
    await telegram.expects(office.owner, "may not manage topics")
    await telegram.says(office.layla, "It is broken")
    asked = await telegram.expects(office.group, "Layla · 1001\nIt is broken")
    await telegram.in_group(office.sara, office.group, "What is?", reply_to=asked)
    await telegram.expects(office.layla, "What is?")

    await telegram.promote_bot(office.group)
    await telegram.expects(office.owner, "works again")
    topic = await telegram.wait_for(lambda: office.topic)
    assert topic is not None
    await telegram.says(office.layla, "The vase")
    await telegram.expects(office.group, "The vase", topic)


async def test_an_archived_topic_is_made_anew_and_words_in_the_old_one_still_arrive(office: Office) -> None:
    telegram = office.telegram
    old = await office.asks()
    await telegram.archives_topic(office.group, old)
    await telegram.says(office.layla, "Hello?")
    new = await telegram.wait_for(lambda: one if (one := office.topic) is not None and one.id != old.id else None)
    assert new is not None
    await telegram.expects(office.group, "Hello?", new)
    await telegram.in_group(office.sara, office.group, "From the old one", old)
    await telegram.expects(office.layla, "From the old one")


async def test_a_deleted_group_is_told_with_what_to_do(office: Office) -> None:
    telegram = office.telegram
    await office.owned()
    await office.asks()
    await telegram.deletes_group(office.group)
    await telegram.says(office.layla, "Gone?")
    await telegram.expects(office.owner, "The group has been deleted. Connect another one: /desk")


async def test_a_reply_in_general_to_nobodys_words_goes_nowhere(office: Office) -> None:
    telegram = office.telegram
    await office.asks()
    lunch = await telegram.in_group(office.sara, office.group, "Lunch?")
    await telegram.in_group(office.sara, office.group, "At one", reply_to=lunch)
    await telegram.says(office.layla, "And?")
    await telegram.expects(office.group, "And?", office.topic)
    assert not any("At one" in one.text for one in telegram.messages(office.layla))


async def test_a_bot_that_is_no_admin_or_may_not_write_says_which_and_when_it_is_over(office: Office) -> None:
    telegram = office.telegram
    await office.owned()
    topic = await office.asks()
    await telegram.promote_bot(office.group, [])
    await telegram.expects(office.owner, "The bot is no admin there any more")
    await telegram.says(office.layla, "My topic is still there")
    await telegram.expects(office.group, "My topic is still there", topic)

    await telegram.restricts_bot(office.group)
    await telegram.expects(office.owner, "The bot may not write there.")
    await telegram.says(office.layla, "Kept meanwhile")
    await telegram.promote_bot(office.group)
    await telegram.expects(office.owner, "works again")
    await telegram.expects(office.group, "Kept meanwhile", topic)
