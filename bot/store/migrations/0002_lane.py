"""Between which towns a parcel travels."""

# ruff: noqa: RUF012  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0001_initial")]

    operations = [
        ops.AddField(model_name="Shipment", name="origin", field=fields.CharField(null=True, max_length=64)),
        ops.AddField(model_name="Shipment", name="destination", field=fields.CharField(null=True, max_length=64)),
    ]
