"""Who lets somebody wait hears of it: in his turn, once a wait, many in one message, while somebody is there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from bot.domain.outgoing import Unreachable
from bot.flows import outgoing, reminders, reminding, settling, tickets
from bot.flows.calls import Call, Drop
from bot.flows.outgoing import Composer
from bot.store import core, erasure, outbox
from bot.store import waits as rows_of
from bot.store.models import Audit, Customer, Member, Merchant, OutboxRow, Person, Ticket, WaitRow
from bot.store.ms import from_ms, to_ms
from tests.fakes import rows
from tests.fakes.rows import GROUP

pytestmark = pytest.mark.usefixtures("store")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SARA, OMAR, NADIA = 6001, 6002, 6003


async def person(user_id: int, name: str, role: str | None = None, *, private: bool = True) -> None:
    _ = await Person.create(user_id=user_id, name=name, private_ms=0 if private else None)
    shop = await Merchant.get()
    if role is not None:
        _ = await Member.create(merchant_id=shop.id, user_id=user_id, role=role, created_ms=0)


async def open_shop(**changes: Any) -> Merchant:
    shop = await rows.shop(**changes)
    await person(OMAR, "Omar", "lead")
    await person(NADIA, "Nadia", "owner")
    return shop


async def waiting(shop: Merchant, user_id: int = 5, at: datetime = NOON, assignee: int | None = None) -> Ticket:
    """A customer with a topic who waits since then."""
    customer = await rows.customer(shop, user_id, topic_chat_id=GROUP, topic_id=user_id, card_message_id=1)
    async with core.transaction():
        opened = await tickets.open_ticket(customer.id, "words", at)
    if assignee is not None:
        await Ticket.filter(id=opened.ticket.id).update(assignee_id=assignee)
    return await Ticket.get(id=opened.ticket.id)


async def heard(at: datetime) -> list[tuple[str, int | None]]:
    """What the shop's people are told by then, since the last time: kind and chat."""
    await reminding.remind_due(at, "22-8")
    found = await OutboxRow.filter(state="queued", due_ms__lte=to_ms(at)).order_by("id")
    await OutboxRow.filter(id__in=[one.id for one in found]).update(state="sent")
    said = [(orjson.loads(one.payload), one.chat_id) for one in found]
    return [(payload["kind"], chat_id) for payload, chat_id in said if payload.get("kind", "").startswith("reminder")]


async def test_the_assignee_hears_first_then_the_group_the_leads_and_the_owners_each_once() -> None:
    shop = await open_shop()
    await person(SARA, "Sara")
    _ = await waiting(shop, assignee=SARA)
    assert await heard(NOON + 0.9 * HOUR) == []
    assert await heard(NOON + HOUR) == [("reminder_yours", SARA)]
    assert await heard(NOON + 1.2 * HOUR) == []
    assert await heard(NOON + 1.5 * HOUR) == [("reminder_group", GROUP)]
    assert await heard(NOON + 2 * HOUR) == [("reminder_overdue", OMAR)]
    assert await heard(NOON + 3 * HOUR) == [("reminder_overdue", NADIA)]
    assert await heard(NOON + 5 * HOUR) == []
    assert await heard(NOON + 24 * HOUR) == [("reminder_overdue", NADIA)]


async def test_who_cannot_be_written_to_is_named_in_the_topic() -> None:
    shop = await open_shop()
    await person(SARA, "Sara", private=False)
    _ = await waiting(shop, assignee=SARA)
    assert [kind for kind, _ in await heard(NOON + HOUR)] == ["reminder_topic"]
    row = await OutboxRow.get(cause__startswith="reminder_topic")
    assert orjson.loads(row.payload)["facts"]["user"] == str(SARA)


async def test_twenty_that_are_due_together_are_one_message() -> None:
    shop = await open_shop()
    for number in range(20):
        _ = await waiting(shop, 100 + number, NOON + timedelta(seconds=10 * number))
    assert await heard(NOON + 1.6 * HOUR) == [("reminder_group", GROUP)]
    row = await OutboxRow.get(chat_id=GROUP, cause__startswith="reminder_group")
    assert orjson.loads(row.payload)["facts"]["count"] == 20


async def test_without_a_lead_the_owners_hear_in_his_place_and_not_twice() -> None:
    shop = await rows.shop()
    await person(NADIA, "Nadia", "owner")
    _ = await waiting(shop)
    await heard(NOON + 1.5 * HOUR)
    assert await heard(NOON + 2 * HOUR) == [("reminder_overdue", NADIA)]
    assert await heard(NOON + 3 * HOUR) == []
    assert await heard(NOON + 24 * HOUR) == [("reminder_overdue", NADIA)]


