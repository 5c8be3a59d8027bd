"""An hour that an agent names for his next word: recognised, kept by one tap, kept by the bot."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from bot.domain.outgoing import Act, Leaving, Priority
from bot.flows import facts as notices
from bot.flows import place, promises, reminding, tickets
from bot.store import core, waits
from bot.store.crypt import Vault
from bot.store.models import Audit, Merchant, OutboxRow, Person, Promise, Shipment, Ticket
from bot.store.ms import from_ms, to_ms
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk, facts
from tests.fakes.desk import OMAR, OWNER, SARA, Desk, join, leave_all, open_desk, own
from tests.fakes.rows import GROUP, NOON
from tests.fakes.talk import Who, kinds
from tests.texts.reading_marks import bare

HOUR = timedelta(hours=1)
TOMORROW_NOON = NOON + 26 * HOUR
"""NOON is ten o'clock."""
STRANGER = Who(6666, "Mallory", "en")


@pytest.fixture
async def desk(store: str, clock: StandingClock, vault: Vault) -> Desk:
    made = await open_desk(SpokenTalk(clock, vault), ticket=False)
    async with core.transaction():
        await tickets.open_ticket(made.customer.id, "words", NOON)
    made.ticket = await Ticket.get()
    return made


async def reached(who: Who = SARA) -> None:
    """He can be written to in private."""
    if not await Person.filter(user_id=who.id).update(private_ms=0):
        _ = await Person.create(user_id=who.id, name=who.name, username=who.username, app_locale="en", private_ms=0)


async def promised(desk: Desk) -> Promise:
    await desk.says("/promise tomorrow 12:00")
    return await Promise.get(kind="announced", open=1)


def buttons(rows: list[Any]) -> list[str]:
    under = [data for row in rows for line in row["payload"].get("buttons", ()) for _, data in line]
    return [data for data in under if data.startswith("an:")]


async def question(desk: Desk) -> list[Any]:
    rows = await desk.says("I will write tomorrow by noon.")
    return [row for row in rows if row["payload"].get("kind") == "word_recognised"]


# ---- said


async def test_promise_tells_the_customer_and_is_owed(desk: Desk) -> None:
    rows = await desk.says("/promise tomorrow 12:00")
    assert "desk_promised" in kinds(rows)
    [said] = [bare(row["payload"]["text"]) for row in rows if row["lane"] == "chat:5"]
    assert said.startswith("Sara, Lavender\n")
    assert "13:00 on Wednesday" in said  # in Berlin
    word, ticket = await Promise.get(), await desk.fresh_ticket()
    assert (word.kind, from_ms(word.due_ms), word.by_person) == ("announced", TOMORROW_NOON, True)
    assert ticket.promised_ms == ticket.due_ms == to_ms(TOMORROW_NOON)
    assert ticket.assignee_id == SARA.id
    assert await Audit.filter(deed="desk.promise").count() == 1


@pytest.mark.parametrize("said", ["", "soon", "9:00", "tomorrow or Friday", "in 2 minutes"])
async def test_what_names_no_hour_ahead_is_explained(desk: Desk, said: str) -> None:
    assert kinds(await desk.says(f"/promise {said}")) == ["desk_promise_usage"]
    assert await Promise.all().count() == 0


async def test_without_a_ticket_there_is_nothing_to_promise(desk: Desk) -> None:
    await desk.says("/close")
    assert kinds(await desk.says("/promise tomorrow 12:00")) == ["desk_no_ticket"]


async def test_the_hour_is_told_by_his_own_clock_though_no_parcel_is_spoken_of(desk: Desk) -> None:
    await Shipment.all().update(zone="Europe/Berlin")
    await Ticket.all().update(place_message_id=444)
    rows = await desk.says("/promise tomorrow 12:00")
    [said] = [bare(row["payload"]["text"]) for row in rows if row["act"] == "text"]
    assert "13:00" in said
    leaving = Leaving(1, Act.PLACE, {"ticket": (await Ticket.get()).id}, "c", Priority.LIVE, "chat:1", 1, NOON)
    shown = await place.place(leaving, NOON)
    assert shown is not None
    assert shown.reader.zone == "Europe/Berlin"
    broken = {"kind": "promise_broken", "shipments": []}
    row = Leaving(2, Act.NOTICE, broken, "c", Priority.NEWS, "chat:1", 1, NOON, customer_id=desk.customer.id)
    composed = await notices.notice(row, NOON)
    assert composed is not None
    assert composed.reader.zone == "Europe/Berlin"


