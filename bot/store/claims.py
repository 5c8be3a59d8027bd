"""Claims at carriers for lost parcels, as rows: a restart forgets no reminder."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.domain.claim import Window
from bot.store import packing, sql
from bot.store.models import Claim
from bot.store.ms import from_day, from_ms, to_day, to_ms, to_ms_or_none

FOUND = "found"
"""Outcome of a claim whose parcel has turned up."""


async def of_shipment(shipment_id: int) -> Claim | None:
    """The claim of a parcel, the latest if it was lost more than once; none of a parcel that has turned up since."""
    latest = await Claim.filter(shipment_id=shipment_id).order_by("-id").first()
    return None if latest is None or latest.outcome == FOUND else latest


async def add(
    merchant_id: int,
    shipment_id: int,
    occurrence: int,
    customer_id: int | None,
    known: Window,
    remind_at: datetime | None,
    now: datetime,
) -> None:
    """A claim to be made; one that is there already stays."""
    await sql.run(
        "INSERT INTO claim (merchant_id, shipment_id, occurrence, customer_id, opens_on, closes_on, assumed, insured,"
        " open, remind_ms, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)"
        " ON CONFLICT (shipment_id, occurrence) DO NOTHING",
        (
            merchant_id,
            shipment_id,
            occurrence,
            customer_id,
            to_day(known.opens_on),
            to_day(known.closes_on),
            known.assumed,
            known.insured,
            to_ms_or_none(remind_at),
            to_ms(now),
        ),
    )


def window_of(row: Claim) -> Window | None:
    """The days on which the carrier takes it, where they were worked out."""
    opens_on, closes_on = from_day(row.opens_on), from_day(row.closes_on)
    return Window(opens_on, closes_on, row.assumed, row.insured) if opens_on and closes_on else None


async def due(now: datetime, limit: int = 100) -> list[Claim]:
    """Claims not yet made of which the desk is to be reminded, earliest first."""
    return await Claim.filter(open=1, remind_ms__lte=to_ms(now)).order_by("remind_ms", "id").limit(limit)


async def remind_next(row: Claim, next_at: datetime | None) -> bool:
    """The reminder that was due is taken, `next_at` is the one after it; False where another took it."""
    held = Claim.filter(id=row.id, open=1, remind_ms=row.remind_ms)
    return await held.update(remind_ms=to_ms_or_none(next_at)) > 0


async def next_due_at() -> datetime | None:
    """When the next reminder falls due."""
    row = await Claim.filter(open=1, remind_ms__not_isnull=True).order_by("remind_ms").first()
    return None if row is None or row.remind_ms is None else from_ms(row.remind_ms)


async def make(
    merchant_id: int, shipment_id: int, customer_id: int, made_on: date, way: str, by: int, now: datetime
) -> None:
    """The claim was made: its reminders end. Said again, the newer word holds."""
    row = await of_shipment(shipment_id)
    if row is None:
        # no loss was found: the number goes on, so that it never meets that of a finding
        before = await Claim.filter(shipment_id=shipment_id).count()
        row = Claim(
            merchant_id=merchant_id, shipment_id=shipment_id, occurrence=-before, customer_id=customer_id,
            created_ms=to_ms(now),
        )  # fmt: skip
    row.open, row.remind_ms = 0, None
    row.made_on, row.made_ms, row.made_by, row.way = to_day(made_on), to_ms(now), by, way
    await row.save()


async def turned_up(shipment_ids: Sequence[int]) -> list[Claim]:
    """Their parcels are found: no claim is to be made, none is reminded of. Those that this ends, as they were."""
    concerned = await Claim.filter(shipment_id__in=list(shipment_ids), outcome=None).order_by("id")
    await Claim.filter(id__in=[row.id for row in concerned]).update(open=0, remind_ms=None, outcome=FOUND)
    return concerned


async def handed_over_at(shipment_id: int) -> datetime | None:
    """The first scan of a parcel by its carrier: a label alone is no hand-over."""
    found = await sql.rows(
        "SELECT min(at_ms) AS first_ms FROM scan_event WHERE shipment_id = ? AND at_ms IS NOT NULL"
        " AND status IS NOT NULL AND status NOT IN ('pre_transit', 'unknown')",
        (shipment_id,),
    )
    first_ms = found[0]["first_ms"]
    if first_ms is None:
        moves = [row.at_ms for row in await packing.past(shipment_id) if row.status not in ("pre_transit", "unknown")]
        first_ms = min((at_ms for at_ms in moves if at_ms is not None), default=None)
    return None if first_ms is None else from_ms(int(first_ms))
