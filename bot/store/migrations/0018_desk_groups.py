"""The groups of a shop's desk in a table of their own; what is bound stays bound."""

# ruff: noqa: RUF012, E501  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

FURTHER = """
INSERT INTO desk_group (chat_id, merchant_id, bound_ms)
SELECT CAST(SUBSTR(name, 6) AS BIGINT), CAST(value AS BIGINT), 0 FROM mark WHERE name LIKE 'desk:%'
"""
NEWEST = """
INSERT INTO desk_group (chat_id, merchant_id, trouble, bound_ms)
SELECT desk_chat_id, id, desk_trouble, 1 FROM merchant WHERE desk_chat_id IS NOT NULL
ON CONFLICT (chat_id) DO NOTHING
"""
MARKS = "DELETE FROM mark WHERE name LIKE 'desk:%'"


class Migration(migrations.Migration):
    dependencies = [("store", "0017_waits")]

    initial = False

    operations = [
        ops.CreateModel(
            name="DeskGroup",
            fields=[
                ("chat_id", fields.BigIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("merchant_id", fields.BigIntField(db_index=True)),
                ("title", fields.CharField(default="", db_default="", max_length=128)),
                ("trouble", fields.CharField(null=True, max_length=64)),
                ("bound_ms", fields.BigIntField()),
                ("full_ms", fields.BigIntField(null=True)),
            ],
            options={
                "table": "desk_group",
                "app": "store",
                "pk_attr": "chat_id",
                "table_description": "A forum group that belongs to a shop's desk; the shop's row names the one where all its agents are spoken to.",
            },
            bases=["Model"],
        ),
        ops.RunSQL([FURTHER, NEWEST, MARKS]),
    ]
