"""What became of relayed words: where they stand, which item of an album is missing, what is said instead."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.domain.outgoing import Act, InDoubt, Leaving, Moved, RetryAt, Sent, Vanished
from bot.flows import albums, calls, word_fates
from bot.flows.calls import Call, Drop, Fate, Later
from bot.store import counterparts, outbox
from bot.store.outbox import Settled
from bot.store.ticket_messages import DELETED, IN_DOUBT

_ASK_AGAIN = (RetryAt, Moved, InDoubt, Later, Drop)


async def stand(row: Leaving, call: Call, sent: Sent) -> None:
    """Where the words are now, each item and each part."""
    message, part = row.payload.get("message"), row.payload.get("part", 0)
    if call.messages:
        await counterparts.items_arrived(call.chat_id, list(zip(call.messages, sent.message_ids, strict=False)))
    elif row.act is Act.TEXT and "messages" in row.payload:  # gathered: they all stand in this one
        stand_there = [(one, sent.message_id) for one in row.payload["messages"] if sent.message_id is not None]
        await counterparts.items_arrived(call.chat_id, stand_there)
    elif message is not None and part:
        await counterparts.part_arrived(message, part, call.chat_id, sent.message_id)
    elif message is not None:
        await counterparts.words_arrived(message, call.chat_id, sent.message_id)


async def went_on(row: Leaving, call: Call | None, outcome: Fate, now: datetime) -> bool:
    """True where an album of which something is missing was dealt with here."""
    if row.act is not Act.ALBUM or call is None:
        return False
    if call.step is Act.REACT:
        return await _asked(row, outcome, now)
    if call.step is Act.ALBUM and isinstance(outcome, Sent) and len(outcome.message_ids) < len(call.messages):
        asking = {"messages": list(call.messages), "to": call.chat_id}
        short = albums.short(row, call.params["message_ids"], list(outcome.message_ids))
        await outbox.requeue(row, short | asking, counted=False)
        return True
    return False


async def _asked(row: Leaving, outcome: Fate, now: datetime) -> bool:
    """Whether an item was still there when the others were copied."""
    if isinstance(outcome, _ASK_AGAIN):
        return False
    there = [*row.payload["there"], not isinstance(outcome, Vanished)]
    if len(there) < len(row.payload["sources"]):
        await outbox.requeue(row, row.payload | {"there": there}, counted=False)
        return True
    await _conclude(row, there, now)
    return True


async def _conclude(row: Leaving, there: Sequence[bool], now: datetime) -> None:
    """Items that their author has taken back need nobody; where others are missing nobody knows which."""
    messages, copies = row.payload["messages"], row.payload["copies"]
    left = [message for message, is_there in zip(messages, there, strict=True) if is_there]
    await counterparts.fated([one for one in messages if one not in left], DELETED)
    await outbox.settle([Settled(row, "sent", next(iter(copies), None))], now)
    if len(left) == len(copies):
        await counterparts.items_arrived(row.payload["to"], list(zip(left, copies, strict=True)))
    else:
        await word_fates.mark(row, IN_DOUBT, calls.IN_DOUBT, "album_item", now)


def instead(row: Leaving) -> dict[str, Any] | None:
    """A customer's correction that cannot be made where his words stand is said below them."""
    said = row.payload
    if "of" not in said or not row.lane.startswith(outbox.DESK) or row.act not in {Act.TEXT, Act.COPY}:
        return None
    rest = {name: value for name, value in said.items() if name not in ("of", "message_id", "message_ids", "kind")}
    return rest | {"reply_of": said["of"]}
