"""What an update and a row of the outbox go on from, where traces are kept."""

# ruff: noqa: RUF012  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0021_gesture_words")]

    initial = False

    operations = [
        ops.AddField(model_name="InboxRow", name="trace", field=fields.TextField(null=True)),
        ops.AddField(model_name="OutboxRow", name="trace", field=fields.TextField(null=True)),
    ]
