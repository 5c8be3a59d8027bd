from itertools import pairwise

import pytest

from bot.domain.access import Deed, Role, may, role_of, seen


def test_the_owner_may_do_all() -> None:
    assert all(may(Role.OWNER, deed) for deed in Deed)


@pytest.mark.parametrize("role", [Role.NONE, Role.GUEST])
def test_strangers_and_the_refused_may_do_nothing(role: Role) -> None:
    assert not any(may(role, deed) for deed in Deed)


def test_each_role_may_do_all_that_the_one_below_may() -> None:
    ladder = [Role.NONE, Role.TRAINEE, Role.AGENT, Role.LEAD, Role.OWNER]
    allowed = [{deed for deed in Deed if may(role, deed)} for role in ladder]
    assert all(low < high for low, high in pairwise(allowed))


@pytest.mark.parametrize(
    ("role", "deed", "right"),
    [
        (Role.AGENT, Deed.ANSWER, True),
        (Role.AGENT, Deed.BAN, False),
        (Role.TRAINEE, Deed.NOTE, True),
        (Role.TRAINEE, Deed.ANSWER, False),
        (Role.LEAD, Deed.PAUSE_ALL, False),
        (Role.LEAD, Deed.CARRIERS, False),
    ],
)
def test_rights_are_as_the_table_says(role: Role, deed: Deed, right: bool) -> None:
    assert may(role, deed) is right


def test_a_member_of_the_group_is_an_agent_unless_the_shop_says_otherwise() -> None:
    assert role_of(None, in_group=True) is Role.AGENT
    assert role_of("none", in_group=True) is Role.NONE
    assert role_of("lead") is Role.LEAD
    assert role_of(None) is Role.GUEST


def test_what_may_not_be_seen_is_as_what_does_not_exist() -> None:
    assert seen(Role.GUEST, Deed.STATS, "figures") is seen(Role.OWNER, Deed.STATS, None) is None
    assert seen(Role.OWNER, Deed.STATS, "figures") == "figures"
