"""How many parcels of a shop at one carrier are silent, slip, were asked for: counted in the database, by spot."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.domain.groups import Group, Scope, Spot
from bot.domain.incident import Incident, Tally
from bot.domain.usual import RUNGS
from bot.store import sql
from bot.store.incidents import IN_SCOPE
from bot.store.ms import from_ms, from_ms_or_none, to_ms

MOVING = ("in_transit", "out_for_delivery", "exception")
"""Stages in which scans follow each other; customs and pick-up points let parcels rest."""
_MOVES = f"s.scan_ms IS NOT NULL AND s.status IN {MOVING}"
_SPOT = "s.origin, s.destination, s.country, s.scan_place"
HOUR = timedelta(hours=1)

Reaches = Mapping[tuple[str, str], Sequence[timedelta]]
"""By zone and country (empty: unknown): how long a silence on the clock is one of each rung in working time."""


class Watched(NamedTuple):
    """A carrier that a shop's parcels go by; `account_id` None: its own courier."""

    merchant_id: int
    slug: str
    account_id: int | None

    def open(self) -> tuple[str, list[object]]:
        """The condition that an open shipment `s` goes by it, in the words of an index, with its parameters."""
        if self.account_id is None:
            return "s.account_id IS NULL AND s.open = 1 AND s.merchant_id = ?", [self.merchant_id]
        return "s.account_id = ? AND s.open = 1", [self.account_id]


class Slipped(NamedTuple):
    """A parcel with a fresh trouble."""

    shipment_id: int
    spot: Spot
    scan_at: datetime | None
    raised_at: datetime
    kind: str
    is_member: bool = False
    """It belongs to an incident, over or not."""
    is_settled: bool = False
    """An incident that had it ended after the trouble began: it is no new one."""


async def watched(since: datetime) -> list[Watched]:
    """All that have answered since then and do so now."""
    found = await sql.records(
        "SELECT merchant_id, slug, id FROM account WHERE state = 'active' AND outage_ms IS NULL AND answered_ms >= ?"
        " ORDER BY id",
        (to_ms(since),),
    )
    return [Watched(*row) for row in found]


async def standing(one: Watched) -> str:
    """`heard`, `silent` (it does not answer now, or is not asked), or `gone` (the shop has removed it)."""
    if one.account_id is None:
        return "heard"
    found = await sql.records("SELECT state, outage_ms FROM account WHERE id = ?", (one.account_id,))
    if not found or found[0][0] == "removed":
        return "gone"
    return "heard" if found[0][0] == "active" and found[0][1] is None else "silent"


async def clocks(one: Watched) -> list[tuple[str, str]]:
    """Zones and countries of the parcels on their way."""
    mine, whose = one.open()
    found = await sql.records(
        f"SELECT DISTINCT s.zone, COALESCE(s.country, '') FROM shipment s WHERE {mine} AND {_MOVES}",  # noqa: S608
        whose,
    )
    return [(row[0], row[1]) for row in found]


def _table(reaches: Reaches) -> tuple[str, list[object]]:
    """The reaches as a table to be joined: one pass over the parcels, whatever their clocks."""
    spans = len(RUNGS)
    names = ", ".join(f"r{rung}" for rung in range(spans))
    line = f"(CAST(? AS TEXT), CAST(? AS TEXT){', CAST(? AS BIGINT)' * spans})"
    params = [
        value for clock, of_it in reaches.items() for value in (*clock, *(int(one / HOUR * 3.6e6) for one in of_it))
    ]
    return f"WITH reach(zone, country, {names}) AS (VALUES {', '.join([line] * len(reaches))})", params


_ON_ITS_CLOCK = "FROM shipment s JOIN reach r ON r.zone = s.zone AND r.country = COALESCE(s.country, '')"


async def silent(one: Watched, reaches: Reaches) -> list[Tally]:
    """Parcels on their way by spot, and how many have been silent beyond each rung when the carrier last answered."""
    if not reaches:
        return []
    table, params = _table(reaches)
    mine, whose = one.open()
    silent = (f"SUM(CASE WHEN s.polled_ms - s.scan_ms >= r.r{rung} THEN 1 ELSE 0 END)" for rung in range(len(RUNGS)))
    found = await sql.records(
        f"{table} SELECT {_SPOT}, COUNT(*), {', '.join(silent)} {_ON_ITS_CLOCK} WHERE {mine} AND {_MOVES}"
        f" GROUP BY {_SPOT}",
        [*params, *whose],
    )
    return [Tally(_spot(one.slug, row), row[4], tuple(map(int, row[5:]))) for row in found]


