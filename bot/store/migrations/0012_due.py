"""When a person's next word is due on a ticket."""

# ruff: noqa: RUF012  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

FILL = """
UPDATE ticket SET asked_ms = opened_ms, due_ms = COALESCE(snoozed_ms, (
    SELECT min(p.due_ms) FROM promise p WHERE p.ticket_id = ticket.id AND p.open = 1 AND p.by_person
), opened_ms + 7200000)
WHERE closed_ms IS NULL AND (state <> 'waiting_customer' OR snoozed_ms IS NOT NULL)
    AND customer_id NOT IN (SELECT c.id FROM customer c WHERE c.banned_ms IS NOT NULL)
"""
"""Whoever waits for a person is owed what was promised him, else an answer two hours after the ticket was opened."""
REMIND = "UPDATE ticket SET remind_ms = due_ms WHERE due_ms IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [("store", "0011_own_texts")]

    initial = False

    operations = [
        ops.AddField(model_name="Ticket", name="due_ms", field=fields.BigIntField(null=True)),
        ops.AddField(model_name="Ticket", name="asked_ms", field=fields.BigIntField(null=True)),
        ops.AddField(model_name="Ticket", name="promised_ms", field=fields.BigIntField(null=True)),
        ops.AddField(model_name="Ticket", name="reminded", field=fields.SmallIntField(default=0, db_default=0)),
        ops.AddField(model_name="Ticket", name="remind_ms", field=fields.BigIntField(null=True)),
        ops.AddIndex(model_name="Ticket", index=Index(fields=["due_ms"])),
        ops.AddIndex(model_name="Ticket", index=Index(fields=["remind_ms"])),
        ops.RunSQL([FILL, REMIND]),
    ]
