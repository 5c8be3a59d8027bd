"""Where parcels are followed already, nothing is removed for their age until their shops could say how long."""

# ruff: noqa: RUF012  (as Tortoise writes them)

from tortoise import migrations
from tortoise.migrations import operations as ops

BEGIN = """
INSERT INTO mark (name, value) SELECT 'keeps_all_until', '' WHERE EXISTS (SELECT 1 FROM shipment)
ON CONFLICT (name) DO NOTHING
"""
"""When that is says who first walks through the tables: bot/store/grace.py."""


class Migration(migrations.Migration):
    dependencies = [("store", "0024_storage")]

    initial = False
    beside = "it adds a row of a name that older workers do not ask for"

    operations = [ops.RunSQL([BEGIN])]
