"""A parcel's way as the forecaster sees it: the stages it entered, when, and how it ended."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.hours import moment
from bot.domain.shipment import Shipment
from carriers.kit.model import Status

DAY = timedelta(days=1)


class Stage(StrEnum):
    """Where a parcel stands on its way: what scans tell, and before them the life of the order."""

    ORDERED = "ordered"
    PRE_TRANSIT = "pre_transit"
    HANDED_OVER = "handed_over"
    IN_TRANSIT = "in_transit"
    CUSTOMS = "customs"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERY_ATTEMPTED = "delivery_attempted"
    EXCEPTION = "exception"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    RETURNING = "returning"


class Ending(StrEnum):
    """How a journey ended. CUT_OFF: we stopped watching (cancelled, forgotten), it may still have arrived."""

    DELIVERED = "delivered"
    LOST = "lost"
    NEVER_SHIPPED = "never_shipped"
    RETURNED = "returned"
    CUT_OFF = "cut_off"


STAGES: dict[Status, Stage] = {
    Status.UNKNOWN: Stage.ORDERED,
    Status.PRE_TRANSIT: Stage.PRE_TRANSIT,
    Status.IN_TRANSIT: Stage.IN_TRANSIT,
    Status.CUSTOMS: Stage.CUSTOMS,
    Status.OUT_FOR_DELIVERY: Stage.OUT_FOR_DELIVERY,
    Status.AVAILABLE_FOR_PICKUP: Stage.AVAILABLE_FOR_PICKUP,
    Status.DELIVERY_ATTEMPTED: Stage.DELIVERY_ATTEMPTED,
    Status.EXCEPTION: Stage.EXCEPTION,
    Status.RETURNING: Stage.RETURNING,
}
"""Stage of a status; a final status has none."""

ENDINGS: dict[Status, Ending] = {
    Status.DELIVERED: Ending.DELIVERED,
    Status.LOST: Ending.LOST,
    Status.RETURNED: Ending.RETURNED,
    Status.CANCELLED: Ending.CUT_OFF,
}

HANDED = frozenset(Stage) - {Stage.ORDERED, Stage.PRE_TRANSIT}
"""Stages in which the carrier has the parcel."""


class Step(Struct, frozen=True, gc=False):
    """A stage that was entered `at`."""

    stage: Stage
    at: datetime


class Journey(Struct, frozen=True, gc=False):
    """One parcel, open or ended. Times aware.

    `steps` are the stages entered, in any order, at least one; two in a row of one stage count as one run.
    `promised_by`: the end of the promised day there. `origin`, `destination`: towns or regions, the lane within and
    to `country`; `home` is the country it is sent from. `ended_as` None: still under way. `told_at`: when we were told
    of it, where that was after `ordered_at`. `id` is the caller's own.
    """

    merchant_id: int
    slug: str
    ordered_at: datetime
    steps: tuple[Step, ...]
    service: str | None = None
    origin: str | None = None
    destination: str | None = None
    promised_by: datetime | None = None
    country: str | None = None
    home: str | None = None
    zone: str = "UTC"
    ended_at: datetime | None = None
    ended_as: Ending | None = None
    id: int = 0
    told_at: datetime | None = None

    @property
    def is_abroad(self) -> bool:
        """Whether it is known to cross a border."""
        return self.home is not None and self.country is not None and self.home != self.country

    @property
    def handed_at(self) -> datetime | None:
        """When the carrier got it: its first stage in the carrier's hands."""
        return next((step.at for step in self.runs() if step.stage in HANDED), None)

    def window_from(self, entered: datetime) -> datetime:
        """From when its promised window counts for who sees it in the stage that it entered then."""
        return self.ordered_at if self.told_at is None else min(self.told_at, entered)

    def runs(self) -> tuple[Step, ...]:
        """The steps in order of time, each stage named once a run, none before the order."""
        return _runs(self.steps, self.ordered_at)


_AT = attrgetter("at")


def _runs(steps: tuple[Step, ...], ordered_at: datetime) -> tuple[Step, ...]:
    if len(steps) == 1:
        step = steps[0]
        return steps if step.at >= ordered_at else (Step(step.stage, ordered_at),)
    runs: list[Step] = []
    for step in sorted(steps, key=_AT):
        if not runs or runs[-1].stage is not step.stage:
            runs.append(step if step.at >= ordered_at else Step(step.stage, ordered_at))
    return tuple(runs)


def as_known(journey: Journey, at: datetime) -> Journey | None:
    """The journey as it stood at `at`; None where it had not begun, or was over."""
    steps = tuple(step for step in journey.steps if step.at <= at)
    if not steps or (journey.ended_at is not None and journey.ended_at <= at):
        return None
    return replace(journey, steps=steps, ended_at=None, ended_as=None)


def steps_of(ordered_at: datetime, scans: Iterable[tuple[Status, datetime]]) -> tuple[Step, ...]:
    """The steps told by scans with a status; final ones are no stage."""
    first = Step(Stage.ORDERED, ordered_at)
    return (first, *(Step(STAGES[status], at) for status, at in scans if status in STAGES))


def journey_of(
    shipment: Shipment, steps: tuple[Step, ...] = (), ordered_at: datetime | None = None, home: str | None = None
) -> Journey:
    """The journey of a shipment. Without `steps` only its present status is known to have been entered."""
    ordered_at = ordered_at or shipment.created_at
    stage = STAGES.get(shipment.status, Stage.IN_TRANSIT)
    ended_as = ENDINGS.get(shipment.status)
    ended_at = shipment.delivered_at or shipment.status_at or shipment.scan_at if ended_as else None
    return Journey(
        merchant_id=shipment.merchant_id,
        slug=shipment.slug,
        ordered_at=ordered_at,
        steps=steps or (Step(stage, shipment.stage_at or shipment.status_at or ordered_at),),
        service=shipment.service,
        origin=shipment.origin or None,
        destination=shipment.destination or None,
        promised_by=deadline_of(shipment),
        country=shipment.country,
        home=home,
        zone=shipment.zone,
        ended_at=ended_at,
        ended_as=ended_as,
        id=shipment.id,
    )


_LAST_DAY = date.max - 2 * DAY
"""No day after it has an end that can be written in every zone."""


def deadline_of(shipment: Shipment) -> datetime | None:
    """The end of the promised day there."""
    if shipment.promised_on is None:
        return None
    return moment(min(shipment.promised_on, _LAST_DAY) + DAY, 0, shipment.zone)
