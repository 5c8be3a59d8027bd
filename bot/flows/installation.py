"""How the installation is doing: for Prometheus, and for the operator at a terminal."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from bot.store import installation, outbox
from bot.store.faults import StoreUnavailable as StoreUnavailable
from bot.store.faults import of_libpq as of_libpq
from bot.store.installation import AccountLoad as AccountLoad
from carriers.kit.discovery import UnknownCarrier, find

INSTALLATION_GAUGES: Mapping[str, tuple[str, ...]] = {
    "herald_poll_lag_seconds": ("Since when the longest due parcel waits to be asked for", "carrier", "kept_by"),
    "herald_parcels": ("Parcels under way", "carrier"),
    "herald_accounts_away": ("Accounts whose carrier does not answer", "carrier"),
    "herald_accounts_refused": ("Accounts whose credentials are refused", "carrier"),
    "herald_budget_left_ratio": ("What is left of the day's allowance, of the account that has least", "carrier"),
    "herald_outbox_waiting": ("Rows that may leave and have not", "priority"),
    "herald_outbox_age_seconds": ("Since when the oldest of these waits", "priority"),
    "herald_outbox_in_doubt": ("Rows of the last day of which it is not known whether they arrived",),
    "herald_inbox_waiting": ("Updates that nobody has handled yet",),
}
"""Name to its help and then its labels; what each means exactly: docs/metrics.md."""


class Doing(Struct, frozen=True):
    """All of it at one time. `queue`: priority to rows waiting and the seconds the oldest has waited."""

    accounts: list[AccountLoad]
    queue: dict[str, tuple[int, float]]
    in_doubt: int
    updates: int


async def doing(now: datetime) -> Doing:
    """How things are now. Raises StoreUnavailable."""
    return Doing(
        await installation.loads(now),
        await outbox.depth(now),
        await installation.in_doubt(now),
        await installation.waiting_updates(),
    )


def allowance(slug: str) -> int | None:
    """How many questions a day the carrier grants, where it says so."""
    try:
        return find(slug).limits.per_day
    except UnknownCarrier:
        return None


def budget_left(one: AccountLoad) -> float | None:
    """The share of the day's allowance that is left; None where nothing limits it."""
    most = allowance(one.slug)
    return max(1 - one.spent / most, 0.0) if most else None


def measured(found: Doing) -> Iterator[tuple[str, float, tuple[str, ...]]]:
    """Name, value and labels of every gauge."""
    for slug in sorted({one.slug for one in found.accounts}):
        mine = [one for one in found.accounts if one.slug == slug]
        for kept_by in sorted({one.kept_by for one in mine}):
            yield "herald_poll_lag_seconds", max(one.lag for one in mine if one.kept_by == kept_by), (slug, kept_by)
        yield "herald_parcels", sum(one.parcels for one in mine), (slug,)
        yield "herald_accounts_away", sum(one.is_away for one in mine), (slug,)
        yield "herald_accounts_refused", sum(one.state == "refused" for one in mine), (slug,)
        lefts = [left for one in mine if (left := budget_left(one)) is not None]
        if lefts:
            yield "herald_budget_left_ratio", min(lefts), (slug,)
    for priority, (waiting, age) in found.queue.items():
        yield "herald_outbox_waiting", waiting, (priority,)
        yield "herald_outbox_age_seconds", age, (priority,)
    yield "herald_outbox_in_doubt", found.in_doubt, ()
    yield "herald_inbox_waiting", found.updates, ()
