"""What the messages that show drafts say, as of now: the customer's text, why, what was decided, how right it was."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import orjson

from bot.domain.draft import Draft, Held, may_write
from bot.domain.finding import OpenFinding
from bot.domain.outgoing import Act, Leaving, Outgoing, Priority
from bot.flows import agents, draft_plan, facts, owners
from bot.flows.composed import Buttons, Composed
from bot.flows.outgoing import Compose
from bot.flows.readers import desk_reader
from bot.flows.turn import lane
from bot.store import customers, draft_posts, draft_scores, drafts, findings, outbox, people
from bot.store.draft_posts import Post
from bot.store.models import Merchant
from bot.texts.bidi import cut_html
from bot.texts.forms import Written
from bot.texts.messages import Reader, render

VERB = "df"
"""Of the buttons: `df:<post>:<draft>:<what>`."""
SEND, EDIT, DROP, VIEW = "s", "e", "d", "v"
LONGEST = 2500
"""UTF-16 units of the customer's text: there must be room for what stands around it."""
_SHOWN = ("order", "number", "carrier", "status", "promised_on", "needed_on")
_GONE = frozenset({Held.EXPIRED, Held.REPLACED, Held.VOID})
_COUNTED: Mapping[str, frozenset[Held]] = {
    "undecided": frozenset({Held.OPEN}),
    "sent": frozenset({Held.SENT, Held.ALLOWED}),
    "edited": frozenset({Held.EDITED}),
    "dropped": frozenset({Held.DROPPED}),
    "gone": _GONE,
}


def row_of(post: Post, tag: str, now: datetime, priority: Priority) -> Outgoing:
    """The message, sent or edited to what holds when it leaves; `tag` tells one occasion from the next."""
    in_topic = post.customer_id is not None
    return Outgoing(
        act=Act.DRAFT,
        cause=f"draft:{post.id}:{tag}",
        payload={"post": post.id},
        priority=priority,
        lane=f"{outbox.DESK}{post.customer_id}" if in_topic else lane(post.chat_id),
        due_at=now,
        chat_id=None if in_topic else post.chat_id,
        customer_id=post.customer_id,
        merchant_id=post.merchant_id,
        collapse=f"draft:{post.id}",
    )


async def refresh(touched: Iterable[Draft], tag: str, now: datetime, priority: Priority = Priority.LIVE) -> None:
    """All messages that show these drafts say what holds now."""
    batches = {one.batch_id for one in touched if one.batch_id is not None}
    posts = await draft_posts.of_batches(batches) if batches else []
    await outbox.put([row_of(post, tag, now, priority) for post in posts])


def composer(quiet: str | None) -> Compose:
    """What words such a message; `quiet` is the installation's quiet hours."""
    return partial(compose, quiet=quiet)


async def compose(row: Leaving, now: datetime, quiet: str | None = None) -> Composed | None:
    """What a message says now; None where it says so already, or has nothing to say."""
    post = await draft_posts.find(row.payload["post"])
    batch = await drafts.of_batch(post.batch_id) if post is not None else []
    if post is None or not batch or (post.message_id is None and not _undecided(batch)):
        return None
    shown = next((one for one in batch if one.id == post.draft_id), batch[0])
    merchant = await customers.merchant(post.merchant_id)
    reader = await _reader(post, merchant)
    told = await _facts(shown, merchant, now, quiet) | _stack(batch, shown)
    told["tally"] = (await draft_scores.tally(merchant.id)).figures
    buttons = _buttons(post, batch, shown, now)
    digest = zlib.crc32(orjson.dumps([told, buttons, reader.locale, reader.zone], default=str))
    if post.message_id is not None and digest == post.digest:
        return None
    known = {name: fact for name, fact in told.items() if fact}
    return Composed(
        "draft", known | {"at": now.isoformat(), "edited": True}, reader, post.chat_id, buttons, post.message_id, digest
    )


async def _reader(post: Post, merchant: Merchant) -> Reader:
    own = [one for one in await people.owners(merchant.id) if one["user_id"] == post.user_id]
    return Reader(**owners.reader(own[0])) if own else desk_reader(merchant)


def _undecided(batch: Sequence[Draft]) -> list[Draft]:
    return [one for one in batch if one.state is Held.OPEN]


