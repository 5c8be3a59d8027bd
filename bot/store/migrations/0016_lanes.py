"""Who handles which lane of the inbox."""

# ruff: noqa: RUF012  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0015_relay")]

    initial = False

    operations = [
        ops.CreateModel(
            name="InboxLane",
            fields=[
                ("lane", fields.BigIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("holder", fields.CharField(max_length=32)),
                ("until_ms", fields.BigIntField()),
            ],
            options={
                "table": "inbox_lane",
                "app": "store",
                "pk_attr": "lane",
                "table_description": "Which process handles the updates of a lane, until when by the database's clock (bot/store/lanes.py).",  # noqa: E501
            },
            bases=["Model"],
        ),
        ops.AlterModelOptions(
            name="Trouble",
            options={
                "table": "trouble",
                "app": "store",
                "unique_together": (("shipment_id", "customer_id"),),
                "indexes": (Index(fields=["merchant_id", "at_ms"]),),
                "pk_attr": "id",
                "table_description": "A parcel and a follower of it: who spoke of its trouble first. Made by the first word of either, at `at_ms`.",  # noqa: E501
            },
        ),
    ]
