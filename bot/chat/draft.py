"""Drafts of warnings, at the desk or with an owner in private: their buttons, and words written in their place."""

from typing import Any

from aiogram import Router
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from bot.chat.filters import Pressed
from bot.chat.standing import standings
from bot.chat.words import SPOKEN, words_of
from bot.domain.draft import Draft
from bot.flows import agents, draft_editing, draft_pressed
from bot.flows.agents import Agent
from bot.flows.draft_pressed import Press
from bot.flows.draft_words import VERB
from bot.flows.ports import Telegram, TelegramRefused
from bot.flows.turn import Answer, Turn

router = Router(name="draft")
UNCHECKED = "desk_unchecked"


async def _agent(turn: Turn, telegram: Telegram, merchant_id: int | None) -> Agent | None:
    """Who speaks in the group of a shop; None in private, where his role in the shop decides."""
    if merchant_id is None:
        return None
    standing = await standings.of(telegram, turn.chat_id, turn.user_id, turn.now)
    return await agents.of_shop(merchant_id, turn.user_id, turn.person.name, standing)


async def _group_of(turn: Turn) -> int | None:
    return None if turn.is_private else await agents.shop_of(turn.chat_id)


@router.callback_query(Pressed(VERB))
async def decided(query: CallbackQuery, turn: Turn, telegram: Telegram, pressed: list[str]) -> None:
    """Send, edit, don't; another page."""
    post, draft, what, *_ = [*pressed, "", "", ""]
    merchant_id = await _group_of(turn)
    try:
        agent = await _agent(turn, telegram, merchant_id)
    except TelegramRefused:
        turn.toast = Answer(UNCHECKED)
        await turn.say()
        return
    await turn.run(draft_pressed.press, Press(post, draft, what, agent, merchant_id))


class InPlaceOfADraft(Filter):
    """Plain words that somebody of the shop writes instead of a draft; gives `draft` and the `agent`, if known."""

    async def __call__(self, event: Message, turn: Turn, telegram: Telegram) -> bool | dict[str, Any]:
        if turn.command or event.content_type not in SPOKEN:
            return False
        replied = event.reply_to_message
        draft = await draft_editing.meant(turn, replied.message_id if replied else None)
        if draft is None:
            return False
        merchant_id = await _group_of(turn)
        try:
            agent = await _agent(turn, telegram, merchant_id)
        except TelegramRefused:
            return {"draft": draft, "agent": None}
        writer = draft_pressed.decider(turn, draft.merchant_id, agent, merchant_id)
        return {"draft": draft, "agent": writer} if writer is not None else False


@router.message(InPlaceOfADraft())
async def wrote(message: Message, turn: Turn, draft: Draft, agent: Agent | None) -> None:
    """His words instead of ours."""
    if agent is None:
        await turn.say(Answer(UNCHECKED, reply_to=turn.message_id))
    else:
        await turn.run(draft_editing.say_instead, draft, agent, words_of(message))
