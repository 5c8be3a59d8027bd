"""What waits for a person's word: heads-ups, drafts, words into tickets, offers. Tables as in models.py."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class HeadsUp(Model):
    """What the people of a shop must hear of a parcel before its customer does; `open` is 1 until they have.

    Everything of a shop that is open when the first falls due goes into one message.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    shipment_id = fields.BigIntField()
    finding_id = fields.BigIntField(unique=True)
    open = fields.SmallIntField(default=1)
    due_ms = fields.BigIntField()
    told_ms = fields.BigIntField(null=True)

    class Meta:
        table = "heads_up"
        indexes = (
            Index(fields=("open", "due_ms")),
            Index(fields=("merchant_id", "told_ms")),
        )


class DraftRow(Model):
    """A warning kept back until somebody of the shop says yes. state: as bot/domain/draft.py has them.

    `cause` and `collapse` are those of the notice it would be, `due_ms` when that would have left. `batch_id`: the
    first of those that were shown in one message. `edit_by` writes other words for it, since `edit_ms`.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    customer_id = fields.BigIntField()
    kind = fields.CharField(max_length=24)
    state = fields.CharField(max_length=8, default="waiting")
    cause = fields.CharField(max_length=160, unique=True)
    collapse = fields.CharField(max_length=80, null=True)
    due_ms = fields.BigIntField()
    shown_ms = fields.BigIntField(null=True)
    batch_id = fields.BigIntField(null=True, db_index=True)
    decided_by = fields.BigIntField(null=True)
    decided_ms = fields.BigIntField(null=True)
    edit_by = fields.BigIntField(null=True, db_index=True)
    edit_ms = fields.BigIntField(null=True)

    class Meta:
        table = "draft"
        indexes = (
            Index(fields=("state", "due_ms")),
            Index(fields=("merchant_id", "state")),
            Index(fields=("customer_id", "state")),
        )


class DraftPart(Model):
    """One parcel of a draft. `mark` tells its slip; `told_on`, `slips`: what its reader would know by it."""

    id = fields.BigIntField(primary_key=True)
    draft_id = fields.BigIntField()
    shipment_id = fields.BigIntField(db_index=True)
    finding_id = fields.BigIntField(db_index=True)
    mark = fields.CharField(max_length=96, default="")
    told_on = fields.CharField(max_length=10, null=True)
    slips = fields.IntField(default=0)

    class Meta:
        table = "draft_part"
        unique_together = (("draft_id", "shipment_id"),)


class DraftPost(Model):
    """A message that shows the drafts of a batch, one at a time (`draft_id`): in the topic of `customer_id`, in
    General, or to an owner (`user_id`). `digest`: what it says now.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    batch_id = fields.BigIntField(db_index=True)
    chat_id = fields.BigIntField()
    customer_id = fields.BigIntField(null=True)
    user_id = fields.BigIntField(null=True)
    draft_id = fields.BigIntField()
    message_id = fields.BigIntField(null=True)
    digest = fields.BigIntField(default=0)
    made_ms = fields.BigIntField()

    class Meta:
        table = "draft_post"
        indexes = (
            Index(fields=("merchant_id", "made_ms")),
            Index(fields=("chat_id", "message_id")),
        )


class DraftScore(Model):
    """What came of a parcel whose warning was drafted, by the first draft: right | wrong | none | fact | null (open).

    `due_ms` is the end of its promised day.
    """

    shipment_id = fields.BigIntField(primary_key=True, generated=False)
    merchant_id = fields.BigIntField()
    drafted_ms = fields.BigIntField()
    due_ms = fields.BigIntField(null=True)
    outcome = fields.CharField(max_length=8, null=True)

    class Meta:
        table = "draft_score"
        indexes = (Index(fields=("merchant_id", "outcome")),)


class TicketMessage(Model):
    """A message relayed between a customer and his topic, both ends: the map for replies, edits, deletions.

    direction: in (customer to desk) | out (agent to customer) | note (stays inside). `album`: Telegram's number of the
    album it is part of, or the name of those it is shown together with (bot/flows/flooding.py); `file`: which file its
    media are; `entities`: what is marked in its text (JSON); `trouble`: why it did not arrive, a short key;
    `reactions`: who reacted to it in the group with what (JSON).
    """

    id = fields.BigIntField(primary_key=True)
    customer_id = fields.BigIntField(db_index=True)
    ticket_id = fields.BigIntField(null=True)
    direction = fields.CharField(max_length=8)
    user_id = fields.BigIntField()
    text = fields.TextField(default="")
    media = fields.CharField(max_length=16, null=True)
    source_chat_id = fields.BigIntField()
    source_message_id = fields.BigIntField()
    target_chat_id = fields.BigIntField(null=True)
    target_message_id = fields.BigIntField(null=True)
    fate = fields.CharField(max_length=16, default="queued")
    created_ms = fields.BigIntField()
    album = fields.CharField(max_length=32, null=True)
    file = fields.CharField(max_length=64, null=True)
    entities = fields.TextField(null=True)
    trouble = fields.CharField(max_length=64, null=True)
    reactions = fields.TextField(null=True)

    class Meta:
        table = "ticket_message"
        unique_together = (("source_chat_id", "source_message_id"),)
        indexes = (
            Index(fields=("target_chat_id", "target_message_id")),
            Index(fields=("ticket_id", "direction")),
            Index(fields=("album",)),
        )


class TicketPart(Model):
    """A further message that long words were divided into at the other end: the second is number 1."""

    id = fields.BigIntField(primary_key=True)
    message_id = fields.BigIntField()
    number = fields.SmallIntField()
    target_chat_id = fields.BigIntField()
    target_message_id = fields.BigIntField()

    class Meta:
        table = "ticket_part"
        unique_together = (("message_id", "number"),)
        indexes = (Index(fields=("target_chat_id", "target_message_id")),)


class LossOffer(Model):
    """What an agent offered a customer for a lost parcel; `ways` and `chosen` are letters of bot/domain/offer.py."""

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    customer_id = fields.BigIntField()
    shipment_id = fields.BigIntField()
    ways = fields.CharField(max_length=8)
    out_of_stock = fields.BooleanField(default=False)
    made_by = fields.BigIntField()
    made_ms = fields.BigIntField()
    chosen = fields.CharField(max_length=1, null=True)
    chosen_ms = fields.BigIntField(null=True)

    class Meta:
        table = "loss_offer"
        unique_together = (("customer_id", "shipment_id"),)
