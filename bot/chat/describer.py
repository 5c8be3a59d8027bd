"""`/carrier new`: lines or a file in, a live try, a preview, and a button to keep it."""

from typing import Any

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.chat.filters import InForm, May, Pressed
from bot.domain.access import Deed
from bot.flows import describing, dialogue
from bot.flows.describing import Draft, Wrong
from bot.flows.ports import Carriers, Telegram, TelegramRefused, Vault
from bot.flows.turn import Answer, ShopView, Turn
from carriers.kit.errors import CarrierError

router = Router(name="describer")


async def describe(turn: Turn, said: str, vault: Vault, carriers: Carriers) -> None:
    """`/carrier new`, alone or with a description behind it."""
    if said.strip():
        await _go_on(turn, said, Draft(), vault, carriers)
    else:
        await turn.run(describing.begin, vault)


async def _go_on(turn: Turn, said: str, before: Draft, vault: Vault, carriers: Carriers) -> None:
    draft = describing.drafted(said, before)
    if isinstance(draft, Wrong):
        await turn.run(describing.refuse, vault, before, draft)
        return
    carrier = describing.usable(draft)
    if isinstance(carrier, Wrong):
        await turn.run(describing.refuse, vault, draft, carrier)
        return
    try:
        answer = await carriers.fetch(carrier.question(draft.number, draft.secrets))
    except CarrierError as error:
        await turn.run(describing.preview, vault, draft, error)
        return
    await turn.run(describing.preview, vault, draft, answer)


@router.message(May(Deed.CARRIERS), InForm(describing.FORM), F.text)
async def lines_told(message: Message, turn: Turn, told: dict[str, Any], vault: Vault, carriers: Carriers) -> None:
    await _go_on(turn, turn.text, describing.unpacked(told), vault, carriers)


@router.message(May(Deed.CARRIERS), InForm(describing.FORM), F.document)
async def file_told(
    message: Message, turn: Turn, told: dict[str, Any], vault: Vault, carriers: Carriers, telegram: Telegram
) -> None:
    assert message.document is not None  # noqa: S101 - F.document
    before = describing.unpacked(told)
    try:
        content = await telegram.file(message.document.file_id, describing.MOST_BYTES)
        said = content.decode("utf-8-sig")
    except (TelegramRefused, UnicodeDecodeError):
        await turn.run(describing.refuse, vault, before, Wrong("file", "unreadable"))
        return
    await _go_on(turn, said, before, vault, carriers)


@router.callback_query(Pressed("xd"), May(Deed.CARRIERS))
async def decided(query: CallbackQuery, turn: Turn, shop: ShopView, pressed: list[str], vault: Vault) -> None:
    draft = await describing.draft_of(turn, vault)
    if pressed == ["save"] and draft is not None:
        await turn.run(describing.save, shop, vault, draft)
    else:
        await turn.run(_form_over)


async def _form_over(turn: Turn) -> Answer:
    await dialogue.end(turn)
    return Answer("form_over")
