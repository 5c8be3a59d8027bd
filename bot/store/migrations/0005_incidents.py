"""Incidents and what waits with them; when carriers were not heard, what is usual, how many warnings leave when."""

# ruff: noqa: E501, RUF012  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0004_push")]

    operations = [
        ops.CreateModel(
            name="HeldWarning",
            fields=[
                ("finding_id", fields.BigIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("incident_id", fields.BigIntField(db_index=True)),
                ("shipment_id", fields.BigIntField()),
                ("held_ms", fields.BigIntField()),
            ],
            options={
                "table": "held_warning",
                "app": "store",
                "pk_attr": "finding_id",
                "table_description": "A finding that nobody is told of yet, because its incident waits for a human's word.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Incident",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("merchant_id", fields.BigIntField()),
                ("account_id", fields.BigIntField(null=True)),
                ("symptom", fields.CharField(max_length=8)),
                ("state", fields.CharField(default="asking", max_length=8)),
                ("scope", fields.CharField(null=True, max_length=255)),
                ("open_key", fields.CharField(null=True, unique=True, max_length=96)),
                ("rung", fields.SmallIntField(default=0)),
                ("opened_ms", fields.BigIntField()),
                ("since_ms", fields.BigIntField()),
                ("ask_ms", fields.BigIntField(null=True)),
                ("asked", fields.IntField(default=0)),
                ("answered_by", fields.BigIntField(null=True)),
                ("answered_ms", fields.BigIntField(null=True)),
                ("closed_ms", fields.BigIntField(null=True)),
            ],
            options={
                "table": "incident",
                "app": "store",
                "indexes": [Index(fields=["merchant_id", "state"])],
                "pk_attr": "id",
                "table_description": "Many parcels with one trouble. symptom: silent | slipped | many; state: as bot/domain/incident.py has them.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="IncidentParcel",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("incident_id", fields.BigIntField()),
                ("shipment_id", fields.BigIntField(db_index=True)),
                ("scan_ms", fields.BigIntField(null=True)),
                ("joined_ms", fields.BigIntField()),
                ("told_ms", fields.BigIntField(null=True)),
            ],
            options={
                "table": "incident_parcel",
                "app": "store",
                "unique_together": (("incident_id", "shipment_id"),),
                "pk_attr": "id",
                "table_description": "A parcel of an incident. `scan_ms`: its last scan when it joined; `told_ms`: when its customers were told.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Unheard",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("account_id", fields.BigIntField(db_index=True)),
                ("from_ms", fields.BigIntField()),
                ("until_ms", fields.BigIntField(null=True)),
                ("scope", fields.TextField(null=True, unique=False)),
                ("incident_id", fields.BigIntField(null=True)),
            ],
            options={
                "table": "unheard",
                "app": "store",
                "pk_attr": "id",
                "table_description": "A span in which an account was not answered (`until_ms` null: it lasts), or a person said that the carrier's",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="UsualGap",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("merchant_id", fields.BigIntField()),
                ("scope", fields.CharField(max_length=255)),
                ("sums", fields.TextField(unique=False)),
                ("seen_ms", fields.BigIntField(db_index=True)),
            ],
            options={
                "table": "usual_gap",
                "app": "store",
                "unique_together": (("merchant_id", "scope"),),
                "pk_attr": "id",
                "table_description": "What is usual in a group of a shop's parcels: fading sums (bot/domain/usual.py) as JSON, as of `seen_ms`.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="WarnedSlot",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("merchant_id", fields.BigIntField()),
                ("slot_ms", fields.BigIntField()),
                ("count", fields.IntField()),
            ],
            options={
                "table": "warned_slot",
                "app": "store",
                "unique_together": (("merchant_id", "slot_ms"),),
                "pk_attr": "id",
                "table_description": "How many warnings of a shop fall due in the minutes from `slot_ms` on.",
            },
            bases=["Model"],
        ),
        ops.AddIndex(
            model_name="FindingRow",
            index=Index(fields=["merchant_id", "raised_ms"]),
        ),
    ]
