"""Further numbers under which a shipment travels, and numbers that a shop has had before."""

# ruff: noqa: E501, RUF012  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("store", "0005_incidents")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Leg",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("shipment_id", fields.BigIntField()),
                ("account_id", fields.BigIntField(null=True)),
                ("slug", fields.CharField(null=True, max_length=32)),
                ("carrier", fields.CharField(default="", max_length=64)),
                ("number", fields.CharField(max_length=64)),
                ("status", fields.CharField(default="unknown", max_length=24)),
                ("back", fields.SmallIntField(default=0)),
                ("open", fields.SmallIntField(default=1)),
                ("next_poll_ms", fields.BigIntField()),
                ("lease_ms", fields.BigIntField(null=True)),
                ("known_ms", fields.BigIntField(null=True)),
                ("misses", fields.IntField(default=0)),
                ("scan_digest", fields.BigIntField(default=0)),
                ("created_ms", fields.BigIntField()),
            ],
            options={
                "table": "leg",
                "app": "store",
                "unique_together": (("shipment_id", "number"),),
                "indexes": [Index(fields=["account_id", "open", "next_poll_ms"]), Index(fields=["number"])],
                "pk_attr": "id",
                "table_description": "A further number under which a shipment travels: another carrier's part of the way, or the way back.",
            },
            bases=["Model"],
        ),
        ops.RemoveConstraint(model_name="Shipment", name=None, fields=["merchant_id", "slug", "number"]),
        ops.AddField(model_name="Shipment", name="legs", field=fields.SmallIntField(null=True)),
        ops.AddField(model_name="Shipment", name="reuse", field=fields.SmallIntField(default=0, db_default=0)),
        ops.AddField(model_name="Shipment", name="since_ms", field=fields.BigIntField(null=True)),
        ops.AddConstraint(
            model_name="Shipment",
            constraint=UniqueConstraint(fields=("merchant_id", "slug", "number", "reuse"), name=None),
        ),
    ]
