"""When silence means "probably lost": lines of a table, moved by experience and by the shop's own word."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.carriage import KINDS, CarrierKind
from bot.domain.detector import detect
from bot.domain.finding import FindingKind
from bot.domain.loss import CEILING, LEAST_SEEN, LINES, Experience, Tail, limits, line_of, moved, shifted
from bot.domain.policy import policy_for
from carriers.kit.model import FINAL, Status
from tests.domain.values import DAY, NOW, shipment

MOVING = Status.IN_TRANSIT
SLUGS = ("ups", "usps", "royalmail", "17track", "something_new")
spans = st.integers(1, 100 * 24).map(lambda hours: timedelta(hours=hours))
tails = st.builds(Tail, span=spans, n=st.integers(0, 10_000))
stages = st.sampled_from(sorted({stage for _, stage in LINES}))


def test_every_line_names_who_says_so_and_leaves_room_between_floor_and_limit() -> None:
    for line in LINES.values():
        assert line.source
        assert 1 < line.floor.domestic <= line.floor.international <= line.limit.international
        assert line.floor.domestic <= line.limit.domestic <= line.limit.international


@pytest.mark.parametrize("slug", SLUGS)
def test_every_stage_on_the_way_has_its_line(slug: str) -> None:
    kind = KINDS.get(slug, CarrierKind.EXPRESS)
    without = {Status.UNKNOWN, Status.PRE_TRANSIT, Status.AVAILABLE_FOR_PICKUP, *FINAL}
    assert limits(slug, kind).domestic.keys() == limits(slug, kind).international.keys() == set(Status) - without


def test_the_shops_own_courier_loses_nothing_by_silence() -> None:
    assert limits("own", CarrierKind.OWN).domestic == {}


@pytest.mark.parametrize(
    ("slug", "kind", "stage", "days"),
    [
        ("ups", CarrierKind.EXPRESS, MOVING, (7, 20)),
        ("ups", CarrierKind.POST, MOVING, (15, 30)),
        ("ups", CarrierKind.EXPRESS, Status.CUSTOMS, (20, 30)),
        ("ups", CarrierKind.EXPRESS, Status.OUT_FOR_DELIVERY, (7, 7)),
        ("royalmail", CarrierKind.POST, MOVING, (14, 30)),
        ("royalmail", CarrierKind.POST, Status.CUSTOMS, (30, 45)),
        ("17track", CarrierKind.AGGREGATOR, MOVING, (15, 30)),
    ],
)
def test_the_limit_is_that_of_carrier_service_and_stage(
    slug: str, kind: CarrierKind, stage: Status, days: tuple[int, int]
) -> None:
    assert [one[stage] // DAY for one in limits(slug, kind)] == list(days)


def test_a_long_tail_of_silences_that_ended_well_gives_a_parcel_more_time() -> None:
    seen = Experience(domestic={MOVING: Tail(timedelta(days=9, hours=5), 40)})
    found = limits("ups", CarrierKind.EXPRESS, seen)
    assert (found.domestic[MOVING], found.international[MOVING]) == (10 * DAY, 20 * DAY)
    assert found.domestic[Status.CUSTOMS] == 20 * DAY


def test_a_short_tail_never_goes_below_the_floor() -> None:
    seen = Experience(domestic={MOVING: Tail(DAY, 4000)}, international={MOVING: Tail(DAY, 4000)})
    found = limits("ups", CarrierKind.EXPRESS, seen)
    assert (found.domestic[MOVING], found.international[MOVING]) == (6 * DAY, 10 * DAY)


def test_a_few_parcels_teach_nothing() -> None:
    assert moved(7 * DAY, 6 * DAY, Tail(20 * DAY, LEAST_SEEN - 1)) == 7 * DAY
    assert moved(7 * DAY, 6 * DAY, Tail(20 * DAY, LEAST_SEEN)) == 20 * DAY


@given(stages, st.sampled_from(SLUGS), tails)
def test_whatever_was_seen_the_limit_stays_between_floor_and_ceiling(stage: Status, slug: str, tail: Tail) -> None:
    kind = KINDS.get(slug, CarrierKind.EXPRESS)
    line = line_of(slug, kind, stage)
    assert line is not None
    found = limits(slug, kind, Experience({stage: tail}, {stage: tail}))
    assert line.floor.domestic * DAY <= found.domestic[stage] <= max(CEILING, line.limit.domestic * DAY)
    assert line.floor.international * DAY <= found.international[stage] <= max(CEILING, line.limit.international * DAY)


@given(spans)
def test_a_shops_own_number_keeps_the_stages_in_their_order(own: timedelta) -> None:
    base = limits("ups", CarrierKind.EXPRESS).domestic
    found = shifted(base, own)
    ranked = sorted(base, key=lambda stage: base[stage])
    assert found[MOVING] == max(own, DAY)
    assert [found[stage] for stage in ranked] == sorted(found.values())


def test_what_the_shop_says_comes_before_what_was_learnt() -> None:
    seen = Experience(domestic={MOVING: Tail(12 * DAY, 400)})
    assert policy_for("ups", None, {"home": "DE"}, seen).lost_domestic[MOVING] == 12 * DAY
    assert policy_for("ups", None, {"lost_domestic": 240}, seen).lost_domestic[MOVING] == 10 * DAY


def test_customs_may_keep_a_parcel_longer_than_a_hub() -> None:
    policy = policy_for("ups", None, {"home": "DE"})
    silent = shipment(scan_at=NOW - 10 * DAY, promised_on=None, eta_on=None)
    held = shipment(status=Status.CUSTOMS, scan_at=NOW - 10 * DAY, promised_on=None, eta_on=None)
    assert [finding.kind for finding in detect(silent, NOW, policy)] == [FindingKind.LOST]
    assert [finding.kind for finding in detect(held, NOW, policy)] == [FindingKind.STALLED]
