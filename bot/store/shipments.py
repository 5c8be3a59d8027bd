"""Shipments in batches: what is due, what is known of them, what a poll changes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from bot.domain.shipment import Shipment
from bot.store import bulk, sql
from bot.store.ms import from_day, from_ms, from_ms_or_none, to_day, to_ms, to_ms_or_none
from carriers.kit.model import FINAL, Duty, Pickup, Reason, Status

READ = (
    "id, merchant_id, order_id, account_id, slug, number, status, created_ms, zone, status_ms, status_code, reason,"
    " delay, scan_ms, scan_place, scan_digest, eta_on, eta_from_on, eta_window, promised_on, needed_on, delivered_ms,"
    " pickup, next_attempt_on, country, service, cod_amount, value_amount, currency, priority, known_ms, polled_ms,"
    " misses, origin, destination, stage_ms, since_ms, legs, duty"
)
IS_FINAL = f"status IN ({', '.join(sorted(repr(one.value) for one in FINAL))})"
_STATUS = {one.value: one for one in Status}
_REASON = {one.value: one for one in Reason}


class Step(NamedTuple):
    """When a shipment is asked again. `misses`: questions in a row without a result; `over`: no longer under way."""

    shipment_id: int
    next_poll_at: datetime
    misses: int = 0
    over: bool = False


# ---- reading


async def load(ids: Sequence[int], *, ended: bool = False) -> list[Shipment]:
    """What is known of those that are still open, by id; held until the transaction ends, as pushes come any time.

    `ended`: of the others, too, only to be read.
    """
    return await _load(ids, "1 = 1" if ended else "open = 1", hold=not ended)


async def load_asked(ids: Sequence[int]) -> list[Shipment]:
    """The open ones and those that have come to their end, held: a late look or a push may bring news of them."""
    return await _load(ids, f"(open = 1 OR {IS_FINAL})", hold=True)


async def _load(ids: Sequence[int], which: str, *, hold: bool) -> list[Shipment]:
    where, listed = sql.among("id", ids)
    lock = " FOR NO KEY UPDATE" if hold and sql.dialect() == "postgres" else ""
    query = f"SELECT {READ} FROM shipment WHERE {where} AND {which} ORDER BY id{lock}"  # noqa: S608
    return [to_shipment(row) for row in await sql.records(query, (listed,))]


def to_shipment(row: Any) -> Shipment:
    """A row of the columns above as the domain knows it."""
    return Shipment(
        row[0],
        row[1],
        row[2],
        row[3],
        row[4],
        row[5],
        _STATUS[row[6]],
        from_ms(row[7]),
        row[8],
        from_ms_or_none(row[9]),
        row[10],
        None if row[11] is None else _REASON[row[11]],
        row[12],
        from_ms_or_none(row[13]),
        row[14] or "",
        row[15],
        from_day(row[16]),
        from_day(row[17]),
        row[18],
        from_day(row[19]),
        from_day(row[20]),
        from_ms_or_none(row[21]),
        None if row[22] is None else msgspec.json.decode(row[22], type=Pickup),
        from_day(row[23]),
        row[24],
        row[25],
        row[26],
        row[27],
        row[28],
        row[29],
        from_ms_or_none(row[30]),
        from_ms_or_none(row[31]),
        row[32],
        row[33] or "",
        row[34] or "",
        from_ms_or_none(row[35]),
        from_ms_or_none(row[36]),
        row[37] or 0,
        None if row[38] is None else msgspec.json.decode(row[38], type=Duty),
    )


# ---- writing

_STEP = {
    "id": "bigint",
    "lease_ms": "bigint",
    "next_poll_ms": "bigint",
    "polled_ms": "bigint",
    "misses": "int",
    "open": "int",
}
_FAILED = {name: _STEP[name] for name in ("id", "lease_ms", "next_poll_ms", "misses")}
_CHANGED = _STEP | {
    "known_ms": "bigint",
    "status": "text",
    "status_ms": "bigint",
    "stage_ms": "bigint",
    "status_code": "text",
    "reason": "text",
    "delay": "text",
    "scan_ms": "bigint",
    "scan_place": "text",
    "scan_digest": "bigint",
    "eta_on": "text",
    "eta_from_on": "text",
    "eta_window": "text",
    "promised_on": "text",
    "delivered_ms": "bigint",
    "pickup": "text",
    "next_attempt_on": "text",
    "duty": "text",
    "country": "text",
    "zone": "text",
    "service": "text",
    "origin": "text",
    "destination": "text",
}


# What people may have set while the carrier was asked stays: the rows are not held meanwhile.
_KEPT = {"open": f"CASE WHEN shipment.open = 0 AND NOT shipment.{IS_FINAL} THEN 0 ELSE {{new}} END"}
"""What people have closed before its end stays closed; what had come to its end wakes with a later scan."""
_KEPT_TOO = _KEPT | {name: f"COALESCE(shipment.{name}, {{new}})" for name in ("promised_on", "country")}


async def save_steps(steps: Sequence[Step], now: datetime) -> None:
    """Shipments whose answer was the old one."""
    now_ms = to_ms(now)
    await bulk.update("shipment", _STEP, [_step(step, now_ms) for step in steps], _KEPT)


async def save_failures(steps: Sequence[Step]) -> None:
    """Shipments that were not answered: they do not count as polled."""
    rows = [(step.shipment_id, None, to_ms(step.next_poll_at), step.misses) for step in steps]
    await bulk.update("shipment", _FAILED, rows)


async def save_changed(changed: Iterable[tuple[Shipment, Step]], now: datetime) -> None:
    """Shipments that read differently now: every column that a carrier decides, and only those."""
    rows = [_step(step, to_ms(one.polled_at or now)) + _columns(one) for one, step in changed]
    await bulk.update("shipment", _CHANGED, rows, _KEPT_TOO)


async def ask_soon(shipment_id: int, now: datetime) -> None:
    """Its turn has come: people say that something has changed."""
    await sql.run(
        "UPDATE shipment SET next_poll_ms = ? WHERE id = ? AND open = 1 AND next_poll_ms > ?",
        (to_ms(now), shipment_id, to_ms(now)),
    )


def _step(step: Step, now_ms: int) -> tuple[object, ...]:
    return step.shipment_id, None, to_ms(step.next_poll_at), now_ms, step.misses, 0 if step.over else 1


def _columns(one: Shipment) -> tuple[object, ...]:
    return (
        to_ms_or_none(one.known_at),
        one.status,
        to_ms_or_none(one.status_at),
        to_ms_or_none(one.stage_at),
        clip_or_none(one.status_code, 64),
        one.reason,
        clip_or_none(one.delay, 256),
        to_ms_or_none(one.scan_at),
        clip(one.scan_place, 128),
        one.scan_digest,
        to_day(one.eta_on),
        to_day(one.eta_from_on),
        one.eta_window,
        to_day(one.promised_on),
        to_ms_or_none(one.delivered_at),
        None if one.pickup is None else clip(msgspec.json.encode(one.pickup).decode(), 4096),
        to_day(one.next_attempt_on),
        None if one.duty is None else clip(msgspec.json.encode(one.duty).decode(), 512),
        clip_or_none(one.country, 2),
        one.zone,
        clip_or_none(one.service, 64),
        clip(one.origin, 64),
        clip(one.destination, 64),
    )


_REFUSED = dict.fromkeys((0x00, 0x1E, 0x1F))
"""NUL, which PostgreSQL does not take, and what bulk separates values by."""


def clip(text: str, most: int) -> str:
    """An outside text as both databases take it: no NUL, no half of a surrogate pair, cut to the column."""
    if not text.isprintable():
        text = text.translate(_REFUSED).encode("utf-8", "ignore").decode()
    return text[:most]


def clip_or_none(text: str | None, most: int) -> str | None:
    """None stays None."""
    return None if text is None else clip(text, most)
