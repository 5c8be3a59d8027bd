"""The test that tells many from chance: its distribution, and that it only grows with what it should grow with."""

from math import comb, exp, lgamma

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.chance import BEYOND, FEWEST, SPREAD, chance, is_beyond, is_calm

parcels = st.integers(1, 400)
shares = st.floats(0.001, 0.9)


def exact(n: int, k: int, share: float) -> float:
    """The tail of the beta-binomial distribution, term by term."""
    a, b = share * (1 / SPREAD - 1), (1 - share) * (1 / SPREAD - 1)
    return sum(comb(n, i) * exp(beta(i + a, n - i + b) - beta(a, b)) for i in range(k, n + 1))


def beta(x: float, y: float) -> float:
    """The logarithm of the beta function."""
    return lgamma(x) + lgamma(y) - lgamma(x + y)


@given(st.integers(1, 60), shares, st.data())
def test_it_is_the_tail_of_the_beta_binomial_distribution(n: int, share: float, data: st.DataObject) -> None:
    k = data.draw(st.integers(1, n))
    assert chance(n, k, share, enough=2.0) == pytest.approx(exact(n, k, share), rel=1e-6)


@given(parcels, shares, st.data())
def test_more_trouble_is_never_likelier(n: int, share: float, data: st.DataObject) -> None:
    k = data.draw(st.integers(1, n))
    assert chance(n, k, share, enough=2.0) <= chance(n, k - 1, share, enough=2.0) + 1e-12


@given(parcels, shares, st.data())
def test_more_usual_trouble_is_never_less_likely(n: int, share: float, data: st.DataObject) -> None:
    k = data.draw(st.integers(1, n))
    assert chance(n, k, share, enough=2.0) <= chance(n, k, min(share * 1.1, 0.94), enough=2.0) + 1e-9


@given(parcels, shares)
def test_a_group_is_never_odd_and_calm_at_once(n: int, share: float) -> None:
    for k in range(n + 1):
        assert not (is_beyond(n, k, share) and is_calm(n, k, share))


@given(st.integers(FEWEST, 10**6), shares, st.data())
def test_fewer_than_ten_are_never_many_and_nothing_overflows(n: int, share: float, data: st.DataObject) -> None:
    few = data.draw(st.integers(0, FEWEST - 1))
    assert not is_beyond(n, few, share)
    assert is_calm(n, few, share)
    assert 0 <= chance(n, n, share) <= 1


@pytest.mark.parametrize(
    ("n", "k", "share", "odd"),
    [
        (10, 10, 0.06, True),
        (10, 10, 0.4, False),
        (41, 41, 0.02, True),
        (100, 10, 0.01, False),
        (100, 50, 0.025, True),
        (5000, 250, 0.025, False),
        (5000, 5000, 0.025, True),
        (1_000_000, 200_000, 0.025, False),
    ],
)
def test_about_half_of_a_group_makes_it_odd(n: int, k: int, share: float, odd: bool) -> None:
    assert is_beyond(n, k, share) is odd


def test_more_in_trouble_than_there_are_parcels_is_all_of_them() -> None:
    assert chance(20, 30, 0.1) == chance(20, 20, 0.1) < BEYOND


def test_nobody_in_trouble_is_certain() -> None:
    assert chance(50, 0, 0.05) == 1.0


def test_of_very_many_parcels_the_share_in_trouble_counts() -> None:
    assert chance(40_000, 8_000, 0.05) == chance(20_000, 4_000, 0.05)
