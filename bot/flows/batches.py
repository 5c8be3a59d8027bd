"""Work in batches of which one member may be bad: it must not stop the others."""

from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.store import core

log = structlog.get_logger(__name__)
Deed = Callable[[Sequence[int]], Awaitable[None]]


async def in_halves(ids: Sequence[int], deed: Deed, give_up: Deed) -> None:
    """Do it in one transaction; what cannot be done is halved until the bad one stands alone and is given up."""
    try:
        async with core.transaction():
            await deed(ids)
    except core.StoreUnavailable:
        raise
    except Exception:
        if len(ids) == 1:
            log.exception("given_up", id=ids[0])
            await give_up(ids)
            return
        half = len(ids) // 2
        await in_halves(ids[:half], deed, give_up)
        await in_halves(ids[half:], deed, give_up)
