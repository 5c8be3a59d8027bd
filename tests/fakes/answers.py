"""Carriers' answers as values."""

from datetime import date, datetime, timedelta
from typing import Any

from carriers.kit.model import ScanEvent, Status, TrackingResult

NUMBER = "00340434161094042557"


def scan(
    at: datetime | date, status: Status | None = Status.IN_TRANSIT, place: str = "Leipzig", **more: Any
) -> ScanEvent:
    """A scan, by default on the way in Leipzig."""
    return ScanEvent(at, description=more.pop("description", f"scan at {at}"), place=place, status=status, **more)


def answer(*events: ScanEvent, number: str = NUMBER, **more: Any) -> TrackingResult:
    """An answer whose status is that of its newest scan, unless given."""
    status = more.pop("status", events[0].status if events and events[0].status else Status.IN_TRANSIT)
    return TrackingResult(number, status, events, **more)


def journey(end: datetime, steps: int, **more: Any) -> TrackingResult:
    """`steps` scans, six hours apart, the newest at `end`."""
    return answer(*[scan(end - step * timedelta(hours=6)) for step in range(steps)], **more)
