"""What customers say of matters that were solved; since when they are, and how often one came back."""

# ruff: noqa: RUF012, E501  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0012_due")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Rating",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("merchant_id", fields.BigIntField()),
                ("customer_id", fields.BigIntField(db_index=True)),
                ("ticket_id", fields.BigIntField(unique=True)),
                ("agent_id", fields.BigIntField(null=True)),
                ("stars", fields.SmallIntField(null=True)),
                ("comment", fields.TextField(default="", unique=False)),
                ("made_ms", fields.BigIntField()),
                ("asked_ms", fields.BigIntField(null=True)),
                ("rated_ms", fields.BigIntField(null=True)),
                ("recovery_id", fields.BigIntField(null=True)),
            ],
            options={
                "table": "rating",
                "app": "store",
                "indexes": [Index(fields=["merchant_id", "asked_ms"])],
                "pk_attr": "id",
                "table_description": "What a customer said of a matter that was solved: once a ticket. `stars` 1 to 5, null until he says.",
            },
            bases=["Model"],
        ),
        ops.AddField(model_name="Ticket", name="solved_ms", field=fields.BigIntField(null=True)),
        ops.AddField(model_name="Ticket", name="reopened", field=fields.SmallIntField(default=0, db_default=0)),
        ops.AddField(model_name="Ticket", name="place_message_id", field=fields.BigIntField(null=True)),
        ops.AddIndex(model_name="Ticket", index=Index(fields=["merchant_id", "opened_ms"])),
        ops.AddIndex(model_name="TicketMessage", index=Index(fields=["ticket_id", "direction"])),
        ops.RunSQL("UPDATE ticket SET solved_ms = closed_ms WHERE closed_ms IS NOT NULL"),
    ]
