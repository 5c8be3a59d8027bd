"""The icons that Telegram offers for topics: emoji to id, kept for good."""

from collections.abc import Mapping

import orjson

from bot.store import sql

_NAME = "topic_icons"


async def offered() -> dict[str, str]:
    """Those we know of; none before Telegram was asked."""
    found = await sql.records("SELECT value FROM mark WHERE name = ?", (_NAME,))
    return dict(orjson.loads(found[0][0])) if found else {}


async def keep(icons: Mapping[str, str]) -> None:
    """Telegram has said which there are."""
    await sql.run(
        "INSERT INTO mark (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (_NAME, orjson.dumps(dict(icons)).decode()),
    )
