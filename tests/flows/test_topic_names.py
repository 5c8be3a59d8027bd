"""A topic's name and icon follow the ticket, seldom and last of all; what a person called it stays."""

from datetime import datetime, timedelta

import pytest

from bot.domain import topic_title
from bot.domain.outgoing import Act, Priority, Rejected, Sent
from bot.domain.topic_title import units
from bot.flows import cards, outgoing, settling, topic_names
from bot.flows.calls import Call, Drop
from bot.flows.turn import PersonView, Turn
from bot.store import desk_tickets, outbox, tickets, topic_icons
from bot.store.models import Customer, OutboxRow, Ticket
from bot.store.ms import to_ms
from tests.fakes.ports import FakeTelegram
from tests.fakes.rows import GROUP, NOON, customer, desk, shop
from tests.fakes.speaker import composer
from tests.flows.outbound import carry, sent

pytestmark = pytest.mark.usefixtures("store")
ICONS = {"❗️": "new", "⚡️": "us", "💬": "theirs", "📆": "promised", "☕️": "rests", "✅": "done", "🔥": "late"}
HOUR = timedelta(hours=1)


async def home(locale: str = "en", name: str = "Layla") -> Customer:
    """A customer with a topic, in a shop of that language; icons are known."""
    await topic_icons.keep(ICONS)
    place = {"topic_chat_id": GROUP, "topic_id": 7, "card_message_id": 30}
    return await customer(await shop(locale=locale), name=name, **place)


async def ticket(who: Customer, due: timedelta | None = 2 * HOUR) -> Ticket:
    made = await tickets.add(who, "words", None, {}, NOON)
    made.due_ms = None if due is None else to_ms(NOON + due)
    await made.save()
    return made


async def renamed(who: Customer, at: datetime = NOON) -> tuple[str, str | None] | None:
    """Name and icon that leave for the topic; None where nothing does."""
    await outbox.put([cards.title_row(who, at, f"{await OutboxRow.all().count()}")])
    [row] = await outgoing.lease(1, at)
    call = await outgoing.prepare(row, composer(), at)
    if not isinstance(call, Call):
        assert call == Drop("unchanged")
        await settling.settle(row, None, call, at)
        return None
    await settling.settle(row, call, Sent(None), at)
    return call.params["name"], call.params.get("icon_custom_emoji_id")


async def test_name_and_icon_tell_whose_turn_it_is_and_what_is_left() -> None:
    who = await home()
    mine = await ticket(who)
    assert await renamed(who) == ("New: 2 h · Layla", "new")
    assert await renamed(who) is None
    await desk_tickets.assign(mine, 6001, "waiting_us")
    assert await renamed(who) == ("Answer: 2 h · Layla", "us")
    assert await renamed(who, NOON + 1.2 * HOUR) == ("Answer: 30 min · Layla", "us")
    assert await renamed(who, NOON + 2 * HOUR) == ("Answer: overdue · Layla", "late")
    await desk_tickets.answered(mine, 6001, "waiting_customer", NOON)
    assert await renamed(who) == ("Customer's turn · Layla", "theirs")
    await desk_tickets.snooze(mine, NOON + 9 * HOUR, "waiting_customer", NOON)
    assert await renamed(who) == ("Rests: 8 h · Layla", "rests")
    await desk_tickets.close(mine, None, NOON)
    assert await renamed(who) == ("Done · Layla", "done")


@pytest.mark.parametrize(
    ("locale", "name", "expected"),
    [
        ("ar", "ليلى", "جديد: ساعتان · ليلى"),
        ("fa", "لیلا", "جدید: ۲ ساعت · لیلا"),
        ("ar", "Layla", "جديد: ساعتان · Layla"),
    ],
)
async def test_it_reads_in_the_shops_language_and_direction(locale: str, name: str, expected: str) -> None:
    who = await home(locale, name)
    _ = await ticket(who)
    assert await renamed(who) == (expected, "new")


@pytest.mark.parametrize("locale", ["en", "ar", "fa"])
def test_every_title_has_short_words_of_its_own_in_every_language(locale: str) -> None:
    marks = [topic_names.mark(one, locale) for one in topic_title.every_title()]
    assert len(set(marks)) == len(marks)
    assert all(0 < units(one) <= 32 and "{" not in one and "<" not in one for one in marks)


async def test_a_new_topic_bears_its_title_from_the_start() -> None:
    await topic_icons.keep(ICONS)
    who = await customer(await shop())
    _ = await ticket(who)
    await outbox.put([desk(Act.TOPIC, who.id)])
    call = await sent(Sent(7))
    assert call.params == {"name": "New: 2 h · Layla", "icon_custom_emoji_id": "new"}
    assert await renamed(await Customer.get(id=who.id)) is None


async def test_an_icon_that_telegram_refuses_is_left_out() -> None:
    await topic_icons.keep(ICONS)
    who = await customer(await shop())
    _ = await ticket(who)
    await outbox.put([desk(Act.TOPIC, who.id)])
    await sent(Rejected("refused"))
    assert (await sent(Sent(7))).params == {"name": "New: 2 h · Layla"}


