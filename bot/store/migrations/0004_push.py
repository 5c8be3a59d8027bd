"""What carriers push: to which token, when last, how often without a proof; boxes found by their own number."""

# ruff: noqa: RUF012  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0003_claims"), ("store", "0003_learnt")]

    initial = False

    operations = [
        ops.AddField(model_name="Account", name="push_hash", field=fields.CharField(null=True, max_length=64)),
        ops.AddField(model_name="Account", name="push_refused", field=fields.IntField(null=True)),
        ops.AddField(model_name="Account", name="pushed_ms", field=fields.BigIntField(null=True)),
        ops.AddIndex(model_name="Account", index=Index(fields=["push_hash"])),
        ops.AddIndex(model_name="Parcel", index=Index(fields=["number"])),
    ]
