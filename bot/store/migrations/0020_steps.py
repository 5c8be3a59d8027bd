"""How many calls a row of the outbox has cost before its own."""

# ruff: noqa: RUF012  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0019_topics")]

    initial = False

    operations = [
        ops.AddField(model_name="OutboxRow", name="steps", field=fields.SmallIntField(default=0, db_default=0)),
    ]
