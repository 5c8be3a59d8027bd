"""The menus of commands at Telegram: renewed where they differ from what the shops, their desks and roles make them."""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import structlog
from msgspec import Struct

from bot.apart import Bell
from bot.domain.access import Role
from bot.domain.menu import CUSTOMER, of_desk, of_person
from bot.flows.calls import without_markup
from bot.flows.ports import Telegram, TelegramRefused
from bot.store import menus
from bot.texts import i18n
from bot.texts.messages import Reader, render

log = structlog.get_logger(__name__)

_bell = Bell()


class Menu(Struct, frozen=True):
    """One scope of Telegram's with its commands; none: the next wider scope shows there."""

    scope: Mapping[str, Any]
    commands: Sequence[str]

    @property
    def key(self) -> str:
        """The scope in a word."""
        return ":".join(str(part) for part in self.scope.values())


def listen(listener: Callable[[], None]) -> Callable[[], None]:
    """Be called whenever a menu may be another; returns what ends it."""
    return _bell.listen(listener)


def wake() -> None:
    """A desk was bound or let go, a role was given or taken."""
    _bell.ring()


async def wanted() -> list[Menu]:
    """Customers' commands in private; the desk's in its groups; a shop's people have theirs in private."""
    everybody = Menu({"type": "all_private_chats"}, CUSTOMER)
    people = [Menu(_chat(user), of_person(Role(role))) for user, role in (await menus.people()).items()]
    desks = [menu for group in await menus.groups() for menu in _of_group(group)]
    return [everybody, *(one for one in people if one.commands), *desks]


def _chat(chat_id: int, kind: str = "chat") -> dict[str, Any]:
    return {"type": kind, "chat_id": chat_id}


def _of_group(group: int) -> tuple[Menu, Menu]:
    """Admins of the group are mostly those who lead."""
    leading = Menu(_chat(group, "chat_administrators"), of_desk(Role.LEAD))
    return Menu(_chat(group), of_desk(Role.AGENT)), leading


async def refresh(telegram: Telegram) -> int:
    """Set what differs, take away what is nobody's any more; how many calls. Raises TelegramRefused for all of it."""
    prefix = f"menu:{(await telegram.me()).id}:"
    known = await menus.standing(prefix)
    asked = {f"{prefix}{menu.key}:{language}": (menu, language) for menu, language in _worded(await wanted())}
    done = 0
    for name, (menu, language) in asked.items():
        done += await _set(telegram, name, menu, language, known.get(name))
    for name in known.keys() - asked.keys():
        done += await _take_away(telegram, name, name.removeprefix(prefix))
    return done


def _worded(found: Sequence[Menu]) -> Iterator[tuple[Menu, str]]:
    return ((menu, language) for menu in found for language in i18n.languages())


async def _set(telegram: Telegram, name: str, menu: Menu, language: str, stands: str | None) -> int:
    commands = [(one, described(one, language)) for one in menu.commands]
    mark = str(zlib.crc32(repr(commands).encode()))
    if mark == stands or not await _took(telegram, menu.scope, language, commands):
        return 0
    await menus.stands(name, mark)
    return 1


async def _take_away(telegram: Telegram, name: str, said: str) -> int:
    """Forgotten also where Telegram refuses: whoever is gone has no menu."""
    kind, *chat, language = said.split(":")
    scope = _chat(int(chat[0]), kind) if chat else {"type": kind}
    await _took(telegram, scope, language, [])
    await menus.gone(name)
    return 1


async def _took(telegram: Telegram, scope: Mapping[str, Any], language: str, commands: list[tuple[str, str]]) -> bool:
    """Our default language is that of everybody whose own we do not speak."""
    try:
        await telegram.set_commands(scope, "" if language == i18n.DEFAULT else language, commands)
    except TelegramRefused:
        log.info("menu_refused", scope=scope["type"], language=language)
        return False
    return True


def described(command: str, language: str) -> str:
    """What a command does, in a line."""
    return without_markup(render("menu", {"command": command}, Reader(language)).text)
