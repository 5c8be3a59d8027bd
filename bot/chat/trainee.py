"""Who is a trainee, and the buttons under his words."""

from aiogram import Router
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from bot.chat.filters import Pressed
from bot.chat.replies import presser
from bot.domain.access import Role
from bot.flows import agents, trainee_decisions, trainees
from bot.flows.agents import Agent
from bot.flows.ports import Telegram
from bot.flows.trainee_decisions import Press
from bot.flows.turn import Turn

router = Router(name="trainee")


class Learns(Filter):
    """Plain words of a trainee."""

    async def __call__(self, event: Message, turn: Turn, agent: Agent | None) -> bool:
        return agent is not None and not turn.command and agent.role is Role.TRAINEE


class TakesBack(Filter):
    """A trainee's `/del`: only of what waits."""

    async def __call__(self, event: Message, turn: Turn, agent: Agent | None) -> bool:
        return agent is not None and turn.command == "del" and agent.role is Role.TRAINEE


@router.callback_query(Pressed(trainees.VERB))
async def pressed_under_words(query: CallbackQuery, turn: Turn, telegram: Telegram, pressed: list[str]) -> None:
    """Send, don't."""
    shop_id = None if turn.is_private else await agents.shop_of(turn.chat_id)
    asked = query.message
    replied = asked.reply_to_message if isinstance(asked, Message) else None
    agent = await presser(turn, telegram, shop_id)
    await turn.run(trainee_decisions.press, Press(pressed, shop_id, agent, replied.message_id if replied else None))
