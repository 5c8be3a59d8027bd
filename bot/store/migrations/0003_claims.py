"""Claims at carriers, and what a shop hears before its customers do."""

# ruff: noqa: E501, RUF012  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0002_lane")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Claim",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("merchant_id", fields.BigIntField()),
                ("shipment_id", fields.BigIntField()),
                ("occurrence", fields.IntField(default=0)),
                ("customer_id", fields.BigIntField(null=True)),
                ("opens_on", fields.CharField(null=True, max_length=10)),
                ("closes_on", fields.CharField(null=True, max_length=10)),
                ("assumed", fields.BooleanField(default=False)),
                ("insured", fields.BooleanField(default=False)),
                ("open", fields.SmallIntField(default=1)),
                ("remind_ms", fields.BigIntField(null=True)),
                ("made_on", fields.CharField(null=True, max_length=10)),
                ("made_ms", fields.BigIntField(null=True)),
                ("made_by", fields.BigIntField(null=True)),
                ("way", fields.CharField(null=True, max_length=32)),
                ("outcome", fields.CharField(null=True, max_length=16)),
                ("created_ms", fields.BigIntField()),
            ],
            options={
                "table": "claim",
                "app": "store",
                "unique_together": (("shipment_id", "occurrence"),),
                "indexes": [Index(fields=["open", "remind_ms"])],
                "pk_attr": "id",
                "table_description": "Money asked back from a carrier for a lost parcel. `open` is 1 while somebody at the desk has to make the claim.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="HeadsUp",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("merchant_id", fields.BigIntField()),
                ("shipment_id", fields.BigIntField()),
                ("finding_id", fields.BigIntField(unique=True)),
                ("open", fields.SmallIntField(default=1)),
                ("due_ms", fields.BigIntField()),
                ("told_ms", fields.BigIntField(null=True)),
            ],
            options={
                "table": "heads_up",
                "app": "store",
                "indexes": [Index(fields=["open", "due_ms"]), Index(fields=["merchant_id", "told_ms"])],
                "pk_attr": "id",
                "table_description": "What the people of a shop must hear of a parcel before its customer does; `open` is 1 until they have.",
            },
            bases=["Model"],
        ),
    ]
