"""Orders, shipments, their scans and followers, and what was learnt of them. Tables as in models.py."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Customer(Model):
    """A person as one shop knows him. One desk topic for life: `topic_chat_id` + `topic_id`.

    `topic_generation` counts re-created topics; `card_message_id` is the pinned card in it. `topic_label` is what a
    person has called it, `topic_digest` the title it bears (bot/domain/topic_title.py); `topic_closed`: by hand.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    user_id = fields.BigIntField(db_index=True)
    name = fields.CharField(max_length=128, default="")
    locale = fields.CharField(max_length=16, null=True)
    unreachable_ms = fields.BigIntField(null=True)
    unreachable_reason = fields.CharField(max_length=64, null=True)
    topic_chat_id = fields.BigIntField(null=True)
    topic_id = fields.BigIntField(null=True)
    topic_generation = fields.IntField(default=0)
    topic_name = fields.CharField(max_length=128, null=True)
    topic_label = fields.CharField(max_length=128, null=True)
    topic_digest = fields.BigIntField(null=True)
    topic_closed = fields.SmallIntField(default=0, db_default=0)
    card_message_id = fields.BigIntField(null=True)
    banned_ms = fields.BigIntField(null=True)
    created_ms = fields.BigIntField()

    class Meta:
        table = "customer"
        unique_together = (("merchant_id", "user_id"),)
        indexes = (Index(fields=("topic_chat_id", "topic_id")),)


class OldTopic(Model):
    """A topic that was a customer's: Telegram finds it no more, though people may see it still and write there."""

    id = fields.BigIntField(primary_key=True)
    customer_id = fields.BigIntField(db_index=True)
    chat_id = fields.BigIntField()
    topic_id = fields.BigIntField()
    generation = fields.IntField()
    card_message_id = fields.BigIntField(null=True)

    class Meta:
        table = "old_topic"
        unique_together = (("chat_id", "topic_id"),)


class Order(Model):
    """What the customer bought: may travel as several shipments. Contact fields prove ownership."""

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    number = fields.CharField(max_length=64)
    name = fields.CharField(max_length=128, null=True)
    phone = fields.CharField(max_length=24, null=True)
    email = fields.CharField(max_length=254, null=True)
    locale = fields.CharField(max_length=16, null=True)
    created_ms = fields.BigIntField()

    class Meta:
        table = "shop_order"
        unique_together = (("merchant_id", "number"),)


class Shipment(Model):
    """One tracking number of one order: the hot row. `account_id` null = the shop's own courier.

    `*_on` columns are ISO dates in the destination's zone. `scan_digest` is a hash of all known scans, so that an
    unchanged answer costs no look at scan_event. `open` is 1 while it is polled. `known_ms` null = never answered.
    `lease_ms`: a worker asks for it until then; in no index, so that claiming a row touches none.
    Amounts are text decimals in the shop's unit: never converted. `origin` and `destination` are towns: the lane.
    `stage_ms` is the first scan of the present run of `status`; `learnt` is 1 once its ended journey was counted, 2
    once its scans lie in a ScanPack.
    `reuse` counts the shop's earlier parcels with this number, the last of which ended at `since_ms`; `legs` is how
    many further numbers it is asked for by.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    order_id = fields.BigIntField(db_index=True)
    account_id = fields.BigIntField(null=True)
    slug = fields.CharField(max_length=32)
    number = fields.CharField(max_length=64)
    status = fields.CharField(max_length=24, default="unknown")
    status_ms = fields.BigIntField(null=True)
    status_code = fields.CharField(max_length=64, null=True)
    reason = fields.CharField(max_length=16, null=True)
    delay = fields.CharField(max_length=256, null=True)
    scan_ms = fields.BigIntField(null=True)
    scan_place = fields.CharField(max_length=128, null=True)
    scan_digest = fields.BigIntField(default=0)
    stage_ms = fields.BigIntField(null=True)
    learnt = fields.SmallIntField(default=0, db_default=0)
    origin = fields.CharField(max_length=64, null=True)
    destination = fields.CharField(max_length=64, null=True)
    eta_on = fields.CharField(max_length=10, null=True)
    eta_from_on = fields.CharField(max_length=10, null=True)
    eta_window = fields.CharField(max_length=11, null=True)
    promised_on = fields.CharField(max_length=10, null=True)
    needed_on = fields.CharField(max_length=10, null=True)
    delivered_ms = fields.BigIntField(null=True)
    pickup = fields.TextField(null=True)
    next_attempt_on = fields.CharField(max_length=10, null=True)
    duty = fields.TextField(null=True)
    zone = fields.CharField(max_length=64, default="UTC")
    country = fields.CharField(max_length=2, null=True)
    service = fields.CharField(max_length=64, null=True)
    cod_amount = fields.CharField(max_length=24, null=True)
    value_amount = fields.CharField(max_length=24, null=True)
    currency = fields.CharField(max_length=8, null=True)
    priority = fields.SmallIntField(default=0)
    open = fields.SmallIntField(default=1)
    next_poll_ms = fields.BigIntField()
    lease_ms = fields.BigIntField(null=True)
    polled_ms = fields.BigIntField(null=True)
    known_ms = fields.BigIntField(null=True)
    misses = fields.IntField(default=0)
    reuse = fields.SmallIntField(default=0, db_default=0)
    since_ms = fields.BigIntField(null=True)
    legs = fields.SmallIntField(null=True)
    created_ms = fields.BigIntField()

    class Meta:
        table = "shipment"
        unique_together = (("merchant_id", "slug", "number", "reuse"),)
        indexes = (
            Index(fields=("account_id", "open", "next_poll_ms")),
            Index(fields=("number",)),
            Index(fields=("open", "learnt", "id")),
        )


class Leg(Model):
    """A further number under which a shipment travels: another carrier's part of the way, or the way back.

    It is asked for like a shipment, and its scans are the shipment's. `account_id` null: the shop has no account that
    could ask. `carrier` is as the first carrier names it; `back` is 1 on the way back; `known_ms` null = not heard of.
    """

    id = fields.BigIntField(primary_key=True)
    shipment_id = fields.BigIntField()
    account_id = fields.BigIntField(null=True)
    slug = fields.CharField(max_length=32, null=True)
    carrier = fields.CharField(max_length=64, default="")
    number = fields.CharField(max_length=64)
    status = fields.CharField(max_length=24, default="unknown")
    back = fields.SmallIntField(default=0)
    open = fields.SmallIntField(default=1)
    next_poll_ms = fields.BigIntField()
    lease_ms = fields.BigIntField(null=True)
    known_ms = fields.BigIntField(null=True)
    misses = fields.IntField(default=0)
    scan_digest = fields.BigIntField(default=0)
    created_ms = fields.BigIntField()

    class Meta:
        table = "leg"
        unique_together = (("shipment_id", "number"),)
        indexes = (Index(fields=("account_id", "open", "next_poll_ms")), Index(fields=("number",)))


class Learnt(Model):
    """What was learnt from ended shipments, by kind: forecast | rhythm | tails. Whoever learns holds the row."""

    kind = fields.CharField(max_length=16, primary_key=True)
    body = fields.BinaryField()
    at_ms = fields.BigIntField()

    class Meta:
        table = "learnt"


class Foretold(Model):
    """What was forecast of a shipment once, near its promised day, to be held against what came of it.

    `due_ms` is the deadline; `from_on` and `to_on` are the arrival window, said to hold with the chance `claimed`;
    `likely_on`: the day by which half of such parcels come.
    """

    id = fields.BigIntField(primary_key=True)
    shipment_id = fields.BigIntField(unique=True)
    merchant_id = fields.BigIntField()
    made_ms = fields.BigIntField()
    due_ms = fields.BigIntField()
    p_late = fields.FloatField()
    from_on = fields.CharField(max_length=10)
    to_on = fields.CharField(max_length=10, null=True)
    claimed = fields.FloatField(null=True)
    likely_on = fields.CharField(max_length=10, null=True)

    class Meta:
        table = "foretold"


class Score(Model):
    """How well a shop's forecasts of one month held, as counts that add up."""

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    month = fields.CharField(max_length=7)
    body = fields.TextField()

    class Meta:
        table = "score"
        unique_together = (("merchant_id", "month"),)


