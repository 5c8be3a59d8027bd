"""How a shop's words held: counted in the database, each figure by one statement."""

from datetime import datetime, timedelta
from typing import Any

from bot.domain.measures import Measures, Share
from bot.store import sql
from bot.store.ms import to_day, to_ms
from bot.store.told import IS_TROUBLE

GRACE = timedelta(minutes=5)
"""A promised word that comes so soon after its time came in time."""
_DAY = timedelta(days=1)
_HOUR_MS = 3_600_000

# A pair of parcel and follower that was in trouble: we warned, or knew of one when he asked or after it.
_WARNED_OR_FOUND = (
    "(t.warned_ms IS NOT NULL OR EXISTS (SELECT 1 FROM finding x WHERE x.shipment_id = t.shipment_id"
    " AND (x.closed_ms IS NULL OR x.closed_ms >= t.asked_ms) AND {is_trouble}))"
)
_TROUBLED = _WARNED_OR_FOUND.format(is_trouble=IS_TROUBLE)
# Of parcels in trouble: who spoke first, we by a warning or the follower by a question, whenever he asked.
_FIRST = (
    "SELECT count(*), coalesce(sum(CASE WHEN warned_ms <= coalesce(asked_ms, warned_ms) THEN 1 ELSE 0 END), 0)"
    " FROM trouble t WHERE at_ms >= ? AND {troubled}"
)
# Of days and windows that are over: those in which the parcel came. A day is held by an earlier arrival, too.
_DATES = (
    "SELECT CASE WHEN from_on < to_on THEN 1 ELSE 0 END, count(*), coalesce(sum(CASE WHEN came_on <= to_on"
    " AND came_on >= coalesce(CASE WHEN from_on < to_on THEN from_on END, came_on) THEN 1 ELSE 0 END), 0), avg(claimed)"
    " FROM told WHERE at_ms >= ? AND to_on < ?"
)
# Of promised words that fell due: a word that a newer one took the place of before is none of them.
_DUE = "coalesce(owed_ms, due_ms)"
_WORDS = (
    "SELECT count(*), coalesce(sum(CASE WHEN broken OR open = 1 THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN"  # noqa: S608
    f" coalesce(broken, open = 1) THEN 0 WHEN coalesce(kept_ms, cancelled_ms) > {_DUE} + ? THEN 1 ELSE 0 END), 0)"
    f" FROM promise WHERE due_ms >= ? AND {_DUE} <= ? AND (cancelled_ms IS NULL OR cancelled_ms > {_DUE} + ?)"
)
# Parcels in trouble whose promised day is over, each once; one that is still under way is late.
_PARCELS = (
    "SELECT min(t.doubted_ms) AS doubted, max(t.due_ms) AS due,"
    " max(CASE WHEN t.ended = 1 THEN t.late ELSE 1 END) AS late FROM trouble t JOIN shipment s ON s.id = t.shipment_id"
    " WHERE t.at_ms >= ? AND s.promised_on < ? AND s.status <> 'cancelled' AND {troubled}"
)
_BY_PARCEL = " GROUP BY t.shipment_id"
_EARLY = "CASE WHEN doubted < due THEN 1 ELSE 0 END"


async def measured(merchant_id: int | None, since: datetime, now: datetime) -> Measures:
    """The figures of a shop (None: of all shops together) since then."""
    first = await _one(_FIRST.format(troubled=_TROUBLED), "", merchant_id, to_ms(since))
    days, windows, claimed = await _dates(merchant_id, since, now)
    grace = GRACE // timedelta(milliseconds=1)
    total, broken, late = await _one(_WORDS, "", merchant_id, grace, to_ms(since), to_ms(now - GRACE), grace)
    right, warned, hours = await _warnings(merchant_id, since, now)
    return Measures(
        told_first=Share(int(first[1]), int(first[0])),
        days=days,
        windows=windows,
        claimed=claimed,
        words=Share(int(total - broken - late), int(total)),
        late=int(late),
        broken=int(broken),
        right=right,
        warned=warned,
        hours_ahead=hours,
    )


async def _dates(merchant_id: int | None, since: datetime, now: datetime) -> tuple[Share, Share, float | None]:
    found = await _all(_DATES, " GROUP BY 1", merchant_id, to_ms(since), to_day((now - _DAY).date()))
    kinds = {row[0]: row for row in found}
    shares = [Share(int(kinds[kind][2]), int(kinds[kind][1])) if kind in kinds else Share() for kind in (0, 1)]
    return shares[0], shares[1], kinds[1][3] if 1 in kinds else None


async def _warnings(merchant_id: int | None, since: datetime, now: datetime) -> tuple[Share, Share, float | None]:
    given = (to_ms(since), to_day((now - _DAY).date()))
    parcels, given = _of_shop(_PARCELS.format(troubled=_TROUBLED), merchant_id, given, "t.")
    counted = (
        f"SELECT coalesce(sum(late), 0), coalesce(sum(late * {_EARLY}), 0), coalesce(sum({_EARLY}), 0)"  # noqa: S608
        f" FROM ({parcels}{_BY_PARCEL}) parcels"
    )
    late, right, early = (int(one) for one in (await sql.records(counted, given))[0])
    ahead = (
        f"SELECT due - doubted FROM ({parcels}{_BY_PARCEL}) parcels WHERE late = 1 AND doubted < due"  # noqa: S608
        " ORDER BY 1 LIMIT 2 OFFSET ?"
    )
    middle = [row[0] for row in await sql.records(ahead, (*given, (right - 1) // 2))] if right else []
    hours = (middle[0] if right % 2 else sum(middle) / 2) / _HOUR_MS if middle else None
    return Share(right, early), Share(right, late), hours


async def _one(query: str, tail: str, merchant_id: int | None, *given: object) -> Any:
    return (await _all(query, tail, merchant_id, *given))[0]


async def _all(query: str, tail: str, merchant_id: int | None, *given: object) -> Any:
    query, given = _of_shop(query, merchant_id, given)
    return await sql.records(query + tail, given)


def _of_shop(query: str, merchant_id: int | None, given: tuple[Any, ...], of: str = "") -> tuple[str, tuple[Any, ...]]:
    return (query, given) if merchant_id is None else (f"{query} AND {of}merchant_id = ?", (*given, merchant_id))
