"""Whoever leaves a desk has no ticket there any more, and hears of no customer; who comes back is himself again."""

from datetime import timedelta
from typing import Any

import pytest

from bot.flows import reminding
from bot.flows.ports import MemberView
from bot.store import desks, recoveries, sql
from bot.store.crypt import Vault
from bot.store.models import Person, Ticket
from bot.store.ms import to_ms
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk
from tests.fakes.desk import OMAR, SARA, Desk, join, open_desk, own
from tests.fakes.rows import GROUP, NOON
from tests.fakes.talk import Who

OWNER = Who(6003, "Nadia", "en", "nadia")


@pytest.fixture
async def desk(store: str, clock: StandingClock, vault: Vault) -> Desk:
    made = await open_desk(SpokenTalk(clock, vault))
    await own(made.parcel.merchant, OWNER)
    for who in (SARA, OMAR, OWNER):
        await Person.update_or_create(user_id=who.id, defaults={"name": who.name, "private_ms": 1})
    return made


async def changes(desk: Desk, who: Who, status: str) -> list[Any]:
    """Telegram says what he is in the group now."""
    desk.talk.telegram.members[GROUP, who.id] = MemberView(status, name=who.name, username=who.username)
    chat = {"id": GROUP, "type": "supergroup", "title": "Desk"}
    before = {"user": who.as_user(), "status": "member"}
    after = {"user": who.as_user(), "status": status}
    change = {"chat": chat, "from": who.as_user(), "date": 1, "old_chat_member": before, "new_chat_member": after}
    return await desk.talk.feed({"chat_member": change})


async def told(desk: Desk) -> set[int]:
    """Who is reminded of the customer who waits too long."""
    last = (await sql.rows("SELECT coalesce(max(id), 0) AS id FROM outbox"))[0]["id"]
    due = to_ms(NOON + timedelta(minutes=60))
    await sql.run("UPDATE ticket SET due_ms = ?, remind_ms = ?, asked_ms = ?", (due, to_ms(NOON), to_ms(NOON)))
    await reminding.remind_due(NOON + timedelta(minutes=65), "22:00-08:00")
    rows = await sql.rows("SELECT chat_id FROM outbox WHERE id > ? AND payload LIKE '%reminder_%'", (last,))
    return {row["chat_id"] for row in rows}


async def test_he_is_reminded_of_nobody_and_others_are(desk: Desk) -> None:
    await own(desk.parcel.merchant, SARA, "lead")
    await desk.says("/take")
    assert SARA.id in await told(desk)
    await changes(desk, SARA, "kicked")
    await Ticket.all().update(assignee_id=SARA.id, reminded=0)  # whatever still names him
    assert await told(desk) == {OWNER.id}  # the group has heard of it before
    assert [one["user_id"] for one in await recoveries.leads(desk.customer.merchant_id)] == [OWNER.id]


async def test_who_comes_back_leads_as_before(desk: Desk) -> None:
    await own(desk.parcel.merchant, SARA, "lead")
    await changes(desk, SARA, "left")
    await changes(desk, SARA, "member")
    assert [one["user_id"] for one in await recoveries.leads(desk.customer.merchant_id)] == [SARA.id]


async def test_who_leaves_one_group_of_several_leads_on(desk: Desk) -> None:
    await desks.bind(desk.customer.merchant_id, GROUP, "Desk", NOON, beside=False)
    await desks.bind(desk.customer.merchant_id, -100777, "Second", NOON, beside=True)
    desk.talk.telegram.members[-100777, SARA.id] = MemberView("member", name="Sara")
    await own(desk.parcel.merchant, SARA, "lead")
    await changes(desk, SARA, "left")
    assert [one["user_id"] for one in await recoveries.leads(desk.customer.merchant_id)] == [SARA.id]


async def test_who_may_no_longer_answer_has_no_ticket(desk: Desk) -> None:
    await desk.says("/take", OMAR)
    await desk.talk.say(f"/team {OMAR.id} none", OWNER)
    assert (await Ticket.get()).assignee_id is None


async def test_the_promoted_keep_theirs(desk: Desk) -> None:
    await desk.says("/take")
    assert await changes(desk, SARA, "administrator") == []
    await join(desk.talk, SARA)
    assert (await Ticket.get()).assignee_id == SARA.id
