"""What is measured of the whole installation, as gauges: all shops together, read anew once a minute at most."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from bot.domain.calibration import BINS, Calibration
from bot.domain.measures import Measures
from bot.flows import desk_gauges, foretelling, growth, installation
from bot.flows.desk_gauges import DESK_GAUGES
from bot.flows.experience import FORECAST, RHYTHM, TAILS
from bot.flows.growth import GROWTH_GAUGES
from bot.flows.installation import INSTALLATION_GAUGES
from bot.store import learnt, measures
from bot.store.faults import StoreUnavailable as StoreUnavailable

WORDS_OF = timedelta(days=30)
FORECASTS_OF = timedelta(days=90)
FRESH = timedelta(minutes=1)
KINDS = (FORECAST, RHYTHM, TAILS)

GAUGES: Mapping[str, tuple[str, ...]] = {
    "herald_told_first": ("Troubles of which we warned before the follower asked",),
    "herald_troubles": ("Troubles of which somebody spoke first",),
    "herald_days_told": ("Days told that are over",),
    "herald_days_held": ("Days told by which the parcel had come",),
    "herald_windows_told": ("Windows told that are over",),
    "herald_windows_held": ("Windows told within which the parcel came",),
    "herald_windows_claimed_ratio": ("Chance with which windows told were said to hold",),
    "herald_words_due": ("Promised words that fell due",),
    "herald_words_in_time": ("Promised words said by their time",),
    "herald_words_late": ("Promised words said later",),
    "herald_words_broken": ("Promised words not said in time, or still owed",),
    "herald_warnings_early": ("Parcels warned of before the end of a promised day that is over",),
    "herald_warnings_right": ("Parcels warned of before that did not come by then",),
    "herald_late_parcels": ("Parcels in trouble that did not come by their promised day",),
    "herald_warning_lead_hours": ("Median lead of right warnings",),
    "herald_forecasts": ("Forecasts scored",),
    "herald_forecast_brier": ("Mean squared error of the chance to be late",),
    "herald_forecast_error_days": ("Mean distance of the likeliest day from arrival",),
    "herald_forecast_windows_claimed_ratio": ("What arrival windows claimed to hold",),
    "herald_forecast_windows_held_ratio": ("What arrival windows held",),
    "herald_forecast_bin": ("Forecasts of about one chance to be late", "chance"),
    "herald_forecast_bin_expected": ("How many of them should be late", "chance"),
    "herald_forecast_bin_late": ("How many of them were late", "chance"),
    **DESK_GAUGES,
    **INSTALLATION_GAUGES,
    **GROWTH_GAUGES,
    "herald_learnt_age_seconds": ("Since what was learnt was brought up to date", "kind"),
}
"""Name to its help and then its labels; what each means exactly: docs/metrics.md."""


class Gauge(Struct, frozen=True):
    """One value. `labels`: the values of its labels, in the order of GAUGES."""

    name: str
    value: float
    labels: tuple[str, ...] = ()


class Gauges:
    """The figures in memory."""

    def __init__(self) -> None:
        self._known: list[Gauge] = []
        self._as_of: datetime | None = None

    async def read(self, now: datetime) -> list[Gauge]:
        """Every gauge that has a value. Raises StoreUnavailable."""
        if self._as_of is None or not timedelta() <= now - self._as_of < FRESH:
            self._known, self._as_of = await _read(now), now
        return self._known


async def _read(now: datetime) -> list[Gauge]:
    words = await measures.measured(None, now - WORDS_OF, now)
    desks = await desk_gauges.read(now - WORDS_OF, now)
    forecasts = await foretelling.how_right(None, now - FORECASTS_OF)
    ages = {kind: await learnt.learnt_at(kind) for kind in KINDS}
    learning = (
        Gauge("herald_learnt_age_seconds", (now - at).total_seconds(), (kind,))
        for kind, at in ages.items()
        if at is not None
    )
    of_desks = (Gauge(name, value) for name, value in desks.items() if value is not None)
    now_doing = (Gauge(*one) for one in installation.measured(await installation.doing(now)))
    sizes = (Gauge(*one) for one in growth.measured(await growth.grown()))
    return [*_of_words(words), *of_desks, *_of_forecasts(forecasts), *learning, *now_doing, *sizes]


def _of_words(found: Measures) -> Iterator[Gauge]:
    counts = {
        "herald_told_first": found.told_first.count,
        "herald_troubles": found.told_first.of,
        "herald_days_told": found.days.of,
        "herald_days_held": found.days.count,
        "herald_windows_told": found.windows.of,
        "herald_windows_held": found.windows.count,
        "herald_windows_claimed_ratio": found.claimed,
        "herald_words_due": found.words.of,
        "herald_words_in_time": found.words.count,
        "herald_words_late": found.late,
        "herald_words_broken": found.broken,
        "herald_warnings_early": found.right.of,
        "herald_warnings_right": found.right.count,
        "herald_late_parcels": found.warned.of,
        "herald_warning_lead_hours": found.hours_ahead,
    }
    return (Gauge(name, value) for name, value in counts.items() if value is not None)


def _of_forecasts(found: Calibration) -> Iterator[Gauge]:
    claimed, held = found.coverage or (None, None)
    sums = {
        "herald_forecasts": found.count,
        "herald_forecast_brier": found.brier,
        "herald_forecast_error_days": found.error_days,
        "herald_forecast_windows_claimed_ratio": claimed,
        "herald_forecast_windows_held_ratio": held,
    }
    yield from (Gauge(name, value) for name, value in sums.items() if value is not None)
    for place, one in enumerate(found.bins):
        chance = (f"{place / BINS:.1f}",)
        yield Gauge("herald_forecast_bin", one.count, chance)
        yield Gauge("herald_forecast_bin_expected", one.expected, chance)
        yield Gauge("herald_forecast_bin_late", one.late, chance)
