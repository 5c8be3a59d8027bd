from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.forecast import forecast
from bot.domain.journey import Ending, Journey, Stage, Step
from bot.domain.learning import Model, WrongModel, empty, from_bytes, learn, merge, to_bytes
from bot.domain.links import Level
from tests.domain.values import DAY, HOUR, NOW, journey, naive

LATER = NOW + 40 * DAY


def past(days: Sequence[float], **changed: object) -> list[Journey]:
    return [journey(count, **changed) for count in days]


def test_the_prior_is_wide_and_never_sure() -> None:
    seen = forecast(empty(NOW), journey(), NOW + 3 * DAY)
    assert seen.p_late is not None
    assert 0.1 < seen.p_late < 0.9
    assert (seen.level, seen.n) == (Level.PRIOR, 0)


def test_waiting_makes_it_worse() -> None:
    model = learn(empty(NOW), past([4, 5, 6, 7, 8, 9] * 20), (), LATER)
    chances = [forecast(model, journey(), NOW + days * DAY).p_late or 0 for days in range(2, 11)]
    assert chances == sorted(chances)
    assert chances[-1] > 0.7


def test_a_slow_lane_is_known_by_itself() -> None:
    quick = past([4] * 60, destination="Berlin")
    slow = past([12] * 60, destination="Munich")
    model = learn(empty(NOW), quick + slow, (), LATER)
    here, there = (forecast(model, journey(destination=town), NOW + 2 * DAY) for town in ("Berlin", "Munich"))
    assert here.p_late is not None
    assert there.p_late is not None
    assert here.p_late < 0.3 < 0.7 < there.p_late
    assert (there.level, there.n) == (Level.LANE, 38)


def test_a_town_never_seen_is_read_from_its_country() -> None:
    model = learn(empty(NOW), past([12] * 60, destination="Munich"), (), LATER)
    seen = forecast(model, journey(destination="Ulm"), NOW + 2 * DAY)
    assert (seen.level, seen.n) == (Level.LANE, 38)


def test_a_parcel_that_crosses_a_border_is_given_more_time_at_first() -> None:
    here, abroad = (forecast(empty(NOW), journey(home=home), NOW + 2 * DAY) for home in ("DE", "SA"))
    assert (here.p_late or 0) < (abroad.p_late or 0)


def test_three_parcels_hardly_move_the_prior() -> None:
    before = forecast(empty(NOW), journey(), NOW + 2 * DAY).p_late or 0
    after = forecast(learn(empty(NOW), past([30, 31, 32]), (), LATER), journey(), NOW + 2 * DAY).p_late or 0
    assert before < after < 0.9


def test_a_history_of_a_few_late_ones_is_believed_a_little() -> None:
    model = learn(empty(NOW), past([25, 26, 27, 28, 29]), (), LATER)
    seen = forecast(model, journey(), NOW + 2 * DAY)
    assert (seen.p_late or 1) < 0.9
    assert seen.window.to_on is not None
    assert (seen.window.to_on - seen.window.from_on).days > 7


def test_a_promise_before_the_order_is_missed_already_and_breaks_nothing() -> None:
    seen = forecast(empty(NOW), journey(promised_by=NOW - DAY), NOW + DAY)
    assert seen.p_late == 1
    assert (seen.left or 0) < 0


def test_the_stated_window_holds_what_it_claims() -> None:
    days = [2 + (number * 7 % 11) / 2 for number in range(600)]
    model = learn(empty(NOW), past(days), (), LATER)
    window = forecast(model, journey(), NOW + DAY).window
    assert window.to_on is not None
    came = [(NOW + count * DAY).date() for count in days]
    held = sum(window.from_on <= day <= window.to_on for day in came) / len(came)
    assert held == pytest.approx(window.coverage, abs=0.05)
    assert window.coverage >= 0.9


def test_only_open_parcels_are_evidence_too() -> None:
    waiting = [journey() for _ in range(50)]
    model = learn(empty(NOW), past([3] * 10), waiting, NOW + 20 * DAY)
    careless = learn(empty(NOW), past([3] * 10), (), NOW + 20 * DAY)
    at = NOW + 4 * DAY
    assert (forecast(model, journey(), at).p_late or 0) > (forecast(careless, journey(), at).p_late or 0) + 0.2


def test_what_was_lost_is_counted_as_never_arrived() -> None:
    gone = past([20] * 30, ended_as=Ending.LOST)
    model = learn(empty(NOW), past([3] * 30) + gone, (), LATER)
    assert (forecast(model, journey(), NOW + 6 * DAY).p_late or 0) > 0.9
    assert forecast(model, journey(), NOW + 6 * DAY).window.to_on is None


