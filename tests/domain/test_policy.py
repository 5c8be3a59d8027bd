from datetime import timedelta

import msgspec
import pytest

from bot.domain.policy import CarrierKind, kind_of, policy_for
from carriers.kit.model import Status
from tests.domain.values import DAY, HOUR


@pytest.mark.parametrize(
    ("slug", "service", "kind"),
    [
        ("ups", None, CarrierKind.EXPRESS),
        ("ups", "UPS SurePost", CarrierKind.POST),
        ("17track", "Air Mail", CarrierKind.AGGREGATOR),
        ("own", None, CarrierKind.OWN),
        ("something_new", None, CarrierKind.EXPRESS),
    ],
)
def test_a_carriers_kind_is_known_by_slug_and_service(slug: str, service: str | None, kind: CarrierKind) -> None:
    assert kind_of(slug, service) is kind
    assert policy_for(slug, service).kind is kind


def test_the_same_policy_is_not_built_twice() -> None:
    assert policy_for("ups", None) is policy_for("ups", "UPS Ground")
    assert policy_for("ups", None, {"home": "DE"}) is policy_for("ups", None, {"home": "DE"})


def test_a_shop_overrides_what_it_likes_and_keeps_the_rest() -> None:
    policy = policy_for("ups", None, {"home": "DE", "lost_domestic": 240, "stalled_domestic": {"in_transit": 36}})
    assert (policy.home, policy.lost_domestic[Status.IN_TRANSIT]) == ("DE", 10 * DAY)
    assert policy.stalled_domestic[Status.IN_TRANSIT] == 36 * HOUR
    assert policy.stalled_domestic[Status.CUSTOMS] == 5 * DAY
    assert policy.lost_international[Status.IN_TRANSIT] == 20 * DAY
    assert policy.serious_days == 3


def test_all_else_can_be_overridden_too() -> None:
    policy = policy_for(
        "ups", None, {"serious_days": 5, "serious_days_unpaid": 1, "quiet": "23-7", "first_response": 1, "unknown": 1}
    )
    assert (policy.serious_days, policy.serious_days_unpaid, policy.quiet) == (5, 1, "23-7")
    assert policy.first_response == timedelta(hours=1)


@pytest.mark.parametrize("overrides", [{"lost_domestic": "soon"}, {"stalled_domestic": {"nowhere": 3}}])
def test_a_wrong_override_is_refused(overrides: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        policy_for("ups", None, overrides)


@pytest.mark.parametrize("slug", ["ups", "17track", "royalmail", "usps"])
def test_loss_comes_after_stalling_and_distance_gives_time(slug: str) -> None:
    policy = policy_for(slug, None)
    assert policy.stalled_domestic.keys() == policy.stalled_international.keys()
    assert policy.lost_domestic.keys() == policy.lost_international.keys()
    for near, far in (
        (policy.stalled_domestic, policy.stalled_international),
        (policy.lost_domestic, policy.lost_international),
    ):
        assert all(span <= far[stage] for stage, span in near.items())
    for stalled, lost in (
        (policy.stalled_domestic, policy.lost_domestic),
        (policy.stalled_international, policy.lost_international),
    ):
        assert all(stalled[stage] < span for stage, span in lost.items() if stage in stalled)
