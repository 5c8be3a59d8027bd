"""Menus show what one may say, no more; customers see nothing of the desk."""

import re

import pytest

from bot.domain.access import MAY, Role
from bot.domain.menu import CUSTOMER, DESK, SHOP, names, of_desk, of_person


@pytest.mark.parametrize("role", list(Role))
def test_a_menu_shows_only_what_the_role_may(role: Role) -> None:
    assert {name for name in of_desk(role) if name != "help"} == {n for n, deed in DESK.items() if deed in MAY[role]}
    assert all(name in CUSTOMER or SHOP[name] in MAY[role] for name in of_person(role))


def test_customers_see_nothing_of_the_desk_and_strangers_to_a_shop_nothing_of_it() -> None:
    assert not set(CUSTOMER) & (DESK.keys() - {"track", "help"})
    assert (of_person(Role.GUEST), of_person(Role.NONE)) == ((), ())


def test_a_lead_may_ban_and_an_agent_may_not() -> None:
    assert "ban" in of_desk(Role.LEAD)
    assert "ban" not in of_desk(Role.AGENT)


def test_names_are_as_telegram_takes_them() -> None:
    assert all(re.fullmatch("[a-z0-9_]{1,32}", name) for name in names())
    assert len(of_person(Role.OWNER)) <= 100