async def test_a_lead_who_cannot_be_written_to_is_named_in_the_group() -> None:
    shop = await rows.shop()
    await person(OMAR, "Omar", "lead", private=False)
    _ = await waiting(shop)
    await heard(NOON + 1.5 * HOUR)
    assert await heard(NOON + 2 * HOUR) == [("reminder_group", GROUP)]
    row = (await OutboxRow.filter(cause__startswith="reminder_group").order_by("-id"))[0]
    assert orjson.loads(row.payload)["facts"]["leads"] == "Omar"


async def test_a_lead_who_never_spoke_to_the_bot_is_named_in_the_group() -> None:
    shop = await rows.shop()
    _ = await Member.create(merchant_id=shop.id, user_id=OMAR, role="lead", alias="Omar", created_ms=0)
    _ = await waiting(shop)
    await heard(NOON + 1.5 * HOUR)
    assert await heard(NOON + 2 * HOUR) == [("reminder_group", GROUP)]


async def blocked(user_id: int, at: datetime) -> None:
    """He has stopped the bot: what leaves for him now is refused."""
    [row] = [one for one in await outbox.lease(10, at) if one.chat_id == user_id]
    call = Call("sendMessage", user_id, {"text": "…"}, row.act)
    await settling.settle(row, call, Unreachable("blocked"), at)


async def test_a_reminder_that_its_reader_s_chat_refuses_is_said_in_the_topic_or_in_the_group() -> None:
    shop = await open_shop()
    await person(SARA, "Sara")
    _ = await waiting(shop, assignee=SARA)
    await reminding.remind_due(NOON + HOUR, "22-8")
    await blocked(SARA, NOON + HOUR)
    [said] = await OutboxRow.filter(act="desk", payload__contains="reminder_topic")
    assert orjson.loads(said.payload)["facts"]["agent"] == "Sara"
    await heard(NOON + 1.5 * HOUR)
    await reminding.remind_due(NOON + 2 * HOUR, "22-8")
    await blocked(OMAR, NOON + 2 * HOUR)
    last = await OutboxRow.filter(chat_id=GROUP).order_by("-id").first()
    assert last is not None
    assert orjson.loads(last.payload)["facts"]["leads"] == "Omar"
    assert (await Person.get(user_id=OMAR)).private_ms is None


async def test_who_was_refused_by_name_hears_nothing() -> None:
    shop = await open_shop()
    await person(SARA, "Sara", "none")
    _ = await waiting(shop, assignee=SARA)
    assert await heard(NOON + HOUR) == []


async def test_a_restart_repeats_nothing_and_what_fell_due_meanwhile_is_said_at_once() -> None:
    shop = await open_shop()
    await person(SARA, "Sara")
    _ = await waiting(shop, assignee=SARA)
    later = NOON + 2.5 * HOUR
    assert await heard(later) == [("reminder_yours", SARA), ("reminder_overdue", OMAR), ("reminder_group", GROUP)]
    assert await heard(later) == []
    assert (await Ticket.get()).reminded == 4


async def test_two_who_remind_at_once_remind_once() -> None:
    shop = await open_shop()
    _ = await waiting(shop)
    at = NOON + 1.5 * HOUR
    [one] = await rows_of.due(at)
    assert await rows_of.take(one, 3, at + HOUR)
    assert not await rows_of.take(one, 3, at + HOUR)


async def test_an_answer_ends_the_steps_and_new_words_begin_them_anew() -> None:
    shop = await open_shop()
    ticket = await waiting(shop)
    await heard(NOON + 1.5 * HOUR)
    await rows_of.over(ticket, NOON + 1.6 * HOUR, SARA)
    assert await heard(NOON + 4 * HOUR) == []
    async with core.transaction():
        await tickets.open_ticket(ticket.customer_id, "words", NOON + 4 * HOUR)
    assert await heard(NOON + 5 * HOUR) == []
    assert await heard(NOON + 5.5 * HOUR) == [("reminder_group", GROUP)]
    [first, second] = await WaitRow.all().order_by("id")
    assert (first.answered_ms, first.user_id, first.is_first) == (to_ms(NOON + 1.6 * HOUR), SARA, True)
    assert (second.answered_ms, second.cancelled_ms) == (None, None)


