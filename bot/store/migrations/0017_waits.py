"""What persons owed on tickets and when they wrote; whom we can write to in private."""

# ruff: noqa: E501, RUF012  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

FILL = """
INSERT INTO wait (merchant_id, ticket_id, is_first, asked_ms, due_ms)
SELECT merchant_id, id, answered_ms IS NULL, asked_ms, due_ms FROM ticket
WHERE due_ms IS NOT NULL AND asked_ms IS NOT NULL
"""
REACHED = """
UPDATE person SET private_ms = 0 WHERE user_id IN (SELECT c.user_id FROM customer c WHERE c.unreachable_ms IS NULL)
    OR user_id IN (SELECT m.user_id FROM member m WHERE m.role = 'owner')
"""
"""Who came as a customer, or opened a shop, has spoken to us in private."""


class Migration(migrations.Migration):
    dependencies = [("store", "0016_lanes"), ("store", "0016_replies")]

    initial = False

    operations = [
        ops.CreateModel(
            name="WaitRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("merchant_id", fields.BigIntField()),
                ("ticket_id", fields.BigIntField(db_index=True)),
                ("is_first", fields.BooleanField()),
                ("asked_ms", fields.BigIntField()),
                ("due_ms", fields.BigIntField()),
                ("user_id", fields.BigIntField(null=True)),
                ("answered_ms", fields.BigIntField(null=True)),
                ("cancelled_ms", fields.BigIntField(null=True)),
            ],
            options={
                "table": "wait",
                "app": "store",
                "indexes": [Index(fields=["merchant_id", "due_ms"])],
                "pk_attr": "id",
                "table_description": "A person's word that was owed on a ticket: the first of it or a later one, and by when.",
            },
            bases=["Model"],
        ),
        ops.AddField(model_name="Person", name="private_ms", field=fields.BigIntField(null=True)),
        ops.RunSQL([FILL, REACHED]),
    ]
