"""The card of a customer's topic: who, parcels with their timeline, findings with evidence, what is owed, what was."""

import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from msgspec.structs import replace

from bot.domain.hours import day_there
from bot.domain.outgoing import Leaving
from bot.domain.stage import step
from bot.flows import card_pages, card_told, claims, facts, gestures, suggesting
from bot.flows.composed import Composed
from bot.flows.facts import moment
from bot.flows.readers import desk_reader, reader_of
from bot.flows.turn import speak
from bot.store import case, desk_tickets, tickets
from bot.store.case import Case, Parceled
from bot.store.models import FindingRow, Merchant, Promise, ScanRow, Ticket
from bot.store.ms import from_ms
from bot.texts.bidi import cut, plain, utf16_len, visible
from bot.texts.dates import time as clock_time
from bot.texts.messages import Reader, render
from bot.texts.reading import read_by, zone_of
from carriers.kit.model import Status

LONGEST = 3500
"""UTF-16 units of a card: it stays readable, and there is room for what a repeat adds."""
DETAIL = ((6, 3), (4, 3), (4, 2), (3, 1), (2, 1), (1, 1))
"""Parcels and scans of each that are shown: the first that fits."""
TRACKED_SCANS = 10
MOST_PARCELS = 40
MOST_PAGES = 5
"""Messages of a card that is asked for: each comes out of the group's twenty acts a minute."""
SCANS_OF_PAGES = (TRACKED_SCANS, 3, 1, 0)
"""Scans of each parcel on them: the first that fits."""
LONGEST_SCAN, LONGEST_PLACE = 120, 60
"""So much of a carrier's words is shown of each scan."""
SECOND_WITHIN = timedelta(days=30)
"""A further ticket within so long after another is said to be one."""
FORGOTTEN = "forgotten"
_SHOWN = ("order", "carrier", "status", "promised_on", "eta_on", "days_late", "needed_on", "cod", "value", "pickup")


async def card(row: Leaving, now: datetime) -> Composed | None:
    """The pinned card as it holds now; None where there is no such customer."""
    found = await _fitting(row.customer_id or 0, now, "card", DETAIL)
    if found is None:
        return None
    told, reader, chat_id = found
    told.pop("there", None)  # a clock that nobody winds
    under = tuple(tuple(one) for one in await suggesting.buttons(row.customer_id or 0))
    digest = zlib.crc32(orjson.dumps([told, reader.locale, reader.zone, under]))
    return Composed("card", told | {"at": now.isoformat()}, reader, chat_id, under, digest=digest)


async def pages(customer_id: int, now: datetime, reader: Reader | None = None) -> list[tuple[str, dict[str, Any]]]:
    """The whole card as messages (kind, facts), for `reader` who asks: all parcels, scans as MOST_PAGES hold."""
    known = await case.case_of(customer_id, MOST_PARCELS, TRACKED_SCANS)
    if known is None:
        return []
    reader = reader or desk_reader(known.merchant)
    head = await _facts(known, now, reader) | {"entries": []}
    said: list[tuple[str, dict[str, Any]]] = []
    for scans in SCANS_OF_PAGES:
        groups = [list(entries(parcel, known.merchant, now, scans)) for parcel in known.parcels]
        most = None if scans == SCANS_OF_PAGES[-1] else MOST_PAGES
        said = card_pages.divided(head, groups, lambda kind, told: _fits(kind, told, reader, now), most)
        if len(said) <= MOST_PAGES:
            break
    unseen = known.followed - len(known.parcels)
    return card_pages.bounded(said, MOST_PAGES, unseen)


def _fits(kind: str, told: Mapping[str, Any], reader: Reader, now: datetime) -> bool:
    return utf16_len(visible(render(kind, {**told, "at": now.isoformat()}, reader).text)) <= LONGEST


async def parcels_numbered(merchant: Merchant, number: str, now: datetime) -> list[dict[str, Any]]:
    """The entries of a shop's parcels by their own or their order's number."""
    found = await desk_tickets.shipments_numbered(merchant.id, number)
    parcels = [await case.parcel(shipment_id, TRACKED_SCANS) for shipment_id in found]
    return [entry for parcel in parcels for entry in entries(parcel, merchant, now)]


async def _fitting(
    customer_id: int, now: datetime, kind: str, details: tuple[tuple[int, int], ...]
) -> tuple[dict[str, Any], Reader, int] | None:
    """The most detailed facts whose message is no longer than LONGEST; the barest if none is."""
    found = None
    for parcels, scans in details:
        known = await case.case_of(customer_id, parcels, scans)
        if known is None:
            return None
        reader = desk_reader(known.merchant)
        told = await _facts(known, now, reader)
        found = told, reader, known.customer.topic_chat_id or known.merchant.desk_chat_id or 0
        if _fits(kind, told, reader, now):
            return found
    assert found is not None  # noqa: S101 - there is always some detail
    told, reader, chat_id = found
    return card_pages.shortened(told, lambda said: _fits(kind, said, reader, now)), reader, chat_id


async def head_of(known: Case, now: datetime) -> dict[str, Any]:
    """Who it is and what he is owed."""
    told = await _facts(known, now, desk_reader(known.merchant))
    return {name: told[name] for name in ("name", "speaks", "again", "owed", "offered") if name in told}


