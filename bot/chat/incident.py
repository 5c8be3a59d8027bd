"""The buttons under the question about an incident, in the agents' group or in an owner's private chat."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.chat.filters import Pressed
from bot.chat.standing import standings
from bot.flows import agents, incident_pressed
from bot.flows.agents import Agent
from bot.flows.incident_words import VERB
from bot.flows.ports import Telegram, TelegramRefused
from bot.flows.turn import Answer, Turn

router = Router(name="incident")


@router.callback_query(Pressed(VERB))
async def decided(query: CallbackQuery, turn: Turn, telegram: Telegram, pressed: list[str]) -> None:
    """Warn all, wait, it is their system; send, don't."""
    number, reply, *_ = [*pressed, "", ""]
    merchant_id = None if turn.is_private else await agents.shop_of(turn.chat_id)
    try:
        agent = None if merchant_id is None else await _agent(turn, telegram, merchant_id)
    except TelegramRefused:
        turn.toast = Answer("desk_unchecked")
        await turn.say()
        return
    await turn.run(incident_pressed.press, number, reply, agent, merchant_id)


async def _agent(turn: Turn, telegram: Telegram, merchant_id: int) -> Agent:
    standing = await standings.of(telegram, turn.chat_id, turn.user_id, turn.now)
    return await agents.of_shop(merchant_id, turn.user_id, turn.person.name, standing)
