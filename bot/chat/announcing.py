"""The buttons under the question whether an hour that an agent has named is to be kept."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.chat.filters import Pressed
from bot.chat.standing import standings
from bot.flows import agents, announcing
from bot.flows.agents import Agent, Place
from bot.flows.ports import Telegram, TelegramRefused
from bot.flows.turn import Turn

router = Router(name="announcing")


async def presser(turn: Turn, telegram: Telegram, where: Place | None) -> Agent | None:
    """Who presses, as one of the shop's group; None where he is in none, or Telegram does not tell."""
    group = None if where is None else where.customer.topic_chat_id or where.merchant.desk_chat_id
    if where is None or group is None or (not turn.is_private and turn.chat_id != group):
        return None
    try:
        standing = await standings.of(telegram, group, turn.user_id, turn.now)
    except TelegramRefused:
        return None
    return await agents.of_shop(where.merchant.id, turn.user_id, turn.person.name, standing)


@router.callback_query(Pressed(announcing.VERB))
async def pressed_under_question(query: CallbackQuery, turn: Turn, telegram: Telegram, pressed: list[str]) -> None:
    """Keep it, or not."""
    where = await announcing.place_of(pressed[1]) if len(pressed) == 3 else None
    await turn.run(announcing.press, where, await presser(turn, telegram, where), pressed)
