"""What is learnt from ended shipments, what was foretold of open ones, and how well that held."""

# ruff: noqa: E501, RUF012  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0002_lane")]

    operations = [
        ops.CreateModel(
            name="Foretold",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("shipment_id", fields.BigIntField(unique=True)),
                ("merchant_id", fields.BigIntField()),
                ("made_ms", fields.BigIntField()),
                ("due_ms", fields.BigIntField()),
                ("p_late", fields.FloatField()),
                ("from_on", fields.CharField(max_length=10)),
                ("to_on", fields.CharField(null=True, max_length=10)),
            ],
            options={
                "table": "foretold",
                "app": "store",
                "pk_attr": "id",
                "table_description": "What was forecast of a shipment once, near its promised day, to be held against what came of it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Learnt",
            fields=[
                ("kind", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=16)),
                ("body", fields.BinaryField()),
                ("at_ms", fields.BigIntField()),
            ],
            options={
                "table": "learnt",
                "app": "store",
                "pk_attr": "kind",
                "table_description": "What was learnt from ended shipments, by kind: forecast | rhythm | tails. Whoever learns holds the row.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Score",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("merchant_id", fields.BigIntField()),
                ("month", fields.CharField(max_length=7)),
                ("body", fields.TextField(unique=False)),
            ],
            options={
                "table": "score",
                "app": "store",
                "unique_together": (("merchant_id", "month"),),
                "pk_attr": "id",
                "table_description": "How well a shop's forecasts of one month held, as counts that add up.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Shipment",
            name="learnt",
            field=fields.SmallIntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name="Shipment",
            name="stage_ms",
            field=fields.BigIntField(null=True),
        ),
        ops.AddIndex(
            model_name="Shipment",
            index=Index(fields=["open", "learnt", "id"]),
        ),
    ]
