"""Updates come in: kept before they are acknowledged, handed out in order, given up kindly."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeGuard

from msgspec import Struct

from bot import tracing
from bot.domain.outgoing import Act, Outgoing, Priority
from bot.flows import sealing
from bot.flows.ports import Vault
from bot.store import core, inbox, lanes, outbox
from bot.store.core import StoreUnavailable
from bot.store.crypt import CannotOpen
from bot.store.ms import from_ms, to_ms

OFFSET_HOLDS = timedelta(days=6)
"""Telegram starts a new row of update ids after a week of silence: an older offset could hide new updates."""

HOLD_LANE = timedelta(seconds=10)
"""How long a chat stays with the process that handles it, unless renewed: as long it waits for one that died."""

MOST = 2**63 - 1
_PLACED = ("message", "edited_message", "channel_post", "my_chat_member", "chat_member", "message_reaction")
_KINDS = (*_PLACED, "callback_query")


__all__ = [
    "Arrived",
    "StoreUnavailable",
    "count_attempt",
    "give_up",
    "keep",
    "kind_of",
    "lane_of",
    "leave",
    "next_offset",
    "settle",
    "sorry",
    "take_in",
    "waiting",
]


class Arrived(Struct, frozen=True):
    """An update to be handled; `body` is None where its seal does not open any more."""

    update_id: int
    lane: int
    attempts: int
    body: dict[str, Any] | None
    trace: str | None = None

    @property
    def kind(self) -> str:
        """What sort of update it is."""
        return kind_of(self.body or {})

    def __repr__(self) -> str:
        return f"Arrived({self.update_id})"


def lane_of(update: Mapping[str, Any]) -> int:
    """The chat (or else the person, or else nobody: 0) whose updates are handled one after the other."""
    for kind in _PLACED:
        if isinstance(placed := update.get(kind), dict):
            return _id(placed.get("chat"))
    query = update.get("callback_query")
    if isinstance(query, dict):
        message = query.get("message")
        return _id(message.get("chat")) if isinstance(message, dict) else _id(query.get("from"))
    others = (value for value in update.values() if isinstance(value, dict))
    return next((_id(value.get("from")) for value in others), 0)


def _id(thing: object) -> int:
    found = thing.get("id") if isinstance(thing, dict) else None
    return found if _fits(found) else 0


def _fits(found: object) -> TypeGuard[int]:
    """A number that both databases can hold."""
    return isinstance(found, int) and abs(found) <= MOST


def kind_of(update: Mapping[str, Any]) -> str:
    """What sort of update it is, of those that we handle."""
    return next((kind for kind in _KINDS if kind in update), "other")


async def take_in(update: Mapping[str, Any], vault: Vault, now: datetime) -> None:
    """Store an update that was brought to us; a known one is ignored."""
    with _taken([update], "webhook") as traces:
        await inbox.put(_rows([update], vault), now, traces)


@contextmanager
def _taken(updates: Sequence[Mapping[str, Any]], way: str) -> Iterator[Mapping[int, str | None]]:
    """Each is the beginning of a trace: what is carried on from it, by its number."""
    spans = {
        one["update_id"]: tracing.span("update.take", update=one["update_id"], kind=kind_of(one), way=way)
        for one in updates
        if isinstance(one.get("update_id"), int)
    }
    yield {update_id: span.carried for update_id, span in spans.items()}
    for span in spans.values():
        span.end()


def _rows(updates: Sequence[Mapping[str, Any]], vault: Vault) -> list[tuple[int, int, str]]:
    """Plain json, not orjson: it keeps half a surrogate pair, which would else stop every update behind it."""
    numbered = [one for one in updates if _fits(one.get("update_id"))]
    return [(one["update_id"], lane_of(one), vault.seal(json.dumps(one))) for one in numbered]


async def keep(bot_id: int, updates: Sequence[Mapping[str, Any]], vault: Vault, now: datetime) -> None:
    """Store the updates and where to go on asking, in one transaction; known updates are ignored."""
    with _taken(updates, "polling") as traces:
        rows = _rows(updates, vault)
        if not rows:
            return
        async with core.transaction():
            await inbox.put(rows, now, traces)
            last = max(row[0] for row in rows)
            await inbox.set_mark(f"offset:{bot_id}", f"{last + 1} {to_ms(now)}")


async def next_offset(bot_id: int, now: datetime) -> int | None:
    """Where to go on asking; None after a long silence (double updates are ignored anyway)."""
    said = await inbox.mark(f"offset:{bot_id}")
    if said is None:
        return None
    offset, at_ms = said.split()
    return int(offset) if now - from_ms(int(at_ms)) < OFFSET_HOLDS else None


class Wanted(Struct, frozen=True):
    """What `holder` can take: so many, but for those he has `taken`; he has lanes at work, some of them `full`.

    What came after `since` waits for those before it, which other connections may still bring. Who has enough takes
    on no further lane.
    """

    holder: str
    limit: int
    since: datetime | None = None
    working: Collection[int] = ()
    full: Sequence[int] = ()
    taken: Collection[int] = ()
    has_enough: bool = False


async def waiting(vault: Vault, wanted: Wanted) -> list[Arrived]:
    """The oldest unhandled updates that are his to handle, opened, in the order of each lane.

    Raises KeysRefused where others have sealed them: they are left for these.
    """
    new = 0 if wanted.has_enough else wanted.limit
    mine = await lanes.hold(wanted.holder, wanted.working, new, HOLD_LANE)
    if mine is None and wanted.has_enough:
        mine = list(wanted.working)
    if mine is not None and not mine:
        return []
    behind = await inbox.gap(wanted.since) if wanted.since else None
    rows = await inbox.waiting(wanted.limit, mine, wanted.full, behind)
    fresh = [row for row in rows if row.update_id not in wanted.taken]
    found = [Arrived(row.update_id, row.lane, row.attempts, _open(vault, row.body), row.trace) for row in fresh]
    if any(one.body is None for one in found):
        await sealing.check(vault)
    return found


async def leave(holder: str) -> None:
    """He handles no more: what waits is another's at once."""
    await lanes.leave(holder)


def _open(vault: Vault, body: str) -> dict[str, Any] | None:
    try:
        opened = json.loads(vault.open(body))
    except (CannotOpen, ValueError):
        return None
    return opened if isinstance(opened, dict) else None


async def settle(update_id: int, now: datetime) -> None:
    """Handled without a word to anybody."""
    await inbox.settle(update_id, now)


async def count_attempt(update_id: int) -> None:
    """A try to handle it went wrong."""
    await inbox.count_attempt(update_id)


async def give_up(update_id: int, now: datetime, sorry: Outgoing | None) -> None:
    """Mark it as failed and tell the person so, in one transaction; what was handled after all is no failure."""
    async with core.transaction():
        if await inbox.settle(update_id, now, inbox.FAILED) and sorry is not None:
            await outbox.put([sorry])


def sorry(update_id: int, chat_id: int, reader: Mapping[str, Any], now: datetime) -> Outgoing:
    """Our own fault, nothing lost: said once, in private chats only."""
    return Outgoing(
        act=Act.ANSWER,
        cause=f"u{update_id}:failed",
        payload={"kind": "failed_softly", "facts": {}, "reader": dict(reader), "buttons": []},
        priority=Priority.ANSWER,
        lane=f"chat:{chat_id}",
        due_at=now,
        chat_id=chat_id,
    )
