"""What customers say in private. The last router: any text that nobody else wanted is for us."""

from typing import Any

from aiogram import F, Router
from aiogram.filters import Filter
from aiogram.types import ChatMemberUpdated, Message

from bot.chat.consignee_buttons import InPrivate
from bot.chat.consignee_buttons import router as buttons
from bot.chat.filters import Said
from bot.chat.words import SPOKEN, UNCOPIED, words_of
from bot.flows import lookup, person, privacy, said, settings_of_person, shop_keeping
from bot.flows.ports import Vault
from bot.flows.turn import Answer, Turn

router = Router(name="consignee")
router.include_router(buttons)


class Unknown(Filter):
    """A command that nobody knew."""

    async def __call__(self, event: Any, turn: Turn) -> bool:
        return bool(turn.command)


router.message.filter(InPrivate())


@router.message(Said("start"))
async def start(message: Message, turn: Turn) -> None:
    """`/start TOKEN`, `/start`."""
    await turn.run(lookup.start, turn.rest)


@router.message(Said("parcels"))
async def parcels(message: Message, turn: Turn) -> None:
    """`/parcels`."""
    await turn.run(lookup.parcels)


@router.message(Said("track"))
async def track(message: Message, turn: Turn, vault: Vault) -> None:
    """`/track NUMBER`."""
    await turn.run(lookup.track, vault, turn.rest)


@router.message(Said("human"))
async def human(message: Message, turn: Turn, vault: Vault) -> None:
    """`/human [text]`."""
    words = words_of(message, turn.rest)
    await turn.run(person.human, vault, words if turn.rest.strip() or words.media else None)


@router.message(Said("settings"))
async def settings(message: Message, turn: Turn) -> None:
    """`/settings`, `/settings quiet 21-9`."""
    await turn.run(settings_of_person.say, turn.rest)


@router.message(Said("language"))
async def language(message: Message, turn: Turn) -> None:
    """`/language`, `/language ar`."""
    await turn.run(settings_of_person.set_language, turn.rest)


@router.message(Said("mydata"))
async def mydata(message: Message, turn: Turn) -> None:
    """`/mydata`."""
    await turn.run(privacy.my_data)


@router.message(Said("forgetme"))
async def forgetme(message: Message, turn: Turn) -> None:
    """`/forgetme`."""
    await turn.run(privacy.forget)


@router.message(Said("privacy"))
async def wants_privacy(message: Message, turn: Turn) -> None:
    """`/privacy`."""
    await turn.run(shop_keeping.privacy)


@router.message(Said("help", "faq"))
async def read(message: Message, turn: Turn) -> None:
    """`/help`, `/faq`: something to read."""
    await turn.say(Answer(turn.command, {}, ((("human", "h:0"),),) if turn.command == "faq" else ()))


@router.message(Unknown())
async def unknown(message: Message, turn: Turn) -> None:
    """Any other command, be it somebody else's."""
    await turn.say(Answer("not_for_you"))


@router.message(F.contact)
async def contact(message: Message, turn: Turn, vault: Vault) -> None:
    """A shared phone number; `own` if it is the sender's."""
    shared = message.contact
    assert shared is not None  # noqa: S101 - the filter says so
    own = shared.user_id == turn.user_id
    await turn.run(said.contact, vault, words_of(message, ""), shared.phone_number, own)


@router.message(F.content_type.in_(SPOKEN))
async def anything(message: Message, turn: Turn, vault: Vault) -> None:
    """Text and media: understood, or brought to a person."""
    await turn.run(said.said, vault, words_of(message, turn.text))


@router.message(F.content_type.in_(UNCOPIED))
async def uncopied(message: Message, turn: Turn) -> None:
    """What Telegram lets nobody copy: its author hears it at once."""
    await turn.say(Answer("not_passed_on", reply_to=turn.message_id))


@router.my_chat_member(InPrivate())
async def blocked(event: ChatMemberUpdated, turn: Turn) -> None:
    """He stopped the bot, or came back."""
    await turn.run(settings_of_person.blocked, event.new_chat_member.status)
