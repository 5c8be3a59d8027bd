"""The buttons under a customer's messages."""

from typing import Any

from aiogram import Router
from aiogram.filters import Filter
from aiogram.types import CallbackQuery

from bot.chat.filters import Pressed
from bot.flows import (
    loss_offer,
    person,
    place,
    privacy,
    rating,
    rating_ask,
    settings_of_person,
    solved,
    strangers,
    urgent,
)
from bot.flows import pressed as presses
from bot.flows.ports import Vault
from bot.flows.turn import Turn

ABOUT_A_PARCEL = (
    "w",
    "s",
    "h",
    "n",
    "i",
    "d",
    "a",
    "k",
    "t",
    "f",
    "x",
    "p",
    "r",
    "o",
    "y",
    "q",
    "e",
    "c",
    "l",
    "v",
    "z",
)
"""Verbs of buttons that carry a shipment's id, 0 where none is meant."""


class InPrivate(Filter):
    """Said or pressed where only the two of us talk."""

    async def __call__(self, event: Any, turn: Turn) -> bool:
        return turn.is_private


router = Router(name="consignee.buttons")
router.callback_query.filter(InPrivate())


def _two(values: list[str]) -> tuple[str, str]:
    """The id and the argument; what is missing is empty."""
    first, second, *_ = [*values, "", ""]
    return first, second


@router.callback_query(Pressed(*ABOUT_A_PARCEL))
async def about_a_parcel(query: CallbackQuery, turn: Turn, vault: Vault, verb: str, pressed: list[str]) -> None:
    """A button under a message about a parcel."""
    await turn.run(presses.press, vault, verb, *_two(pressed))


@router.callback_query(Pressed("g"))
async def shop_chosen(query: CallbackQuery, turn: Turn, vault: Vault, pressed: list[str]) -> None:
    """Which shop a stranger means."""
    await turn.run(person.shop_chosen, vault, _two(pressed)[0])


@router.callback_query(Pressed("u"))
async def is_urgent(query: CallbackQuery, turn: Turn, vault: Vault, pressed: list[str]) -> None:
    """Out of hours: it cannot wait until the team is back."""
    await turn.run(urgent.press, vault, _two(pressed)[0])


@router.callback_query(Pressed("lo"))
async def chosen(query: CallbackQuery, turn: Turn, pressed: list[str]) -> None:
    """What he prefers for a parcel that is lost."""
    await turn.run(loss_offer.press, *_two(pressed))


@router.callback_query(Pressed(place.SOLVED))
async def is_solved(query: CallbackQuery, turn: Turn, pressed: list[str]) -> None:
    """[Solved, thank you]."""
    await turn.run(solved.press, _two(pressed)[0])


@router.callback_query(Pressed(rating_ask.PRESSED))
async def rated(query: CallbackQuery, turn: Turn, pressed: list[str]) -> None:
    """One to five."""
    await turn.run(rating.press, *_two(pressed))


@router.callback_query(Pressed(rating.COMMENTS))
async def adds_words(query: CallbackQuery, turn: Turn, vault: Vault, pressed: list[str]) -> None:
    """A few words with the rating."""
    await turn.run(rating.ask_words, vault, _two(pressed)[0])


@router.callback_query(Pressed("set"))
async def settings(query: CallbackQuery, turn: Turn, pressed: list[str]) -> None:
    """A button of /settings; the message changes in place."""
    await turn.run(settings_of_person.press, *_two(pressed))


@router.callback_query(Pressed("forget"))
async def forget(query: CallbackQuery, turn: Turn, pressed: list[str]) -> None:
    """A button of /forgetme."""
    await turn.run(privacy.forget, *_two(pressed))


@router.callback_query(Pressed(strangers.VERB))
async def puzzled(query: CallbackQuery, turn: Turn, vault: Vault, pressed: list[str]) -> None:
    """A stranger's puzzle."""
    await turn.run(strangers.press, vault, _two(pressed)[0])
