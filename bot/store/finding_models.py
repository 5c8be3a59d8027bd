"""What is wrong with parcels, what was told and promised of it, tickets and claims. Tables as in models.py."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class ToldRow(Model):
    """A day or a window (`from_on` to `to_on`) on which we wrote a follower that his parcel comes; `kind` of message.

    Said again, it is the same row. `claimed`: the chance with which a window was said to hold. `ended` is 1 once the
    parcel has come (`came_on`), or never will. A follower who is forgotten takes his rows along.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    shipment_id = fields.BigIntField()
    customer_id = fields.BigIntField(db_index=True)
    kind = fields.CharField(max_length=24)
    from_on = fields.CharField(max_length=10, null=True)
    to_on = fields.CharField(max_length=10)
    claimed = fields.FloatField(null=True)
    at_ms = fields.BigIntField()
    ended = fields.SmallIntField(default=0)
    came_on = fields.CharField(max_length=10, null=True)

    class Meta:
        table = "told"
        unique_together = (("shipment_id", "customer_id", "to_on"),)
        indexes = (Index(fields=("merchant_id", "at_ms")),)


class Trouble(Model):
    """A parcel and a follower of it: who spoke of its trouble first. Made by the first word of either, at `at_ms`.

    `warned_ms`: our first warning; `doubted_ms`: our first that put the promised day in doubt; `asked_ms`: his first
    question while it was under way, in trouble or not. At the end: `late` (null: no day was promised), `due_ms` the
    promised day's end.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    shipment_id = fields.BigIntField()
    customer_id = fields.BigIntField(db_index=True)
    at_ms = fields.BigIntField()
    warned_ms = fields.BigIntField(null=True)
    doubted_ms = fields.BigIntField(null=True)
    asked_ms = fields.BigIntField(null=True)
    ended = fields.SmallIntField(default=0)
    late = fields.SmallIntField(null=True)
    due_ms = fields.BigIntField(null=True)

    class Meta:
        table = "trouble"
        unique_together = (("shipment_id", "customer_id"),)
        indexes = (Index(fields=("merchant_id", "at_ms")),)


class FollowLink(Model):
    """A bearer token to follow an order: bound to the first account that opens it, expiring."""

    token_hash = fields.CharField(max_length=64, primary_key=True)
    merchant_id = fields.BigIntField()
    order_id = fields.BigIntField(db_index=True)
    expires_ms = fields.BigIntField()
    user_id = fields.BigIntField(null=True)
    used_ms = fields.BigIntField(null=True)

    class Meta:
        table = "follow_link"


class FindingRow(Model):
    """What the detector saw. Open while `closed_ms` is null; `outcome`: withdrawn | resolved | superseded.

    `baseline` = it already held at the first successful poll: nobody is warned of it.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    shipment_id = fields.BigIntField()
    kind = fields.CharField(max_length=24)
    occurrence = fields.IntField()
    severity = fields.CharField(max_length=16)
    evidence = fields.TextField(default="{}")
    baseline = fields.BooleanField(default=False)
    raised_ms = fields.BigIntField()
    closed_ms = fields.BigIntField(null=True)
    outcome = fields.CharField(max_length=16, null=True)

    class Meta:
        table = "finding"
        unique_together = (("shipment_id", "kind", "occurrence"),)
        indexes = (Index(fields=("merchant_id", "raised_ms")),)


class Inquiry(Model):
    """We asked the carrier about a shipment: who, when, by which way, and what came of it."""

    id = fields.BigIntField(primary_key=True)
    shipment_id = fields.BigIntField(db_index=True)
    asked_ms = fields.BigIntField()
    asked_by = fields.BigIntField(null=True)
    way = fields.CharField(max_length=32)
    purpose = fields.CharField(max_length=32)
    outcome = fields.TextField(null=True)
    answered_ms = fields.BigIntField(null=True)

    class Meta:
        table = "inquiry"


