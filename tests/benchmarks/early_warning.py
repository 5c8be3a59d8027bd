"""Warn of late orders on a history, event by event, with the product's own rehearsal: its forecast, detector, policy.

A replay driver loads this file by its path and feeds `Warner`; `python tests/benchmarks/early_warning.py` says how.
The environment variable EARLY_WARNING_POLICY (balanced, early, careful) chooses the preset.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.domain.odds import Preset
from bot.domain.rehearsal import SILENT, Rehearsal, presets
from bot.domain.shipment import Shipment
from carriers.kit.model import Status

COUNTRY = "BR"
"""Of the history: its feasts and days of rest."""
STATUSES = {"handed_over": Status.IN_TRANSIT, "delivered": Status.DELIVERED}


class Warner:
    """Orders by the numbers that the rehearsal knows them by; times are naive, local."""

    def __init__(self) -> None:
        preset = Preset(os.environ.get("EARLY_WARNING_POLICY", Preset.BALANCED.value))
        self._rehearsal = Rehearsal({preset: presets(COUNTRY)[preset]}, COUNTRY)
        self._numbers: dict[str, int] = {}

    def on_event(self, kind: str, at: datetime, order_id: str, facts: Mapping[str, str]) -> None:
        """Take in what happened at `at`."""
        at = at.replace(tzinfo=UTC)
        number = self._numbers.setdefault(order_id, len(self._numbers))
        if kind == "purchased":
            self._rehearsal.order(_ordered(number, at, facts))
        elif kind in STATUSES:
            self._rehearsal.move(number, STATUSES[kind], at)

    def tick(self, now: datetime) -> Iterator[str]:
        """The orders to be warned of at `now`."""
        orders = list(self._numbers)
        return (orders[warned.id] for warned in self._rehearsal.tick(now.replace(tzinfo=UTC)))


def _ordered(number: int, at: datetime, facts: Mapping[str, str]) -> Shipment:
    return Shipment(
        id=number,
        merchant_id=1,
        order_id=number,
        account_id=None,
        slug=SILENT,
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
