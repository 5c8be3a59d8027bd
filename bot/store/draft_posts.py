"""The messages that show drafts: where each stands, what it shows."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from bot.store import sql
from bot.store.ms import to_ms


class Post(Struct, frozen=True):
    """A message that shows the drafts of a batch, `draft_id` now. See bot.store.models.DraftPost."""

    id: int
    merchant_id: int
    batch_id: int
    chat_id: int
    customer_id: int | None
    user_id: int | None
    draft_id: int
    message_id: int | None = None
    digest: int = 0


class Place(Struct, frozen=True):
    """Where a message is to stand: a customer's topic, a group's General, or an owner's private chat."""

    chat_id: int
    customer_id: int | None = None
    user_id: int | None = None


_ADD = (
    "INSERT INTO draft_post (merchant_id, batch_id, chat_id, customer_id, user_id, draft_id, digest, made_ms)"
    " VALUES (?, ?, ?, ?, ?, ?, 0, ?)"
)
_COLUMNS = "id, merchant_id, batch_id, chat_id, customer_id, user_id, draft_id, message_id, digest"


async def add(merchant_id: int, batch_id: int, places: Sequence[Place], now: datetime) -> list[Post]:
    """One message a place, showing the batch's first draft."""
    made = []
    for place in places:
        found = await sql.records(
            f"{_ADD} RETURNING {_COLUMNS}",
            (merchant_id, batch_id, place.chat_id, place.customer_id, place.user_id, batch_id, to_ms(now)),
        )
        made.append(Post(*tuple(found[0])))
    return made


async def find(post_id: int) -> Post | None:
    """One of them."""
    found = await sql.records(f"SELECT {_COLUMNS} FROM draft_post WHERE id = ?", (post_id,))  # noqa: S608
    return Post(*tuple(found[0])) if found else None


async def at(chat_id: int, message_id: int) -> Post | None:
    """The one that stands there."""
    found = await sql.records(
        f"SELECT {_COLUMNS} FROM draft_post WHERE chat_id = ? AND message_id = ?",  # noqa: S608
        (chat_id, message_id),
    )
    return Post(*tuple(found[0])) if found else None


async def of_batches(batch_ids: Iterable[int]) -> list[Post]:
    """All messages of these batches."""
    where, listed = sql.among("batch_id", sorted(batch_ids))
    found = await sql.records(f"SELECT {_COLUMNS} FROM draft_post WHERE {where} ORDER BY id", (listed,))  # noqa: S608
    return [Post(*tuple(row)) for row in found]


async def count_since(merchant_id: int, since: datetime) -> int:
    """How many batches a shop was shown since then."""
    found = await sql.records(
        "SELECT COUNT(DISTINCT batch_id) FROM draft_post WHERE merchant_id = ? AND made_ms > ?",
        (merchant_id, to_ms(since)),
    )
    return int(found[0][0])


async def newest_stack(merchant_id: int, since: datetime) -> int | None:
    """The newest batch of several that a shop was shown since then."""
    found = await sql.records(
        "SELECT p.batch_id FROM draft_post p WHERE p.merchant_id = ? AND p.made_ms > ?"
        " AND (SELECT COUNT(*) FROM draft d WHERE d.batch_id = p.batch_id) > 1 ORDER BY p.id DESC LIMIT 1",
        (merchant_id, to_ms(since)),
    )
    return int(found[0][0]) if found else None


async def show(post_ids: Collection[int], draft_id: int) -> None:
    """They show another draft of theirs."""
    where, listed = sql.among("id", sorted(post_ids))
    await sql.run(f"UPDATE draft_post SET draft_id = ? WHERE {where}", (draft_id, listed))  # noqa: S608


async def stands(post_id: int, chat_id: int, message_id: int | None, digest: int) -> None:
    """Which message it is and what it says; None: none."""
    await sql.run(
        "UPDATE draft_post SET chat_id = ?, message_id = ?, digest = ? WHERE id = ?",
        (chat_id, message_id, digest, post_id),
    )
