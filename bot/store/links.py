"""Follow links: kept hashed, bound to the first account that opens them."""

from datetime import datetime

from msgspec import Struct

from bot.store import sql
from bot.store.ms import from_ms, to_ms


class Link(Struct, frozen=True):
    """What a link opens; `user_id` is whom it is bound to, if anybody yet."""

    merchant_id: int
    order_id: int
    expires_at: datetime
    user_id: int | None


async def keep(token_hash: str, merchant_id: int, order_id: int, expires_at: datetime) -> None:
    """A new link."""
    await sql.run(
        "INSERT INTO follow_link (token_hash, merchant_id, order_id, expires_ms) VALUES (?, ?, ?, ?)",
        (token_hash, merchant_id, order_id, to_ms(expires_at)),
    )


async def link(token_hash: str) -> Link | None:
    """The link of that hash."""
    found = await sql.rows(
        "SELECT merchant_id, order_id, expires_ms, user_id FROM follow_link WHERE token_hash = ?", (token_hash,)
    )
    return next(
        (Link(row["merchant_id"], row["order_id"], from_ms(row["expires_ms"]), row["user_id"]) for row in found), None
    )


async def bind(token_hash: str, user_id: int, now: datetime) -> bool:
    """True where the link is this account's now, or was already: of two that race, one wins."""
    return bool(
        await sql.run(
            "UPDATE follow_link SET user_id = ?, used_ms = COALESCE(used_ms, ?)"
            " WHERE token_hash = ? AND (user_id IS NULL OR user_id = ?)",
            (user_id, to_ms(now), token_hash, user_id),
        )
    )


async def forget(user_id: int) -> None:
    """Links this account opened: bound to nobody that exists, so they open no more."""
    await sql.run("UPDATE follow_link SET user_id = 0 WHERE user_id = ?", (user_id,))
