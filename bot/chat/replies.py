"""The buttons under words that wait at the desk."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.chat.filters import Pressed
from bot.chat.standing import standings
from bot.flows import agents, asked_now, gesture_pressed, gestures, letters, pending_replies, suggesting
from bot.flows.agents import Agent
from bot.flows.ports import Telegram, TelegramRefused, Vault
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


@router.callback_query(Pressed(suggesting.REPLY, suggesting.READY))
async def pressed_under_card(
    query: CallbackQuery, turn: Turn, telegram: Telegram, verb: str, pressed: list[str]
) -> None:
    """A suggested reply, a macro that fits."""
    shop_id = None if turn.is_private else await agents.shop_of(turn.chat_id)
    await turn.run(suggesting.press, shop_id, await presser(turn, telegram, shop_id), verb, pressed)


@router.callback_query(Pressed(gestures.VERB))
async def pressed_under_gesture(query: CallbackQuery, turn: Turn, telegram: Telegram, pressed: list[str]) -> None:
    """A yes or a no to what an agent would give."""
    shop_id = None if turn.is_private else await agents.shop_of(turn.chat_id)
    await turn.run(gesture_pressed.press, shop_id, await presser(turn, telegram, shop_id), pressed)


@router.callback_query(Pressed(letters.VERB))
async def pressed_under_letter(query: CallbackQuery, turn: Turn, telegram: Telegram, pressed: list[str]) -> None:
    """The carrier was asked; or another question, please."""
    shop_id = None if turn.is_private else await agents.shop_of(turn.chat_id)
    await turn.run(letters.press, shop_id, await presser(turn, telegram, shop_id), pressed)


@router.callback_query(Pressed(asked_now.VERB))
async def pressed_add(query: CallbackQuery, turn: Turn, telegram: Telegram, pressed: list[str], vault: Vault) -> None:
    """A number that was asked for becomes a parcel of the shop's."""
    shop_id = None if turn.is_private else await agents.shop_of(turn.chat_id)
    agent = await presser(turn, telegram, shop_id)
    name = (await telegram.me()).username
    await turn.run(asked_now.add, shop_id, agent, pressed, vault, name)
