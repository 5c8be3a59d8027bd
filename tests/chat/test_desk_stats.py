"""The desk's figures in its group; those of one colleague only to him and to who leads, in private."""

from datetime import timedelta
from typing import Any

import pytest

from bot.flows.ports import MemberView
from bot.store.models import Member, Merchant, Person, Rating, Ticket, TicketMessage
from bot.store.ms import to_ms
from tests.fakes.consignee import SpokenTalk
from tests.fakes.desk import OMAR, SARA
from tests.fakes.shopkeeper import GROUP, open_shop, words
from tests.fakes.shopkeeper import OMAR as OWNER
from tests.fakes.talk import Talk, Who, kinds

LEAD, STRANGER = Who(6010, "Huda", "en", "huda"), Who(6011, "Nadia", "en")
HOUR = timedelta(hours=1)


@pytest.fixture
async def talk(store: str, clock: Any, vault: Any) -> Talk:
    made = SpokenTalk(clock, vault)
    await open_shop(made)
    await Merchant.all().update(desk_chat_id=GROUP, staffed="Mon-Sun 00:00-24:00")
    for who in (SARA, OMAR, LEAD):
        made.telegram.members[GROUP, who.id] = MemberView("member", name=who.name)
        _ = await Person.get_or_create({"name": who.name, "username": who.username}, user_id=who.id)
    _ = await Member.create(merchant_id=1, user_id=LEAD.id, role="lead", created_ms=0)
    return made


async def answered(talk: Talk, by: Who, count: int, merchant_id: int = 1) -> None:
    """So many tickets that this colleague answered within an hour, solved a day later, and was rated five for."""
    now = talk.clock.now()
    for number in range(count):
        one = await Ticket.create(
            merchant_id=merchant_id, customer_id=1, cause="words", opened_ms=to_ms(now - 48 * HOUR), assignee_id=by.id,
            answered_ms=to_ms(now - 47 * HOUR), solved_ms=to_ms(now - 24 * HOUR), closed_ms=to_ms(now - 24 * HOUR),
            state="closed",
        )  # fmt: skip
        _ = await TicketMessage.create(
            customer_id=1, ticket_id=one.id, direction="out", user_id=by.id, source_chat_id=by.id,
            source_message_id=1000 + number, fate="sent", created_ms=to_ms(now - 47 * HOUR),
        )  # fmt: skip
        _ = await Rating.create(
            merchant_id=merchant_id, customer_id=1, ticket_id=one.id, agent_id=by.id, stars=5, made_ms=0,
            asked_ms=to_ms(now - HOUR), rated_ms=to_ms(now - HOUR),
        )  # fmt: skip


async def test_the_group_reads_the_whole_desk(talk: Talk) -> None:
    await answered(talk, SARA, 15)
    await answered(talk, OMAR, 10)
    _ = await Ticket.create(merchant_id=1, customer_id=2, cause="address", opened_ms=to_ms(talk.clock.now()), due_ms=1)
    rows = await talk.say("/stats", LEAD, group=GROUP)
    said = words(rows)
    assert rows[0]["chat_id"] == GROUP
    assert "Open now 1, waiting for us 1, past their time 1" in said
    assert (
        "First answers: half within 1 h, nine in ten within 1 h of staffed time; by the clock 1 h and 1 h (25)" in said
    )
    assert "Solved: half within 24 h" in said
    assert "Ratings of 4 or 5: 100% of 25" in said
    assert "Opened again: 0% of 25 solved" in said
    assert "25: a question." in said
    assert "Sara" not in said


async def test_nothing_done_is_nothing_to_measure(talk: Talk) -> None:
    assert "Nothing to measure yet." in words(await talk.say("/stats", LEAD, group=GROUP))


async def test_a_share_of_few_is_not_said_and_a_middle_says_of_how_few(talk: Talk) -> None:
    await answered(talk, SARA, 19)
    said = words(await talk.say("/stats", LEAD, group=GROUP))
    assert "%" not in said
    assert "First answers: half within 1 h of staffed time, 1 h by the clock (only 19 yet)" in said


async def test_a_colleague_reads_his_own_in_private_and_nobody_else_s(talk: Talk) -> None:
    await answered(talk, SARA, 20)
    await answered(talk, OMAR, 3)
    for asked in ("/stats", "/stats @sara", "/stats Sara", "/stats desk", "/stats shop"):
        rows = await talk.say(asked, OMAR)
        assert [row["chat_id"] for row in rows] == [OMAR.id], asked
        said = words(rows)
        assert "Omar, last 30 days" in said, asked
        assert "(only 3 yet)" in said, asked
        assert "Sara" not in said, asked


async def test_asked_in_the_group_a_colleague_s_own_figures_come_in_private(talk: Talk) -> None:
    await answered(talk, SARA, 3)
    await answered(talk, OMAR, 1)
    for asked in ("/stats", "/stats @sara", "/stats desk", "/stats week"):
        rows = await talk.say(asked, OMAR, group=GROUP)
        assert [row["chat_id"] for row in rows] == [OMAR.id], asked
        assert "Omar, last 30 days" in words(rows)
    for asked in ("/stats", "/stats @sara"):
        assert kinds(await talk.say(asked, OMAR, group=GROUP - 1)) == []
        assert kinds(await talk.say(asked, STRANGER, group=GROUP)) == []


@pytest.mark.parametrize("asked", ["/stats @sara", "/stats Sara", "/stats sara"])
@pytest.mark.parametrize("where", [{}, {"group": GROUP}])
async def test_who_leads_reads_a_colleague_s_in_private_wherever_he_asks(
    talk: Talk, asked: str, where: dict[str, int]
) -> None:
    await answered(talk, SARA, 3)
    for who in (LEAD, OWNER):
        rows = await talk.say(asked, who, **where)
        assert [row["chat_id"] for row in rows] == [who.id]
        assert "Sara, last 30 days" in words(rows)


async def test_a_name_that_nobody_at_this_desk_has_is_unknown(talk: Talk) -> None:
    other = await Merchant.create(name="Other", desk_chat_id=GROUP - 1, created_ms=0)
    _ = await Person.create(user_id=STRANGER.id, name="Nadia", username="nadia")
    await answered(talk, STRANGER, 1, other.id)
    for name in ("@nadia", "Nadia", "%", "_", "Nobody"):
        assert kinds(await talk.say(f"/stats {name}", LEAD)) == ["team_unknown"], name


async def test_who_has_left_the_group_or_never_worked_there_reads_nothing(talk: Talk) -> None:
    await answered(talk, SARA, 3)
    assert kinds(await talk.say("/stats", SARA)) == ["desk_stats"]
    talk.clock.advance(2 * HOUR)  # type: ignore[attr-defined]
    talk.telegram.members[GROUP, SARA.id] = MemberView("left")
    for who in (SARA, STRANGER):
        assert kinds(await talk.say("/stats", who)) == ["not_for_you"]


async def test_the_shop_s_own_figures_stay_in_private_and_by_their_name(talk: Talk) -> None:
    assert kinds(await talk.say("/stats", OWNER)) == ["stats_shown"]
    assert kinds(await talk.say("/stats desk", OWNER)) == ["desk_stats"]
    assert kinds(await talk.say("/stats shop", LEAD, group=GROUP)) == ["stats_shown"]