async def join_silent(incident: Incident, one: Watched, reaches: Reaches, rung: int, now: datetime) -> int:
    """Parcels of the incident's group that are silent beyond the rung belong to it; how many rows were written."""
    if not reaches or incident.group is None:
        return 0
    table, params = _table(reaches)
    where, scope = in_scope(incident.group)
    mine, whose = one.open()
    return await sql.run(
        f"{table} INSERT INTO incident_parcel (incident_id, shipment_id, scan_ms, joined_ms)"  # noqa: S608
        f" SELECT CAST(? AS BIGINT), s.id, s.scan_ms, CAST(? AS BIGINT) {_ON_ITS_CLOCK} WHERE {mine} AND {_MOVES}"
        f" AND {where} AND s.polled_ms - s.scan_ms >= r.r{rung} AND NOT EXISTS (SELECT 1 FROM incident_parcel m"
        " WHERE m.incident_id = ? AND m.shipment_id = s.id AND COALESCE(m.scan_ms, 0) = COALESCE(s.scan_ms, 0))"
        " ON CONFLICT (incident_id, shipment_id)"
        " DO UPDATE SET scan_ms = excluded.scan_ms, joined_ms = excluded.joined_ms",
        [*params, incident.id, to_ms(now), *whose, *scope, incident.id],
    )


def in_scope(group: Group) -> tuple[str, list[str]]:
    """The condition that a shipment `s` belongs to a group of its carrier, with its parameters."""
    ends = {Scope.HUB: [group.start], Scope.CARRIER: []}
    return IN_SCOPE[group.scope], ends.get(group.scope, [group.start, group.end])


_MEMBER = "SELECT 1 FROM incident_parcel m JOIN incident i ON i.id = m.incident_id WHERE m.shipment_id = s.id"


async def slipped(merchant_id: int, slug: str, since: datetime, limit: int = 2000) -> list[Slipped]:
    """Fresh troubles that still hold, the newest first."""
    found = await sql.records(
        f"SELECT {_SPOT}, s.id, s.scan_ms, f.raised_ms, f.kind, EXISTS ({_MEMBER}), EXISTS ({_MEMBER} AND"  # noqa: S608
        " i.closed_ms >= f.raised_ms) FROM finding f JOIN shipment s ON s.id = f.shipment_id"
        " WHERE f.merchant_id = ? AND f.raised_ms > ? AND f.closed_ms IS NULL AND s.slug = ? AND s.open = 1"
        " AND f.kind IN ('at_risk', 'late', 'stalled', 'lost') AND NOT f.baseline ORDER BY f.raised_ms DESC LIMIT ?",
        (merchant_id, to_ms(since), slug, limit),
    )
    return [
        Slipped(row[4], _spot(slug, row), from_ms_or_none(row[5]), from_ms(row[6]), row[7], bool(row[8]), bool(row[9]))
        for row in found
    ]


async def asked(one: Watched, since: Sequence[datetime]) -> list[dict[Spot, int]]:
    """How many open parcels of each spot the carrier was asked for since each of these times."""
    mine, whose = one.open()
    times = [to_ms(at) for at in since]
    sums = ", ".join(["SUM(CASE WHEN s.polled_ms >= ? THEN 1 ELSE 0 END)"] * len(times))
    found = await sql.records(
        f"SELECT {_SPOT}, {sums} FROM shipment s WHERE {mine} AND s.polled_ms >= ? GROUP BY {_SPOT}",  # noqa: S608
        [*times, *whose, min(times)],
    )
    counts: list[dict[Spot, int]] = [{} for _ in times]
    for row in found:
        spot = _spot(one.slug, row)
        for of_window, count in zip(counts, row[4:], strict=True):
            of_window[spot] = of_window.get(spot, 0) + int(count)
    return counts


async def is_small(one: Watched, most: int) -> bool:
    """Whether it has no more than `most` open parcels."""
    mine, whose = one.open()
    found = await sql.records(
        f"SELECT COUNT(*) FROM (SELECT 1 FROM shipment s WHERE {mine} LIMIT ?) AS few",  # noqa: S608
        [*whose, most + 1],
    )
    return int(found[0][0]) <= most


async def moving(one: Watched, group: Group) -> int:
    """How many parcels of a group are on their way."""
    mine, whose = one.open()
    where, scope = in_scope(group)
    found = await sql.records(
        f"SELECT COUNT(*) FROM shipment s WHERE {mine} AND {_MOVES} AND {where}",  # noqa: S608
        [*whose, *scope],
    )
    return int(found[0][0])


def _spot(slug: str, row: Sequence[object]) -> Spot:
    origin, destination, country, place = (str(value or "") for value in row[:4])
    return Spot(slug, place, origin, destination, country)
