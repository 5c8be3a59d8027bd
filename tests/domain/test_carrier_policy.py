"""Thresholds of one carrier stand before those of the shop, and nowhere else."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.loss import Experience, Tail
from bot.domain.policy import of_carrier, policy_for
from carriers.kit.model import Status
from tests.domain.values import DAY, HOUR

HOURS = st.integers(1, 2000)
OVERRIDES = st.fixed_dictionaries(
    {},
    optional={
        "unannounced": HOURS,
        "lost_domestic": HOURS,
        "serious_days": st.integers(1, 30),
        "stalled_domestic": st.dictionaries(st.sampled_from(["in_transit", "customs"]), HOURS, max_size=2),
        "odds": st.fixed_dictionaries({}, optional={"preset": st.sampled_from(["early", "careful"]), "near": HOURS}),
    },
)


@given(shop=OVERRIDES, carrier=OVERRIDES)
def test_a_carriers_own_number_holds_there_and_the_shops_everywhere_else(
    shop: dict[str, Any], carrier: dict[str, Any]
) -> None:
    both = {**shop, "carriers": {"usps": carrier}}
    assert policy_for("ups", None, both) == policy_for("ups", None, shop)
    here = policy_for("usps", None, both)
    for name, value in carrier.items():
        if name == "serious_days":
            assert here.serious_days == value
        if name == "lost_domestic":
            assert here.lost_domestic[Status.IN_TRANSIT] == max(value * HOUR, DAY)
    if "odds" not in carrier:
        assert here.odds == policy_for("usps", None, shop).odds
    stalled = {**shop.get("stalled_domestic", {}), **carrier.get("stalled_domestic", {})}
    assert all(here.stalled_domestic[Status(stage)] == hours * HOUR for stage, hours in stalled.items())


@given(shop=OVERRIDES, carrier=OVERRIDES)
def test_putting_them_in_place_twice_changes_nothing(shop: dict[str, Any], carrier: dict[str, Any]) -> None:
    once = of_carrier({**shop, "carriers": {"ups": carrier}}, "ups")
    assert of_carrier(once, "ups") == once
    assert "carriers" not in once


def test_a_carriers_threshold_stands_beside_the_shops_preset() -> None:
    said = {"odds": {"preset": "early"}, "carriers": {"ups": {"odds": {"near": 24}}}}
    odds = policy_for("ups", None, said).odds
    assert (odds.near, odds.very_sure) == (24 * HOUR, 0.85)


def test_what_was_said_of_a_carrier_comes_before_what_was_learnt() -> None:
    seen = Experience(domestic={Status.IN_TRANSIT: Tail(9 * DAY, 212)})
    assert policy_for("ups", None, {}, seen).lost_domestic[Status.IN_TRANSIT] == 9 * DAY
    own = {"carriers": {"ups": {"lost_domestic": 288}}}
    assert policy_for("ups", None, own, seen).lost_domestic[Status.IN_TRANSIT] == 12 * DAY