def test_learning_in_parts_is_learning_at_once() -> None:
    first, second = past([3, 4, 5] * 10), past([6, 7] * 10)
    at_once = learn(empty(NOW), first + second, (), LATER)
    one, two = learn(empty(NOW), first, (), LATER), learn(empty(NOW), second, (), LATER)
    at = NOW + 2 * DAY
    parts = [learn(one, second, (), LATER), merge(one, two), from_bytes(to_bytes(at_once))]
    wanted = forecast(at_once, journey(), at)
    for model in parts:
        # the first part is counted before the second one's weekdays are known
        assert forecast(model, journey(), at).p_late == pytest.approx(wanted.p_late, abs=0.01)


def test_old_experience_fades() -> None:
    slow = learn(empty(NOW), past([20] * 100), (), LATER)
    year = timedelta(days=365)
    quick = [
        journey(4, ordered_at=NOW + year, steps=(Step(Stage.IN_TRANSIT, NOW + year),), ended_at=NOW + year + 3 * DAY)
        for _ in range(100)
    ]
    model = learn(slow, quick, (), NOW + year + 10 * DAY)
    assert (forecast(model, journey(), NOW + 2 * DAY).p_late or 1) < 0.3


def test_bytes_of_another_kind_are_refused() -> None:
    with pytest.raises(WrongModel):
        from_bytes(b"\x00")


def test_weekends_bring_nothing() -> None:
    model = learn(empty(NOW), past([2, 3, 4, 5] * 40), (), LATER)
    saturday, sunday = datetime(2026, 11, 28, 9, tzinfo=UTC), datetime(2026, 11, 29, 9, tzinfo=UTC)
    deadline = datetime(2026, 12, 1, tzinfo=UTC)
    before, after = (forecast(model, journey(promised_by=deadline), at).p_late for at in (saturday, sunday))
    assert before is not None
    assert after is not None
    assert abs(before - after) < 0.15


moments = st.datetimes(naive("1971-01-01"), naive("2199-01-01"), timezones=st.just(UTC))
usual = st.datetimes(naive("2026-10-01"), naive("2026-12-31"), timezones=st.just(UTC))
any_time = st.one_of(usual, moments)
journeys = st.builds(
    Journey,
    merchant_id=st.integers(1, 2),
    slug=st.sampled_from(["ups", "own"]),
    ordered_at=any_time,
    steps=st.lists(st.builds(Step, st.sampled_from(Stage), any_time), min_size=1, max_size=4).map(tuple),
    service=st.sampled_from([None, "economy"]),
    origin=st.sampled_from([None, "Leipzig"]),
    destination=st.sampled_from([None, "Berlin", "Riyadh"]),
    home=st.sampled_from([None, "DE"]),
    promised_by=st.one_of(st.none(), any_time),
    country=st.sampled_from([None, "DE", "SA", "IR", "XX", "ZZ"]),
    zone=st.sampled_from(["UTC", "Asia/Tehran", "America/Sao_Paulo"]),
    ended_at=st.one_of(st.none(), any_time),
    ended_as=st.one_of(st.none(), st.sampled_from(Ending)),
)


@given(st.lists(journeys, max_size=6), st.lists(journeys, max_size=3), journeys, any_time, any_time)
def test_nothing_makes_it_fail_or_sure_of_itself(
    ended: list[Journey], under_way: list[Journey], parcel: Journey, learnt_at: datetime, now: datetime
) -> None:
    model = from_bytes(to_bytes(learn(empty(learnt_at), ended, under_way, learnt_at)))
    seen = forecast(model, parcel, now)
    assert (seen.p_late is None) == (parcel.promised_by is None)
    if seen.p_late is not None and parcel.promised_by is not None and now < parcel.promised_by:
        assert 0 < seen.p_late < 1
        assert seen.p_late < 0.97 or seen.n > 3 or seen.level is Level.PRIOR
    assert seen.window.to_on is None or seen.window.from_on <= seen.window.to_on
    assert seen.n >= 0
    assert set(seen.evidence) >= {"p_late", "n", "level", "stage", "from_on", "to_on", "coverage"}


@given(st.lists(journeys, max_size=5), journeys, st.floats(0, 400))
def test_a_later_promise_is_never_more_likely_to_be_missed(ended: list[Journey], parcel: Journey, hours: float) -> None:
    model = learn(empty(LATER), ended, (), LATER)
    early = journey(steps=parcel.steps, promised_by=NOW + 90 * DAY)
    late = journey(steps=parcel.steps, promised_by=NOW + 90 * DAY + hours * HOUR)
    chances = [forecast(model, one, NOW + DAY).p_late or 0 for one in (early, late)]
    assert chances[0] >= chances[1] - 1e-9


