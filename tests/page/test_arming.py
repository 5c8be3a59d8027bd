"""The kill in the middle of an agent's reply: which call it waits for, and how it is taken back."""

import asyncio

import pytest

from bot.sandbox.bot_api.faults import Script
from bot.sandbox.page.stage import Stage

WORDS = "I look for it myself."


@pytest.fixture
async def armed(stage: Stage) -> Stage:
    """Huda has written to Sara; the service is said to be there."""
    assert stage.agent is not None
    assert stage.desk is not None
    topic = await stage.telegram.opens_topic(stage.agent, stage.desk, "Sara")
    stage.service_is = "up"
    await stage.arm()
    await stage.telegram.in_group(stage.agent, stage.desk, WORDS, topic.id)
    return stage


def met(stage: Stage, method: str = "sendMessage", **given: object) -> Script | None:
    """The fault that such a call to the customer meets."""
    assert stage.customer is not None
    return stage.telegram.api.faults.next_for(method, {"chat_id": stage.customer.id, **given})


@pytest.mark.parametrize("text", [WORDS, f"Huda, Noor\n{WORDS}"])
async def test_it_waits_for_an_agent_s_words_with_or_without_his_name_above(armed: Stage, text: str) -> None:
    assert met(armed, text=text) is not None
    assert met(armed, text=text) is None


async def test_a_picture_out_of_the_desk_is_a_reply_too(armed: Stage) -> None:
    assert armed.desk is not None
    assert armed.owner is not None
    assert met(armed, "copyMessage", from_chat_id=armed.owner.id, message_id=1) is None
    assert met(armed, "copyMessage", from_chat_id=armed.desk.id, message_id=1) is not None


async def test_the_machine_s_own_answers_and_what_goes_to_others_pass(armed: Stage) -> None:
    assert armed.desk is not None
    assert met(armed, text="A person will answer you.", parse_mode="HTML") is None
    assert met(armed, text=WORDS, parse_mode="HTML") is None
    assert met(armed, text="Huda, Noor") is None
    assert armed.telegram.api.faults.next_for("sendMessage", {"chat_id": armed.desk.id, "text": WORDS}) is None


async def test_taken_back_it_takes_its_own_fault_and_watcher_and_leaves_others(stage: Stage) -> None:
    stage.service_is = "up"
    await stage.telegram.fault("flood", "sendPhoto")
    others, before = list(stage.telegram.api.faults.scripts), asyncio.all_tasks()
    await stage.arm()
    stage.service_is = "down"
    await stage.arm()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not stage.armed
    assert stage.telegram.api.faults.scripts == others
    assert asyncio.all_tasks() == before
