"""Instants as the facts of a message carry them."""

from bot.store.ms import from_ms


def moment(ms: int | None) -> str | None:
    """Epoch milliseconds as ISO text, UTC."""
    return None if ms is None else from_ms(ms).isoformat()
