"""What a message of one chat is in the other: relayed words by either of their ends, and where their parts stand."""

from collections.abc import Mapping, Sequence

import orjson
from msgspec import Struct

from bot.store import sql


class Counterpart(Struct, frozen=True):
    """Relayed words as one of their ends names them. `here` is the end that was asked about."""

    id: int
    customer_id: int
    direction: str
    user_id: int
    fate: str
    source_chat_id: int
    source_message_id: int
    target_chat_id: int | None
    target_message_id: int | None
    reactions: str | None
    here: str

    @property
    def there(self) -> int | None:
        """The number of its message at the other end; None where there is none yet."""
        return self.target_message_id if self.here == "source" else self.source_message_id


_WORDS = (
    "w.id, w.customer_id, w.direction, w.user_id, w.fate, w.source_chat_id, w.source_message_id, w.target_chat_id,"
    " w.target_message_id, w.reactions"
)
_AT = (
    "SELECT {words}, 'source' AS here FROM ticket_message w WHERE w.source_chat_id = ? AND w.source_message_id = ?"
    " UNION ALL SELECT {words}, 'target' FROM ticket_message w WHERE w.target_chat_id = ? AND w.target_message_id = ?"
    " UNION ALL SELECT {words}, 'target' FROM ticket_part p JOIN ticket_message w ON w.id = p.message_id"
    " WHERE p.target_chat_id = ? AND p.target_message_id = ?"
).replace("{words}", _WORDS)


async def at(chat_id: int, message_id: int) -> Counterpart | None:
    """The relayed words that this message is an end of, be it a part of them; a note is none."""
    found = await sql.records(_AT, (chat_id, message_id) * 3)
    known = [Counterpart(*tuple(one)) for one in found]
    # several where they are shown together: the newest answers for them
    return max((one for one in known if one.direction != "note"), key=lambda one: one.id, default=None)


async def parts_of(message: int) -> dict[int, tuple[int, int]]:
    """Number of a part to the (chat, message) that it is at the other end; the first is 0."""
    found = await sql.records(
        "SELECT 0, target_chat_id, target_message_id FROM ticket_message WHERE id = ? AND target_message_id IS NOT NULL"
        " UNION ALL SELECT number, target_chat_id, target_message_id FROM ticket_part WHERE message_id = ?",
        (message, message),
    )
    return {int(one[0]): (int(one[1]), int(one[2])) for one in found}


async def part_arrived(message: int, number: int, chat_id: int, message_id: int | None) -> None:
    """A further part of divided words stands at the other end."""
    await sql.run(
        "INSERT INTO ticket_part (message_id, number, target_chat_id, target_message_id) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (message_id, number) DO UPDATE SET target_chat_id = excluded.target_chat_id,"
        " target_message_id = excluded.target_message_id",
        (message, number, chat_id, message_id),
    )


async def forget_parts(message: int, beyond: int) -> None:
    """Parts after that number are there no more."""
    await sql.run("DELETE FROM ticket_part WHERE message_id = ? AND number > ?", (message, beyond))


async def set_reactions(message: int, reactions: Mapping[str, str]) -> None:
    """Who has reacted with what."""
    said = orjson.dumps(dict(reactions)).decode() if reactions else None
    await sql.run("UPDATE ticket_message SET reactions = ? WHERE id = ?", (said, message))


_STANDS = "SELECT target_message_id FROM ticket_message WHERE id = ? AND target_chat_id = ?"


async def stands_at(message: int, chat_id: int | None) -> int | None:
    """The number that relayed words have in the chat; None where they have not arrived, or stand in another."""
    found = await sql.records(_STANDS, (message, chat_id or 0))
    return found[0][0] if found else None


async def words_arrived(message: int, chat_id: int, message_id: int | None) -> None:
    """Where the words stand now."""
    await sql.run(
        "UPDATE ticket_message SET fate = CASE WHEN fate = 'deleted' THEN fate ELSE 'sent' END, trouble = NULL,"
        " target_chat_id = ?, target_message_id = ? WHERE id = ?",
        (chat_id, message_id, message),
    )


# ---- albums


class Part(Struct, frozen=True):
    """One item of an album."""

    id: int
    message_id: int
    text: str = ""


async def waiting_of(chat_id: int, album: str, fates: Sequence[str] = ("queued",)) -> list[Part]:
    """An album's items that have met one of these fates, in their order."""
    met, param = sql.among("fate", list(fates))
    statement = (
        "SELECT id, source_message_id, text FROM ticket_message WHERE album = ? AND source_chat_id = ? AND {met}"
        " ORDER BY source_message_id"
    )
    return [Part(*tuple(one)) for one in await sql.records(statement.replace("{met}", met), (album, chat_id, param))]


async def items_arrived(chat_id: int, stand: Sequence[tuple[int, int]]) -> None:
    """(ticket message, its number there) of what stands at the other end now."""
    await sql.run_many(
        "UPDATE ticket_message SET fate = CASE WHEN fate = 'deleted' THEN fate ELSE 'sent' END, trouble = NULL,"
        " target_chat_id = ?, target_message_id = ? WHERE id = ?",
        [(chat_id, there, message) for message, there in stand],
    )


async def fated(messages: Sequence[int], fate: str, trouble: str | None = None) -> None:
    """What became of several, and why."""
    which, param = sql.among("id", list(messages))
    statement = "UPDATE ticket_message SET fate = ?, trouble = ? WHERE {which}".replace("{which}", which)
    await sql.run(statement, (fate, trouble, param))


async def troubled(message: int, trouble: str) -> None:
    """Something about relayed words went wrong that leaves their fate as it is."""
    await sql.run("UPDATE ticket_message SET trouble = ? WHERE id = ?", (trouble, message))


async def fate_of(message: int) -> str | None:
    """What has become of relayed words so far."""
    found = await sql.records("SELECT fate FROM ticket_message WHERE id = ?", (message,))
    return str(found[0][0]) if found else None
