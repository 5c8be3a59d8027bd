"""Albums, divided words, marks and troubles of what is relayed."""

# ruff: noqa: RUF012, E501  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0014_audit")]

    initial = False

    operations = [
        ops.CreateModel(
            name="TicketPart",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("message_id", fields.BigIntField()),
                ("number", fields.SmallIntField()),
                ("target_chat_id", fields.BigIntField()),
                ("target_message_id", fields.BigIntField()),
            ],
            options={
                "table": "ticket_part",
                "app": "store",
                "unique_together": (("message_id", "number"),),
                "indexes": [Index(fields=["target_chat_id", "target_message_id"])],
                "pk_attr": "id",
                "table_description": "A further message that long words were divided into at the other end: the second is number 1.",
            },
            bases=["Model"],
        ),
        ops.AddField(model_name="TicketMessage", name="album", field=fields.CharField(null=True, max_length=32)),
        ops.AddField(model_name="TicketMessage", name="file", field=fields.CharField(null=True, max_length=64)),
        ops.AddField(model_name="TicketMessage", name="entities", field=fields.TextField(null=True, unique=False)),
        ops.AddField(model_name="TicketMessage", name="trouble", field=fields.CharField(null=True, max_length=64)),
        ops.AddField(model_name="TicketMessage", name="reactions", field=fields.TextField(null=True, unique=False)),
        ops.AddIndex(model_name="TicketMessage", index=Index(fields=["album"])),
    ]
