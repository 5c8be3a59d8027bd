"""What was offered for a lost parcel, and what was chosen."""

# ruff: noqa: E501, RUF012  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0009_days_apart")]

    initial = False

    operations = [
        ops.CreateModel(
            name="LossOffer",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("merchant_id", fields.BigIntField()),
                ("customer_id", fields.BigIntField()),
                ("shipment_id", fields.BigIntField()),
                ("ways", fields.CharField(max_length=8)),
                ("out_of_stock", fields.BooleanField(default=False)),
                ("made_by", fields.BigIntField()),
                ("made_ms", fields.BigIntField()),
                ("chosen", fields.CharField(null=True, max_length=1)),
                ("chosen_ms", fields.BigIntField(null=True)),
            ],
            options={
                "table": "loss_offer",
                "app": "store",
                "unique_together": (("customer_id", "shipment_id"),),
                "pk_attr": "id",
                "table_description": "What an agent offered a customer for a lost parcel; `ways` and `chosen` are letters of bot/domain/offer.py.",
            },
            bases=["Model"],
        ),
    ]