# ---- recognised


async def test_a_named_hour_is_asked_about_in_private_where_he_can_be_written_to(desk: Desk) -> None:
    await reached()
    [row] = await question(desk)
    assert (row["chat_id"], len(buttons([row]))) == (SARA.id, 2)


async def test_else_it_is_asked_about_in_the_topic(desk: Desk) -> None:
    [row] = await question(desk)
    assert row["chat_id"] == GROUP


async def test_other_words_are_not_asked_about(desk: Desk) -> None:
    rows = await desk.says("It arrives tomorrow by noon.")
    assert buttons(rows) == []


async def test_one_tap_keeps_it_and_the_question_goes_away(desk: Desk) -> None:
    [keep, _] = buttons(await question(desk))
    rows = await desk.talk.press(keep, SARA, group=GROUP)
    assert [row["act"] for row in rows if row["act"] in ("answer", "delete")] == ["delete"]
    assert from_ms((await Promise.get()).due_ms) == TOMORROW_NOON


async def test_in_private_the_question_becomes_the_answer(desk: Desk) -> None:
    await reached()
    keep, leave = buttons(await question(desk))
    assert kinds(await desk.talk.press(leave, SARA)) == ["word_left"]
    assert await Promise.all().count() == 0
    assert "word_kept" in kinds(await desk.talk.press(keep, SARA, 41))
    assert (await desk.fresh_ticket()).promised_ms == to_ms(TOMORROW_NOON)


async def test_strangers_and_broken_buttons_keep_nothing(desk: Desk) -> None:
    [keep, _] = buttons(await question(desk))
    assert await desk.talk.press(keep, STRANGER, group=GROUP) == []
    assert await desk.talk.press(keep, SARA, group=-100777) == []
    assert len(desk.talk.toasts()) == 2
    assert kinds(await desk.talk.press(keep, STRANGER)) == ["not_for_you"]
    for broken in ("an:k", "an:k:x:1", "an:k:999:1", "an:k:1:99999999999"):
        await desk.talk.press(broken, SARA)
    assert await Promise.all().count() == 0


async def test_a_tap_in_the_group_says_over_the_chat_whether_it_is_kept(desk: Desk) -> None:
    [keep, _] = buttons(await question(desk))
    await desk.talk.press(keep, SARA, group=GROUP)
    await desk.says("/close")
    await desk.talk.press(keep, SARA, group=GROUP)
    [kept, left] = desk.talk.toasts()
    assert kept.startswith("Kept: word to the customer by")
    assert left == "Not kept."


async def test_a_tap_after_the_hour_or_the_end_keeps_nothing(desk: Desk) -> None:
    await reached()
    [keep, _] = buttons(await question(desk))
    await desk.says("/close")
    assert kinds(await desk.talk.press(keep, SARA)) == ["word_left"]
    assert await Promise.all().count() == 0


# ---- kept by the bot


async def told(desk: Desk, at: timedelta) -> list[str]:
    """Kinds that left the bot by then."""
    await leave_all()
    now = NOON + at
    await promises.keep_due(now, "22-8")
    await reminding.remind_due(now, "22-8")
    found = await OutboxRow.filter(state="queued").order_by("id")
    await OutboxRow.filter(state="queued").update(state="sent")
    return [kind for one in found if (kind := orjson.loads(one.payload).get("kind")) is not None]


async def test_the_agent_is_woken_before_and_nobody_else(desk: Desk) -> None:
    _ = await promised(desk)
    await reached()
    assert await told(desk, 24 * HOUR) == []
    assert await told(desk, 25 * HOUR) == ["reminder_yours"]


async def test_words_of_the_same_talk_do_not_keep_it_and_those_before_the_hour_do(desk: Desk) -> None:
    word = await promised(desk)
    await desk.says("Have a good evening")
    assert (await Promise.get(id=word.id)).open == 1
    assert (await desk.fresh_ticket()).due_ms == to_ms(TOMORROW_NOON)
    desk.talk.clock.advance(25 * HOUR)  # type: ignore[attr-defined]
    await desk.says("Here is the answer")
    assert (await Promise.get(id=word.id)).kept_ms is not None
    assert (await desk.fresh_ticket()).promised_ms is None
    assert (await desk.fresh_ticket()).due_ms is None


