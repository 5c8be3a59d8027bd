"""`/team`: who works for the shop, by which name, and what was done."""

from aiogram import Router
from aiogram.enums import MessageEntityType
from aiogram.types import CallbackQuery, Message

from bot.chat.filters import May, Pressed, Said
from bot.chat.standing import standings
from bot.domain.access import Deed
from bot.flows import colleagues, team, team_log
from bot.flows.ports import Telegram, TelegramRefused
from bot.flows.saying import clean, split_command
from bot.flows.turn import Answer, ShopView, Turn

router = Router(name="team")


@router.message(Said("team"), May(Deed.TEAM))
async def about_team(message: Message, turn: Turn, shop: ShopView, telegram: Telegram) -> None:
    said = split_command(_with_numbers(message))[1].strip()
    verb, _, rest = said.partition(" ")
    if verb.lower() in team.ALONE:
        await turn.run(team.ALONE[verb.lower()], shop, rest)
    elif verb.lower() in team.OF_SOMEBODY:
        who, _, name = rest.strip().partition(" ")
        await _of_somebody(turn, shop, telegram, verb.lower(), who, name)
    elif rest.strip():
        await _of_somebody(turn, shop, telegram, "", verb, rest)
    else:
        await turn.run(team.show_team, shop)


async def _of_somebody(turn: Turn, shop: ShopView, telegram: Telegram, verb: str, who: str, rest: str) -> None:
    user_id = await _meant(turn, shop, telegram, who)
    if user_id is None:
        await turn.say(Answer("team_unknown", {"who": who}))
    else:
        await turn.run(team.OF_SOMEBODY.get(verb, team.appoint), shop, user_id, clean(rest))


def _with_numbers(message: Message) -> str:
    """What was said, with the number of each person in the place of a mention that has no @name."""
    text = (message.text or "").encode("utf-16-le")
    for one in reversed(message.entities or ()):
        if one.type == MessageEntityType.TEXT_MENTION and one.user is not None:
            start, end = 2 * one.offset, 2 * (one.offset + one.length)
            text = text[:start] + str(one.user.id).encode("utf-16-le") + text[end:]
    return text.decode("utf-16-le")


async def _meant(turn: Turn, shop: ShopView, telegram: Telegram, who: str) -> int | None:
    """Whom the shop knows by that name, or finds in its groups now."""
    user_id = await colleagues.named(shop, who)
    if user_id is None or await colleagues.is_known(shop, user_id):
        return user_id
    for group in await colleagues.groups(shop):
        try:
            seen = await standings.of(telegram, group, user_id, turn.now)
        except TelegramRefused:
            continue
        if seen.is_inside:
            await colleagues.met(user_id, seen)
            return user_id
    return None


@router.callback_query(Pressed(team_log.VERB), May(Deed.TEAM))
async def older(query: CallbackQuery, turn: Turn, shop: ShopView, pressed: list[str]) -> None:
    await turn.run(team_log.show, shop, _line(pressed[0] if pressed else ""), turn.message_id)


def _line(said: str) -> int:
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= 18 else 0
