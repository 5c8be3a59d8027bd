"""Further numbers of shipments in the tables, and numbers that a shop has had before; on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.parts import LegState
from bot.store import accounts, accounts_admin, adding, customers, legs, pushes, shipments, sql
from bot.store.due import Claimed
from bot.store.legs import Heard, NewLeg
from bot.store.ms import to_ms
from carriers.kit.model import Status
from tests.fakes.parcels import followed

pytestmark = pytest.mark.usefixtures("store")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def asked_leg(shipment_id: int, account_id: int | None = 7, number: str = "LX1", back: bool = False) -> None:
    slug = "laposte" if account_id else None
    await legs.record([NewLeg(shipment_id, number, "La Poste", slug, account_id, back)], NOW)


async def test_a_leg_is_due_at_once_claimed_and_released_by_what_is_heard() -> None:
    parcel = await followed(NOW, account_id=1)
    await asked_leg(parcel.shipment.id)
    assert await legs.count_due(7, NOW, 9) == 1
    assert await legs.claim(8, NOW, 9, HOUR) == []
    (one,) = await legs.claim(7, NOW, 9, HOUR)
    assert one == Claimed(parcel.shipment.id, "LX1", 0, 1)
    await legs.save_heard([Heard(1, Status.OUT_FOR_DELIVERY, 5, NOW + 4 * HOUR)], NOW)
    assert await legs.claim(7, NOW, 9, HOUR) == []
    assert await legs.claim(7, NOW + 4 * HOUR, 9, HOUR) == [Claimed(parcel.shipment.id, "LX1", 5, 1)]
    assert await legs.states([parcel.shipment.id]) == {
        parcel.shipment.id: {1: LegState(Status.OUT_FOR_DELIVERY, is_heard=True)}
    }


async def test_a_leg_is_leased_where_others_claim_too(store: object) -> None:
    parcel = await followed(NOW, account_id=1)
    await asked_leg(parcel.shipment.id)
    await legs.claim(7, NOW, 9, HOUR)
    again = await legs.claim(7, NOW, 9, HOUR)
    assert again == ([] if store == "postgres" else [Claimed(parcel.shipment.id, "LX1", 0, 1)])
    assert len(await legs.claim(7, NOW + HOUR, 9, HOUR)) == 1


async def test_what_was_asked_in_vain_waits_and_counts() -> None:
    parcel = await followed(NOW, account_id=1)
    await asked_leg(parcel.shipment.id)
    await legs.save_asked([(1, NOW + DAY, 3)])
    assert await legs.misses([1]) == {1: 3}
    assert await legs.count_due(7, NOW + HOUR, 9) == 0
    await legs.postpone([1], NOW)
    assert await legs.count_due(7, NOW, 9) == 1


async def test_a_number_told_again_stays_and_gains_an_account_where_it_had_none() -> None:
    parcel = await followed(NOW, account_id=1)
    shipment_id = parcel.shipment.id
    await asked_leg(shipment_id, account_id=None)
    assert [one.legs for one in await shipments.load([shipment_id])] == [0]
    assert await legs.states([shipment_id]) == {shipment_id: {}}
    await asked_leg(shipment_id, account_id=7)
    await asked_leg(shipment_id, account_id=9)
    await asked_leg(shipment_id, account_id=9, number="LX2", back=True)
    rows = await sql.rows("SELECT number, account_id, open, back FROM leg ORDER BY id")
    assert rows == [
        {"number": "LX1", "account_id": 7, "open": 1, "back": 0},
        {"number": "LX2", "account_id": 9, "open": 1, "back": 1},
    ]
    assert [one.legs for one in await shipments.load([shipment_id])] == [2]


async def test_an_ended_shipments_legs_are_asked_for_no_more() -> None:
    parcel = await followed(NOW, account_id=1)
    await asked_leg(parcel.shipment.id)
    await legs.close([parcel.shipment.id])
    assert await legs.count_due(7, NOW, 9) == 0


async def test_an_account_is_due_for_its_legs_as_for_its_shipments() -> None:
    account = await accounts_admin.save(1, "laposte", "sealed", NOW)
    parcel = await followed(NOW, account_id=None, slug="own", next_poll_ms=to_ms(NOW + DAY))
    await asked_leg(parcel.shipment.id, account_id=account)
    assert [(due.account_id, due.at) for due in await accounts.dues()] == [(account, NOW), (None, NOW + DAY)]
    await legs.postpone([1], NOW + DAY)
    await accounts_admin.set_state(account, "active", NOW)
    assert await legs.count_due(account, NOW, 9) == 1


async def test_a_push_finds_the_shipment_by_a_leg_of_it() -> None:
    parcel = await followed(NOW, account_id=1)
    await asked_leg(parcel.shipment.id)
    assert await pushes.numbered(7, ["LX1"], NOW) == [pushes.Numbered(parcel.shipment.id, "LX1", 1)]


async def test_anybody_finds_the_shipment_by_its_further_number() -> None:
    parcel = await followed(NOW, account_id=1)
    await asked_leg(parcel.shipment.id)
    found = await customers.shipment_numbered("LX1")
    assert found is not None
    assert found.id == parcel.shipment.id
    assert await customers.shipment_numbered("LX9") is None


# ---- numbers used again


def wanted(order: str) -> adding.Wanted:
    return adding.Wanted(1, "dhl_unified", "N1", order, 1, "UTC")


async def test_a_number_said_of_another_order_long_after_its_end_is_another_parcel() -> None:
    first, _ = await adding.keep(wanted("1001"), NOW - 90 * DAY)
    ended = NOW - 80 * DAY
    await sql.run("UPDATE shipment SET open = 0, status = 'delivered', delivered_ms = ?", (to_ms(ended),))
    second, is_new = await adding.keep(wanted("2002"), NOW)
    assert is_new
    assert (second.id != first.id, second.reuse, second.since_ms) == (True, 1, to_ms(ended))
    assert [one.since_at for one in await shipments.load([second.id])] == [ended]
    again, is_new = await adding.keep(wanted("2002"), NOW)
    assert (again.id, is_new) == (second.id, False)
    assert [one.id for one in await adding.numbered(1, "N1")] == [second.id]


@pytest.mark.parametrize(
    ("order", "open_", "days"),
    [("1001", 0, 80), ("N1", 0, 80), ("2002", 1, 80), ("2002", 0, 20)],
    ids=["same order", "no order", "still under way", "lately ended"],
)
async def test_any_other_number_said_again_is_the_same_parcel(order: str, open_: int, days: int) -> None:
    first, _ = await adding.keep(wanted("1001"), NOW - 90 * DAY)
    await sql.run("UPDATE shipment SET open = ?, delivered_ms = ?", (open_, to_ms(NOW - days * DAY)))
    again, is_new = await adding.keep(wanted(order), NOW)
    assert (again.id, is_new) == (first.id, False)
