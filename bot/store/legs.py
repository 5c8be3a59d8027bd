"""Further numbers of shipments: what is due, what was heard, whose they are. Their scans are the shipment's."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.domain.parts import LegState
from bot.store import bulk, sql
from bot.store.due import Claimed
from bot.store.ms import to_ms
from bot.store.shipments import clip
from carriers.kit.model import Status

_DUE = (
    "SELECT id, shipment_id, number, scan_digest FROM leg WHERE account_id = ? AND open = 1 AND next_poll_ms <= ?"
    " AND (lease_ms IS NULL OR lease_ms <= ?) ORDER BY next_poll_ms LIMIT ?"
)
_TAKE = (
    "UPDATE leg SET lease_ms = ? FROM due WHERE leg.id = due.id"
    " RETURNING leg.id, leg.shipment_id, leg.number, leg.scan_digest"
)
_HEARD = {
    "id": "bigint",
    "lease_ms": "bigint",
    "next_poll_ms": "bigint",
    "misses": "int",
    "status": "text",
    "scan_digest": "bigint",
    "known_ms": "bigint",
}
_ASKED = {name: _HEARD[name] for name in ("id", "lease_ms", "next_poll_ms", "misses")}
_KNOWN = {"known_ms": "COALESCE(leg.known_ms, {new})"}
_NEW = {
    "shipment_id": "bigint",
    "account_id": "bigint",
    "slug": "text",
    "carrier": "text",
    "number": "text",
    "status": "text",
    "back": "int",
    "open": "int",
    "next_poll_ms": "bigint",
    "misses": "int",
    "scan_digest": "bigint",
    "created_ms": "bigint",
}
_AGAIN = (
    "ON CONFLICT (shipment_id, number) DO UPDATE SET slug = COALESCE(leg.slug, excluded.slug),"
    " open = excluded.open,"
    " account_id = COALESCE(leg.account_id, excluded.account_id)"
)
_COUNT = (
    "UPDATE shipment SET legs ="
    " (SELECT count(*) FROM leg WHERE leg.shipment_id = shipment.id AND leg.account_id IS NOT NULL)"
)


class NewLeg(NamedTuple):
    """A number to be kept. Without an account it is only known; `back`: on it the parcel goes back."""

    shipment_id: int
    number: str
    carrier: str
    slug: str | None
    account_id: int | None
    back: bool


class Heard(NamedTuple):
    """What an answer made of a leg, and when it is asked for again."""

    leg_id: int
    status: Status
    digest: int
    next_poll_at: datetime


# ---- claiming


async def count_due(account_id: int, now: datetime, most: int) -> int:
    """How many legs of an account are due and not claimed, counted up to `most`."""
    found = await sql.records(
        "SELECT count(*) FROM (SELECT 1 FROM leg WHERE account_id = ? AND open = 1 AND next_poll_ms <= ?"
        " AND (lease_ms IS NULL OR lease_ms <= ?) ORDER BY next_poll_ms LIMIT ?) AS due",
        (account_id, to_ms(now), to_ms(now), most),
    )
    return int(found[0][0])


async def claim(account_id: int, now: datetime, most: int, lease: timedelta) -> list[Claimed]:
    """The longest due legs of an account, leased as shipments are; saving ends the lease."""
    if most <= 0:
        return []
    due, params = _DUE, [account_id, to_ms(now), to_ms(now), most]
    if sql.dialect() == "postgres":
        due = f"WITH due AS ({due} FOR UPDATE SKIP LOCKED) {_TAKE}"
        params.append(to_ms(now + lease))
    return [Claimed(row[1], row[2], row[3], row[0]) for row in await sql.records(due, params)]


async def postpone(ids: Sequence[int], until: datetime) -> None:
    """Ask them at `until`: not asked, or not taken in."""
    where, listed = sql.among("id", ids)
    await sql.run(f"UPDATE leg SET next_poll_ms = ?, lease_ms = NULL WHERE {where}", (to_ms(until), listed))  # noqa: S608


# ---- reading


async def states(shipment_ids: Sequence[int]) -> dict[int, dict[int, LegState]]:
    """By shipment and leg, where those stand that are asked for."""
    known: dict[int, dict[int, LegState]] = {one: {} for one in shipment_ids}
    where, listed = sql.among("shipment_id", shipment_ids)
    found = await sql.records(
        f"SELECT shipment_id, id, status, known_ms, back FROM leg WHERE account_id IS NOT NULL AND {where}",  # noqa: S608
        (listed,),
    )
    for row in found:
        known[row[0]][row[1]] = LegState(Status(row[2]), row[3] is not None, bool(row[4]))
    return known


async def misses(ids: Sequence[int]) -> dict[int, int]:
    """How often each was asked for in vain."""
    where, listed = sql.among("id", ids)
    found = await sql.records(f"SELECT id, misses FROM leg WHERE {where}", (listed,))  # noqa: S608
    return {row[0]: row[1] for row in found}


async def accounts(merchant_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """By shop, its accounts that can be asked: slug → id."""
    known: dict[int, dict[str, int]] = {one: {} for one in merchant_ids}
    where, listed = sql.among("merchant_id", merchant_ids)
    found = await sql.records(
        f"SELECT merchant_id, slug, id FROM account WHERE state <> 'removed' AND {where} ORDER BY slug",  # noqa: S608
        (listed,),
    )
    for row in found:
        known[row[0]][row[1]] = row[2]
    return known


# ---- writing


async def save_heard(heard: Iterable[Heard], now: datetime) -> None:
    """Legs whose carrier knows them."""
    rows = [(one.leg_id, None, to_ms(one.next_poll_at), 0, one.status.value, one.digest, to_ms(now)) for one in heard]
    await bulk.update("leg", _HEARD, rows, _KNOWN)


async def save_asked(asked: Iterable[tuple[int, datetime, int]]) -> None:
    """Legs of which nothing new was heard: (leg, when again, misses)."""
    await bulk.update("leg", _ASKED, [(leg_id, None, to_ms(at), missed) for leg_id, at, missed in asked])


async def record(new: Sequence[NewLeg], now: datetime) -> None:
    """Further numbers, due at once; one that is known gains an account where it had none."""
    rows = {(one.shipment_id, clip(one.number, 64)): one for one in new}
    now_ms = to_ms(now)
    await bulk.insert("leg", _NEW, [_row(number, one, now_ms) for (_, number), one in rows.items()], _AGAIN)
    where, listed = sql.among("id", sorted({one.shipment_id for one in new}))
    await sql.run(f"{_COUNT} WHERE {where}", (listed,))


def _row(number: str, one: NewLeg, now_ms: int) -> tuple[object, ...]:
    is_asked = one.account_id is not None
    told = (one.shipment_id, one.account_id, one.slug, clip(one.carrier, 64), number)
    return (*told, Status.UNKNOWN.value, int(one.back), int(is_asked), now_ms, 0, 0, now_ms)


async def close(shipment_ids: Sequence[int]) -> None:
    """Nothing more is asked for these shipments."""
    where, listed = sql.among("shipment_id", shipment_ids)
    await sql.run(f"UPDATE leg SET open = 0 WHERE open = 1 AND {where}", (listed,))  # noqa: S608
