"""Incidents: many parcels with one trouble, from the first question to the agents until it is over."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain.groups import Group, Scope, group_of
from bot.domain.incident import Incident, State, Symptom
from bot.store import bulk, sql
from bot.store.ms import from_ms, from_ms_or_none, to_ms, to_ms_or_none

_READ = (
    "SELECT id, merchant_id, symptom, state, opened_ms, since_ms, scope, account_id, ask_ms, asked, answered_by,"
    " answered_ms, rung FROM incident"
)
_IS_OPEN = "state <> 'over'"
IN_SCOPE = {
    Scope.HUB: "s.scan_place = ?",
    Scope.LANE: "s.origin = ? AND s.destination = ?",
    Scope.ABROAD: "s.origin = ? AND s.country = ?",
    Scope.CARRIER: "1 = 1",
}


def _incident(row: Any) -> Incident:
    return Incident(
        id=row[0],
        merchant_id=row[1],
        symptom=Symptom(row[2]),
        state=State(row[3]),
        opened_at=from_ms(row[4]),
        since=from_ms(row[5]),
        group=None if row[6] is None else group_of(row[6]),
        account_id=row[7],
        ask_at=from_ms_or_none(row[8]),
        asked=row[9],
        answered_by=row[10],
        answered_at=from_ms_or_none(row[11]),
        rung=row[12],
    )


# ---- reading


async def lock(incident_id: int) -> Incident | None:
    """One incident; nobody else decides about it until the transaction ends."""
    held = " FOR UPDATE" if sql.dialect() == "postgres" else ""
    found = await sql.records(f"{_READ} WHERE id = ?{held}", (incident_id,))
    return _incident(found[0]) if found else None


async def open_of(merchant_ids: Iterable[int]) -> list[Incident]:
    """What is not over yet of these shops."""
    where, listed = sql.among("merchant_id", sorted(set(merchant_ids)))
    return [_incident(row) for row in await sql.records(f"{_READ} WHERE {where} AND {_IS_OPEN} ORDER BY id", (listed,))]


async def due(now: datetime) -> list[Incident]:
    """Those of which something is due by itself: the agents are asked again, a permission ends."""
    statement = f"{_READ} WHERE {_IS_OPEN} AND ask_ms <= ? ORDER BY ask_ms"
    return [_incident(row) for row in await sql.records(statement, (to_ms(now),))]


async def all_open() -> list[Incident]:
    """Whatever is not over."""
    return [_incident(row) for row in await sql.records(f"{_READ} WHERE {_IS_OPEN} ORDER BY id")]


async def in_state(state: State) -> list[Incident]:
    """All incidents that are so far."""
    return [_incident(row) for row in await sql.records(f"{_READ} WHERE state = ? ORDER BY id", (state,))]


_LOOKED = "incidents.looked"


async def claim_look(now: datetime, every: timedelta) -> bool:
    """True for one process each `every`: it looks for what begins and ends."""
    looked = await sql.records("SELECT value FROM mark WHERE name = ?", (_LOOKED,))
    if looked and to_ms(now - every) < int(looked[0][0]) <= to_ms(now):
        return False
    await sql.run("INSERT INTO mark (name, value) VALUES (?, '0') ON CONFLICT (name) DO NOTHING", (_LOOKED,))
    # a clock that was put back must not keep us from looking
    touched = await sql.run(
        "UPDATE mark SET value = ? WHERE name = ? AND (CAST(value AS BIGINT) <= ? OR CAST(value AS BIGINT) > ?)",
        (str(to_ms(now)), _LOOKED, to_ms(now - every), to_ms(now)),
    )
    return touched > 0


# ---- its course


async def begin(
    merchant_id: int,
    account_id: int | None,
    symptom: Symptom,
    group: Group | None,
    since: datetime,
    now: datetime,
    rung: int = 0,
) -> Incident | None:
    """A new one; None where that shop has one of the carrier (or one of MANY) already."""
    whose = "many" if group is None else group.slug
    found = await sql.records(
        "INSERT INTO incident (merchant_id, account_id, symptom, state, scope, open_key, rung, opened_ms, since_ms,"
        " asked) VALUES (?, ?, ?, 'asking', ?, ?, ?, ?, ?, 0) ON CONFLICT (open_key) DO NOTHING RETURNING id",
        (
            merchant_id,
            account_id,
            symptom,
            None if group is None else group.key,
            f"{merchant_id}:{whose}",
            rung,
            to_ms(now),
            to_ms(since),
        ),
    )
    return await lock(found[0][0]) if found else None


async def widen(incident_id: int, group: Group, rung: int) -> None:
    """It has spread: a person must decide anew."""
    await sql.run(
        "UPDATE incident SET scope = ?, rung = ?, state = 'asking' WHERE id = ?", (group.key, rung, incident_id)
    )


async def asked(incident_id: int, ask_at: datetime) -> None:
    """The agents are asked, and again then."""
    await sql.run(
        "UPDATE incident SET asked = asked + 1, ask_ms = ?, state = CASE WHEN state = 'waiting' THEN 'asking'"
        " ELSE state END WHERE id = ?",
        (to_ms(ask_at), incident_id),
    )


async def decided(incident_id: int, state: State, user_id: int, now: datetime, ask_at: datetime | None) -> None:
    """An agent has decided."""
    await sql.run(
        "UPDATE incident SET state = ?, answered_by = ?, answered_ms = ?, ask_ms = ? WHERE id = ?",
        (state, user_id, to_ms(now), to_ms_or_none(ask_at), incident_id),
    )


async def close(incident_id: int, now: datetime) -> None:
    """It is over; another may begin."""
    await sql.run(
        "UPDATE incident SET state = 'over', open_key = NULL, ask_ms = NULL, closed_ms = ? WHERE id = ?",
        (to_ms(now), incident_id),
    )


# ---- its parcels

_JOIN = {"incident_id": "bigint", "shipment_id": "bigint", "scan_ms": "bigint", "joined_ms": "bigint"}
_AGAIN = "ON CONFLICT (incident_id, shipment_id) DO UPDATE SET scan_ms = excluded.scan_ms"
_STUCK = "s.open = 1 AND COALESCE(s.scan_ms, 0) = COALESCE(m.scan_ms, 0)"
_TROUBLED = (
    "s.open = 1 AND EXISTS (SELECT 1 FROM finding f WHERE f.shipment_id = s.id AND f.closed_ms IS NULL"
    " AND f.kind IN ('at_risk', 'late', 'stalled', 'lost'))"
)
STILL = {Symptom.SILENT: _STUCK, Symptom.SLIPPED: _TROUBLED, Symptom.MANY: "1 = 1"}
"""What is true of a parcel `s` (member `m`) that the incident still holds up."""


async def join(incident_id: int, parcels: Iterable[tuple[int, datetime | None]], now: datetime) -> None:
    """Parcels (shipment, last scan) belong to it from now on."""
    rows = [(incident_id, shipment_id, to_ms_or_none(at), to_ms(now)) for shipment_id, at in parcels]
    await bulk.insert("incident_parcel", _JOIN, rows, _AGAIN)


async def members_among(ids: Sequence[int]) -> set[int]:
    """Which of these shipments belong to any incident, over or not."""
    where, listed = sql.among("shipment_id", ids)
    found = await sql.records(f"SELECT DISTINCT shipment_id FROM incident_parcel WHERE {where}", (listed,))  # noqa: S608
    return {row[0] for row in found}


async def joined_at(incident_id: int, now: datetime) -> list[int]:
    """The parcels that have just joined."""
    found = await sql.records(
        "SELECT shipment_id FROM incident_parcel WHERE incident_id = ? AND joined_ms = ?", (incident_id, to_ms(now))
    )
    return [row[0] for row in found]


async def has_grown(incident_id: int, since: datetime) -> bool:
    """Whether a parcel has joined it after that time."""
    found = await sql.records(
        "SELECT 1 FROM incident_parcel WHERE incident_id = ? AND joined_ms > ? LIMIT 1", (incident_id, to_ms(since))
    )
    return bool(found)


async def untold(incident: Incident, limit: int) -> list[int]:
    """Parcels of it, still held up, whose customers were not told; the oldest members first."""
    found = await sql.records(
        "SELECT m.shipment_id FROM incident_parcel m JOIN shipment s ON s.id = m.shipment_id"  # noqa: S608
        f" WHERE m.incident_id = ? AND m.told_ms IS NULL AND {STILL[incident.symptom]} ORDER BY m.id LIMIT ?",
        (incident.id, limit),
    )
    return [row[0] for row in found]


async def untold_beside(incident: Incident, ids: Sequence[int]) -> list[int]:
    """These, and whatever else of it their followers follow: each hears of all his parcels at once."""
    where, listed = sql.among("f.shipment_id", ids)
    found = await sql.records(
        "SELECT DISTINCT g.shipment_id FROM follow f JOIN follow g ON g.customer_id = f.customer_id"  # noqa: S608
        " JOIN incident_parcel m ON m.shipment_id = g.shipment_id AND m.incident_id = ? AND m.told_ms IS NULL"
        f" JOIN shipment s ON s.id = m.shipment_id WHERE {where} AND {STILL[incident.symptom]}",
        (incident.id, listed),
    )
    return sorted({*ids, *(row[0] for row in found)})


async def told(incident_id: int, ids: Sequence[int], now: datetime) -> None:
    """The customers of these parcels know."""
    where, listed = sql.among("shipment_id", ids)
    await sql.run(
        f"UPDATE incident_parcel SET told_ms = ? WHERE incident_id = ? AND {where}",  # noqa: S608
        (to_ms(now), incident_id, listed),
    )


async def holds_up(incident_id: int, shipment_id: int) -> bool:
    """Whether a parcel stands where the incident found it, or has another trouble that is open."""
    found = await sql.records(
        "SELECT 1 FROM incident_parcel m JOIN shipment s ON s.id = m.shipment_id WHERE m.incident_id = ?"  # noqa: S608
        f" AND m.shipment_id = ? AND (({_STUCK}) OR ({_TROUBLED}))",
        (incident_id, shipment_id),
    )
    return bool(found)


async def confirmed(shipment_id: int) -> Incident | None:
    """The incident that holds a parcel up, where a person has said that it is so."""
    found = await sql.records(
        f"{_READ} i WHERE i.state = 'warned' AND i.scope IS NOT NULL AND EXISTS (SELECT 1 FROM incident_parcel m"  # noqa: S608
        f" JOIN shipment s ON s.id = m.shipment_id WHERE m.incident_id = i.id AND m.shipment_id = ?"
        f" AND (({_STUCK}) OR ({_TROUBLED}))) ORDER BY i.id DESC LIMIT 1",
        (shipment_id,),
    )
    return _incident(found[0]) if found else None


async def figures(incident: Incident, tomorrow: str) -> dict[str, int]:
    """What the agents are told: parcels still held up, promised for `tomorrow`, told, all, their mean last scan."""
    still = STILL[incident.symptom]
    found = await sql.rows(
        f"SELECT COUNT(*) AS joined, SUM(CASE WHEN {still} THEN 1 ELSE 0 END) AS stuck,"  # noqa: S608
        f" SUM(CASE WHEN {still} AND s.promised_on = ? THEN 1 ELSE 0 END) AS promised,"
        " SUM(CASE WHEN m.told_ms IS NOT NULL THEN 1 ELSE 0 END) AS told,"
        f" AVG(CASE WHEN {still} THEN s.scan_ms END) AS scan_ms"
        " FROM incident_parcel m JOIN shipment s ON s.id = m.shipment_id WHERE m.incident_id = ?",
        (tomorrow, incident.id),
    )
    return {name: int(value or 0) for name, value in found[0].items()}


async def customers(incident: Incident) -> int:
    """How many people follow what it still holds up."""
    found = await sql.records(
        "SELECT COUNT(DISTINCT w.customer_id) FROM incident_parcel m JOIN shipment s ON s.id = m.shipment_id"  # noqa: S608
        " JOIN follow w ON w.shipment_id = s.id JOIN customer c ON c.id = w.customer_id AND c.unreachable_ms IS NULL"
        f" WHERE m.incident_id = ? AND {STILL[incident.symptom]}",
        (incident.id,),
    )
    return int(found[0][0])
