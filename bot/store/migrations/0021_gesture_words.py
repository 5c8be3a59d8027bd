"""The words that give a gesture: where they do not arrive, nothing was given."""

# ruff: noqa: RUF012  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0020_steps")]

    initial = False

    operations = [
        ops.AddField(model_name="Gesture", name="message_id", field=fields.BigIntField(null=True)),
    ]
