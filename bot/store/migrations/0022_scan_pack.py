"""The scans of parcels that are long over, one row a parcel."""

# ruff: noqa: RUF012  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0021_gesture_words")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ScanPack",
            fields=[
                ("shipment_id", fields.BigIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("body", fields.BinaryField()),
            ],
            options={
                "table": "scan_pack",
                "app": "store",
                "pk_attr": "shipment_id",
                "table_description": "The scans of a parcel that is long over, in one row instead of many (bot/domain/packing.py).",  # noqa: E501
            },
        ),
    ]
