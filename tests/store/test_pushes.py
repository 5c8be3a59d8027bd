"""Accounts found by their hooks, shipments by what a push calls them; on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.store import accounts, accounts_admin, pushes, sql
from bot.store.models import Parcel, Shipment
from bot.store.ms import to_ms
from tests.fakes.parcels import followed

pytestmark = pytest.mark.usefixtures("store")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def account(store: object) -> int:
    return await accounts_admin.save(1, "aftership", "sealed", NOW)


async def test_an_account_is_found_by_its_token_until_it_is_removed(account: int) -> None:
    assert await pushes.by_token("h1") is None
    await pushes.set_token(account, "h1")
    hook = await pushes.by_token("h1")
    assert hook is not None
    assert (hook.account_id, hook.slug, hook.secrets, hook.state) == (account, "aftership", "sealed", "active")
    assert "sealed" not in repr(hook)
    await pushes.set_token(account, "h2")
    assert await pushes.by_token("h1") is None
    await accounts_admin.set_state(account, "removed", NOW)
    assert await pushes.by_token("h2") is None
    assert not (await pushes.state_of(account)).exists


async def test_pushes_are_counted_and_dated(account: int) -> None:
    assert await pushes.state_of(account) == pushes.HookState(False, None, 0)
    await pushes.set_token(account, "h1")
    await pushes.refused(account)
    await pushes.refused(account)
    await pushes.arrived(account, NOW)
    assert await pushes.state_of(account) == pushes.HookState(True, NOW, 2)
    known = await accounts.ready(account, NOW)
    assert known is not None
    assert known.pushes(NOW)
    assert not known.pushes(NOW + accounts.PUSHING)


async def test_shipments_are_found_by_their_number_or_a_boxs_and_not_long_after_their_end(account: int) -> None:
    parcel = await followed(NOW, account_id=account, number="A1")
    row = await Shipment.get(id=parcel.shipment.id)
    _ = await Parcel.create(shipment_id=row.id, number="BOX2", status="in_transit")
    found = await pushes.numbered(account, ["A1", "BOX2", "Z9"], NOW)
    assert found == [pushes.Numbered(row.id, "A1"), pushes.Numbered(row.id, "BOX2")]
    assert await pushes.numbered(account + 1, ["A1"], NOW) == []
    await sql.run("UPDATE shipment SET open = 0")
    assert await pushes.numbered(account, ["A1", "BOX2"], NOW) == []
    await sql.run("UPDATE shipment SET status = 'delivered', status_ms = ?", (to_ms(NOW),))
    assert len(await pushes.numbered(account, ["A1", "BOX2"], NOW + 29 * DAY)) == 2
    assert await pushes.numbered(account, ["A1", "BOX2"], NOW + 31 * DAY) == []


async def test_new_secrets_leave_all_else(account: int) -> None:
    await sql.run("UPDATE account SET state = 'paused'")
    await accounts_admin.set_secrets(account, "other")
    (row,) = await sql.rows("SELECT secrets, state FROM account")
    assert row == {"secrets": "other", "state": "paused"}
