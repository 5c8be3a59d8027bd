"""How the network runs just now against its usual self: below 1 in a strike or a storm, above after a bad month."""

from collections.abc import Sequence

from bot.domain.journey import Journey, Stage
from bot.domain.learning import DAY, LATELY, Model
from bot.domain.links import ALL, ON_THE_WAY, carrier_of
from bot.domain.prior import prior_chances
from bot.domain.survival import BINS, EDGES, led, risk

_DOUBT = 30.0
"""Arrivals by which a pace is held to be the usual one."""
_SLOWEST, _FASTEST = 0.5, 2.0
_WORKDAY = DAY * 7 / 5.4
"""Time on the wall in which a working day goes by, on average."""
_SEEN_UP_TO = 40.0
"""Working days; what is older is no matter of pace."""

# a parcel's weight is that of its order's day. What it did later is more recent: weighed up by its age, arrivals and
# parcels at risk count by the day on which they happened
_BINS_SEEN = sum(edge < _SEEN_UP_TO for edge in EDGES[:BINS])
_RECENT = tuple(float(2 ** (edge * _WORKDAY / LATELY)) for edge in EDGES[:_BINS_SEEN])


def pace_of(model: Model, journey: Journey) -> float:
    """Arrivals per parcel under way lately, against the long run: of the carrier, leaning on all carriers'."""
    usual: Sequence[float] = prior_chances(Stage.HANDED_OVER, False, 0)
    pace = 1.0
    for place in (ALL, carrier_of(journey)):
        usual, _ = led(model.memory.tallies(place, ON_THE_WAY), 0, usual, _DOUBT)
        arrived, at_risk = risk(model.lately.tallies(place, ON_THE_WAY), _BINS_SEEN)
        came = sum(count * recent for count, recent in zip(arrived, _RECENT, strict=True))
        expected = sum(count * usual[bin_] * _RECENT[bin_] for bin_, count in enumerate(at_risk))
        pace = (came + _DOUBT * pace) / (expected + _DOUBT)
    return min(max(pace, _SLOWEST), _FASTEST)
