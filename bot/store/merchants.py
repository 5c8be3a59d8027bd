"""Shops: their making, their settings, their desk, and what can be counted of them."""

from datetime import datetime
from typing import Any

from bot.store import sql
from bot.store.ms import to_ms

SETTABLE = frozenset({"name", "locale", "zone", "country", "currency", "staffed", "apart", "settings", "mode"})
"""Columns that a shop's people may set."""
_SHOP = (
    "id, name, locale, zone, country, currency, staffed, apart, settings, mode, desk_chat_id, desk_trouble,"
    " texts_mark, paused_ms, created_ms"
)
# Each column by its name: a prepared statement that asks for all does not survive a further one.


async def create(name: str, locale: str, now: datetime) -> int:
    """A new shop; its id."""
    made = await sql.rows(
        "INSERT INTO merchant (name, locale, zone, staffed, settings, mode, created_ms)"
        " VALUES (?, ?, 'UTC', '', '{}', 'live', ?) RETURNING id",
        (name, locale, to_ms(now)),
    )
    return int(made[0]["id"])


async def find(merchant_id: int) -> dict[str, Any]:
    """The whole row; an unknown id is a mistake of ours."""
    return (await sql.rows(f"SELECT {_SHOP} FROM merchant WHERE id = ?", (merchant_id,)))[0]  # noqa: S608


async def set_column(merchant_id: int, column: str, value: str | None) -> None:
    """Set one of SETTABLE."""
    if column not in SETTABLE:
        raise ValueError(f"not settable: {column}")
    await sql.run(f"UPDATE merchant SET {column} = ? WHERE id = ?", (value, merchant_id))  # noqa: S608


async def pause(merchant_id: int, since: datetime | None) -> None:
    """Hold back every notice of the shop since then; None lets them go."""
    await sql.run("UPDATE merchant SET paused_ms = ? WHERE id = ?", (to_ms(since) if since else None, merchant_id))


async def held_back(merchant_id: int) -> dict[str, int]:
    """How many notices, and of how many customers, wait in the outbox."""
    found = await sql.rows(
        "SELECT count(*) AS notices, count(DISTINCT customer_id) AS customers FROM outbox"
        " WHERE merchant_id = ? AND state = 'queued' AND act = 'notice'",
        (merchant_id,),
    )
    return found[0]


async def add_invite(token_hash: str, shop_name: str, expires_at: datetime) -> None:
    """A link that makes its opener the owner of a new shop."""
    await sql.run(
        "INSERT INTO invite (token_hash, shop_name, expires_ms) VALUES (?, ?, ?)",
        (token_hash, shop_name, to_ms(expires_at)),
    )


async def invite(token_hash: str) -> dict[str, Any] | None:
    """What is known of an invite."""
    found = await sql.rows(
        "SELECT token_hash, shop_name, expires_ms, used_ms, used_by, merchant_id FROM invite WHERE token_hash = ?",
        (token_hash,),
    )
    return found[0] if found else None


async def use_invite(token_hash: str, user_id: int, now: datetime) -> bool:
    """Take the invite; False where somebody was faster."""
    touched = await sql.run(
        "UPDATE invite SET used_ms = ?, used_by = ? WHERE token_hash = ? AND used_ms IS NULL",
        (to_ms(now), user_id, token_hash),
    )
    return touched == 1


async def note_invited_shop(token_hash: str, merchant_id: int) -> None:
    """Which shop an invite has led to."""
    await sql.run("UPDATE invite SET merchant_id = ? WHERE token_hash = ?", (merchant_id, token_hash))


async def add_desk_code(code_hash: str, merchant_id: int, user_id: int, expires_at: datetime) -> None:
    """A code that binds a group."""
    await sql.run(
        "INSERT INTO desk_code (code_hash, merchant_id, user_id, expires_ms) VALUES (?, ?, ?, ?)",
        (code_hash, merchant_id, user_id, to_ms(expires_at)),
    )


async def desk_code(code_hash: str) -> dict[str, Any] | None:
    """What is known of a code."""
    found = await sql.rows(
        "SELECT code_hash, merchant_id, user_id, expires_ms, used_ms FROM desk_code WHERE code_hash = ?", (code_hash,)
    )
    return found[0] if found else None


async def use_desk_code(code_hash: str, now: datetime) -> bool:
    """Take the code; False where somebody was faster."""
    touched = await sql.run(
        "UPDATE desk_code SET used_ms = ? WHERE code_hash = ? AND used_ms IS NULL", (to_ms(now), code_hash)
    )
    return touched == 1


_COUNTS = {
    "open": "SELECT count(*) FROM shipment WHERE merchant_id = ? AND open = 1",
    "unanswered": "SELECT count(*) FROM shipment WHERE merchant_id = ? AND open = 1 AND known_ms IS NULL",
    "followed": "SELECT count(DISTINCT f.shipment_id) FROM follow f JOIN shipment s ON s.id = f.shipment_id"
    " WHERE s.merchant_id = ? AND s.open = 1",
    "delivered": "SELECT (SELECT count(*) FROM shipment WHERE merchant_id = ? AND status = 'delivered') + COALESCE("
    "(SELECT sum(count) FROM bygone WHERE merchant_id = ? AND what = 'parcel.delivered'), 0)",
    "late": "SELECT count(DISTINCT shipment_id) FROM finding WHERE merchant_id = ? AND kind = 'late'"
    " AND closed_ms IS NULL",
    "at_risk": "SELECT count(DISTINCT shipment_id) FROM finding WHERE merchant_id = ? AND kind = 'at_risk'"
    " AND closed_ms IS NULL",
    "silent": "SELECT count(DISTINCT shipment_id) FROM finding WHERE merchant_id = ? AND kind IN ('stalled', 'lost')"
    " AND closed_ms IS NULL",
    "warned": "SELECT count(*) FROM outbox WHERE merchant_id = ? AND act = 'notice' AND state = 'sent'",
    "in_doubt": "SELECT count(*) FROM outbox WHERE merchant_id = ? AND state = 'in_doubt'",
    "tickets": "SELECT count(*) FROM ticket WHERE merchant_id = ? AND state <> 'closed'",
    "waiting": "SELECT count(*) FROM ticket WHERE merchant_id = ? AND state IN ('new', 'waiting_us')",
}
"""What /stats counts; each `?` is the shop's id."""


async def counts(merchant_id: int) -> dict[str, int]:
    """Every figure of _COUNTS."""
    parts = ", ".join(f"({statement}) AS {name}" for name, statement in _COUNTS.items())
    found = (await sql.rows(f"SELECT {parts}", [merchant_id] * parts.count("?")))[0]
    return {name: int(count) for name, count in found.items()}
