"""Whether many parcels in one trouble are more than chance brings.

The test: of a group's n parcels, k or more in trouble, each with the chance that is usual in the group. Parcels of a
group share lorries, weather and days, so their chances move together: the tail of the beta-binomial distribution with
correlation SPREAD, not of the binomial one, must lie below BEYOND. Fewer than FEWEST are never many.
"""

from math import exp, lgamma

FEWEST = 10
SPREAD = 0.05
"""Correlation of two parcels of a group: own, so wide that half a group must be in trouble that is rare in it."""
BEYOND = 1e-5
"""Some fifty groups of a shop are looked at some hundred times a day, mostly at the same parcels: rarely in a year."""
HINT = 1e-3
"""Enough to name a cause where the agents would be asked in any case; never calm."""
CALM = 0.01
"""So likely that what is left is nothing special: it is over."""
_MOST = 2000
"""More parcels tell no more: the spread of days outweighs that of parcels long before."""
_LEAST_SHARE, _MOST_SHARE = 1e-4, 0.95


def chance(parcels: int, troubled: int, share: float, enough: float = CALM) -> float:
    """The chance of so many or more in trouble; counted no further than `enough`."""
    if troubled <= 0:
        return 1.0
    if parcels > _MOST:
        parcels, troubled = _MOST, troubled * _MOST // parcels
    troubled = min(troubled, parcels)
    share = min(max(share, _LEAST_SHARE), _MOST_SHARE)
    a, b = share * (1 / SPREAD - 1), (1 - share) * (1 / SPREAD - 1)
    term, total = exp(_log_term(parcels, troubled, a, b)), 0.0
    for count in range(troubled, parcels + 1):
        total += term
        if total >= enough:
            break
        # the quotient of two neighbouring terms of the beta-binomial distribution
        term *= (parcels - count) / (count + 1) * (count + a) / max(parcels - count - 1 + b, b)
    return total


def _log_term(n: int, k: int, a: float, b: float) -> float:
    ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return ways + lgamma(k + a) + lgamma(n - k + b) - lgamma(n + a + b) + lgamma(a + b) - lgamma(a) - lgamma(b)


def is_beyond(parcels: int, troubled: int, share: float, bound: float = BEYOND) -> bool:
    """Whether that is more than chance allows."""
    return troubled >= FEWEST and chance(parcels, troubled, share) < bound


def is_calm(parcels: int, troubled: int, share: float) -> bool:
    """Whether what is left is no more than usual."""
    return troubled < FEWEST or chance(parcels, troubled, share) >= CALM
