"""Words that wait for a tap, macros, and gestures of goodwill."""

# ruff: noqa: E501, RUF012  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0015_relay")]

    initial = False

    operations = [
        ops.CreateModel(
            name="PendingReply",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("merchant_id", fields.BigIntField()),
                ("customer_id", fields.BigIntField()),
                ("user_id", fields.BigIntField()),
                ("why", fields.CharField(max_length=12)),
                ("subject", fields.CharField(default="", max_length=64)),
                ("text", fields.TextField(default="", unique=False)),
                ("entities", fields.TextField(default="[]", unique=False)),
                ("media", fields.CharField(null=True, max_length=16)),
                ("source_chat_id", fields.BigIntField(null=True)),
                ("source_message_id", fields.BigIntField(null=True)),
                ("reply_to", fields.BigIntField(null=True)),
                ("state", fields.CharField(default="waiting", max_length=8)),
                ("made_ms", fields.BigIntField()),
                ("decided_by", fields.BigIntField(null=True)),
                ("decided_ms", fields.BigIntField(null=True)),
            ],
            options={
                "table": "pending_reply",
                "app": "store",
                "unique_together": (("source_chat_id", "source_message_id"),),
                "indexes": [Index(fields=["customer_id", "state"])],
                "pk_attr": "id",
                "table_description": "Words to a customer that leave only when somebody presses Send. `why`: trainee | warned | macro | suggested.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MacroRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("merchant_id", fields.BigIntField()),
                ("name", fields.CharField(max_length=32)),
                ("language", fields.CharField(max_length=8)),
                ("body", fields.TextField(unique=False)),
                ("about", fields.CharField(default="", max_length=160)),
                ("saved_by", fields.BigIntField()),
                ("saved_ms", fields.BigIntField()),
            ],
            options={
                "table": "macro",
                "app": "store",
                "unique_together": (("merchant_id", "name", "language"),),
                "pk_attr": "id",
                "table_description": "A shop's ready reply in one language (bot/texts/macros.py); `about`: findings, causes, statuses it fits.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Gesture",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("merchant_id", fields.BigIntField()),
                ("customer_id", fields.BigIntField(db_index=True)),
                ("shipment_id", fields.BigIntField()),
                ("slip", fields.BigIntField(default=0)),
                ("kind", fields.CharField(max_length=8)),
                ("amount", fields.CharField(null=True, max_length=24)),
                ("currency", fields.CharField(null=True, max_length=8)),
                ("code", fields.CharField(null=True, max_length=40)),
                ("cost", fields.BigIntField(default=0)),
                ("month", fields.CharField(max_length=7)),
                ("state", fields.CharField(max_length=8)),
                ("why", fields.CharField(null=True, max_length=8)),
                ("made_by", fields.BigIntField()),
                ("made_ms", fields.BigIntField()),
                ("decided_by", fields.BigIntField(null=True)),
                ("decided_ms", fields.BigIntField(null=True)),
            ],
            options={
                "table": "gesture",
                "app": "store",
                "indexes": [Index(fields=["merchant_id", "month", "state"]), Index(fields=["shipment_id", "state"])],
                "pk_attr": "id",
                "table_description": "A coupon, a free delivery or part of the money, given for a slip. state: asked | made | refused | dropped.",
            },
            bases=["Model"],
        ),
    ]
