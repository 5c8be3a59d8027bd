"""Days on which a shop keeps other hours than in its usual week."""

# ruff: noqa: RUF012  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0008_foretold")]

    initial = False

    operations = [
        ops.AddField(model_name="Merchant", name="apart", field=fields.TextField(default="", db_default="")),
    ]
