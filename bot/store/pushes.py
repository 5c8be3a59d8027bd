"""Accounts that carriers push to: found by their token's hash; the shipments that a push speaks of."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from bot.domain.reuse import REST
from bot.store import sql
from bot.store.due import OVER
from bot.store.ms import from_ms_or_none, to_ms

_MEANT = f"(s.open = 1 OR {OVER} AND COALESCE(s.status_ms, s.created_ms) > ?)"


class Hook(Struct, frozen=True):
    """The account behind a token; `secrets` is sealed."""

    account_id: int
    slug: str
    secrets: str
    state: str

    def __repr__(self) -> str:
        return f"Hook(account_id={self.account_id}, slug={self.slug!r})"


class HookState(Struct, frozen=True):
    """What is known of an account's pushes: whether it has an address, the last good one, how many were refused."""

    exists: bool
    pushed_at: datetime | None
    refused: int


class Numbered(NamedTuple):
    """A shipment, and under which number it, one of its boxes or a further leg of it goes."""

    shipment_id: int
    number: str
    leg_id: int | None = None


async def by_token(token_hash: str) -> Hook | None:
    """The account of a token, unless it was removed."""
    found = await sql.records(
        "SELECT id, slug, secrets, state FROM account WHERE push_hash = ? AND state <> 'removed'", (token_hash,)
    )
    return Hook(*found[0]) if found else None


async def state_of(account_id: int) -> HookState:
    """How an account's pushes go."""
    (row,) = await sql.records("SELECT push_hash, pushed_ms, push_refused FROM account WHERE id = ?", (account_id,))
    return HookState(row[0] is not None, from_ms_or_none(row[1]), row[2] or 0)


async def set_token(account_id: int, token_hash: str) -> None:
    """The only address that pushes come to from now on."""
    await sql.run("UPDATE account SET push_hash = ?, push_refused = 0 WHERE id = ?", (token_hash, account_id))


async def arrived(account_id: int, now: datetime) -> None:
    """A push that proved where it comes from."""
    await sql.run("UPDATE account SET pushed_ms = ? WHERE id = ?", (to_ms(now), account_id))


async def refused(account_id: int) -> None:
    """A push that did not."""
    await sql.run("UPDATE account SET push_refused = COALESCE(push_refused, 0) + 1 WHERE id = ?", (account_id,))


async def numbered(account_id: int, numbers: Sequence[str], now: datetime) -> list[Numbered]:
    """The account's shipments with these numbers, with a box of such a number, or with such a further number.

    Open ones, and those that have come to their end so lately that the number still means them.
    """
    (own, listed), (boxes, _), (further, _) = (sql.among(f"{table}.number", numbers) for table in ("s", "p", "l"))
    since = to_ms(now - REST)
    found = await sql.records(
        "SELECT s.id, s.number, CAST(NULL AS BIGINT) AS leg FROM shipment s"  # noqa: S608
        f" WHERE s.account_id = ? AND {own} AND {_MEANT}"
        " UNION SELECT s.id, p.number, CAST(NULL AS BIGINT) FROM parcel p JOIN shipment s ON s.id = p.shipment_id"
        f" WHERE s.account_id = ? AND {boxes} AND {_MEANT}"
        " UNION SELECT l.shipment_id, l.number, l.id FROM leg l"
        f" WHERE l.account_id = ? AND l.open = 1 AND {further} ORDER BY 1, 2",
        (account_id, listed, since, account_id, listed, since, account_id, listed),
    )
    return [Numbered(row[0], row[1], row[2]) for row in found]
