"""Carrier accounts as their owner sees and changes them; secrets stay sealed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from bot.store import sql, unheard
from bot.store.ms import to_ms

ACTIVE, PAUSED, REFUSED, REMOVED = "active", "paused", "refused", "removed"


async def of_shop(merchant_id: int) -> list[dict[str, Any]]:
    """The shop's accounts with how many open shipments each carries."""
    return await sql.rows(
        "SELECT a.id, a.slug, a.secrets, a.state, a.reason, a.outage_ms, a.answered_ms,"
        " (SELECT count(*) FROM shipment s WHERE s.account_id = a.id AND s.open = 1) AS waiting"
        " FROM account a WHERE a.merchant_id = ? AND a.state <> 'removed' ORDER BY a.slug",
        (merchant_id,),
    )


async def find(merchant_id: int, slug: str) -> dict[str, Any] | None:
    """One account as of_shop gives it."""
    return next((one for one in await of_shop(merchant_id) if one["slug"] == slug), None)


async def save(merchant_id: int, slug: str, secrets: str, now: datetime) -> int:
    """Add the account or give it new secrets; it starts afresh, its shipments are due at once. Returns its id."""
    known = await sql.rows("SELECT id FROM account WHERE merchant_id = ? AND slug = ?", (merchant_id, slug))
    for one in known:
        await unheard.keep_rest(one["id"], now)
    made = await sql.rows(
        "INSERT INTO account (merchant_id, slug, secrets, state, failures, retry_ms, outage_told, tat_ms, spent_on,"
        " spent, created_ms) VALUES (?, ?, ?, 'active', 0, 0, ?, 0, '', 0, ?) ON CONFLICT (merchant_id, slug)"
        " DO UPDATE SET secrets = excluded.secrets, state = 'active', reason = NULL, failures = 0, retry_ms = 0,"
        " outage_ms = NULL, outage_told = excluded.outage_told RETURNING id",
        (merchant_id, slug, secrets, False, to_ms(now)),
    )
    account_id = int(made[0]["id"])
    await _make_due(account_id, now)
    return account_id


async def set_secrets(account_id: int, secrets: str) -> None:
    """Other secrets, everything else as it was."""
    await sql.run("UPDATE account SET secrets = ? WHERE id = ?", (secrets, account_id))


async def set_state(account_id: int, state: str, now: datetime) -> None:
    """Pause, resume or remove; resuming makes its shipments due, removing forgets the secrets."""
    if state == ACTIVE:
        await unheard.keep_rest(account_id, now)
    forget = ", secrets = '', push_hash = NULL" if state == REMOVED else ""
    await sql.run(
        f"UPDATE account SET state = ?, reason = NULL, failures = 0, retry_ms = 0, outage_ms = NULL{forget}"  # noqa: S608
        " WHERE id = ?",
        (state, account_id),
    )
    if state == ACTIVE:
        await _make_due(account_id, now)


async def _make_due(account_id: int, now: datetime) -> None:
    for table in ("shipment", "leg"):
        await sql.run(
            f"UPDATE {table} SET next_poll_ms = ? WHERE account_id = ? AND open = 1 AND next_poll_ms > ?",  # noqa: S608
            (to_ms(now), account_id, to_ms(now)),
        )


_SEALED = {
    "account": ("id", "secrets", "secrets <> ''"),
    "dialogue": ("user_id", "body", "body <> ''"),
    "inbox": ("update_id", "body", "state = 'new'"),
    "unreadable": ("id", "payload", "payload <> ''"),
}
"""Table to (key, sealed column, which rows hold a seal): all that keys must go on opening."""


async def some_sealed() -> list[str]:
    """A few credentials, as they are sealed."""
    found = await sql.records("SELECT secrets FROM account WHERE secrets <> '' ORDER BY id DESC LIMIT 20")
    return [row[0] for row in found]


class Sealed(NamedTuple):
    """An account's credentials, as they are sealed, and whose they are."""

    account_id: int
    shop: str
    slug: str
    secrets: str


async def sealed_of_all() -> list[Sealed]:
    """Of every account."""
    found = await sql.records(
        "SELECT a.id, m.name, a.slug, a.secrets FROM account a JOIN merchant m ON m.id = a.merchant_id"
        " WHERE a.secrets <> '' ORDER BY a.id"
    )
    return [Sealed(*row) for row in found]


async def refuse(account_ids: Sequence[int]) -> None:
    """They are not asked until their credentials are given again."""
    where, listed = sql.among("id", account_ids)
    await sql.run(f"UPDATE account SET state = 'refused' WHERE {where}", (listed,))  # noqa: S608


async def sealed() -> dict[str, list[tuple[Any, str]]]:
    """Everything sealed that must be sealed anew when keys rotate: table → (key, token)."""
    found: dict[str, list[tuple[Any, str]]] = {}
    for table, (key, column, holds) in _SEALED.items():
        rows = await sql.records(f"SELECT {key}, {column} FROM {table} WHERE {holds}")  # noqa: S608
        found[table] = [(row[0], row[1]) for row in rows]
    return found


async def reseal(table: str, rows: Sequence[tuple[Any, str, str]]) -> None:
    """Write (key, new token) where the old token still stands: what changed meanwhile is left alone."""
    key, column, _ = _SEALED[table]
    statement = f"UPDATE {table} SET {column} = ? WHERE {key} = ? AND {column} = ?"  # noqa: S608
    await sql.run_many(statement, [(new, number, old) for number, old, new in rows])
