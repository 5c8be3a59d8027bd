"""Filters on a Turn: which command, which button, whose."""

from typing import Any

from aiogram.filters import Filter

from bot.flows.turn import Turn


class Said(Filter):
    """`/word` said in a private chat (`group=True`: in a group); one of `words`."""

    def __init__(self, *words: str, group: bool = False) -> None:
        self.words = frozenset(words)
        self.group = group

    async def __call__(self, event: Any, turn: Turn) -> bool:
        return turn.command in self.words and turn.is_private is not self.group


class Pressed(Filter):
    """A button whose callback text is `<verb>:<id>[:<arg>]`; gives the handler `pressed: list[str]` (id, arg)."""

    def __init__(self, *verbs: str) -> None:
        self.verbs = frozenset(verbs)

    async def __call__(self, event: Any, turn: Turn) -> bool | dict[str, Any]:
        verb, *pressed = (event.data or "").split(":")
        return {"verb": verb, "pressed": pressed} if verb in self.verbs else False


class OfShop(Filter):
    """Said by a person who holds one of these roles in a shop; gives the handler `shop`."""

    def __init__(self, *roles: str) -> None:
        self.roles = frozenset(roles)

    async def __call__(self, event: Any, turn: Turn) -> bool | dict[str, Any]:
        shop = turn.person.shop
        return {"shop": shop} if shop is not None and shop.role in self.roles else False
