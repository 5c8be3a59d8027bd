"""A row of the outbox on its way out: leased, worded at the moment it leaves, settled by what Telegram said."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog
from msgspec.structs import replace

from bot.domain import worth
from bot.domain.hours import waking
from bot.domain.outgoing import Act, Leaving
from bot.flows import calls, cards, desk_full, general, reminders, topic_names
from bot.flows.calls import Call, Drop, Later, Named
from bot.flows.composed import Composed
from bot.flows.media_calls import delete
from bot.flows.words_leaving import call as words_call
from bot.flows.words_leaving import first, located
from bot.store import destinations, outbox, placing, word
from bot.store.destinations import Home
from bot.store.faults import StoreUnavailable as StoreUnavailable
from bot.texts.messages import Reader, Rendered, UnknownKind, render

Compose = Callable[[Leaving, datetime], Awaitable[Composed | None]]

NO_DESK = "no_desk"
TOPIC_CHANGES = ("rename", "reopen", "close")
_MARKS = frozenset({Act.PIN, Act.REACT, Act.DELETE})
_SPEAKS = frozenset({Act.TEXT, Act.COPY, Act.ALBUM, Act.DESK})
"""Acts that a topic's card must come before: whoever reads the topic knows first whose it is."""


async def _nothing(row: Leaving, now: datetime) -> Composed | None:
    return None


async def _no_picture(row: Leaving, now: datetime) -> Call | Drop | Later:
    return Drop("untrue")


@dataclass(frozen=True)
class Composer:
    """Who gathers the facts of what is composed when it leaves; None = no longer true.

    `quiet` is the installation's quiet hours, for readers who chose none.
    """

    notice: Compose
    live: Compose
    card: Compose
    quiet: str | None = None
    draft: Compose = _nothing
    place: Compose = _nothing
    picture: Callable[[Leaving, datetime], Awaitable[Call | Drop | Later]] = _no_picture


log = structlog.get_logger(__name__)
listen = outbox.listen
take_word, leave_word = word.take, word.leave
KNOWN_WITHIN, ASKED_AGAIN = timedelta(days=1), timedelta(seconds=30)
"""How long a row waits for a program that can word it, and how often it is looked at."""
LIMITS_LOOK_BACK = timedelta(seconds=60)


lease, readdress = outbox.lease, outbox.readdress


async def tidy(now: datetime) -> None:
    """Now and then: address what waited for a desk, tell of groups that have too much to say."""
    await placing.address()
    await desk_full.look(now)


async def lately(now: datetime, speed: float) -> list[tuple[int, str, float]]:
    """Chat, method, real seconds ago of what left within the last minute, oldest first: limits outlive a restart.

    A row that needed its topic or card first made a call for each. `speed`: of the clock that `now` is by.
    """
    rows = await outbox.left_since(now - LIMITS_LOOK_BACK * max(speed, 1.0))
    return [
        (chat_id, calls.METHODS[act], (now - (left_at or now)).total_seconds() / max(speed, 1.0))
        for chat_id, act, left_at, made in rows
        for _ in range(made)
    ]


async def abandon(row: Leaving, now: datetime) -> None:
    """Settling failed by our own fault: the row must not block its lane, and is not said again."""
    await outbox.settle([outbox.Settled(row, "failed", trouble="unsettled")], now)


async def prepare(row: Leaving, composer: Composer, now: datetime) -> Call | Drop | Later:
    """What is to be sent for a row now. A desk row first makes its topic, reopens it, gives it its card."""
    held = await reminders.still(row) if reminders.WAITS in row.payload else row
    try:
        call = Drop("untrue") if held is None else await _prepared(held, composer, now)
    except UnknownKind:  # a newer program beside this one knows it, and may have the word next
        if now - row.created_at > KNOWN_WITHIN:
            raise
        return Later(now + ASKED_AGAIN)
    if isinstance(call, Call) and call.step is not row.act:
        await outbox.note_step(row.id, step_name(call))
    return call


def step_name(call: Call) -> str:
    """What is noted of a step before it is taken: `+` marks one that may be repeated."""
    return f"{call.step}{'+' if call.harmless else ''}"


async def _prepared(row: Leaving, composer: Composer, now: datetime) -> Call | Drop | Later:
    found = await located(row, now)
    if not isinstance(found, Leaving):
        return found
    return await first(found, now) or await _placed(found, composer, now)


async def _placed(row: Leaving, composer: Composer, now: datetime) -> Call | Drop | Later:
    if row.act in _MARKS and row.chat_id is not None:
        return _mark(row, row.chat_id)
    if row.lane.startswith(outbox.DESK):
        home = await destinations.home(row.customer_id or 0)
        return Drop("no_customer") if home is None else await _to_desk(row, home, composer, now)
    if row.chat_id is None:
        return Drop("no_address")
    if row.act is Act.PICTURE:
        return await composer.picture(row, now)
    return await _to_chat(row, row.chat_id, composer, now)


