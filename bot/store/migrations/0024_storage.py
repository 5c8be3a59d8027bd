"""PostgreSQL gives old versions of rows back early."""

# ruff: noqa: RUF012  (as Tortoise writes them)

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

from bot.store.storage import statements


async def settle(apps: Any, editor: Any) -> None:
    if editor.client.capabilities.dialect == "postgres":
        for statement in statements():
            await editor.client.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [("store", "0023_bygone"), ("store", "0023_left")]

    initial = False
    beside = "neither readers nor writers wait for its lock, and it rewrites nothing"

    operations = [ops.RunPython(settle)]
