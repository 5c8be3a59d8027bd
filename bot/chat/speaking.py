"""Filters on who speaks in a customer's topic (`agent`), and on what he says."""

from aiogram.filters import Filter
from aiogram.types import Message

from bot.chat.words import UNCOPIED
from bot.domain.access import Deed, may
from bot.flows import desk
from bot.flows.agents import Agent
from bot.flows.turn import Turn


class Unchecked(Filter):
    """Telegram did not say whether he belongs here."""

    async def __call__(self, event: Message, agent: Agent | None) -> bool:
        return agent is None


class Does(Filter):
    """One of these commands, said by somebody who may."""

    def __init__(self, *words: str) -> None:
        self.words = frozenset(words)

    async def __call__(self, event: Message, turn: Turn, agent: Agent) -> bool:
        return turn.command in self.words and may(agent.role, desk.COMMANDS.get(turn.command, Deed.CARD))


class Unknown(Filter):
    """Any other command, be it that he may not."""

    async def __call__(self, event: Message, turn: Turn) -> bool:
        return bool(turn.command)


class MayAnswer(Filter):
    """Plain words of somebody who may answer customers."""

    async def __call__(self, event: Message, turn: Turn, agent: Agent | None) -> bool:
        return agent is not None and not turn.command and may(agent.role, Deed.ANSWER)


class Uncopied(Filter):
    """What Telegram lets nobody copy."""

    async def __call__(self, event: Message) -> bool:
        return event.content_type in UNCOPIED