async def _facts(known: Case, now: datetime, reader: Reader) -> dict[str, Any]:
    if known.customer.unreachable_reason == FORGOTTEN:
        return {"forgotten": True}
    found = {
        "name": known.customer.name,
        "shop": known.merchant.name,
        **_reads(known, now, reader),
        **await _ticket(known.ticket, now),
        "again": await _again(known, now),
        "entries": [entry for parcel in known.parcels for entry in entries(parcel, known.merchant, now)],
        "more": max(known.followed - len(known.parcels), 0),
        "owed": [_promise(one) for one in known.promises],
        "offered": [gestures.told_of(one) for one in known.gestures],
        "earlier": [_earlier(one) for one in known.earlier],
        "broken": known.broken,
        "ratings": [card_told.rating(one) for one in known.ratings],
        "unreachable_at": moment(known.customer.unreachable_ms),
        "banned_at": moment(known.customer.banned_ms),
    }
    return _set(found)


def _set(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fact for name, fact in found.items() if fact not in (None, "", 0, [], {}, False)}


def _reads(known: Case, now: datetime, reader: Reader) -> dict[str, Any]:
    """His language, his zone, and what his clock shows."""
    parcel = known.parcels[0] if known.parcels else None
    his = reader_of(
        known.merchant,
        known.person,
        known.customer,
        parcel.order if parcel else None,
        parcel.shipment if parcel else None,
    )
    there = now.astimezone(zone_of(his.zone))
    hour = clock_time(there, read_by(replace(reader, zone=his.zone), markup=False))
    ours = now.astimezone(zone_of(known.merchant.zone))
    said = {"speaks": speak(his.locale).partition("_")[0], "zone": _zone(his.zone, there), "there": hour}
    return said | card_told.clock(there, ours)


def _zone(name: str, there: datetime) -> str:
    offset = f"{there:%z}"
    return f"{name} {offset[:3]}:{offset[3:]}"


async def _again(known: Case, now: datetime) -> int:
    """Which ticket of his within a month this is; 0 for the first."""
    if known.ticket is None:
        return 0
    before = await desk_tickets.count_closed(known.customer.id, now - SECOND_WITHIN)
    return before + 1 if before else 0


async def _ticket(ticket: Ticket | None, now: datetime) -> dict[str, Any]:
    if ticket is None:
        return {}
    snoozed = ticket.snoozed_ms is not None and from_ms(ticket.snoozed_ms) > now
    return {
        "ticket": ticket.cause,
        "state": ticket.state,
        "opened_at": moment(ticket.opened_ms),
        "snoozed_until": moment(ticket.snoozed_ms) if snoozed else None,
        **await tickets.assignee(ticket),
    }


# ---- a parcel: one entry a line


def entries(parcel: Parceled, merchant: Merchant, now: datetime, scans: int | None = None) -> Iterator[dict[str, Any]]:
    """One parcel, line by line; `scans`: no more of them than that."""
    said = facts.parcel(parcel.shipment, parcel.order, merchant)
    shown = {name: said[name] for name in _SHOWN if name in said}
    stage = step(Status(parcel.shipment.status))
    yield {"is": "parcel", "boxes": parcel.boxes if parcel.boxes > 1 else 0, "stage": str(stage), **shown}
    yield {"is": "number", "number": parcel.shipment.number}
    for leg in parcel.legs:
        yield {"is": "leg", "leg": leg.number, "by": leg.carrier}
    yield {"is": "days", **shown, **_range(said), "told_on": _told(parcel)}
    yield from card_told.said(parcel)
    if "cod" in shown or "value" in shown:
        yield {"is": "money", **shown}
    if "pickup" in shown:
        yield {"is": "pickup", **shown}
    for finding in parcel.findings:
        yield _finding(finding)
    if parcel.inquiry is not None:
        purpose, at = parcel.inquiry.purpose, moment(parcel.inquiry.asked_ms)
        yield {"is": "asked", "purpose": purpose, "asked_at": at, "way": parcel.inquiry.way}
    if parcel.claim is not None:
        today = day_there(now, merchant.zone)
        yield {"is": "claim", "carrier": parcel.shipment.slug, **claims.told_of(parcel.claim, today)}
    for scan in parcel.scans[:scans]:
        yield _scan(scan)


def _told(parcel: Parceled) -> str | None:
    """The day he was last told, where it is another than the one now expected."""
    told = parcel.follow.told_on if parcel.follow else None
    return told if told and told not in (parcel.shipment.eta_on, parcel.shipment.promised_on) else None


def _range(said: Mapping[str, Any]) -> dict[str, Any]:
    first, last = said.get("eta_from_on"), said.get("eta_on")
    return {"range": {"from": first, "to": last}} if first and last and first < last else {}


def _finding(row: FindingRow) -> dict[str, Any]:
    evidence: dict[str, Any] = orjson.loads(row.evidence)
    kept = {name: value for name, value in evidence.items() if value is not None and name != "mark"}
    return {"is": "finding", "finding": row.kind, "raised_at": moment(row.raised_ms), "known": row.baseline, **kept}


def _scan(row: ScanRow) -> dict[str, Any]:
    place, text = cut(plain(row.place), LONGEST_PLACE), cut(plain(row.description), LONGEST_SCAN)
    said = {"at": moment(row.at_ms), "place": place, "text": text, "status": row.status}
    return {"is": "scan", **_set(said)}


# ---- what is owed, what was


def _promise(row: Promise) -> dict[str, Any]:
    return {"due_at": moment(row.due_ms), "by_person": row.by_person}


def _earlier(row: Ticket) -> dict[str, Any]:
    return _set({"opened_at": moment(row.opened_ms), "cause": row.cause, "outcome": row.outcome})
