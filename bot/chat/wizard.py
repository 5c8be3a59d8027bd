"""`/carrier add`: takes what was said, asks for what is missing, tries it out before it is kept."""

from collections.abc import Mapping
from typing import Any

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.chat.filters import InForm, May, Pressed
from bot.domain.access import Deed
from bot.flows import accounts, dialogue
from bot.flows.accounts import FORM
from bot.flows.ports import Carriers, Vault
from bot.flows.saying import clean, fields
from bot.flows.turn import Answer, Answers, ShopView, Turn

router = Router(name="wizard")


async def add_account(turn: Turn, shop: ShopView, said: str, vault: Vault, carriers: Carriers) -> None:
    """`/carrier add SLUG [field=value …]`."""
    plain, values = fields(said)
    carrier = accounts.carrier_of(plain[0]) if plain else None
    if carrier is None:
        await turn.run(_no_carrier, " ".join(plain), bool(values))
        return
    await _go_on(turn, shop, carrier.slug, values, vault, carriers)


async def _no_carrier(turn: Turn, said: str, has_secret: bool) -> Answers:
    if has_secret:
        await accounts.forget_message(turn)
    return accounts.no_account(said) if said else Answer("carrier_usage")


async def _go_on(
    turn: Turn, shop: ShopView, slug: str, values: Mapping[str, str], vault: Vault, carriers: Carriers
) -> None:
    carrier = accounts.carrier_of(slug)
    assert carrier is not None  # noqa: S101 - the slug comes from a carrier
    wrong = accounts.misfit(carrier, values)
    if wrong is not None:
        await turn.run(accounts.refuse_field, carrier, *wrong)
    elif accounts.missing(carrier, values) is not None:
        await turn.run(accounts.ask_field, vault, carrier, values, False)
    else:
        trial = await accounts.try_out(carriers, carrier, values)
        await turn.run(accounts.conclude, shop, vault, carrier, values, trial)


@router.message(May(Deed.CARRIERS), InForm(FORM), F.text)
async def field_told(
    message: Message, turn: Turn, shop: ShopView, told: dict[str, Any], vault: Vault, carriers: Carriers
) -> None:
    carrier = accounts.carrier_of(told["slug"])
    if carrier is None or told["field"] is None:
        await turn.run(_form_over)
        return
    values = told["values"] | {told["field"]: clean(turn.text, accounts.LONGEST_VALUE + 1)}
    if accounts.misfit(carrier, values):
        await turn.run(accounts.ask_field, vault, carrier, told["values"], True)
        return
    await _go_on(turn, shop, carrier.slug, values, vault, carriers)


async def _form_over(turn: Turn) -> Answer:
    await dialogue.end(turn)
    return Answer("form_over")


@router.callback_query(Pressed("cf"), May(Deed.CARRIERS))
async def form_decided(query: CallbackQuery, turn: Turn, shop: ShopView, pressed: list[str], vault: Vault) -> None:
    told = await dialogue.current(turn, vault, FORM)
    carrier = accounts.carrier_of(told["slug"]) if told else None
    if pressed == ["save"] and told and carrier and told["field"] is None:
        await turn.run(accounts.save, shop, vault, carrier, told["values"])
    else:
        await turn.run(_form_over)
