"""Shops' ready replies."""

from datetime import datetime

from msgspec import Struct

from bot.store import sql
from bot.store.models import MacroRow
from bot.store.ms import to_ms

_PUT = (
    "INSERT INTO macro (merchant_id, name, language, body, about, saved_by, saved_ms) VALUES (?, ?, ?, ?, '', ?, ?)"
    " ON CONFLICT (merchant_id, name, language) DO UPDATE SET body = excluded.body, saved_by = excluded.saved_by,"
    " saved_ms = excluded.saved_ms"
)


class Macro(Struct, frozen=True):
    """One by its name, in every language it is written in. `id`: of one of its texts; `about`: what it fits."""

    id: int
    name: str
    bodies: dict[str, str]
    about: frozenset[str]


async def of_shop(merchant_id: int) -> dict[str, Macro]:
    """All of a shop's by name, in the alphabet's order."""
    rows = await sql.rows(
        "SELECT id, name, language, body, about FROM macro WHERE merchant_id = ? ORDER BY name, language",
        (merchant_id,),
    )
    bodies: dict[str, dict[str, str]] = {}
    about: dict[str, frozenset[str]] = {}
    ids: dict[str, int] = {}
    for row in rows:
        ids.setdefault(row["name"], row["id"])
        bodies.setdefault(row["name"], {})[row["language"]] = row["body"]
        about[row["name"]] = about.get(row["name"], frozenset()) | frozenset(row["about"].split())
    return {name: Macro(ids[name], name, written, about[name]) for name, written in bodies.items()}


async def put(merchant_id: int, name: str, language: str, body: str, user_id: int, now: datetime) -> None:
    """Keep it, in place of what stood there in that language."""
    await sql.run(_PUT, (merchant_id, name, language, body, user_id, to_ms(now)))


async def set_about(merchant_id: int, name: str, about: str) -> None:
    """What it fits."""
    await sql.run("UPDATE macro SET about = ? WHERE merchant_id = ? AND name = ?", (about, merchant_id, name))


async def drop(merchant_id: int, name: str, language: str | None) -> int:
    """Take it away, in one language or in all; how many texts there were."""
    which = MacroRow.filter(merchant_id=merchant_id, name=name)
    return await (which.filter(language=language) if language else which).delete()