def _mark(row: Leaving, chat_id: int) -> Call:
    made = {Act.PIN: calls.pin, Act.REACT: calls.react, Act.DELETE: delete}
    return made[row.act](chat_id, row.payload)


# ---- into a chat


async def _to_chat(row: Leaving, chat_id: int, composer: Composer, now: datetime) -> Call | Drop | Later:
    thread_id = row.payload.get("thread_id")
    match row.act:
        case Act.ANSWER | Act.DESK:
            return _own_words(row, chat_id, thread_id, msgspec.convert(row.payload["reader"], Reader))
        case Act.TEXT | Act.COPY | Act.ALBUM:
            return await words_call(row, chat_id, thread_id)
        case Act.NOTICE:
            return await _later(row, composer.quiet, now) or await _composed(row, composer, now)
        case Act.LIVE:
            return await _composed(row, composer, now)
        case Act.DRAFT:
            return await _draft(row, chat_id, thread_id, composer, now)
        case Act.PLACE:
            composed = await composer.place(row, now)
            return Drop("untrue") if composed is None else _worded(row, Act.PLACE, composed, chat_id, None)
        case _:
            return Drop("no_topic")


def _own_words(row: Leaving, chat_id: int, thread_id: int | None, reader: Reader) -> Call:
    said, keyboard = row.payload, row.payload.get("keyboard")
    buttons = [calls.CONTACT] if keyboard == "contact" else said.get("buttons", ())
    facts = _facts(said)
    rendered = render(said["kind"], facts, reader, buttons, facts.pop("own_words", None))
    return calls.message(
        row.act,
        chat_id,
        rendered,
        edit=said.get("message_id"),
        thread_id=thread_id,
        reply_to=said.get("reply_to"),
        keyboard=calls.keyboard(keyboard, rendered),
        plain=bool(said.get("plain")),
    )


def _facts(said: Mapping[str, Any]) -> dict[str, Any]:
    return dict(said.get("facts") or {}) | ({"repeat": True} if said.get("repeat") else {})


async def _later(row: Leaving, quiet: str | None, now: datetime) -> Later | None:
    """A notice that was held up (an outage, a pause of the shop's) into the reader's night waits for his morning."""
    zone, own = await destinations.hours_of(row.customer_id or 0, next(iter(row.payload.get("shipments", ())), None))
    awake = waking(now, zone, own or quiet)
    return Later(awake) if awake > now else None


async def _composed(row: Leaving, composer: Composer, now: datetime) -> Call | Drop:
    """A notice or a live message; nothing to somebody who cannot be reached."""
    home = await destinations.home(row.customer_id or 0)
    if home is None or home.unreachable_ms is not None:
        return Drop("unreachable")
    composed = await (_noticed(row, composer, now) if row.act is Act.NOTICE else composer.live(row, now))
    if composed is None:
        return Drop("untrue")
    if composed.edit is not None and composed.digest == await destinations.live_digest(row.payload["follow"]):
        return Drop("unchanged")
    if composed.edit is not None and await destinations.was_repeat(home.customer_id, composed.edit):
        row = replace(row, payload=row.payload | {"repeat": True})
    return _worded(row, row.act, composed, composed.chat_id, None)


async def _draft(row: Leaving, chat_id: int, thread_id: int | None, composer: Composer, now: datetime) -> Call | Drop:
    """A message that shows drafts; nothing where it says so already."""
    composed = await composer.draft(row, now)
    return Drop("unchanged") if composed is None else _worded(row, Act.DRAFT, composed, chat_id, thread_id)


async def _noticed(row: Leaving, composer: Composer, now: datetime) -> Composed | None:
    """What is no longer true of the first of several parcels may be true of the others."""
    composed = await composer.notice(row, now)
    shipments, findings = row.payload.get("shipments", ()), row.payload.get("findings", ())
    if composed is not None or len(shipments) < 2 or len(shipments) != len(findings):
        return composed
    rest = {"shipments": shipments[1:], "findings": findings[1:], "finding": findings[1]}
    return await _noticed(replace(row, payload=row.payload | rest), composer, now)


def _worded(row: Leaving, step: Act, composed: Composed, chat_id: int, thread_id: int | None) -> Call:
    return calls.message(
        step,
        chat_id,
        _rendered(composed, repeat=bool(row.payload.get("repeat" if step is row.act else "card_repeat"))),
        edit=composed.edit,
        thread_id=thread_id,
        plain=bool(row.payload.get("plain")),
        digest=composed.digest,
    )


def _rendered(composed: Composed, *, repeat: bool) -> Rendered:
    facts = composed.facts | ({"repeat": True} if repeat else {})
    return render(composed.kind, facts, composed.reader, composed.buttons, composed.own)


# ---- into a customer's topic


