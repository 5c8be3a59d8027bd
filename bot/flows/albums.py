"""Albums stay albums: their items are kept as they come, and leave together once no more of them come."""

from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from bot.domain.outgoing import Act, Leaving, Outgoing
from bot.store import counterparts, gathering, inbox, outbox
from bot.store.counterparts import Part
from bot.store.ms import from_ms, to_ms

QUIET = timedelta(seconds=1)
"""An album is whole when no further item came for so long: Telegram marks no last one."""
AFTER_RESTART = timedelta(seconds=3)
"""So long after a restart further items may still come in from Telegram."""
PATIENCE = timedelta(seconds=10)
"""So long after that an album waits for items that are in the inbox and not handled yet."""
LOOK_AGAIN = timedelta(seconds=0.3)


async def put(rows: list[Outgoing], album: str, now: datetime) -> None:
    """One more item, the last of `rows`: its album, gathered under one row, waits for the next."""
    *before, item = rows
    chat_id, until = item.payload["from_chat_id"], max(now + QUIET, item.due_at)
    name = collapse(chat_id, album)
    said = {"from_chat_id": chat_id, "album": album, "message": item.payload["message"], "until": to_ms(until)}
    await outbox.put([*before, replace(item, act=Act.ALBUM, payload=said, collapse=name, due_at=until)])
    await gathering.wait_at_least(name, until)


def collapse(chat_id: int, album: str) -> str:
    """The name under which an album's items wait."""
    return f"album:{chat_id}:{album}"


async def comes_in(row: Leaving, now: datetime) -> bool:
    """True while items of it may be among what came in and was not handled yet."""
    patient = now < from_ms(row.payload["until"]) + PATIENCE
    return patient and await inbox.waits_in(row.payload["from_chat_id"])


async def items(row: Leaving) -> list[Part]:
    """What is to leave of it; written down, so that a restart knows what may have arrived."""
    found = await counterparts.waiting_of(row.payload["from_chat_id"], row.payload["album"])
    if found:
        await gathering.note_payload(row, row.payload | {"messages": [one.id for one in found]})
    return found


async def wait_after_restart(now: datetime) -> None:
    """Items of albums that wait may not have been fetched yet."""
    until = now + AFTER_RESTART
    for row_id, payload in await gathering.queued_of(Act.ALBUM):
        await gathering.wait_with(row_id, payload | {"until": to_ms(until)}, until)


# ---- fewer arrived than were sent: which?


def short(row: Leaving, sources: list[int], copies: list[int]) -> dict[str, Any]:
    """The payload by which a row asks for each of its items whether it is still there."""
    return row.payload | {"sources": sources, "copies": copies, "there": []}


def next_asked(payload: dict[str, Any]) -> int | None:
    """The number of the item that is asked about next."""
    asked = len(payload["there"])
    return payload["sources"][asked] if asked < len(payload["sources"]) else None
