"""Warn of late orders on a history, event by event, with the product's own forecast, detector and default policy.

A replay driver loads this file by its path and feeds `Warner`; `python tests/benchmarks/early_warning.py` says how.
The environment variable EARLY_WARNING_POLICY (balanced, early, careful) chooses the preset.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from msgspec.structs import replace

from bot.domain.detector import DELAYS, detect
from bot.domain.forecast import forecast
from bot.domain.journey import STAGES, Step, journey_of, steps_of
from bot.domain.learning import empty, learn
from bot.domain.odds import Preset
from bot.domain.policy import policy_for
from bot.domain.shipment import Shipment
from carriers.kit.model import Status

COUNTRY = "BR"
"""Of the history: its feasts and days of rest."""
SLUG = "own"
"""A carrier that tells nothing between hand-over and delivery, as in the history: silence means nothing."""
STATUSES = {"handed_over": Status.IN_TRANSIT, "delivered": Status.DELIVERED}


class Warner:
    """Knows what has happened so far, and nothing else; learns every night."""

    def __init__(self) -> None:
        preset = Preset(os.environ.get("EARLY_WARNING_POLICY", Preset.BALANCED.value))
        self._policy = policy_for(SLUG, None, {"home": COUNTRY, "odds": {"preset": preset.value}})
        self._open: dict[str, tuple[Shipment, tuple[Step, ...]]] = {}
        self._ended: list[tuple[Shipment, tuple[Step, ...]]] = []
        self._model = empty(datetime(1970, 1, 1, tzinfo=UTC))
        self._learnt_on: date | None = None

    def on_event(self, kind: str, at: datetime, order_id: str, facts: Mapping[str, str]) -> None:
        """Take in what happened at `at` (naive, local)."""
        at = at.replace(tzinfo=UTC)
        if kind == "purchased":
            self._open[order_id] = _ordered(at, facts), steps_of(at, ())
        elif kind in STATUSES and order_id in self._open:
            self._moved(order_id, STATUSES[kind], at)

    def _moved(self, order_id: str, status: Status, at: datetime) -> None:
        shipment, steps = self._open[order_id]
        shipment = replace(shipment, status=status, status_at=at, scan_at=at)
        if status in STAGES:
            self._open[order_id] = shipment, (*steps, Step(STAGES[status], at))
        else:
            self._ended.append((replace(shipment, delivered_at=at), steps))
            del self._open[order_id]

    def tick(self, now: datetime) -> Iterator[str]:
        """The orders to be warned of at `now` (naive, local)."""
        now = now.replace(tzinfo=UTC)
        if now.date() != self._learnt_on:
            self._learn(now)
        for order_id, (shipment, steps) in self._open.items():
            expected = forecast(self._model, journey_of(shipment, steps, shipment.created_at, COUNTRY), now)
            if any(one.firm and one.kind in DELAYS for one in detect(shipment, now, self._policy, expected)):
                yield order_id

    def _learn(self, now: datetime) -> None:
        ended, under_way = (
            [journey_of(shipment, steps, shipment.created_at, COUNTRY) for shipment, steps in some]
            for some in (self._ended, self._open.values())
        )
        self._model, self._ended, self._learnt_on = learn(self._model, ended, under_way, now), [], now.date()


def _ordered(at: datetime, facts: Mapping[str, str]) -> Shipment:
    return Shipment(
        id=0,
        merchant_id=1,
        order_id=0,
        account_id=None,
        slug=SLUG,
        number="",
        status=Status.UNKNOWN,
        created_at=at,
        promised_on=date.fromisoformat(facts["promised_at"][:10]),
        country=COUNTRY,
        origin=facts["seller_state"],
        destination=facts["customer_state"],
    )


if __name__ == "__main__":
    sys.exit("usage: python replay_driver.py tests/benchmarks/early_warning.py OUT.csv --history … --test …")
