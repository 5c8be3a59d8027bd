"""What a soak is judged by: a leak shows through noise, a burst in any span counts, the record knows its parcels."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers.kit.model import Limits
from tests.soak.carriers import most_at_once, over
from tests.soak.cast import Cast
from tests.soak.figures import slope, warm
from tests.soak.samples import Sample

NOISE = (0, 3, -2, 1, -1)


def sample(at: float, memory: float) -> Sample:
    return Sample(at, at, {"poll": round(memory)}, {}, {}, {}, 0, 0, 0, 0, 0, 0, 0, 0.0)


def looks(a_minute: float) -> list[Sample]:
    """Every five seconds for five minutes, with noise, after a minute of warming up."""
    return [sample(5 * n, 1000 + a_minute * n / 12 + NOISE[n % 5] - max(500 - 50 * n, 0)) for n in range(60)]


@pytest.mark.parametrize("a_minute", [0, 20, 200])
def test_growth_is_seen_through_noise_and_without_the_beginning(a_minute: float) -> None:
    grows = slope(warm(looks(a_minute)), lambda one: one.memory["poll"])
    assert grows == pytest.approx(a_minute, abs=2)


@given(st.lists(st.floats(0, 1000), max_size=40).map(sorted), st.floats(1, 100))
def test_the_most_in_a_span_is_that_of_the_worst_span(at: list[float], span: float) -> None:
    assert most_at_once(at, span) == max((sum(first <= one <= first + span for one in at) for first in at), default=0)


def test_what_was_asked_too_often_is_more_than_allowed_and_a_day_has_no_slack() -> None:
    found = over([0.1 * n for n in range(400)], Limits(per_second=1, per_day=300), slack=2)
    assert found["60 s"] == [400, 63]
    assert found["a day"] == [400, 300]
    assert over([float(n) for n in range(100)], Limits(per_second=1), slack=2)["60 s"][0] == 61


def test_every_parcel_lives_the_life_of_a_model_of_its_own_account_and_shares_are_kept() -> None:
    cast = Cast(datetime(2026, 11, 24, 9, tzinfo=UTC), 3000, 10)
    models = [cast.model_of(parcel) for parcel in range(1, 3001)]
    assert models[: cast.models] == list(range(1, cast.models + 1))
    assert set(models) == set(range(1, cast.models + 1))
    for account in cast.accounts:
        share = sum(cast.account_of(one) is account for one in models[cast.models :]) / len(models[cast.models :])
        assert share == pytest.approx(account.share / 100, abs=0.02)
