"""Journeys as a middling installation has them, from a seed: shops, carriers' services, lanes used very unevenly."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from bot.domain.journey import Ending, Journey, Stage, Step

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
DAY = timedelta(days=1)
SHOPS = 20
TOWNS = 100
LANDS = (("SA", "Asia/Riyadh"), ("AE", "Asia/Dubai"), ("IR", "Asia/Tehran"), ("DE", "Europe/Berlin"))
SERVICES = (("ups", "express", 3), ("dhl_unified", "standard", 7), ("17track", "economy", 14))
"""Carrier, service, promised days."""
_SHARES = [1 / (rank + 1) for rank in range(TOWNS)]


def ended(count: int, seed: int, now: datetime = NOW) -> Iterator[Journey]:
    """Parcels ordered in the last half year that have arrived; one in a hundred never did."""
    chance = Random(seed)
    for number in range(count):
        yield _journey(chance, number, now - chance.uniform(40, 220) * DAY, None)


def under_way(count: int, seed: int) -> list[Journey]:
    """Parcels ordered in the last days that are still open, whatever their stage."""
    chance = Random(seed)
    return [_journey(chance, number, NOW - chance.uniform(0, 10) * DAY, NOW) for number in range(count)]


def _journey(chance: Random, number: int, ordered_at: datetime, seen_at: datetime | None) -> Journey:
    """As it stood at `seen_at`, still open; None: when it was over."""
    slug, service, promised = chance.choice(SERVICES)
    shop, town = chance.randrange(SHOPS), chance.choices(range(TOWNS), _SHARES)[0]
    country, zone = LANDS[town % len(LANDS)]
    handed_at = ordered_at + chance.expovariate(1) * DAY
    van_at = handed_at + chance.gammavariate(2, promised / 5) * DAY
    steps = (
        Step(Stage.ORDERED, ordered_at),
        Step(Stage.IN_TRANSIT, handed_at),
        Step(Stage.OUT_FOR_DELIVERY, van_at),
    )
    is_lost = chance.random() < 0.01
    return Journey(
        id=number,
        merchant_id=shop,
        slug=slug,
        service=service,
        origin=f"hub {shop}",
        destination=f"town {town}",
        country=country,
        home=LANDS[0][0],
        zone=zone,
        ordered_at=ordered_at,
        steps=tuple(step for step in steps if seen_at is None or step.at <= seen_at),
        promised_by=ordered_at + promised * DAY,
        ended_at=None if seen_at is not None else van_at + chance.uniform(0.05, 0.5) * DAY,
        ended_as=None if seen_at is not None else Ending.LOST if is_lost else Ending.DELIVERED,
    )
