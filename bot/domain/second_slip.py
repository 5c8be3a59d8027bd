"""From the second slip on a window is said in place of a day: one that holds nine times out of ten."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from msgspec.structs import replace

from bot.domain.detector import DELAYS, ClosedAs, Verdict
from bot.domain.evidence import step_of, window_in
from bot.domain.finding import Finding, OpenFinding
from bot.domain.forecast import Forecast
from bot.domain.hours import day_there
from bot.domain.shipment import Shipment


def windowed(
    verdict: Verdict, stored: Sequence[OpenFinding], shipment: Shipment, forecast: Forecast | None, now: datetime
) -> Verdict:
    """The verdict with a window in each delay that is not the first. `stored`: all findings of the parcel so far.

    A window that can still hold stays: a date that moves within it is not told again.
    """
    if forecast is None or not (verdict.raised or verdict.escalated):
        return verdict
    told = sorted(filter(_is_slip, stored), key=lambda entry: (entry.raised_at, entry.id))
    if not told:
        return verdict
    case = _Delay(told, shipment, forecast, now)
    return replace(
        verdict,
        raised=tuple(entry._replace(finding=case.dated(entry.finding)) for entry in verdict.raised),
        escalated=tuple(entry._replace(now=case.dated(entry.now)) for entry in verdict.escalated),
    )


def _is_slip(entry: OpenFinding) -> bool:
    return entry.kind in DELAYS and step_of(entry.evidence)[0] > 0 and entry.outcome != ClosedAs.WITHDRAWN


class _Delay(NamedTuple):
    """A parcel that is late once more. `slips`: the findings of its earlier slips, and of this one."""

    slips: list[OpenFinding]
    shipment: Shipment
    forecast: Forecast
    now: datetime

    def dated(self, finding: Finding) -> Finding:
        """The finding with its window, if it is of a further slip."""
        if finding.kind not in DELAYS or not any(_is_further(finding, entry) for entry in self.slips):
            return finding
        return replace(finding, evidence={**finding.evidence, "window": self._standing() or self._fresh()})

    def _standing(self) -> dict[str, Any] | None:
        """The last window, if neither the day nor the carrier has overtaken it."""
        said = [entry.evidence["window"] for entry in self.slips if window_in(entry.evidence) is not None]
        if not said or "to_on" not in said[-1] or date.fromisoformat(said[-1]["to_on"]) < self._least():
            return None
        return dict(said[-1])

    def _least(self) -> date:
        """The day before which no window may end: the carrier's own, today."""
        today = day_there(self.now, self.shipment.zone)
        return max(self.shipment.eta_on or today, today)

    def _fresh(self) -> dict[str, Any]:
        """What the forecast says, stretched to the day that the carrier names; without an end where it has none."""
        window, today, least = self.forecast.window, day_there(self.now, self.shipment.zone), self._least()
        from_on = max(window.from_on, today)
        if self.shipment.eta_on is not None and self.shipment.eta_on >= today:
            from_on = min(from_on, self.shipment.eta_on)
        held: dict[str, Any] = {"from_on": from_on.isoformat(), "coverage": round(window.coverage, 2)}
        if window.to_on is not None:
            held["to_on"] = max(window.to_on, least).isoformat()
        return held


def _is_further(finding: Finding, entry: OpenFinding) -> bool:
    """Whether it is another slip than that of an earlier finding; the same one may be told of by two kinds."""
    step = step_of(finding.evidence)
    if not any(step):
        return False
    return step != step_of(entry.evidence) or entry.outcome == ClosedAs.RESOLVED
