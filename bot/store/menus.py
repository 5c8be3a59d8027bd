"""Whose menus there are, and which stand at Telegram: scope and language to a mark of what it shows."""

from typing import Any

from bot.store import sql

_MARKS = "SELECT name, value FROM mark WHERE name LIKE ?"
_PEOPLE = (
    "SELECT m.user_id, m.role FROM member m JOIN person p ON p.user_id = m.user_id"
    " WHERE m.role NOT IN ('none', 'trainee') ORDER BY m.id"
)
_STAND = "INSERT INTO mark (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


async def people() -> dict[int, str]:
    """Whoever has a role in a shop and has spoken to us: person to role, the newest shop's where there are several."""
    return {int(row["user_id"]): str(row["role"]) for row in await sql.rows(_PEOPLE)}


async def groups() -> list[int]:
    """All groups of all desks."""
    return [int(row["chat_id"]) for row in await sql.rows("SELECT chat_id FROM desk_group ORDER BY chat_id")]


async def standing(prefix: str) -> dict[str, str]:
    """What stands, by name."""
    rows: list[dict[str, Any]] = await sql.rows(_MARKS, (f"{prefix}%",))
    return {str(row["name"]): str(row["value"]) for row in rows}


async def stands(name: str, mark: str) -> None:
    """Telegram has taken it."""
    await sql.run(_STAND, (name, mark))


async def gone(name: str) -> None:
    """It stands no more."""
    await sql.run("DELETE FROM mark WHERE name = ?", (name,))