async def _to_desk(row: Leaving, home: Home, composer: Composer, now: datetime) -> Call | Drop:
    if home.chat_id is None:
        return Drop(NO_DESK)
    if general.is_home(home, row.payload, now):
        return general.held(row, home) or await _to_general(row, home, home.chat_id, composer, now)
    before = await _before(row, home, home.chat_id, composer, now)
    return before or await _in_place(row, home, home.chat_id, composer, now)


async def _in_place(row: Leaving, home: Home, chat_id: int, composer: Composer, now: datetime) -> Call | Drop:
    match row.act:
        case Act.TOPIC:
            return await _topic_change(row, home, chat_id, now)
        case Act.CARD:
            return await _card(row, home, chat_id, composer, now) or Drop("untrue")
        case Act.TEXT | Act.COPY | Act.ALBUM:
            return await words_call(row, chat_id, home.topic_id)
        case Act.DRAFT:
            return await _draft(row, chat_id, home.topic_id, composer, now)
        case _:
            return _own_words(row, chat_id, home.topic_id, Reader(home.locale, home.zone, country=home.country))


async def _to_general(row: Leaving, home: Home, chat_id: int, composer: Composer, now: datetime) -> Call | Drop:
    match row.act:
        case Act.TEXT:
            return await general.words(row, home, chat_id)
        case Act.COPY | Act.ALBUM:
            return await words_call(replace(row, payload=row.payload | {"forward": True}), chat_id, None)
        case Act.DESK:
            return await _under_name(row, home, chat_id)
        case _:
            return await _in_place(row, replace(home, topic_id=None), chat_id, composer, now)


async def _under_name(row: Leaving, home: Home, chat_id: int) -> Call:
    said, reader = row.payload, Reader(home.locale, home.zone, country=home.country)
    rendered = await general.own_words(render(said["kind"], _facts(said), reader, said.get("buttons", ())), home)
    plain, quote = bool(said.get("plain")), said.get("reply_to")
    return calls.message(row.act, chat_id, rendered, reply_to=quote, plain=plain)


async def _before(row: Leaving, home: Home, chat_id: int, composer: Composer, now: datetime) -> Call | Drop | None:
    """What must be done before the row's own act."""
    if home.topic_id is None:
        return await _new_topic(row, home, chat_id, now)
    if (row.payload.get("reopen") or (home.topic_closed and row.act in _SPEAKS)) and row.act is not Act.TOPIC:
        return calls.turn_topic(chat_id, home.topic_id, "reopen")
    if home.card_message_id is None and row.act in _SPEAKS and not row.payload.get("no_card"):
        return await _first_card(row, home, chat_id, composer, now)
    return None


async def _first_card(row: Leaving, home: Home, chat_id: int, composer: Composer, now: datetime) -> Call | Drop | None:
    """The card before the words, but after them where others' words wait for the group.

    A card that cannot be worded holds nobody's words back.
    """
    waiting = await outbox.words_waiting(chat_id, row.lane, now, worth.CARD_GIVES_WAY + 1)
    if not worth.card_first(waiting):
        await cards.refresh_card(home.customer_id, now, f"after:{row.id}")
        return None
    try:
        return await _card(row, home, chat_id, composer, now)
    except Exception:
        log.exception("card_unworded", outbox=row.id)
        return None


async def _new_topic(row: Leaving, home: Home, chat_id: int, now: datetime) -> Call | Drop:
    if row.act is Act.TOPIC and any(row.payload.get(change) for change in TOPIC_CHANGES):
        return Drop("no_topic")
    return calls.new_topic(chat_id, await _named(row, home, now))


async def _topic_change(row: Leaving, home: Home, chat_id: int, now: datetime) -> Call | Drop:
    change = next((change for change in TOPIC_CHANGES if row.payload.get(change)), None)
    if change is None or home.topic_id is None:
        return Drop("exists")
    if change != "rename":
        return calls.turn_topic(chat_id, home.topic_id, change)
    named = await _named(row, home, now)
    if (named.name, named.digest) == (home.topic_name, home.topic_digest):
        return Drop("unchanged")
    return calls.rename_topic(chat_id, home.topic_id, named)


async def _named(row: Leaving, home: Home, now: datetime) -> Named:
    named = await topic_names.named(home, now, repeat=bool(row.payload.get("topic_repeat")))
    return replace(named, icon=None) if row.payload.get("no_icon") else named


async def _card(row: Leaving, home: Home, chat_id: int, composer: Composer, now: datetime) -> Call | Drop | None:
    composed = await composer.card(row, now)
    if composed is None:
        return None
    composed = msgspec.structs.replace(composed, edit=home.card_message_id)
    if (
        composed.edit is not None
        and composed.digest
        and composed.digest == await destinations.card_digest(row.customer_id or 0)
    ):
        return Drop("unchanged")
    return _worded(row, Act.CARD, composed, chat_id, home.topic_id)
