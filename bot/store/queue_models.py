"""Inbox, outbox and what guards them. Tables as in models.py."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class InboxRow(Model):
    """An update, stored before it is acknowledged. `body` is Fernet text, emptied once handled.

    `lane` is the chat (or user) whose updates are handled in order; state: new | handled | failed. `trace` is what it
    was taken in within, here and below: see bot/tracing.py.
    """

    update_id = fields.BigIntField(primary_key=True, generated=False)
    lane = fields.BigIntField()
    body = fields.TextField()
    state = fields.CharField(max_length=8, default="new")
    attempts = fields.IntField(default=0)
    received_ms = fields.BigIntField()
    handled_ms = fields.BigIntField(null=True)
    trace = fields.TextField(null=True)

    class Meta:
        table = "inbox"
        indexes = (Index(fields=("state", "update_id")),)


class InboxLane(Model):
    """Which process handles the updates of a lane, until when by the database's clock (bot/store/lanes.py)."""

    lane = fields.BigIntField(primary_key=True, generated=False)
    holder = fields.CharField(max_length=32)
    until_ms = fields.BigIntField()

    class Meta:
        table = "inbox_lane"


class OutboxRow(Model):
    """One thing to be done at Telegram. state: queued | leaving | sent | failed | in_doubt | dropped.

    `act` and `payload`: see bot/domain/outgoing.py. `lane` orders what one reader sees; `cause` is unique, so that
    the same happening never speaks twice; `collapse` names what a newer row replaces while queued. `steps` counts the
    calls that were made for it before its own (a topic, a card).
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField(null=True)
    customer_id = fields.BigIntField(null=True)
    lane = fields.CharField(max_length=40)
    chat_id = fields.BigIntField(null=True)
    act = fields.CharField(max_length=16)
    payload = fields.TextField()
    cause = fields.CharField(max_length=160, unique=True)
    collapse = fields.CharField(max_length=80, null=True)
    priority = fields.SmallIntField()
    state = fields.CharField(max_length=8, default="queued")
    due_ms = fields.BigIntField()
    created_ms = fields.BigIntField()
    left_ms = fields.BigIntField(null=True)
    settled_ms = fields.BigIntField(null=True)
    attempts = fields.IntField(default=0)
    steps = fields.SmallIntField(default=0, db_default=0)
    message_id = fields.BigIntField(null=True)
    trouble = fields.CharField(max_length=160, null=True)
    trace = fields.TextField(null=True)

    class Meta:
        table = "outbox"
        indexes = (
            Index(fields=("state", "priority", "due_ms", "id")),
            Index(fields=("collapse", "state")),
            Index(fields=("customer_id", "state")),
            Index(fields=("left_ms",)),
        )


class Consent(Model):
    """Who agreed to what, in which wording, when, by which way; and when it was withdrawn."""

    id = fields.BigIntField(primary_key=True)
    customer_id = fields.BigIntField(db_index=True)
    kind = fields.CharField(max_length=32)
    wording = fields.CharField(max_length=64)
    channel = fields.CharField(max_length=16)
    given_ms = fields.BigIntField()
    withdrawn_ms = fields.BigIntField(null=True)

    class Meta:
        table = "consent"


class Dialogue(Model):
    """What a person is in the middle of telling us (a form's answers so far). `body` is Fernet text."""

    user_id = fields.BigIntField(primary_key=True)
    chat_id = fields.BigIntField()
    body = fields.TextField()
    expires_ms = fields.BigIntField()

    class Meta:
        table = "dialogue"


class ProofTry(Model):
    """A try to prove that an order is one's own: counted to stop guessing."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    order_id = fields.BigIntField(null=True)
    tried_ms = fields.BigIntField()
    proven = fields.BooleanField(default=False)

    class Meta:
        table = "proof_try"
        indexes = (Index(fields=("user_id", "tried_ms")),)


class Audit(Model):
    """Append-only: who did what to what."""

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField(db_index=True)
    user_id = fields.BigIntField(null=True)
    deed = fields.CharField(max_length=48)
    target = fields.CharField(max_length=96, default="")
    detail = fields.TextField(default="")
    at_ms = fields.BigIntField()

    class Meta:
        table = "audit"


class Unreadable(Model):
    """A carrier's answer that could not be read, kept for the operator. `payload` is Fernet text."""

    id = fields.BigIntField(primary_key=True)
    slug = fields.CharField(max_length=32, db_index=True)
    number = fields.CharField(max_length=64, default="")
    reason = fields.CharField(max_length=160, default="")
    payload = fields.TextField()
    at_ms = fields.BigIntField()

    class Meta:
        table = "unreadable"


class Mark(Model):
    """A small named fact of the installation: the next update offset, the schema's birthday."""

    name = fields.CharField(max_length=64, primary_key=True)
    value = fields.TextField()

    class Meta:
        table = "mark"


class WaitRow(Model):
    """A person's word that was owed on a ticket: the first of it or a later one, and by when.

    Ended by an answer, or cancelled (the ticket was closed, put to rest, its customer banned); open while neither.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    ticket_id = fields.BigIntField(db_index=True)
    is_first = fields.BooleanField()
    asked_ms = fields.BigIntField()
    due_ms = fields.BigIntField()
    user_id = fields.BigIntField(null=True)
    answered_ms = fields.BigIntField(null=True)
    cancelled_ms = fields.BigIntField(null=True)

    class Meta:
        table = "wait"
        indexes = (Index(fields=("merchant_id", "due_ms")),)