async def test_if_it_slips_the_customer_and_the_leads_are_told(desk: Desk) -> None:
    await own(desk.parcel.merchant, OWNER)
    await reached(OWNER)
    _ = await promised(desk)
    await told(desk, 25.5 * HOUR)
    assert set(await told(desk, 26 * HOUR)) >= {"promise_broken", "reminder_overdue"}
    assert (await desk.fresh_ticket()).promised_ms is None
    assert await told(desk, 26.2 * HOUR) == []


async def test_an_answer_that_came_early_is_not_excused(desk: Desk) -> None:
    word = await promised(desk)
    desk.talk.clock.advance(2 * HOUR)  # type: ignore[attr-defined]
    await desk.says("Found it already")
    assert "promise_broken" not in await told(desk, 26 * HOUR)
    assert (await Promise.get(id=word.id)).kept_ms is not None
    assert (await desk.fresh_ticket()).due_ms is None


async def test_who_writes_before_the_hour_is_answered_sooner_and_the_hour_holds(desk: Desk) -> None:
    _ = await promised(desk)
    async with core.transaction():
        await tickets.open_ticket(desk.customer.id, "words", NOON + HOUR)
    ticket = await desk.fresh_ticket()
    assert (ticket.due_ms, ticket.promised_ms) == (to_ms(NOON + 3 * HOUR), to_ms(TOMORROW_NOON))
    desk.talk.clock.advance(2 * HOUR)  # type: ignore[attr-defined]
    await desk.says("In the meantime: no news")
    assert (await desk.fresh_ticket()).due_ms == to_ms(TOMORROW_NOON)


@pytest.mark.parametrize("answered", [True, False])
async def test_who_answers_and_ends_the_matter_has_kept_his_hour(desk: Desk, answered: bool) -> None:
    word = await promised(desk)
    desk.talk.clock.advance(HOUR / 6)  # type: ignore[attr-defined]
    if answered:
        await desk.says("It has just been found")
    rows = await desk.says("/close")
    assert ("owed_at" in facts(rows, "desk_closed")) is not answered
    assert ((await Promise.get(id=word.id)).kept_ms is not None) is answered


async def test_an_hour_owed_after_the_end_wakes_its_author_before(desk: Desk) -> None:
    word = await promised(desk)
    await reached()
    await desk.says("/close")
    assert await told(desk, 24 * HOUR) == []
    assert await told(desk, 25 * HOUR) == ["reminder_yours"]
    desk.talk.clock.advance(25.5 * HOUR)  # type: ignore[attr-defined]
    await desk.says("Here is the answer")
    assert (await Promise.get(id=word.id)).kept_ms is not None
    assert (await desk.fresh_ticket()).due_ms is None
    assert await told(desk, 27 * HOUR) == []


async def test_an_hour_that_slips_after_the_end_is_a_new_matter_alone(desk: Desk) -> None:
    _ = await promised(desk)
    await desk.says("/close")
    assert "promise_broken" in await told(desk, 26 * HOUR)
    ended = await desk.fresh_ticket()
    assert (ended.due_ms, ended.remind_ms, ended.promised_ms) == (None, None, None)
    assert await Ticket.filter(closed_ms=None).count() == 1


async def test_nobody_is_woken_for_who_was_banned_after_the_end(desk: Desk) -> None:
    await own(desk.parcel.merchant, SARA, "lead")
    _ = await promised(desk)
    await desk.says("/close")
    await desk.says("/ban")
    assert await waits.next_at() is None
    assert await told(desk, 26 * HOUR) == []


# ---- rests


@pytest.mark.parametrize(
    ("said", "hours"), [("tomorrow 9:00", 23), ("غدًا الساعة 9", 23), ("فردا ساعت ۹", 23), ("Thursday", 47), ("2h", 2)]
)
async def test_a_rest_ends_at_an_hour_or_on_a_day(desk: Desk, said: str, hours: int) -> None:
    await Merchant.all().update(staffed="Mon-Fri 09:00-18:00")
    await desk.says(f"/snooze {said}")
    assert from_ms((await desk.fresh_ticket()).snoozed_ms or 0) == NOON + hours * HOUR


async def test_a_trainee_promises_nothing(desk: Desk) -> None:
    await join(desk.talk, OMAR)
    await own(desk.parcel.merchant, OMAR, "trainee")
    assert kinds(await desk.says("/promise tomorrow 12:00", OMAR)) == ["not_for_you"]