class Promise(Model):
    """The next word owed to a customer. Open while kept_ms and cancelled_ms are null.

    `silent` counts promised words in a row that brought nothing new: two are forbidden.
    `by_person`: a human must answer (staffed hours); else the machine writes. `broken`: nobody did in time.
    `owed_ms`: when it was due at first, where we had to put it off.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    customer_id = fields.BigIntField()
    shipment_id = fields.BigIntField(null=True)
    ticket_id = fields.BigIntField(null=True)
    kind = fields.CharField(max_length=24)
    due_ms = fields.BigIntField()
    made_ms = fields.BigIntField()
    by_person = fields.BooleanField(default=False)
    silent = fields.IntField(default=0)
    broken = fields.BooleanField(null=True)
    owed_ms = fields.BigIntField(null=True)
    kept_ms = fields.BigIntField(null=True)
    cancelled_ms = fields.BigIntField(null=True)
    open = fields.SmallIntField(default=1)

    class Meta:
        table = "promise"
        indexes = (
            Index(fields=("open", "due_ms")),
            Index(fields=("customer_id", "open")),
            Index(fields=("merchant_id", "due_ms")),
        )


class Ticket(Model):
    """A matter for a human. state: new | waiting_us | waiting_customer | closed.

    `due_ms`: when a person's next word is due (null: none is owed), waited for since `asked_ms`; `promised_ms`: for
    when an agent himself announced it. `reminded` steps of reminding are taken, `remind_ms` is the next one's time.
    `solved_ms`: when it was closed for the first time, kept when it is opened again (`reopened` counts how often).
    `place_message_id`: the message of the customer's that says who has it and by when.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    customer_id = fields.BigIntField(db_index=True)
    shipment_id = fields.BigIntField(null=True)
    state = fields.CharField(max_length=20, default="new")
    cause = fields.CharField(max_length=32)
    evidence = fields.TextField(default="{}")
    assignee_id = fields.BigIntField(null=True)
    opened_ms = fields.BigIntField()
    answered_ms = fields.BigIntField(null=True)
    snoozed_ms = fields.BigIntField(null=True)
    closed_ms = fields.BigIntField(null=True)
    outcome = fields.CharField(max_length=32, null=True)
    due_ms = fields.BigIntField(null=True)
    asked_ms = fields.BigIntField(null=True)
    promised_ms = fields.BigIntField(null=True)
    reminded = fields.SmallIntField(default=0, db_default=0)
    remind_ms = fields.BigIntField(null=True)
    solved_ms = fields.BigIntField(null=True)
    reopened = fields.SmallIntField(default=0, db_default=0)
    place_message_id = fields.BigIntField(null=True)

    class Meta:
        table = "ticket"
        indexes = (
            Index(fields=("merchant_id", "opened_ms")),
            Index(fields=("due_ms",)),
            Index(fields=("remind_ms",)),
        )


class Rating(Model):
    """What a customer said of a matter that was solved: once a ticket. `stars` 1 to 5, null until he says.

    `asked_ms`: when the question left, null while it waits. `agent_id`: who had the ticket. `recovery_id`: the ticket
    that a low one opened.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    customer_id = fields.BigIntField(db_index=True)
    ticket_id = fields.BigIntField(unique=True)
    agent_id = fields.BigIntField(null=True)
    stars = fields.SmallIntField(null=True)
    comment = fields.TextField(default="")
    made_ms = fields.BigIntField()
    asked_ms = fields.BigIntField(null=True)
    rated_ms = fields.BigIntField(null=True)
    recovery_id = fields.BigIntField(null=True)

    class Meta:
        table = "rating"
        indexes = (Index(fields=("merchant_id", "asked_ms")),)


class Claim(Model):
    """Money asked back from a carrier for a lost parcel. `open` is 1 while somebody at the desk has to make the claim.

    `occurrence` is that of the finding (0: none, an agent claimed by himself); `customer_id` in whose topic the desk
    hears of it. `remind_ms`: when next. `assumed`: nobody told us the carrier's last day. `outcome`: found | null.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    shipment_id = fields.BigIntField()
    occurrence = fields.IntField(default=0)
    customer_id = fields.BigIntField(null=True)
    opens_on = fields.CharField(max_length=10, null=True)
    closes_on = fields.CharField(max_length=10, null=True)
    assumed = fields.BooleanField(default=False)
    insured = fields.BooleanField(default=False)
    open = fields.SmallIntField(default=1)
    remind_ms = fields.BigIntField(null=True)
    made_on = fields.CharField(max_length=10, null=True)
    made_ms = fields.BigIntField(null=True)
    made_by = fields.BigIntField(null=True)
    way = fields.CharField(max_length=32, null=True)
    outcome = fields.CharField(max_length=16, null=True)
    created_ms = fields.BigIntField()

    class Meta:
        table = "claim"
        unique_together = (("shipment_id", "occurrence"),)
        indexes = (Index(fields=("open", "remind_ms")),)