async def test_renaming_is_worth_least_and_only_the_last_of_several_leaves() -> None:
    who = await home()
    for at in range(5):
        await cards.refresh_card(who.id, NOON + timedelta(seconds=at))
    [row] = await OutboxRow.filter(act="topic")
    assert row.priority == Priority.BULK


async def test_time_that_passes_renames_only_topics_whose_title_no_longer_holds() -> None:
    who = await home()
    _ = await ticket(who)
    other = await customer(await shop(desk_chat_id=-2), 6, topic_chat_id=-2, topic_id=8)
    _ = await ticket(other, None)
    await renamed(who)
    assert await topic_names.count_down(NOON + timedelta(minutes=5)) == 0
    assert await topic_names.count_down(NOON + HOUR) == 1
    assert [row.customer_id for row in await OutboxRow.filter(state="queued", act="topic")] == [who.id]


async def test_a_topic_that_nobody_answers_is_renamed_four_times_and_no_more() -> None:
    who = await home()
    _ = await ticket(who)
    await renamed(who)
    times = [NOON + timedelta(minutes=at) for at in range(0, 400, 20)]
    names = [name[0] for at in times if (name := await renamed(who, at)) is not None]
    assert [name.removesuffix(" · Layla") for name in names] == [
        "New: 1 h",
        "New: 30 min",
        "New: under 30 min",
        "New: overdue",
    ]


# ---- by a person's hand


def turn(**changes: object) -> Turn:
    given = {"update_id": 9, "now": NOON, "chat_id": GROUP, "user_id": 6001, "person": PersonView(6001)} | changes
    return Turn(**({"chat_type": "supergroup", "thread_id": 7} | given))  # type: ignore[arg-type]


@pytest.mark.parametrize("said", ["Layla VIP", "New: 2 h · Layla VIP", "Answer: overdue · Layla \u202eVIP"])
async def test_what_a_person_called_it_stays_and_the_mark_comes_back(said: str) -> None:
    who = await home()
    mine = await ticket(who)
    await renamed(who)
    assert await topic_names.called_by_hand(turn(), said) is None
    call = await carry(Sent(None))
    assert call == Drop("unchanged") or call.params["name"] == "New: 2 h · Layla VIP"  # type: ignore[union-attr]
    await desk_tickets.close(mine, None, NOON)
    assert await renamed(who) == ("Done · Layla VIP", "done")


async def test_a_name_taken_away_by_hand_is_ours_again() -> None:
    who = await home()
    _ = await ticket(who)
    await topic_names.called_by_hand(turn(), "Somebody")
    await topic_names.called_by_hand(turn(update_id=10), "New: 2 h")
    assert (await Customer.get(id=who.id)).topic_label is None
    assert (await sent(Sent(None))).params["name"] == "New: 2 h · Layla"


async def test_the_longest_name_by_hand_still_shows_the_mark() -> None:
    who = await home()
    _ = await ticket(who)
    await topic_names.called_by_hand(turn(), "🌼" * 64)
    name = (await sent(Sent(None))).params["name"]
    assert name.startswith("New: 2 h · 🌼")
    assert units(name) <= topic_title.LONGEST


async def test_topics_of_nobody_may_be_called_anything() -> None:
    who = await home()
    await topic_names.called_by_hand(turn(thread_id=8), "Lunch")
    await topic_names.turned_by_hand(turn(thread_id=8), closed=True)
    assert (await Customer.get(id=who.id)).topic_label is None
    assert await OutboxRow.all().count() == 0


async def test_a_topic_closed_by_hand_is_opened_before_the_next_words() -> None:
    who = await home()
    await topic_names.turned_by_hand(turn(), closed=True)
    await outbox.put([desk(Act.TEXT, who.id, payload={"text": "Hi"}), desk(Act.TEXT, who.id, payload={"text": "Ho"})])
    assert [(await sent()).method for _ in range(3)] == ["reopenForumTopic", "sendMessage", "sendMessage"]
    await topic_names.turned_by_hand(turn(), closed=True)
    await topic_names.turned_by_hand(turn(), closed=False)
    await outbox.put([desk(Act.TEXT, who.id, payload={"text": "Hey"})])
    assert (await sent()).method == "sendMessage"


async def test_icons_are_asked_for_once_and_only_where_there_is_a_desk() -> None:
    telegram = FakeTelegram(icons={"✅": "2"})
    assert await topic_names.has_icons()
    _ = await shop()
    assert not await topic_names.has_icons()
    telegram.silent = True
    assert not await topic_names.learn_icons(telegram)
    telegram.silent = False
    assert await topic_names.learn_icons(telegram)
    telegram.icons = {}
    assert await topic_names.learn_icons(telegram)
    assert await topic_icons.offered() == {"✅": "2"}
