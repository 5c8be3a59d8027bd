"""Counts of what was removed."""

# ruff: noqa: RUF012  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0022_scan_pack"), ("store", "0022_trace")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Bygone",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("merchant_id", fields.BigIntField()),
                ("month", fields.CharField(max_length=7)),
                ("what", fields.CharField(max_length=64)),
                ("count", fields.BigIntField()),
            ],
            options={
                "table": "bygone",
                "app": "store",
                "unique_together": (("merchant_id", "month", "what"),),
                "pk_attr": "id",
                "table_description": "How much of what was removed, by shop and month: `parcel.delivered`, `carrier.ups`, `ticket.late`, `rating.5`.",  # noqa: E501
            },
        ),
    ]
