"""What customs want paid before a parcel goes on."""

# ruff: noqa: RUF012  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0009_days_apart")]

    initial = False

    operations = [
        ops.AddField(model_name="Shipment", name="duty", field=fields.TextField(null=True)),
    ]
