"""Processes with other keys do no harm: they say so and leave everything to the others."""

from typing import Any

import pytest

from bot.flows import inbox, sealing
from bot.flows.inbox import Wanted
from bot.flows.ports import KeysRefused
from bot.store.core import Dialect
from bot.store.crypt import Vault, new_key
from bot.store.models import Account
from tests.fakes.clock import StandingClock
from tests.fakes.rows import shop

OLD, NEW = new_key(), new_key()
SAID: dict[str, Any] = {"update_id": 5, "message": {"message_id": 1, "chat": {"id": 1}, "text": "hello"}}


async def test_a_process_with_other_keys_does_not_start(store: Dialect) -> None:
    await sealing.agree(Vault([OLD]))
    with pytest.raises(KeysRefused, match=r"^SECRET_KEYS: ") as refused:
        await sealing.agree(Vault([NEW]))
    assert OLD not in str(refused.value)
    assert NEW not in str(refused.value)
    await sealing.agree(Vault([OLD]))


async def test_keys_are_changed_while_all_go_on(store: Dialect) -> None:
    for keys in ([OLD], [OLD, NEW], [OLD], [NEW, OLD], [OLD, NEW], [NEW, OLD]):
        await sealing.agree(Vault(keys))
    await sealing.agree(Vault([NEW]))
    with pytest.raises(KeysRefused):
        await sealing.check(Vault([OLD]))


async def test_what_others_sealed_waits_for_them(store: Dialect, clock: StandingClock) -> None:
    await sealing.agree(Vault([OLD]))
    await sealing.agree(Vault([NEW, OLD]))
    await inbox.keep(4242, [SAID], Vault([NEW, OLD]), clock.now())

    with pytest.raises(KeysRefused):
        await inbox.waiting(Vault([OLD]), Wanted("late", 10))
    await inbox.leave("late")

    assert [one.body for one in await inbox.waiting(Vault([NEW, OLD]), Wanted("current", 10))] == [SAID]


async def test_what_nobody_can_open_any_more_stops_nobody(store: Dialect, clock: StandingClock) -> None:
    await inbox.keep(4242, [SAID], Vault([OLD]), clock.now())
    await sealing.announce(Vault([NEW]))
    assert [one.body for one in await inbox.waiting(Vault([NEW]), Wanted("me", 10))] == [None]


async def test_a_wrong_key_is_told_also_where_there_is_no_sample_yet(store: Dialect) -> None:
    sealed = Vault([OLD]).seal("{}")
    account = await Account.create(merchant_id=1, slug="ups", secrets=sealed, created_ms=0)
    assert account.id
    with pytest.raises(KeysRefused):
        await sealing.agree(Vault([NEW]))
    await sealing.agree(Vault([OLD]))


async def test_who_has_lost_his_keys_goes_on_with_new_ones_and_learns_what_must_be_said_again(store: Dialect) -> None:
    await sealing.agree(Vault([OLD]))
    noor = await shop()
    for slug, key in (("ups", OLD), ("fedex", NEW)):
        account = await Account.create(merchant_id=noor.id, slug=slug, secrets=Vault([key]).seal("{}"), created_ms=0)
        assert account.id

    assert await sealing.go_on_with(Vault([NEW])) == [(noor.name, "ups")]

    await sealing.agree(Vault([NEW]))
    assert [one.state for one in await Account.all().order_by("id")] == ["refused", "active"]