class Bygone(Model):
    """How much of what was removed, by shop and month: `parcel.delivered`, `carrier.ups`, `ticket.late`, `rating.5`."""

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    month = fields.CharField(max_length=7)
    what = fields.CharField(max_length=64)
    count = fields.BigIntField()

    class Meta:
        table = "bygone"
        unique_together = (("merchant_id", "month", "what"),)


class Parcel(Model):
    """One box of a shipment of several, as the carrier numbers it."""

    id = fields.BigIntField(primary_key=True)
    shipment_id = fields.BigIntField()
    number = fields.CharField(max_length=64)
    status = fields.CharField(max_length=24, default="unknown")

    class Meta:
        table = "parcel"
        unique_together = (("shipment_id", "number"),)
        indexes = (Index(fields=("number",)),)


class ScanRow(Model):
    """A scan event. `key` hashes what identifies it; `at_text` is the payload's own time, `at_ms` our UTC reading."""

    id = fields.BigIntField(primary_key=True)
    shipment_id = fields.BigIntField()
    key = fields.BigIntField()
    at_ms = fields.BigIntField(null=True)
    at_text = fields.CharField(max_length=40, default="")
    code = fields.CharField(max_length=64, null=True)
    description = fields.TextField(default="")
    place = fields.CharField(max_length=128, default="")
    status = fields.CharField(max_length=24, null=True)
    reason = fields.CharField(max_length=16, null=True)
    seen_ms = fields.BigIntField()

    class Meta:
        table = "scan_event"
        unique_together = (("shipment_id", "key"),)


class ScanPack(Model):
    """The scans of a parcel that is long over, in one row instead of many (bot/domain/packing.py)."""

    shipment_id = fields.BigIntField(primary_key=True, generated=False)
    body = fields.BinaryField()

    class Meta:
        table = "scan_pack"


class Follow(Model):
    """A customer follows a shipment: its live message, and what he was last told of it.

    `told_on` is the arrival day last told; `slips` counts told slips; `warned_ms` the last unpromised warning.
    """

    id = fields.BigIntField(primary_key=True)
    shipment_id = fields.BigIntField()
    customer_id = fields.BigIntField(db_index=True)
    live_message_id = fields.BigIntField(null=True)
    live_digest = fields.BigIntField(default=0)
    told_on = fields.CharField(max_length=10, null=True)
    slips = fields.IntField(default=0)
    warned_ms = fields.BigIntField(null=True)
    created_ms = fields.BigIntField()

    class Meta:
        table = "follow"
        unique_together = (("shipment_id", "customer_id"),)
