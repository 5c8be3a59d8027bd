"""Tables that do not grow: what is long over goes in bites, each a transaction of its own."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from msgspec import Struct

from bot.flows.tally import tally
from bot.store import core, packing, parting, pruning, retiring
from bot.store.faults import StoreUnavailable as StoreUnavailable
from bot.store.pruning import Bite
from bot.store.pruning import Key as Key

ROWS = 1000
"""Rows looked at in a bite: some ten milliseconds on either database."""


class Chore(Struct, frozen=True):
    """A walk through a table; `bite` looks at the next `most` rows after a key."""

    name: str
    bite: Callable[[Key | None, datetime, int], Awaitable[Bite]]
    most: int = ROWS


CHORES: tuple[Chore, ...] = (
    *(Chore(one.table, partial(pruning.bite, one)) for one in pruning.RULES),
    Chore("scan_event", packing.fold, packing.PARCELS),
    *(
        Chore("shipment", partial(retiring.parcels, is_open, learnt), retiring.PARCELS)
        for is_open in (False, True)
        for learnt in (0, 1, 2)
    ),
    Chore("ticket", parting.tickets, parting.TICKETS),
    Chore("ticket_message", parting.words, parting.ROWS),
    Chore("customer", parting.customers, parting.ROWS),
)
"""Rows go with those that they hang on; of parcels first those that are over, by how far they were learnt from."""


async def bite(chore: Chore, after: Key | None, now: datetime) -> Bite:
    """One bite, whole or not at all."""
    async with core.transaction():
        done = await chore.bite(after, now, chore.most)
    if done.gone:
        tally.count("herald_tidied_total", chore.name, more=done.gone)
    return done
