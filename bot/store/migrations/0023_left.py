"""What left lately is found however many rows wait: whoever takes the token over goes on at the pace there was."""

# ruff: noqa: RUF012  (as Tortoise writes them)

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0022_scan_pack"), ("store", "0022_trace")]

    initial = False

    operations = [
        ops.AddIndex(model_name="OutboxRow", index=Index(fields=["left_ms"])),
    ]
