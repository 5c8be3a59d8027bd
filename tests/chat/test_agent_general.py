"""In General a reply to a customer's words reaches him; anything else said there goes nowhere."""

from typing import Any

import pytest

from bot.chat.standing import standings
from bot.store import destinations
from bot.store.crypt import Vault
from bot.store.models import Merchant, TicketMessage
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk
from tests.fakes.desk import OMAR, SARA, TOPIC, Desk, join, open_desk
from tests.fakes.rows import GROUP
from tests.fakes.talk import Who, kinds

STRANGER = Who(6666, "Eve", "en")
OTHER = -100777
ASKED = 70
"""Layla's words in General."""


@pytest.fixture
async def desk(store: str, clock: StandingClock, vault: Vault) -> Desk:
    desk = await open_desk(SpokenTalk(clock, vault))
    _ = await TicketMessage.create(
        customer_id=desk.customer.id, direction="in", user_id=5, source_chat_id=5, source_message_id=3,
        target_chat_id=GROUP, target_message_id=ASKED, created_ms=0,
    )  # fmt: skip
    return desk


async def general(
    desk: Desk, text: str, who: Who = SARA, to: int | None = ASKED, group: int = GROUP, number: int = 80
) -> list[Any]:
    """Words in General; a reply there carries a thread that is no topic."""
    chat = {"id": group, "type": "supergroup", "title": "Desk", "is_forum": True}
    message: dict[str, Any] = {
        "message_id": number,
        "date": 1795514400,
        "chat": chat,
        "from": who.as_user(),
        "text": text,
    }
    if to is not None:
        replied = {"message_id": to, "date": 1795514400, "chat": chat, "from": SARA.as_user(), "text": "…"}
        message |= {"reply_to_message": replied, "message_thread_id": to}
    return await desk.talk.feed({"message": message})


def to_layla(rows: list[Any]) -> list[str]:
    return [row["payload"]["text"] for row in rows if row["lane"] == "chat:5" and row["act"] == "text"]


async def test_a_reply_to_a_customers_words_reaches_him(desk: Desk) -> None:
    assert to_layla(await general(desk, "On its way")) == ["Sara, Lavender\nOn its way"]
    assert (await desk.fresh_ticket()).state == "waiting_customer"


async def test_a_reply_to_a_colleagues_words_to_him_reaches_him_too(desk: Desk) -> None:
    await general(desk, "On its way")
    assert len(to_layla(await general(desk, "And?", OMAR, 80, number=81))) == 1


@pytest.mark.parametrize("to", [None, 4711, TOPIC])
async def test_anything_else_said_in_general_goes_nowhere(desk: Desk, to: int | None) -> None:
    assert await general(desk, "Lunch?", to=to) == []


async def test_commands_in_reply_work_there(desk: Desk) -> None:
    assert kinds(await general(desk, "/take")) == ["desk_assigned"]
    assert (await desk.fresh_ticket()).assignee_id == SARA.id


async def test_a_stranger_and_another_shops_group_reach_nobody(desk: Desk) -> None:
    assert to_layla(await general(desk, "Send me your card number", STRANGER)) == []
    rival = await Merchant.create(name="Rival", locale="en", desk_chat_id=OTHER, created_ms=0)
    assert rival.id != desk.customer.merchant_id
    await TicketMessage.filter(target_message_id=ASKED).update(target_chat_id=OTHER)
    desk.talk.telegram.members[OTHER, SARA.id] = desk.talk.telegram.members[GROUP, SARA.id]
    assert await general(desk, "Ours now", group=OTHER) == []


async def test_words_in_a_topic_left_behind_reach_him_and_are_answered_where_he_is_now(desk: Desk) -> None:
    await destinations.topic_gone(desk.customer.id, TOPIC)
    await destinations.topic_made(desk.customer.id, GROUP, 950, "Layla")
    rows = await desk.says("Still reading this")
    assert to_layla(rows) == ["Sara, Lavender\nStill reading this"]
    taken = await desk.says("/take")
    assert [row["payload"]["thread_id"] for row in taken if row["act"] == "answer"] == [950]


async def test_who_left_the_group_is_not_heard_in_general_either(desk: Desk) -> None:
    await join(desk.talk, SARA, "left")
    standings.forget(GROUP, SARA.id)
    assert to_layla(await general(desk, "One more thing")) == []
