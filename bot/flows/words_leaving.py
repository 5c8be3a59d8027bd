"""Relayed words on their way out: where what they change stands, what they quote, what of an album leaves."""

from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from bot.domain.outgoing import Act, Leaving
from bot.flows import albums, calls, media_calls
from bot.flows.calls import Call, Drop, Later
from bot.flows.words_settling import instead
from bot.store import counterparts
from bot.store.ticket_messages import QUEUED, SENT

SOON = timedelta(seconds=5)
"""After so long it is looked again whether the words that something belongs to have arrived."""


async def located(row: Leaving, now: datetime) -> Leaving | Drop | Later:
    """The row with the numbers of the messages that it names by relayed words."""
    quoted = row.payload.get("reply_of")
    stands = await counterparts.stands_at(quoted, row.chat_id) if quoted is not None else None
    if stands is not None:
        row = replace(row, payload=row.payload | {"reply_to": stands})
    return row if "of" not in row.payload else await _found(row, row.payload, now)


async def _found(row: Leaving, said: dict[str, Any], now: datetime) -> Leaving | Drop | Later:
    part = said.get("part", 0)
    if said.get("all"):
        stand = [message_id for _, message_id in (await counterparts.parts_of(said["of"])).values()]
    elif part:
        stand = [at[1] for number, at in (await counterparts.parts_of(said["of"])).items() if number == part]
    else:
        stand = [one for one in [await counterparts.stands_at(said["of"], row.chat_id)] if one is not None]
    if stand:
        return replace(row, payload=said | {"message_id": stand[0], "message_ids": stand})
    return await _nowhere(row, said, now)


async def _nowhere(row: Leaving, said: dict[str, Any], now: datetime) -> Leaving | Drop | Later:
    """What it belongs to is not there: a mark waits for it, a customer's correction of words elsewhere is said anew."""
    fate = await counterparts.fate_of(said["of"])
    if row.act is Act.REACT and fate == QUEUED:
        return Later(now + SOON)
    anew = instead(row) if fate == SENT else None
    return Drop("never_arrived") if anew is None else replace(row, payload=anew)


async def first(row: Leaving, now: datetime) -> Call | Later | None:
    """What an album does before it leaves: it waits for its last items; a short one asks which are missing."""
    if row.act is not Act.ALBUM:
        return None
    if "copies" in row.payload:
        asked = albums.next_asked(row.payload)
        return None if asked is None else media_calls.asks(row.payload["from_chat_id"], asked)
    return Later(now + albums.LOOK_AGAIN) if await albums.comes_in(row, now) else None


async def call(row: Leaving, chat_id: int, thread_id: int | None) -> Call | Drop:
    """A person's words, media, or what is known by now of an album."""
    if row.act is Act.TEXT:
        return calls.words(chat_id, thread_id, row.payload)
    if row.act is Act.COPY:
        return media_calls.media(chat_id, thread_id, row.payload)
    items = await albums.items(row)
    return media_calls.album(chat_id, thread_id, row.payload, items) if items else Drop("nothing")
