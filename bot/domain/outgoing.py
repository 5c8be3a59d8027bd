"""What may leave for Telegram, as values: acts, priorities, outcomes."""

from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from msgspec import Struct


class Act(StrEnum):
    """What is done at Telegram. The payload's keys are listed beside each."""

    ANSWER = "answer"
    """kind, facts, reader{locale,zone,…}, buttons, [reply_to, message_id = edit that one instead, place: ticket]."""
    NOTICE = "notice"
    """kind, shipments[], [finding, promise, facts]: facts are gathered from the records when it leaves."""
    LIVE = "live"
    """follow: the live message of one follow, sent or edited to what holds now."""
    PLACE = "place"
    """ticket: the customer's message that says who has it and by when, edited to what holds now."""
    TOPIC = "topic"
    """customer_id's desk topic: [rename|reopen|close: true]; without: created if there is none."""
    CARD = "card"
    """customer_id's pinned card in the topic, sent or edited to what holds now."""
    DESK = "desk"
    """kind, facts, [buttons, reply_to]: our own words into the customer's topic, in the shop's language."""
    PICTURE = "picture"
    """until, reader, [thread_id]: the picture of a desk's seven days before `until`, drawn when it leaves."""
    DRAFT = "draft"
    """post: a message that shows drafts of warnings to the shop's people, sent or edited to what holds now."""
    TEXT = "text"
    """text, [entities, reply_to, message: ticket_message id, repeat]: a person's words, either way.

    `messages` instead of `message`: several ticket_messages, shown as one.

    `of` (here and below): a ticket_message whose words are changed where they have arrived; `part`: which of several
    messages that they were divided into; `reply_of`: a ticket_message that is quoted once it has arrived.
    """
    COPY = "copy"
    """from_chat_id, from_message_id, [caption, reply_to, message: ticket_message id, repeat]: a person's media.

    With `of`: text, entities, [kind, file_id: other media in their place].
    """
    ALBUM = "album"
    """from_chat_id, album, until, messages: ticket_message ids; what came of one album, together; [repeat]."""
    PIN = "pin"
    """message_id."""
    REACT = "react"
    """message_id, emoji (empty takes it away)."""
    DELETE = "delete"
    """message_id, or of with [part, all]."""


class Priority(IntEnum):
    """Lower leaves first; waiting ages a row upwards. FIRST is for a word about the queue itself."""

    FIRST = -1
    PERSON = 0
    ANSWER = 1
    WARNING = 2
    NEWS = 3
    LIVE = 4
    BULK = 5


REPEATABLE = frozenset({Act.PIN, Act.REACT, Act.DELETE, Act.PLACE})
"""Acts whose repetition harms nobody. Edits are too: LIVE, CARD, DRAFT with a message id, an ANSWER that edits."""


class Outgoing(Struct, frozen=True):
    """A row to be put into the outbox. `cause` is unique: recipient + channel + what happened.

    Addressed either to `chat_id`, or (desk acts) to the topic of `customer_id`.
    """

    act: Act
    cause: str
    payload: dict[str, Any]
    priority: Priority
    lane: str
    due_at: datetime
    chat_id: int | None = None
    customer_id: int | None = None
    merchant_id: int | None = None
    collapse: str | None = None


class Leaving(Struct, frozen=True):
    """A row as the dispatcher holds it."""

    id: int
    act: Act
    payload: dict[str, Any]
    cause: str
    priority: Priority
    lane: str
    attempts: int
    created_at: datetime
    chat_id: int | None = None
    customer_id: int | None = None
    merchant_id: int | None = None
    collapse: str | None = None
    trace: str | None = None


class Sent(Struct, frozen=True):
    """Telegram accepted it. `message_id` of what now stands there (a topic's thread id for TOPIC), of several all."""

    message_id: int | None = None
    message_ids: tuple[int, ...] = ()


class RetryAt(Struct, frozen=True):
    """Flood control or a passing fault before anything was sent: the same again after `wait`."""

    wait: timedelta
    reason: str = ""


class Moved(Struct, frozen=True):
    """The group became a supergroup."""

    chat_id: int


class Unreachable(Struct, frozen=True):
    """The reader cannot be reached until he comes back: blocked, deactivated, kicked, never started."""

    reason: str


class TopicGone(Struct, frozen=True):
    """The topic was deleted (or archived): a new one is needed. `closed`: it only wants reopening."""

    closed: bool = False


class Vanished(Struct, frozen=True):
    """The message to edit, delete, pin or react to is no longer there."""


class Rejected(Struct, frozen=True):
    """Telegram refuses this for good: our mistake or missing rights. `reason` is a short key, never a secret."""

    reason: str
    rights: bool = False


class InDoubt(Struct, frozen=True):
    """It may or may not have arrived (time-out after sending, 5xx, a process that died)."""

    reason: str


Outcome = Sent | RetryAt | Moved | Unreachable | TopicGone | Vanished | Rejected | InDoubt
