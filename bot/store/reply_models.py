"""What agents send with one tap: words that wait for it, macros, gestures of goodwill. Tables as in models.py."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class PendingReply(Model):
    """Words to a customer that leave only when somebody presses Send. `why`: trainee | warned | macro | suggested.

    `user_id` wrote them, or asked for ours; `source_*` is his message in the topic, null for ours. `entities` is JSON.
    state: waiting | sent | dropped | renewed; `decided_by` pressed.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    customer_id = fields.BigIntField()
    user_id = fields.BigIntField()
    why = fields.CharField(max_length=12)
    subject = fields.CharField(max_length=64, default="")
    text = fields.TextField(default="")
    entities = fields.TextField(default="[]")
    media = fields.CharField(max_length=16, null=True)
    source_chat_id = fields.BigIntField(null=True)
    source_message_id = fields.BigIntField(null=True)
    reply_to = fields.BigIntField(null=True)
    state = fields.CharField(max_length=8, default="waiting")
    made_ms = fields.BigIntField()
    decided_by = fields.BigIntField(null=True)
    decided_ms = fields.BigIntField(null=True)

    class Meta:
        table = "pending_reply"
        unique_together = (("source_chat_id", "source_message_id"),)
        indexes = (Index(fields=("customer_id", "state")),)


class MacroRow(Model):
    """A shop's ready reply in one language (bot/texts/macros.py); `about`: findings, causes, statuses it fits."""

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    name = fields.CharField(max_length=32)
    language = fields.CharField(max_length=8)
    body = fields.TextField()
    about = fields.CharField(max_length=160, default="")
    saved_by = fields.BigIntField()
    saved_ms = fields.BigIntField()

    class Meta:
        table = "macro"
        unique_together = (("merchant_id", "name", "language"),)


class Gesture(Model):
    """A coupon, a free delivery or part of the money, given for a slip. state: asked | made | refused | dropped.

    `cost` counts against the budget of `month` (YYYY-MM, the shop's), in hundredths of its currency; `slip` is the
    newest finding of the parcel then (0: none). `why` a person must say yes: again | limit.
    `message_id`: the words that gave it (ticket_message); dropped: they did not arrive.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    customer_id = fields.BigIntField(db_index=True)
    shipment_id = fields.BigIntField()
    slip = fields.BigIntField(default=0)
    kind = fields.CharField(max_length=8)
    amount = fields.CharField(max_length=24, null=True)
    currency = fields.CharField(max_length=8, null=True)
    code = fields.CharField(max_length=40, null=True)
    cost = fields.BigIntField(default=0)
    month = fields.CharField(max_length=7)
    state = fields.CharField(max_length=8)
    why = fields.CharField(max_length=8, null=True)
    made_by = fields.BigIntField()
    made_ms = fields.BigIntField()
    decided_by = fields.BigIntField(null=True)
    decided_ms = fields.BigIntField(null=True)
    message_id = fields.BigIntField(null=True)

    class Meta:
        table = "gesture"
        indexes = (
            Index(fields=("merchant_id", "month", "state")),
            Index(fields=("shipment_id", "state")),
        )
