"""Carrier accounts as their owner sees and changes them; secrets stay sealed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.store import sql
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


async def set_state(account_id: int, state: str, now: datetime) -> None:
    """Pause, resume or remove; resuming makes its shipments due, removing forgets the secrets."""
    forget = ", secrets = ''" if state == REMOVED else ""
    await sql.run(
        f"UPDATE account SET state = ?, reason = NULL, failures = 0, retry_ms = 0, outage_ms = NULL{forget}"  # noqa: S608
        " WHERE id = ?",
        (state, account_id),
    )
    if state == ACTIVE:
        await _make_due(account_id, now)


async def _make_due(account_id: int, now: datetime) -> None:
    await sql.run(
        "UPDATE shipment SET next_poll_ms = ? WHERE account_id = ? AND open = 1 AND next_poll_ms > ?",
        (to_ms(now), account_id, to_ms(now)),
    )


async def sealed() -> dict[str, list[tuple[Any, str]]]:
    """Everything sealed that must be sealed anew when keys rotate: table → (key, token)."""
    accounts = await sql.rows("SELECT id, secrets FROM account WHERE secrets <> ''")
    dialogues = await sql.rows("SELECT user_id, body FROM dialogue")
    waiting = await sql.rows("SELECT update_id, body FROM inbox WHERE state = 'new'")
    return {
        "account": [(row["id"], row["secrets"]) for row in accounts],
        "dialogue": [(row["user_id"], row["body"]) for row in dialogues],
        "inbox": [(row["update_id"], row["body"]) for row in waiting],
    }


_RESEAL = {
    "account": "UPDATE account SET secrets = ? WHERE id = ? AND secrets = ?",
    "dialogue": "UPDATE dialogue SET body = ? WHERE user_id = ? AND body = ?",
    "inbox": "UPDATE inbox SET body = ? WHERE update_id = ? AND body = ?",
}


async def reseal(table: str, rows: Sequence[tuple[Any, str, str]]) -> None:
    """Write (key, new token) where the old token still stands: what changed meanwhile is left alone."""
    await sql.run_many(_RESEAL[table], [(new, key, old) for key, old, new in rows])
