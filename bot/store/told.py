"""What followers were told, who spoke of a trouble first, and what came of it; in batches."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from msgspec import Struct

from bot.domain.finding import NO_TROUBLE
from bot.domain.hours import DAY, moment
from bot.domain.telling import Told
from bot.store import bulk, sql
from bot.store.ms import to_day, to_ms

_TOLD = {
    "merchant_id": "bigint",
    "shipment_id": "bigint",
    "customer_id": "bigint",
    "kind": "text",
    "from_on": "text",
    "to_on": "text",
    "claimed": "double precision",
    "at_ms": "bigint",
    "ended": "int",
}
_TROUBLE = {
    "merchant_id": "bigint",
    "shipment_id": "bigint",
    "customer_id": "bigint",
    "at_ms": "bigint",
    "warned_ms": "bigint",
    "doubted_ms": "bigint",
    "due_ms": "bigint",
    "ended": "int",
}
_WARNED = (
    "ON CONFLICT (shipment_id, customer_id) DO UPDATE SET warned_ms = COALESCE(trouble.warned_ms, excluded.warned_ms),"
    " doubted_ms = COALESCE(trouble.doubted_ms, excluded.doubted_ms), due_ms = excluded.due_ms"
)
_NO_TROUBLE = ", ".join(sorted(repr(one.value) for one in NO_TROUBLE))
# What stays inside the shop is no trouble of his; what held when we came was told by following.
IS_TROUBLE = f"NOT x.baseline AND x.evidence NOT LIKE '%\"inside\":true%' AND x.kind NOT IN ({_NO_TROUBLE})"
"""The condition that a finding `x` is a trouble of a follower's."""
# Also where all is well: what turns out later was not told first.
_ASKED = (
    "INSERT INTO trouble (merchant_id, shipment_id, customer_id, at_ms, asked_ms, ended)"
    " SELECT c.merchant_id, f.shipment_id, f.customer_id, CAST(? AS bigint), CAST(? AS bigint), 0"
    " FROM follow f JOIN customer c ON c.id = f.customer_id JOIN shipment s ON s.id = f.shipment_id"
    " WHERE c.user_id = ? AND {which} AND (s.open = 1 OR EXISTS (SELECT 1 FROM finding x"
    " WHERE x.shipment_id = f.shipment_id AND x.closed_ms IS NULL AND {is_trouble}))"
    " ON CONFLICT (shipment_id, customer_id) DO UPDATE SET asked_ms = COALESCE(trouble.asked_ms, excluded.asked_ms)"
)


class Heard(Struct, frozen=True):
    """A message that has left: to whom, of which kind; `doubts`: it puts the promised day in doubt."""

    merchant_id: int
    customer_id: int
    kind: str
    doubts: bool


class Arrival(Struct, frozen=True):
    """The end of a shipment: `came_on` None: it never comes. `late` None: no day was promised.

    `ended` False: it is under way after all.
    """

    shipment_id: int
    ended: bool
    came_on: date | None = None
    late: bool | None = None
    due_at: datetime | None = None


async def write(heard: Heard, told: Sequence[Told], now: datetime) -> None:
    """Keep the days and windows that a message named, and that it warned."""
    at = to_ms(now)
    of, to = heard.merchant_id, heard.customer_id
    named = [
        (of, one.shipment_id, to, heard.kind, to_day(one.from_on), to_day(one.told_on), one.claimed, at, 0)
        for one in told
        if one.named and one.told_on is not None
    ]
    await bulk.insert("told", _TOLD, named, "ON CONFLICT (shipment_id, customer_id, to_on) DO NOTHING")
    warned, doubted = {one.shipment_id for one in told if one.warns}, at if heard.doubts else None
    if warned:
        due = await _deadlines(warned)
        rows = [(of, one, to, at, at, doubted, due.get(one), 0) for one in warned]
        await bulk.insert("trouble", _TROUBLE, rows, _WARNED)


async def _deadlines(shipment_ids: Iterable[int]) -> dict[int, int]:
    """The end of each promised day there, epoch milliseconds."""
    where, listed = sql.among("id", shipment_ids)
    found = await sql.records(
        f"SELECT id, promised_on, zone FROM shipment WHERE promised_on IS NOT NULL AND {where}",  # noqa: S608
        (listed,),
    )
    return {row[0]: to_ms(moment(date.fromisoformat(row[1]) + DAY, 0, row[2])) for row in found}


async def asked(user_id: int, shipment_ids: Sequence[int] | None, now: datetime) -> None:
    """He asks about these parcels (None: about any): kept for those under way or in trouble that he follows."""
    at = to_ms(now)
    if shipment_ids is None:
        await sql.run(_ASKED.format(which="1 = 1", is_trouble=IS_TROUBLE), (at, at, user_id))
        return
    which, listed = sql.among("f.shipment_id", shipment_ids)
    await sql.run(_ASKED.format(which=which, is_trouble=IS_TROUBLE), (at, at, user_id, listed))


async def settle(arrivals: Iterable[Arrival]) -> None:
    """Their parcels have ended, or are under way again."""
    ends = list(arrivals)
    told = [(one.shipment_id, int(one.ended), to_day(one.came_on)) for one in ends]
    await bulk.update("told", {"shipment_id": "bigint", "ended": "int", "came_on": "text"}, told)
    columns = {"shipment_id": "bigint", "ended": "int", "late": "int", "due_ms": "bigint"}
    troubles = [
        (
            one.shipment_id,
            int(one.ended),
            None if one.late is None else int(one.late),
            None if one.due_at is None else to_ms(one.due_at),
        )
        for one in ends
    ]
    await bulk.update("trouble", columns, troubles)
