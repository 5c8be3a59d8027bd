"""What a person is in the middle of telling us; one form a person, sealed, short-lived."""

from datetime import datetime

from bot.store import sql
from bot.store.ms import to_ms


async def put(user_id: int, chat_id: int, body: str, expires_at: datetime) -> None:
    """Begin or go on with a form."""
    await sql.run(
        "INSERT INTO dialogue (user_id, chat_id, body, expires_ms) VALUES (?, ?, ?, ?) ON CONFLICT (user_id)"
        " DO UPDATE SET chat_id = excluded.chat_id, body = excluded.body, expires_ms = excluded.expires_ms",
        (user_id, chat_id, body, to_ms(expires_at)),
    )


async def find(user_id: int, now: datetime) -> str | None:
    """The sealed body of the form he is in."""
    found = await sql.rows("SELECT body FROM dialogue WHERE user_id = ? AND expires_ms > ?", (user_id, to_ms(now)))
    return str(found[0]["body"]) if found else None


async def end(user_id: int) -> None:
    """The form is finished or given up."""
    await sql.run("DELETE FROM dialogue WHERE user_id = ?", (user_id,))
