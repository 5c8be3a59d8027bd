"""Reactions under what was said, in private and at the desk. They do not say in which topic they were made."""

from typing import Any

from aiogram import Router
from aiogram.filters import Filter
from aiogram.types import MessageReactionUpdated, ReactionTypeEmoji

from bot.chat.agent import agent_of
from bot.chat.consignee_buttons import InPrivate
from bot.domain.access import Deed, may
from bot.flows import mirroring
from bot.flows.agents import Agent, Place
from bot.flows.ports import Telegram, TelegramRefused
from bot.flows.turn import Turn

router = Router(name="reactions")


class AtDesk(Filter):
    """A reaction under words of a customer's topic, by somebody who shows himself and may answer."""

    async def __call__(self, event: MessageReactionUpdated, turn: Turn, telegram: Telegram) -> bool | dict[str, Any]:
        place = await mirroring.place(turn.chat_id, event.message_id) if event.user is not None else None
        if place is None:
            return False
        try:
            speaks = await agent_of(turn, place, telegram, turn.user_id)
        except TelegramRefused:
            return False
        return {"place": place, "agent": speaks} if may(speaks.role, Deed.ANSWER) else False


@router.message_reaction(InPrivate())
async def customer_reacted(event: MessageReactionUpdated, turn: Turn) -> None:
    """A customer reacts to something that was said."""
    await turn.run(mirroring.customer_reacts, event.message_id, _emoji(event))


@router.message_reaction(AtDesk())
async def agent_reacted(event: MessageReactionUpdated, turn: Turn, place: Place, agent: Agent) -> None:
    """A colleague who may answer reacts to something in a topic."""
    await turn.run(mirroring.agent_reacts, place, agent, event.message_id, _emoji(event))


def _emoji(event: MessageReactionUpdated) -> list[str]:
    return [one.emoji for one in event.new_reaction if isinstance(one, ReactionTypeEmoji)]
