"""Warnings that wait for a yes, where they are shown, and how right they would have been; how a shop's warnings leave."""

# ruff: noqa: E501, RUF012  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0006_legs")]

    initial = False

    operations = [
        ops.CreateModel(
            name="DraftPart",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("draft_id", fields.BigIntField()),
                ("shipment_id", fields.BigIntField(db_index=True)),
                ("finding_id", fields.BigIntField(db_index=True)),
                ("mark", fields.CharField(default="", max_length=96)),
                ("told_on", fields.CharField(null=True, max_length=10)),
                ("slips", fields.IntField(default=0)),
            ],
            options={
                "table": "draft_part",
                "app": "store",
                "unique_together": (("draft_id", "shipment_id"),),
                "pk_attr": "id",
                "table_description": "One parcel of a draft. `mark` tells its slip; `told_on`, `slips`: what its reader would know by it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DraftPost",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("merchant_id", fields.BigIntField()),
                ("batch_id", fields.BigIntField(db_index=True)),
                ("chat_id", fields.BigIntField()),
                ("customer_id", fields.BigIntField(null=True)),
                ("user_id", fields.BigIntField(null=True)),
                ("draft_id", fields.BigIntField()),
                ("message_id", fields.BigIntField(null=True)),
                ("digest", fields.BigIntField(default=0)),
                ("made_ms", fields.BigIntField()),
            ],
            options={
                "table": "draft_post",
                "app": "store",
                "indexes": [Index(fields=["merchant_id", "made_ms"]), Index(fields=["chat_id", "message_id"])],
                "pk_attr": "id",
                "table_description": "A message that shows the drafts of a batch, one at a time (`draft_id`): in the topic of `customer_id`, in",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DraftRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("merchant_id", fields.BigIntField()),
                ("customer_id", fields.BigIntField()),
                ("kind", fields.CharField(max_length=24)),
                ("state", fields.CharField(default="waiting", max_length=8)),
                ("cause", fields.CharField(unique=True, max_length=160)),
                ("collapse", fields.CharField(null=True, max_length=80)),
                ("due_ms", fields.BigIntField()),
                ("shown_ms", fields.BigIntField(null=True)),
                ("batch_id", fields.BigIntField(null=True, db_index=True)),
                ("decided_by", fields.BigIntField(null=True)),
                ("decided_ms", fields.BigIntField(null=True)),
                ("edit_by", fields.BigIntField(null=True, db_index=True)),
                ("edit_ms", fields.BigIntField(null=True)),
            ],
            options={
                "table": "draft",
                "app": "store",
                "indexes": [
                    Index(fields=["state", "due_ms"]),
                    Index(fields=["merchant_id", "state"]),
                    Index(fields=["customer_id", "state"]),
                ],
                "pk_attr": "id",
                "table_description": "A warning kept back until somebody of the shop says yes. state: as bot/domain/draft.py has them.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DraftScore",
            fields=[
                ("shipment_id", fields.BigIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("merchant_id", fields.BigIntField()),
                ("drafted_ms", fields.BigIntField()),
                ("due_ms", fields.BigIntField(null=True)),
                ("outcome", fields.CharField(null=True, max_length=8)),
            ],
            options={
                "table": "draft_score",
                "app": "store",
                "indexes": [Index(fields=["merchant_id", "outcome"])],
                "pk_attr": "shipment_id",
                "table_description": "What came of a parcel whose warning was drafted, by the first draft: right | wrong | none | fact | null (open).",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Merchant",
            name="mode",
            field=fields.CharField(default="live", db_default="live", max_length=8),
        ),
    ]
