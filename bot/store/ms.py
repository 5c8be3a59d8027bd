"""Times in the tables: UTC epoch milliseconds; days: ISO text."""

from datetime import UTC, date, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970, rounded down."""
    return (at - EPOCH) // _MS


def from_ms(ms: int) -> datetime:
    """The instant, aware, UTC."""
    return EPOCH + timedelta(milliseconds=ms)


def to_ms_or_none(at: datetime | None) -> int | None:
    """None stays None."""
    return None if at is None else (at - EPOCH) // _MS


def from_ms_or_none(ms: int | None) -> datetime | None:
    """None stays None."""
    return None if ms is None else EPOCH + timedelta(milliseconds=ms)


def to_day(day: date | None) -> str | None:
    """`2026-01-05`; None stays None."""
    return None if day is None else day.isoformat()


def from_day(text: str | None) -> date | None:
    """The day; None stays None."""
    return None if text is None else date.fromisoformat(text)
