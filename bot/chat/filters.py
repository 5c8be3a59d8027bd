"""Filters on a Turn: which command, which button, whose."""

from typing import Any

from aiogram.filters import Filter

from bot.chat.standing import standings
from bot.domain.access import Deed, may, role_of
from bot.flows import agents, desk_stats, dialogue
from bot.flows.ports import Telegram, TelegramRefused, Vault
from bot.flows.turn import Turn


class Said(Filter):
    """`/word` said in a private chat (`group=True`: in a group); one of `words`."""

    def __init__(self, *words: str, group: bool = False) -> None:
        self.words = frozenset(words)
        self.group = group

    async def __call__(self, event: Any, turn: Turn) -> bool:
        return turn.command in self.words and turn.is_private is not self.group


class Bare(Filter):
    """Nothing stands behind the command."""

    async def __call__(self, event: Any, turn: Turn) -> bool:
        return not turn.rest.strip()


class Pressed(Filter):
    """A button whose callback text is `<verb>:<id>[:<arg>]`; gives the handler `pressed: list[str]` (id, arg)."""

    def __init__(self, *verbs: str) -> None:
        self.verbs = frozenset(verbs)

    async def __call__(self, event: Any, turn: Turn) -> bool | dict[str, Any]:
        verb, *pressed = (event.data or "").split(":")
        return {"verb": verb, "pressed": pressed} if verb in self.verbs else False


class May(Filter):
    """Said by a person whose role in his shop allows the deed; gives the handler `shop`.

    For anybody else the handler does not exist: he is answered as for any unknown command.
    """

    def __init__(self, deed: Deed) -> None:
        self.deed = deed

    async def __call__(self, event: Any, turn: Turn) -> bool | dict[str, Any]:
        shop = turn.person.shop
        return {"shop": shop} if shop is not None and may(role_of(shop.role), self.deed) else False


class Leads(Filter):
    """Said in the group of a shop by a person whose own role there allows the deed; gives the handler `shop`."""

    def __init__(self, deed: Deed) -> None:
        self.deed = deed

    async def __call__(self, event: Any, turn: Turn) -> bool | dict[str, Any]:
        shop_id = await agents.shop_of(turn.chat_id)
        shop = next((one for one in turn.person.shops if one.id == shop_id), None)
        return {"shop": shop} if shop is not None and may(role_of(shop.role), self.deed) else False


class AtDesk(Filter):
    """Said by a person who belongs to a shop's group now (in a group: to this one); gives the handler the shop's id
    as `desk`."""

    async def __call__(self, event: Any, turn: Turn, telegram: Telegram) -> bool | dict[str, Any]:
        here = None if turn.is_private else await agents.shop_of(turn.chat_id)
        for merchant_id, chat_id in await desk_stats.desks_of(turn.user_id):
            if not turn.is_private and merchant_id != here:
                continue
            try:
                standing = await standings.of(telegram, chat_id, turn.user_id, turn.now)
            except TelegramRefused:
                continue
            if await desk_stats.works_at(merchant_id, turn.user_id, standing):
                return {"desk": merchant_id}
        return False


class InForm(Filter):
    """Plain words of a person who is in the middle of this form; gives the handler what he `told` so far."""

    def __init__(self, form: str) -> None:
        self.form = form

    async def __call__(self, event: Any, turn: Turn, vault: Vault) -> bool | dict[str, Any]:
        if not turn.is_private or turn.command:
            return False
        told = await dialogue.current(turn, vault, self.form)
        return False if told is None else {"told": told}
