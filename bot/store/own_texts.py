"""Messages in shops' own words: kept per shop, kind and language; read whole, by shop, when its mark has changed."""

from collections.abc import Mapping
from datetime import datetime
from secrets import token_hex

from bot.store import sql
from bot.store.ms import to_ms

Texts = Mapping[tuple[str, str], str]
"""(Kind, language) to the shop's text."""


async def of_shop(merchant_id: int) -> Texts:
    """All of a shop's own texts."""
    rows = await sql.rows("SELECT kind, language, body FROM own_text WHERE merchant_id = ?", (merchant_id,))
    return {(row["kind"], row["language"]): row["body"] for row in rows}


async def put(merchant_id: int, kind: str, language: str, body: str, now: datetime) -> None:
    """From now on this is what the shop says."""
    await sql.run(
        "INSERT INTO own_text (merchant_id, kind, language, body, saved_ms) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (merchant_id, kind, language) DO UPDATE SET body = excluded.body, saved_ms = excluded.saved_ms,"
        " told_ms = NULL",
        (merchant_id, kind, language, body, to_ms(now)),
    )
    await _mark(merchant_id)


async def drop(merchant_id: int, kind: str, language: str) -> None:
    """From now on the shop says ours again."""
    await sql.run(
        "DELETE FROM own_text WHERE merchant_id = ? AND kind = ? AND language = ?", (merchant_id, kind, language)
    )
    await _mark(merchant_id)


async def _mark(merchant_id: int) -> None:
    """Whoever words a message sees by the mark, which comes with the shop, that it must read the texts again."""
    await sql.run("UPDATE merchant SET texts_mark = ? WHERE id = ?", (token_hex(8), merchant_id))


async def mark(merchant_id: int) -> str:
    """The shop's mark; empty where it has no text of its own."""
    rows = await sql.rows("SELECT texts_mark FROM merchant WHERE id = ?", (merchant_id,))
    return str(rows[0]["texts_mark"]) if rows else ""


async def untold() -> list[tuple[int, int, str, str, str]]:
    """Every text of every shop of which nobody was told that it cannot be said: id, shop, kind, language, text."""
    rows = await sql.rows(
        "SELECT id, merchant_id, kind, language, body FROM own_text WHERE told_ms IS NULL ORDER BY id", ()
    )
    return [(row["id"], row["merchant_id"], row["kind"], row["language"], row["body"]) for row in rows]


async def told(text_id: int, now: datetime) -> None:
    """Its owners know."""
    await sql.run("UPDATE own_text SET told_ms = ? WHERE id = ?", (to_ms(now), text_id))
