"""What customers were told, who spoke of a trouble first, and which promised words were broken."""

# ruff: noqa: E501, RUF012  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0006_legs")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ToldRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("merchant_id", fields.BigIntField()),
                ("shipment_id", fields.BigIntField()),
                ("customer_id", fields.BigIntField(db_index=True)),
                ("kind", fields.CharField(max_length=24)),
                ("from_on", fields.CharField(null=True, max_length=10)),
                ("to_on", fields.CharField(max_length=10)),
                ("claimed", fields.FloatField(null=True)),
                ("at_ms", fields.BigIntField()),
                ("ended", fields.SmallIntField(default=0)),
                ("came_on", fields.CharField(null=True, max_length=10)),
            ],
            options={
                "table": "told",
                "app": "store",
                "unique_together": (("shipment_id", "customer_id", "to_on"),),
                "indexes": [Index(fields=["merchant_id", "at_ms"])],
                "pk_attr": "id",
                "table_description": "A day or a window (`from_on` to `to_on`) on which we wrote a follower that his parcel comes; `kind` of message.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Trouble",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("merchant_id", fields.BigIntField()),
                ("shipment_id", fields.BigIntField()),
                ("customer_id", fields.BigIntField(db_index=True)),
                ("at_ms", fields.BigIntField()),
                ("warned_ms", fields.BigIntField(null=True)),
                ("doubted_ms", fields.BigIntField(null=True)),
                ("asked_ms", fields.BigIntField(null=True)),
                ("ended", fields.SmallIntField(default=0)),
                ("late", fields.SmallIntField(null=True)),
                ("due_ms", fields.BigIntField(null=True)),
            ],
            options={
                "table": "trouble",
                "app": "store",
                "unique_together": (("shipment_id", "customer_id"),),
                "indexes": [Index(fields=["merchant_id", "at_ms"])],
                "pk_attr": "id",
                "table_description": "A parcel in trouble and a follower of it: who spoke of it first. Made by the first word of either, at `at_ms`.",
            },
            bases=["Model"],
        ),
        ops.AddField(model_name="Promise", name="broken", field=fields.BooleanField(null=True)),
        ops.AddField(model_name="Promise", name="owed_ms", field=fields.BigIntField(null=True)),
        ops.AddIndex(model_name="Promise", index=Index(fields=["merchant_id", "due_ms"])),
    ]
