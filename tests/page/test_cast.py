"""Forty parcels and what becomes of them; a hub that stands still."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows.importing import parse
from bot.sandbox.page import cast, hubs
from bot.sandbox.page.journeys import FATES, ZONE
from bot.sandbox.parcels.life import KINDS, Life
from carriers.kit import numbers
from carriers.kit.model import Status

FIRST = date(2026, 11, 22)
PARCELS = cast.parcels()
END = datetime(2026, 11, 30, tzinfo=ZONE)
LIVES = [one.life(FIRST) for one in PARCELS]


def test_there_are_forty_the_same_each_time_and_each_carrier_could_have_its_own() -> None:
    assert len({one.number for one in PARCELS}) == len({one.order for one in PARCELS}) == 40
    assert cast.parcels() == PARCELS
    assert [one.number for one in PARCELS if not isinstance(numbers.validate(one.slug, one.number), str)] == []


def test_most_arrive_some_a_day_late_one_is_stuck_one_lost_one_fails_one_comes_back() -> None:
    ends = Counter(newest.kind.status for life in LIVES if (newest := life.known(END).newest))
    assert ends[Status.DELIVERED] == 38
    assert ends[Status.RETURNED] == 1
    assert ends[Status.IN_TRANSIT] == 1
    fates = Counter(one.fate for one in PARCELS)
    assert all(fates[fate] == 1 for fate in ("stuck", "lost", "fails", "returns", "slips1"))


@pytest.mark.parametrize("fate", FATES)
def test_a_fate_is_told_in_order_of_time_and_in_kinds_that_carriers_know(fate: str) -> None:
    hours = [beat.day * 24 + beat.hour for beat in FATES[fate]]
    assert hours == sorted(hours)
    assert {beat.kind for beat in FATES[fate]} <= KINDS.keys()


def test_the_file_of_the_merchant_is_one_that_the_import_reads() -> None:
    rows = parse(cast.table(PARCELS[1:], FIRST))
    assert [row["order"] for row in rows] == [one.order for one in PARCELS[1:]]
    assert set(rows[0]) == {"number", "carrier", "order", "promised", "name", "lang"}


@given(st.sampled_from(LIVES), st.sampled_from(cast.HUBS), st.integers(0, 150), st.integers(0, 60))
def test_a_hub_loses_nothing_and_what_it_kept_comes_later_by_as_much(life: Life, hub: str, at: int, kept: int) -> None:
    then = life.born_at + timedelta(hours=at)
    found = hubs.hold(life, hub, then)
    if found is None:
        return
    held, waiting = found
    assert (*held.steps, *waiting.steps) == life.steps
    assert held.known(then).scans == life.known(then).scans
    freed = hubs.release(held, waiting, then + timedelta(hours=kept))
    assert [one.kind for one in freed.steps] == [one.kind for one in life.steps]
    assert all(late.after >= was.after for late, was in zip(freed.steps, life.steps, strict=True))
    assert [one.after for one in freed.steps] == sorted(one.after for one in freed.steps)
    days = [((life.born_at + one.after).astimezone(ZONE).date(), one.eta) for one in freed.steps]
    assert all(isinstance(eta, date) and eta >= day for day, eta in days if eta is not None)


@given(st.sampled_from(PARCELS), st.sampled_from(cast.HUBS), st.integers(0, 150))
def test_only_what_goes_over_a_hub_is_kept_by_it(parcel: cast.Parcel, hub: str, at: int) -> None:
    life = parcel.life(FIRST)
    found = hubs.hold(life, hub, life.born_at + timedelta(hours=at))
    if parcel.route.hub != hub:
        assert found is None
    elif found is not None:
        assert [one.kind for one in found[0].steps[:3]] == ["label", "picked_up", "departed"]


def test_a_parcel_of_the_hub_s_own_town_is_picked_up_first_and_delivered_though_the_hub_stands() -> None:
    parcel = next(one for one in PARCELS if one.route.origin == one.route.hub == one.route.door and one.fate == "day1")
    life = parcel.life(FIRST)
    found = hubs.hold(life, parcel.route.hub, life.born_at)
    assert found is not None
    assert [one.kind for one in found[0].steps] == ["label", "picked_up", "departed", "arrived"]
    out = next(step for step in life.steps if step.kind == "out")
    assert hubs.hold(life, parcel.route.hub, life.born_at + out.after) is None


def test_a_parcel_that_comes_back_is_kept_at_the_door_s_side_only_until_the_hub_takes_it() -> None:
    life = next(one for parcel, one in zip(PARCELS, LIVES, strict=True) if parcel.fate == "returns")
    attempt = next(step for step in life.steps if step.kind == "attempt")
    hub = next(step.place for step in life.steps if step.kind == "arrived")
    found = hubs.hold(life, hub, life.born_at + attempt.after)
    assert found is not None
    assert found[0].steps[-1].kind == "returning"


def test_a_parcel_stays_in_a_hub_that_stands_still_and_one_past_it_goes_on() -> None:
    life = LIVES[0]
    arrived = next(step for step in life.steps if step.kind == "arrived")
    found = hubs.hold(life, arrived.place, life.born_at + arrived.after)
    assert found is not None
    newest = found[0].known(END).newest
    assert newest is not None
    assert newest.place == arrived.place
    assert hubs.hold(life, arrived.place, END) is None
    assert hubs.hold(life, "Paris, FR", life.born_at) is None
