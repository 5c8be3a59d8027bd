"""Carrying rows by hand: leased, prepared, settled with the outcome a test wants."""

from datetime import timedelta

from bot.domain.outgoing import Leaving, Outcome, Sent
from bot.flows import outgoing, settling
from bot.flows.calls import Call, Drop, Later
from bot.flows.outgoing import Composer
from bot.store.models import OutboxRow
from tests.fakes.rows import NOON
from tests.fakes.speaker import composer

LATER = NOON + timedelta(seconds=5)


async def lease() -> Leaving:
    [row] = await outgoing.lease(1, LATER)
    return row


async def carry(outcome: Outcome | None = None, content: Composer | None = None) -> Call | Drop | Later:
    """The next row: what was sent for it, after it was settled by `outcome` (sent as 77 unless given)."""
    row = await lease()
    call = await outgoing.prepare(row, content or composer(), LATER)
    if isinstance(call, Drop | Later):
        await settling.settle(row, None, call, LATER)
    else:
        await settling.settle(row, call, outcome or Sent(77), LATER)
    return call


async def sent(outcome: Outcome | None = None, content: Composer | None = None) -> Call:
    """The same where something is sent."""
    call = await carry(outcome, content)
    assert isinstance(call, Call), call
    return call


async def state(id_: int) -> str:
    return (await OutboxRow.get(id=id_)).state


async def queued() -> list[tuple[str, str]]:
    """(act, cause) of what waits, in order."""
    rows = await OutboxRow.filter(state="queued").order_by("id")
    return [(row.act, row.cause) for row in rows]
