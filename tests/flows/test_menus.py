"""Menus of commands: set once, renewed when a desk or a role is another, taken away from whoever is gone."""

import pytest

from bot.chat.app import SetCommands
from bot.domain.menu import CUSTOMER, DESK, SHOP, names
from bot.flows import desk, menus, team
from bot.flows.turn import PersonView, ShopView, Turn
from bot.store.models import DeskGroup, Member, Person
from bot.texts.kinds.menus import COMMANDS
from tests.fakes import rows
from tests.fakes.clock import StandingClock
from tests.fakes.ports import FakeTelegram

GROUP = -100500
OWNER = 6003


@pytest.fixture
def telegram(store: str) -> FakeTelegram:
    return FakeTelegram()


async def open_desk() -> int:
    shop = await rows.shop()
    if not await DeskGroup.filter(chat_id=GROUP).exists():
        _ = await DeskGroup.create(chat_id=GROUP, merchant_id=shop.id, bound_ms=0)
    _ = await Person.create(user_id=OWNER, name="Nadia")
    _ = await Member.create(merchant_id=shop.id, user_id=OWNER, role="owner", created_ms=0)
    return int(shop.id)


def shown(telegram: FakeTelegram, *scope: str | int, language: str = "") -> list[str]:
    return telegram.menus[tuple(scope), language]


async def test_each_sees_his_own_in_three_languages(telegram: FakeTelegram) -> None:
    await open_desk()
    assert await menus.refresh(telegram) == 4 * 3
    assert shown(telegram, "all_private_chats") == list(CUSTOMER)
    assert shown(telegram, "all_private_chats", language="fa") == list(CUSTOMER)
    assert shown(telegram, "chat", OWNER, language="ar") == [*SHOP, *CUSTOMER]
    assert "ban" not in shown(telegram, "chat", GROUP)
    assert "ban" in shown(telegram, "chat_administrators", GROUP)
    assert (("default",), "") not in telegram.menus


async def test_what_stands_is_not_set_again(telegram: FakeTelegram) -> None:
    await open_desk()
    await menus.refresh(telegram)
    assert await menus.refresh(telegram) == 0


async def test_another_role_is_another_menu_and_none_is_none(telegram: FakeTelegram) -> None:
    await open_desk()
    await menus.refresh(telegram)
    await Member.all().update(role="lead")
    assert await menus.refresh(telegram) == 3
    assert "carrier" not in shown(telegram, "chat", OWNER)
    await Member.all().update(role="none")
    assert await menus.refresh(telegram) == 3
    assert shown(telegram, "chat", OWNER) == []
    assert await menus.refresh(telegram) == 0


async def test_a_group_that_is_no_desk_any_more_loses_its_menu(telegram: FakeTelegram) -> None:
    await open_desk()
    await menus.refresh(telegram)
    await DeskGroup.all().delete()
    await menus.refresh(telegram)
    assert (shown(telegram, "chat", GROUP), shown(telegram, "chat_administrators", GROUP)) == ([], [])


async def test_one_whom_telegram_does_not_reach_is_tried_again_later_and_stops_nobody(telegram: FakeTelegram) -> None:
    await open_desk()
    telegram.deaf = {OWNER}
    assert await menus.refresh(telegram) == 3 * 3
    telegram.deaf = set()
    assert await menus.refresh(telegram) == 3


async def test_a_new_role_wakes_the_menus(store: str, clock: StandingClock) -> None:
    shop_id = await open_desk()
    heard: list[int] = []
    unlisten = menus.listen(lambda: heard.append(1))
    turn = Turn(1, clock.now(), OWNER, OWNER, PersonView(OWNER))
    await team.appoint(turn, ShopView(shop_id, "owner", "Noor", "en"), 6009, "lead")
    for tell in turn.afterwards:
        tell()
    unlisten()
    menus.wake()
    assert heard == [1]


def test_the_desks_menu_shows_every_command_of_the_desk() -> None:
    assert DESK.keys() - {"stats"} == desk.COMMANDS.keys()
    assert all(DESK[name] is deed for name, deed in desk.COMMANDS.items())


def test_every_command_of_a_menu_has_its_line() -> None:
    assert set(COMMANDS) == set(names())
    assert {*DESK, *SHOP, *CUSTOMER} == set(COMMANDS)
    for language in ("en", "ar", "fa"):
        for name in COMMANDS:
            assert 0 < len(menus.described(name, language)) <= 256
            assert "\u2068" not in menus.described(name, language)


def test_the_call_is_telegrams() -> None:
    call = SetCommands(commands=[], scope={"type": "all_private_chats"}, language_code=None)
    assert call.__api_method__ == "setMyCommands"