async def test_out_of_staffed_hours_nobody_is_reminded() -> None:
    shop = await open_shop(staffed="Mon-Fri 09:00-18:00", apart="2026-11-26 closed")
    _ = await waiting(shop, at=datetime(2026, 11, 25, 17, 30, tzinfo=UTC))
    assert await heard(datetime(2026, 11, 25, 23, tzinfo=UTC)) == []
    assert await heard(datetime(2026, 11, 26, 12, tzinfo=UTC)) == []
    assert await heard(datetime(2026, 11, 27, 10, tzinfo=UTC)) == [("reminder_group", GROUP)]


async def test_in_a_closed_week_the_customer_is_told_when_somebody_is_back() -> None:
    shop = await open_shop(country="IR", zone="Asia/Tehran", apart="2027-03-21..2027-04-02 closed")
    customer = await rows.customer(shop)
    async with core.transaction():
        at = datetime(2027, 3, 20, 20, tzinfo=UTC)
        opened = await tickets.open_ticket(customer.id, "human", at)
        told = await tickets.promise(opened, at, "Asia/Tehran", None)
    # the third of April is a feast of the country
    assert told["back_at"] == "2027-04-04T05:30:00+00:00"
    assert told["next_at"] == "2027-04-04T07:30:00+00:00"
    assert from_ms((await Ticket.get()).due_ms or 0).isoformat() == told["next_at"]


async def test_what_rested_is_due_by_the_target_when_the_rest_is_over() -> None:
    shop = await open_shop()
    ticket = await waiting(shop)
    await rows_of.rest(ticket, NOON + HOUR, NOON)
    assert await heard(NOON + HOUR) == []
    assert from_ms((await Ticket.get()).due_ms or 0) == NOON + 3 * HOUR
    assert (await Ticket.get()).snoozed_ms is None
    assert await heard(NOON + 2.5 * HOUR) == [("reminder_group", GROUP)]


async def test_a_banned_customer_wakes_nobody() -> None:
    shop = await open_shop()
    _ = await waiting(shop)
    await Customer.all().update(banned_ms=1)
    assert await heard(NOON + 9 * HOUR) == []


async def test_to_who_was_forgotten_nothing_is_owed() -> None:
    shop = await open_shop()
    ticket = await waiting(shop)
    async with core.transaction():
        await erasure.erase(5, [ticket.customer_id], NOON)
    assert await heard(NOON + 9 * HOUR) == []
    assert (await WaitRow.get()).cancelled_ms == to_ms(NOON)
    assert await reminding.wake_sleepers(NOON + 9 * HOUR) == 0


# ---- when it leaves


async def leave(at: datetime) -> Any:
    [row] = [one for one in await outbox.lease(10, at) if one.chat_id == GROUP]

    async def nothing(row: Any, now: datetime) -> None:
        return None

    return await outgoing.prepare(row, Composer(nothing, nothing, nothing), at)


async def test_what_was_answered_before_the_reminder_left_is_left_out_of_it() -> None:
    shop = await open_shop()
    first = await waiting(shop)
    await Customer.all().update(name="Layla")
    second = await waiting(shop, 6)
    at = NOON + 1.5 * HOUR
    await reminding.remind_due(at, "22-8")
    await rows_of.over(first, at, SARA)
    call = await leave(at)
    assert call.params["text"].startswith("One customer waits for an answer:")
    await OutboxRow.all().update(state="queued")
    await rows_of.over(second, at, SARA)
    assert await leave(at) == Drop("untrue")


def test_a_topic_opens_by_its_link() -> None:
    assert reminders.link(-1001234, 56) == "https://t.me/c/1234/56"
    assert reminders.link(None, 56) == ""


# ---- nobody is forgotten


@pytest.mark.parametrize("lost", [{"due_ms": None, "remind_ms": None}, {"remind_ms": None}, {"remind_ms": 1}])
async def test_a_ticket_that_nothing_would_wake_is_woken_counted_and_put_right(lost: dict[str, Any]) -> None:
    shop = await open_shop()
    _ = await waiting(shop)
    await Ticket.all().update(**lost)
    at = NOON + 2 * HOUR
    assert await reminding.wake_sleepers(at) == 1
    assert await reminding.wake_sleepers(at) == 0
    assert from_ms((await Ticket.get()).due_ms or 0) == at + 2 * HOUR
    assert await Audit.filter(deed=rows_of.WOKEN).count() == 1


@pytest.mark.parametrize("state", ["waiting_customer", "closed"])
async def test_who_waits_for_nobody_is_left_alone(state: str) -> None:
    shop = await open_shop()
    ticket = await waiting(shop)
    await rows_of.over(ticket, NOON, SARA)
    await Ticket.all().update(state=state, closed_ms=1 if state == "closed" else None)
    assert await reminding.wake_sleepers(NOON + 5 * HOUR) == 0
