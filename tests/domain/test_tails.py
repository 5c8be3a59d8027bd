"""Silences that ended well: counted once a parcel, added up in any order, read as a tail."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import loss, tails
from bot.domain.carriage import CarrierKind
from bot.domain.loss import Tail
from bot.domain.policy import policy_for
from bot.domain.tails import HALF_LIFE, MOST_DAYS, MOST_PLACES, Passed, Tails, counted, experiences, longest, merged
from carriers.kit.model import Status
from tests.domain.values import DAY, HOUR, NOW

S = Status


def passed(*silences: float, stage: Status = S.IN_TRANSIT, **changed: Any) -> Passed:
    """A parcel that was silent for so many days after each scan, and then came."""
    at, scans = NOW - 90 * DAY, []
    for days in silences:
        scans.append((stage, at))
        at += timedelta(days=days)
    usual: dict[str, Any] = {"merchant_id": 1, "slug": "ups", "service": None, "country": "DE", "home": "DE"}
    return Passed(**usual | {"scans": [*scans, (S.DELIVERED, at)]} | changed)


def domestic(found: Tails, slug: str = "ups", kind: CarrierKind = CarrierKind.EXPRESS) -> dict[Status, Tail]:
    return dict(experiences(found)[1, slug, kind].domestic)


def test_of_each_parcel_the_longest_silence_at_a_stage_counts() -> None:
    assert domestic(counted([passed(1, 4.5, 2)], NOW)) == {S.IN_TRANSIT: Tail(5 * DAY, 1)}


def test_stages_are_counted_apart_and_a_scan_without_one_leaves_it() -> None:
    scans = [(S.IN_TRANSIT, NOW), (S.UNKNOWN, NOW + DAY), (S.CUSTOMS, NOW + 4 * DAY), (S.DELIVERED, NOW + 5 * DAY)]
    assert longest(scans) == {S.IN_TRANSIT: 3 * DAY, S.CUSTOMS: DAY}
    assert longest(scans[::-1]) == longest(scans)
    assert longest([]) == longest(scans[:1]) == {}


def test_carriers_kinds_of_service_shops_and_borders_are_kept_apart() -> None:
    others: list[dict[str, Any]] = [
        {"slug": "dpd"},
        {"service": "Economy mail"},
        {"merchant_id": 2},
        {"country": "FR"},
        {"home": None},
    ]
    found = counted([passed(2), *[passed(9, **changed) for changed in others]], NOW)
    assert domestic(found) == {S.IN_TRANSIT: Tail(3 * DAY, 1)}
    assert experiences(found)[1, "ups", CarrierKind.EXPRESS].international == {S.IN_TRANSIT: Tail(10 * DAY, 2)}
    assert domestic(found, kind=CarrierKind.POST) == {S.IN_TRANSIT: Tail(10 * DAY, 1)}


def test_a_few_in_a_thousand_are_left_out() -> None:
    found = counted([*[passed(3)] * 999, passed(40)], NOW)
    assert domestic(found)[S.IN_TRANSIT] == Tail(4 * DAY, 1000)
    assert domestic(counted([*[passed(3)] * 30, passed(20)], NOW))[S.IN_TRANSIT].span == 21 * DAY


@pytest.mark.parametrize(("count", "limit"), [(29, 7), (30, 12)])
def test_it_moves_the_limit_of_loss_from_thirty_parcels_on(count: int, limit: int) -> None:
    found = experiences(counted([passed(11.5)] * count, NOW))[1, "ups", CarrierKind.EXPRESS]
    assert policy_for("ups", None, {}, found).lost_domestic[S.IN_TRANSIT] == limit * DAY
    assert policy_for("ups", None, {"lost_domestic": 240}, found).lost_domestic[S.IN_TRANSIT] == 10 * DAY


def test_what_is_old_counts_less_and_in_the_end_nothing() -> None:
    old = counted([passed(20)] * 40, NOW)
    later = merged(old, counted([passed(2)], NOW + HALF_LIFE))
    assert domestic(later)[S.IN_TRANSIT].n == 21
    assert merged(old, Tails(NOW + 40 * HALF_LIFE)).places == {}


def test_memory_is_bounded_by_what_is_seen_least() -> None:
    many = counted([passed(2, merchant_id=number) for number in range(MOST_PLACES + 5)], NOW)
    kept = merged(many, counted([passed(2, merchant_id=MOST_PLACES + 4)], NOW))
    assert len(kept.places) == MOST_PLACES
    assert (MOST_PLACES + 4, "ups", CarrierKind.EXPRESS) in experiences(kept)


def test_what_is_no_tails_is_learnt_anew() -> None:
    assert tails.from_bytes(b"\x00", NOW) == Tails(NOW)
    assert tails.from_bytes(tails.to_bytes(Tails(NOW)).replace(b"\x01", b"\x02", 1), NOW) == Tails(NOW)


parcels = st.builds(
    lambda silences, stage, slug, country: passed(*silences, stage=stage, slug=slug, country=country),
    st.lists(st.floats(0, 200), max_size=5),
    st.sampled_from([S.IN_TRANSIT, S.CUSTOMS, S.EXCEPTION, S.UNKNOWN]),
    st.sampled_from(["ups", "usps"]),
    st.sampled_from(["DE", "FR", None]),
)
many = st.lists(parcels, max_size=8)


@given(many, many)
def test_counts_add_up_in_any_order_and_are_kept_whole(one: list[Passed], two: list[Passed]) -> None:
    first, second, both = (counted(part, NOW) for part in (one, two, [*one, *two]))
    assert merged(first, second) == merged(second, first) == merged(both, Tails(NOW))
    assert tails.from_bytes(tails.to_bytes(both), NOW) == both


@given(st.dictionaries(st.integers(0, MOST_DAYS), st.floats(0.01, 50), min_size=1))
def test_a_tail_holds_all_but_a_few_and_no_day_more_than_it_needs(counts: dict[int, float]) -> None:
    found, total = tails.tail(counts), sum(counts.values())
    within = sum(weight for days, weight in counts.items() if (days + 1) * DAY <= found.span)
    assert within >= tails.WITHIN * total - 1e-6
    before = sum(weight for days, weight in counts.items() if (days + 1) * DAY < found.span)
    assert before < tails.WITHIN * total + 1e-6
    assert loss.moved(7 * DAY, 6 * DAY, found) <= loss.CEILING
    assert found.span % DAY == 0 * HOUR
