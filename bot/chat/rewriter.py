"""`/texts`: messages in the shop's own words."""

from typing import Any

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.chat.filters import InForm, May, Pressed, Said
from bot.domain.access import Deed
from bot.flows import rewriting
from bot.flows.ports import Vault
from bot.flows.turn import ShopView, Turn

router = Router(name="rewriter")


@router.message(Said("texts"), May(Deed.TEXTS))
async def wants_texts(message: Message, turn: Turn, shop: ShopView, vault: Vault) -> None:
    await turn.run(rewriting.open_text, shop, vault, turn.rest.strip())


@router.callback_query(Pressed(rewriting.OPEN), May(Deed.TEXTS))
async def chose(query: CallbackQuery, turn: Turn, shop: ShopView, pressed: list[str], vault: Vault) -> None:
    if pressed and pressed[0].startswith("@"):
        await turn.run(rewriting.list_subjects, shop, pressed[0][1:], turn.message_id)
    else:
        await turn.run(rewriting.open_text, shop, vault, " ".join(pressed))


@router.message(May(Deed.TEXTS), InForm(rewriting.FORM), F.text)
async def told(message: Message, turn: Turn, shop: ShopView, told: dict[str, Any], vault: Vault) -> None:
    await turn.run(rewriting.told, shop, vault, told)


@router.callback_query(Pressed(rewriting.DECIDE), May(Deed.TEXTS))
async def decided(query: CallbackQuery, turn: Turn, shop: ShopView, pressed: list[str], vault: Vault) -> None:
    await turn.run(rewriting.decide, shop, vault, pressed[0] if pressed else "")
