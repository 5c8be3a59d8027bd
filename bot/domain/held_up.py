"""The one calm word to whoever waits for parcels that are held up together."""

from collections.abc import Iterable
from datetime import date

from msgspec.structs import replace

from bot.domain.finding import Severity
from bot.domain.notice import NEWS
from bot.domain.outgoing import Priority
from bot.domain.shipment import Shipment
from bot.domain.telling import Case, Following, Notice, Told
from carriers.kit.model import Status

KIND = "held_up"
_ENDED = frozenset({Status.DELIVERED, Status.RETURNED, Status.CANCELLED, Status.LOST})
SILENT_ON = frozenset(NEWS) | _ENDED
"""Statuses of which he was told better or worse already."""


def calm_words(case: Case, followers: Iterable[Following], incident_id: int) -> list[Notice]:
    """What each follower of a parcel of an incident is told, now that a person said so."""
    if case.shipment.status in SILENT_ON:
        return []
    return [_calm(case, one, incident_id) for one in followers if not _was_warned(case.shipment, one)]


def _was_warned(shipment: Shipment, follower: Following) -> bool:
    """He knows of trouble since the last scan: this adds nothing."""
    return follower.warned_at is not None and (shipment.scan_at is None or follower.warned_at > shipment.scan_at)


def _calm(case: Case, follower: Following, incident_id: int) -> Notice:
    what = f"incident:{incident_id}"
    notice = case.notice(follower, KIND, what, Priority.WARNING)
    day = new_day(case.shipment)
    return replace(
        notice,
        told=(Told(case.shipment.id, told_on=day, slips=int(day is not None), warns=True),),
        promise=case.promise(follower, KIND, Severity.SERIOUS, notice.due_at, day),
        merge_key=f"{what}:{follower.customer_id}",
        collapse=f"warning:{follower.customer_id}:{case.shipment.id}",
    )


def new_day(shipment: Shipment) -> date | None:
    """The day the carrier expects, if it is later than the promised one."""
    eta, promised = shipment.eta_on, shipment.promised_on
    return eta if eta is not None and promised is not None and eta > promised else None
