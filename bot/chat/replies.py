"""The buttons under words that wait at the desk."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.chat.filters import Pressed
from bot.chat.standing import standings
from bot.flows import agents, pending_replies
from bot.flows.agents import Agent
from bot.flows.ports import Telegram, TelegramRefused
from bot.flows.turn import Turn

router = Router(name="replies")


async def presser(turn: Turn, telegram: Telegram, shop_id: int | None) -> Agent | None:
    """Who presses in the group of a shop; None in a group of nobody's, or where Telegram does not tell."""
    if shop_id is None:
        return None
    try:
        standing = await standings.of(telegram, turn.chat_id, turn.user_id, turn.now)
    except TelegramRefused:
        return None
    return await agents.of_shop(shop_id, turn.user_id, turn.person.name, standing)


@router.callback_query(Pressed(pending_replies.VERB))
async def pressed_under_words(query: CallbackQuery, turn: Turn, telegram: Telegram, pressed: list[str]) -> None:
    """Send, don't, edit."""
    shop_id = None if turn.is_private else await agents.shop_of(turn.chat_id)
    await turn.run(pending_replies.press, shop_id, await presser(turn, telegram, shop_id), pressed)
