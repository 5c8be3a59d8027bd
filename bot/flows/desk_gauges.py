"""What is measured of all desks together, as gauges."""

from collections.abc import Mapping
from datetime import datetime

from bot.store import desk_numbers, waits

DESK_GAUGES: Mapping[str, tuple[str, ...]] = {
    "herald_desk_open": ("Tickets that are open now",),
    "herald_desk_waiting": ("Of these, such that wait for a person of the shop",),
    "herald_desk_breached": ("Of these, such whose answer should have been written by now",),
    "herald_desk_first_answers": ("First answers of persons to customers",),
    "herald_desk_first_answer_median_seconds": ("Half of them came within this, by the clock",),
    "herald_desk_first_answer_p90_seconds": ("Nine in ten of them came within this, by the clock",),
    "herald_desk_solved": ("Tickets solved for the first time",),
    "herald_desk_reopened": ("Of these, such that were opened again",),
    "herald_desk_ratings_asked": ("Questions for a rating that reached their customer",),
    "herald_desk_ratings": ("Of these, such that were answered",),
    "herald_desk_ratings_good": ("Of these, four or five",),
    "herald_desk_woken": ("Open tickets that nothing would have woken, put right",),
    "herald_desk_recoveries": ("Low ratings for which a case was opened",),
    "herald_desk_recovered": ("Of these, such whose customer was won back",),
}
"""Name to its help; what each means exactly: docs/metrics.md."""


async def read(since: datetime, now: datetime) -> dict[str, float | None]:
    """Every gauge; None where there is no value yet."""
    standing = await desk_numbers.standing(None, now)
    firsts, reopened = await desk_numbers.together(since)
    rated = await desk_numbers.ratings(None, since, now)
    return {
        "herald_desk_open": standing.open,
        "herald_desk_waiting": standing.waiting,
        "herald_desk_breached": standing.breached,
        "herald_desk_first_answers": firsts.of,
        "herald_desk_first_answer_median_seconds": firsts.p50 / 1000 if firsts.of else None,
        "herald_desk_first_answer_p90_seconds": firsts.p90 / 1000 if firsts.of else None,
        "herald_desk_solved": reopened.of,
        "herald_desk_reopened": reopened.count,
        "herald_desk_ratings_asked": rated.given.of,
        "herald_desk_ratings": rated.given.count,
        "herald_desk_ratings_good": rated.good.count,
        "herald_desk_woken": await waits.woken(since),
        "herald_desk_recoveries": rated.won.of,
        "herald_desk_recovered": rated.won.count,
    }