# ---- one draft


async def _facts(shown: Draft, merchant: Merchant, now: datetime, quiet: str | None) -> dict[str, Any]:
    told = await _parcel(shown)
    if shown.state is not Held.OPEN:
        return told | await _decision(shown, merchant, now)
    planned = await draft_plan.plan(shown, now, quiet)
    texts = [_worded(one) for one in await draft_plan.worded(planned, shown, now)]
    told["why"] = [_why(one) for one in await findings.among([part.finding_id for part in shown.parts])]
    if shown.edit_by is not None and may_write(shown, shown.edit_by, now):
        told["writes"] = await agents.name_of(merchant.id, shown.edit_by)
    return told | ({"text": Written("\n\n".join(texts))} if texts else {"state_untrue": True})


def _worded(composed: Composed) -> str:
    """As the customer reads it, in his language."""
    return cut_html(render(composed.kind, composed.facts, composed.reader, own=composed.own).text, LONGEST)


async def _parcel(shown: Draft) -> dict[str, Any]:
    customer = await customers.customer(shown.customer_id)
    known = await customers.parcel_of(shown.parts[0].shipment_id) if shown.parts else None
    said = facts.parcel(*known) if known is not None else {}
    found = {name: said[name] for name in _SHOWN if name in said}
    return found | {"name": customer.name if customer else "", "others": max(len(shown.parts) - 1, 0)}


def _why(one: OpenFinding) -> dict[str, Any]:
    """What the rule saw; of a forecast how many of how many parcels came late."""
    kept = {name: value for name, value in one.evidence.items() if value is not None and name != "mark"}
    if kept.get("basis") == "forecast" and kept.get("p_late") is not None:
        kept |= {"odds": round(100 * kept.pop("p_late")), "like": kept.pop("n", 0)}
    return {"finding": one.kind.value, **kept}


async def _decision(shown: Draft, merchant: Merchant, now: datetime) -> dict[str, Any]:
    """What became of it, by whom, when; and when it leaves, if that is not yet."""
    found: dict[str, Any] = {f"state_{shown.state}": True}
    if shown.decided_at is not None:
        found["decided_at"] = shown.decided_at.isoformat()
    if shown.decided_by is not None:
        found["who"] = await agents.name_of(merchant.id, shown.decided_by)
    if shown.state is Held.SENT:
        found["paused"] = merchant.paused_ms is not None
        waits = await outbox.waits_until(shown.cause)
        if waits is not None and waits > now:
            found["leaves_at"] = waits.isoformat()
    return found


# ---- several


def _stack(batch: Sequence[Draft], shown: Draft) -> dict[str, Any]:
    """How many there are, how many of them to decide, which one this is."""
    if len(batch) < 2:
        return {}
    counts = {name: sum(one.state in states for one in batch) for name, states in _COUNTED.items()}
    return {"count": len(batch), "place": batch.index(shown) + 1, **counts}


def _buttons(post: Post, batch: Sequence[Draft], shown: Draft, now: datetime) -> Buttons:
    def button(label: str, draft: Draft, what: str) -> tuple[str, str]:
        return label, f"{VERB}:{post.id}:{draft.id}:{what}"

    edit = "draft_edit_over" if shown.edit_by is not None and may_write(shown, shown.edit_by, now) else "draft_edit"
    deeds = (("draft_send", SEND), (edit, EDIT), ("draft_drop", DROP))
    rows: list[tuple[tuple[str, str], ...]] = []
    if shown.state is Held.OPEN:
        rows.append(tuple(button(label, shown, what) for label, what in deeds))
    before, after = beside(batch, shown)
    turns = (("draft_before", before), ("draft_after", after))
    if pages := tuple(button(label, one, VIEW) for label, one in turns if one is not None):
        rows.append(pages)
    return tuple(rows)


def beside(batch: Sequence[Draft], shown: Draft) -> tuple[Draft | None, Draft | None]:
    """The nearest undecided ones before and after it."""
    open_ = _undecided(batch)
    before = [one for one in open_ if one.id < shown.id]
    after = [one for one in open_ if one.id > shown.id]
    return (before[-1] if before else None), (after[0] if after else None)
