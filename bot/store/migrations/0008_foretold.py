"""What an arrival window that was foretold claims to hold, and the likeliest day."""

# ruff: noqa: RUF012  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0007_drafts"), ("store", "0007_told")]

    initial = False

    operations = [
        ops.AddField(model_name="Foretold", name="claimed", field=fields.FloatField(null=True)),
        ops.AddField(model_name="Foretold", name="likely_on", field=fields.CharField(null=True, max_length=10)),
    ]
