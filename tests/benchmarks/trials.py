"""What it costs to say what the presets would have meant for a shop with as long a history as is looked at."""

import random
import time
from datetime import UTC, datetime, timedelta

from bot.domain.rehearsal import Past
from bot.domain.shipment import Shipment
from bot.domain.trial import MOST, SPAN, past_of, tried
from carriers.kit.model import Status
from tests.benchmarks.machine import Row, machine, show

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
DAY = timedelta(days=1)


def measure() -> list[Row]:
    """The time of one core."""
    drawn = random.Random(5)
    history = [_past(number, drawn) for number in range(MOST)]
    began = time.process_time()
    trial = tried(history, "SA", NOW)
    seconds = time.process_time() - began
    found = ", ".join(f"{name}: {one.warned} warned, {one.right} rightly" for name, one in trial.presets.items())
    detail = f"{trial.parcels} parcels in {SPAN.days} days; {found}"
    return [Row("presets tried on a shop's own history", seconds, "s", most=2.0, detail=detail)]


def _past(number: int, drawn: random.Random) -> Past:
    """Six days are promised; the carrier needs three in the median, some need ten."""
    ordered_at = NOW - SPAN * (1 - number / MOST) - 7 * DAY
    handed_at = ordered_at + drawn.random() * 2 * DAY
    came_at = handed_at + drawn.lognormvariate(1.1, 0.45) * DAY
    scans = [(Status.IN_TRANSIT, handed_at + step * (came_at - handed_at) / 6) for step in range(5)]
    scans += [(Status.OUT_FOR_DELIVERY, came_at - DAY / 5), (Status.DELIVERED, came_at)]
    shipment = Shipment(
        id=number,
        merchant_id=1,
        order_id=number,
        account_id=1,
        slug="ups",
        number="",
        status=Status.DELIVERED,
        created_at=ordered_at,
        promised_on=(ordered_at + 6 * DAY).date(),
        country="SA",
        zone="Asia/Riyadh",
    )
    return past_of(shipment, scans, NOW)


if __name__ == "__main__":
    show(machine(), measure())
