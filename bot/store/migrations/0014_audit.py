"""The audit log can only grow."""

# ruff: noqa: RUF012  (as Tortoise writes them)

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

from bot.store.audit import GUARD


async def guard(apps: Any, editor: Any) -> None:
    for statement in GUARD["postgres" if editor.client.capabilities.dialect == "postgres" else "sqlite"]:
        await editor.client.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [("store", "0013_ratings")]

    initial = False

    operations = [ops.RunPython(guard)]
