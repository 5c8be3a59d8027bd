"""Whoever belongs to none of a shop's groups any more."""

from bot.store import sql

_LEFT = "left:"


async def leave(merchant_id: int, user_id: int) -> None:
    """He is in none of the shop's groups."""
    await sql.run(
        "INSERT INTO mark (name, value) VALUES (?, '') ON CONFLICT (name) DO NOTHING", (_name(merchant_id, user_id),)
    )


async def come(merchant_id: int, user_id: int) -> None:
    """He is in one of them (again)."""
    await sql.run("DELETE FROM mark WHERE name = ?", (_name(merchant_id, user_id),))


async def of_shop(merchant_id: int) -> set[int]:
    """All who have left and not come back."""
    prefix = _name(merchant_id, "")
    rows = await sql.rows("SELECT name FROM mark WHERE name LIKE ?", (f"{prefix}%",))
    return {int(row["name"].removeprefix(prefix)) for row in rows}


def _name(merchant_id: int, user_id: int | str) -> str:
    return f"{_LEFT}{merchant_id}:{user_id}"
