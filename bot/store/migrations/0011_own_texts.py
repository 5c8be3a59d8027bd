"""Messages in shops' own words."""

# ruff: noqa: RUF012, E501  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0010_duty"), ("store", "0010_loss_offer")]

    initial = False

    operations = [
        ops.CreateModel(
            name="OwnTextRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("merchant_id", fields.BigIntField()),
                ("kind", fields.CharField(max_length=32)),
                ("language", fields.CharField(max_length=8)),
                ("body", fields.TextField(unique=False)),
                ("saved_ms", fields.BigIntField()),
                ("told_ms", fields.BigIntField(null=True)),
            ],
            options={
                "table": "own_text",
                "app": "store",
                "unique_together": (("merchant_id", "kind", "language"),),
                "pk_attr": "id",
                "table_description": "A message in a shop's own words, in one language (bot/texts/own.py). `told_ms`: when its owners were told that",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Merchant", name="texts_mark", field=fields.CharField(default="", db_default="", max_length=16)
        ),
    ]
