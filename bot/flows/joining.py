"""What a process looks at before it takes anything: that the database is whole, and its own bot's."""

from bot.flows.ports import Unfit
from bot.store import inbox

NAME = "bot"
COPYING = "copy:"
"""Before the marks that `herald copy` takes away when it is done."""


async def check_whole() -> None:
    """Raises Unfit where a copy into this database has not come to its end: parcels and people would be missing."""
    if await inbox.marks(COPYING):
        raise Unfit("DATABASE_URL: a copy into this database was not finished: run herald copy again, or use another")


async def check_bot(bot_id: str) -> None:
    """Raises Unfit where the database is another bot's: each would write to the other's people."""
    known = await inbox.mark(NAME)
    if known is not None and known != bot_id:
        raise Unfit(
            f"BOT_TOKEN: this database is that of bot {known}, the token that of bot {bot_id}: each bot has a database"
            " of its own (herald adopt hands this one over for good)"
        )


async def is_somebodys() -> bool:
    """Whether the database is a bot's already."""
    return await inbox.mark(NAME) is not None


async def agree_on_bot(bot_id: str) -> None:
    """From now on the database is this bot's, if it was nobody's. Raises Unfit."""
    await inbox.add_mark(NAME, bot_id)
    await check_bot(bot_id)


async def adopt(bot_id: str) -> None:
    """It is this bot's, whosever it was."""
    await inbox.set_mark(NAME, bot_id)