def test_without_ended_parcels_a_chance_is_a_guess_however_many_are_open() -> None:
    model = learn(empty(NOW), (), [journey(None)] * 500, NOW + 3 * DAY)
    seen = forecast(model, journey(), NOW + 3 * DAY)
    assert seen.is_guess
    assert (seen.level, seen.n) == (Level.PRIOR, 0)
    assert seen.p_late == pytest.approx(forecast(empty(NOW), journey(), NOW + 3 * DAY).p_late, abs=0.05)


def test_once_twenty_have_ended_it_is_no_guess() -> None:
    seen = [forecast(learn(empty(NOW), past([5] * many), (), NOW + 6 * DAY), journey(), NOW + DAY) for many in (19, 60)]
    assert [one.is_guess for one in seen] == [True, False]


def test_who_is_promised_a_parcel_tomorrow_is_taken_to_get_a_fast_one() -> None:
    soon = forecast(empty(NOW), journey(promised_by=NOW + DAY), NOW + HOUR)
    assert (soon.p_late or 1) < 0.5


def _next_day(number: int) -> Journey:
    """Ordered on a Tuesday at ten, on the van the next morning at eight, there at noon; one in 25 a day late."""
    day = NOW + timedelta(days=7 * (number % 8))
    tomorrow = (day + DAY).replace(hour=0)
    came = tomorrow + DAY if number % 25 == 24 else tomorrow
    steps = (
        Step(Stage.IN_TRANSIT, day),
        Step(Stage.OUT_FOR_DELIVERY, came + 8 * HOUR),
    )
    return journey(1, ordered_at=day, steps=steps, promised_by=tomorrow + DAY, ended_at=came + 12 * HOUR)


AFTER = NOW + 60 * DAY


@cache
def _next_days() -> Model:
    return learn(empty(NOW), [_next_day(number) for number in range(200)], (), AFTER)


def _on_the_day(stage: Stage, hour: int) -> float:
    day = NOW + 63 * DAY
    tomorrow = (day + DAY).replace(hour=0)
    steps = [Step(Stage.IN_TRANSIT, day)]
    if stage is not Stage.IN_TRANSIT:
        steps.append(Step(stage, tomorrow + 8 * HOUR))
    asked = journey(None, ordered_at=day, steps=tuple(steps), promised_by=tomorrow + DAY)
    return forecast(_next_days(), asked, tomorrow + timedelta(hours=hour)).p_late or 0.0


def test_who_is_not_on_the_van_when_vans_have_left_seldom_comes_on_the_promised_day() -> None:
    early, late = _on_the_day(Stage.IN_TRANSIT, 6), _on_the_day(Stage.IN_TRANSIT, 10)
    assert early < 0.2 < 0.5 < late


def test_who_is_on_the_van_is_waited_for_until_vans_are_back() -> None:
    chances = [_on_the_day(Stage.OUT_FOR_DELIVERY, hour) for hour in (9, 12, 14, 23)]
    assert chances[0] == chances[1] < 0.1 < chances[2] <= chances[3]


@given(st.integers(0, 23))
def test_an_hour_of_the_day_never_makes_late_less_likely(hour: int) -> None:
    assert _on_the_day(Stage.IN_TRANSIT, hour) >= _on_the_day(Stage.IN_TRANSIT, max(hour - 1, 0)) - 1e-9


def test_hours_are_kept_and_fade_and_merge() -> None:
    model = learn(empty(NOW), [_next_day(number) for number in range(50)], (), AFTER)
    (hours,) = from_bytes(to_bytes(model)).hours.values()
    assert [hour for hour, count in enumerate(hours) if count] == [8, 24 + 12]
    (later,) = learn(model, (), None, AFTER + 60 * DAY).hours.values()
    assert later[8] == pytest.approx(hours[8] / 2)
    (both,) = merge(model, model).hours.values()
    assert both[8] == pytest.approx(2 * hours[8])


def test_a_parcel_that_we_were_told_of_late_is_learnt_in_the_window_in_which_it_will_be_seen() -> None:
    told = NOW + 6 * DAY
    steps = (Step(Stage.IN_TRANSIT, NOW), Step(Stage.CUSTOMS, NOW + 8 * DAY))
    by = NOW + 12 * DAY
    ended = [journey(11, steps=steps, promised_by=by, told_at=told) for _ in range(60)]
    model = learn(empty(NOW), ended, (), LATER)
    present = journey(None, ordered_at=told, steps=(Step(Stage.CUSTOMS, NOW + 8 * DAY),), promised_by=by)
    assert forecast(model, present, NOW + 9 * DAY).level is not Level.ALL
