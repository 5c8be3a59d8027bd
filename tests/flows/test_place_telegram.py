"""A customer sees who has her ticket, ends it, says how it went; and the week is pictured: against the sandbox."""

from bot.sandbox.bot_api.seen import Seen
from bot.store.models import Member, OutboxRow, Person, Rating, Ticket
from tests.fakes.office import Office


def shown(office: Office, message: Seen) -> str:
    """What one of her messages says now, with its buttons."""
    now = office.telegram.message(office.layla, message.id)
    assert now is not None
    return " ".join([now.text, *(f"[{button.label}]" for row in now.buttons for button in row)])


async def test_one_message_follows_her_ticket_from_the_question_to_the_rating(office: Office) -> None:
    telegram = office.telegram
    topic = await office.asks()
    mine = await telegram.wait_for(
        lambda: next((one for one in telegram.messages(office.layla) if one.from_bot and "an answer" in one.text), None)
    )
    assert mine is not None
    assert "[Solved, thank you]" in shown(office, mine) or "[Where is it?]" in shown(office, mine)

    await telegram.in_group(office.sara, office.group, "/take", topic)
    await telegram.wait_for(lambda: "Sara is on it" in shown(office, mine))
    await telegram.in_group(office.sara, office.group, "A new one leaves today", topic)
    await telegram.wait_for(lambda: "Sara has answered you here" in shown(office, mine))
    said = len(telegram.messages(office.layla))

    now = telegram.message(office.layla, mine.id)
    assert now is not None
    await telegram.presses(office.layla, now, "Solved, thank you")
    await telegram.wait_for(lambda: "How was our help?" in shown(office, mine))
    assert (await Ticket.get()).outcome == "solved"
    assert len(telegram.messages(office.layla)) == said

    await Person.filter(name="Omar").delete()
    lead = await telegram.user("Huda", "en")
    await telegram.starts(lead)
    _ = await Member.create(merchant_id=1, user_id=lead.id, role="lead", created_ms=0)
    five = telegram.message(office.layla, mine.id)
    assert five is not None
    assert [button.label for button in five.buttons[0]] == ["1", "2", "3", "4", "5"]
    await telegram.presses(office.layla, five, "1")
    await telegram.wait_for(lambda: "You gave us 1 of 5" in shown(office, mine))
    await telegram.expects(office.layla, "Huda, who leads the team, will write to you here")
    await telegram.expects(office.group, "Layla rated our help 1 of 5.", topic)
    await telegram.expects(lead, "Layla rated our help 1 of 5.")
    assert (await Rating.get()).stars == 1
    assert [one for one in telegram.violations() if one.rule != "limit"] == []  # nobody paces here


async def test_the_picture_of_the_week_arrives_where_it_was_asked_for(office: Office) -> None:
    telegram = office.telegram
    topic = await office.asks()
    _ = await Member.create(merchant_id=1, user_id=office.sara.id, role="lead", created_ms=0)
    await telegram.in_group(office.sara, office.group, "/stats week", topic)
    seen = await telegram.expects(office.group, "Noor: the desk", topic)
    assert seen.kind == "photo"
    assert "Opened 1, solved 0" in seen.text
    assert (await OutboxRow.filter(act="picture").first()) is not None
    assert [one for one in telegram.violations() if one.rule != "limit"] == []  # nobody paces here
