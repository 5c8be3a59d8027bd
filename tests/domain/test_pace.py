import pytest

from bot.domain.forecast import forecast
from bot.domain.journey import Journey, Stage, Step
from bot.domain.learning import empty, learn
from bot.domain.memory import LANE, Places, bounded
from bot.domain.pace import pace_of
from bot.domain.survival import Tally
from bot.domain.workdays import usual_week, week_of, workdays
from tests.domain.values import DAY, HOUR, NOW, journey


def sent(after: float, takes: float) -> Journey:
    """A parcel sent `after` days that takes so many."""
    at = NOW + after * DAY
    steps = (Step(Stage.IN_TRANSIT, at),)
    return journey(after + takes, ordered_at=at, steps=steps, promised_by=at + 12 * DAY)


def test_a_network_that_runs_as_ever_has_pace_one() -> None:
    model = learn(empty(NOW), [sent(day, 3 + day % 3) for day in range(100)] * 10, (), NOW + 106 * DAY)
    assert pace_of(model, journey()) == pytest.approx(1, abs=0.1)


def test_a_network_that_slows_down_has_less_and_makes_parcels_late() -> None:
    usual = [sent(day / 2, 3 + day % 3) for day in range(180)]
    now = NOW + 100 * DAY
    # nothing has arrived for eight days
    stuck = [
        journey(ordered_at=NOW + day * DAY, steps=(Step(Stage.IN_TRANSIT, NOW + day * DAY),)) for day in range(90, 99)
    ]
    calm, strike = learn(empty(NOW), usual, (), now), learn(empty(NOW), usual, stuck * 8, now)
    assert pace_of(strike, journey()) < 0.8 < 0.95 < pace_of(calm, journey())
    parcel = sent(98, 0)
    parcel = journey(ordered_at=parcel.ordered_at, steps=parcel.steps, promised_by=now + 3 * DAY)
    assert (forecast(strike, parcel, now).p_late or 0) > (forecast(calm, parcel, now).p_late or 0)


def test_the_pace_is_bounded_whatever_happens() -> None:
    now = NOW + 100 * DAY
    stuck = [journey(ordered_at=now - 20 * DAY, steps=(Step(Stage.IN_TRANSIT, now - 20 * DAY),))] * 5000
    assert pace_of(learn(empty(NOW), [sent(1, 2)] * 500, stuck, now), journey()) == 0.5


@pytest.mark.parametrize(
    ("country", "week"),
    [
        ("DE", (1, 1, 1, 1, 1, 0.3, 0.1)),
        ("SA", (1, 1, 1, 1, 0.1, 0.3, 1)),
        ("IR", (1, 1, 1, 1, 0.1, 1, 1)),
        (None, (1, 1, 1, 1, 1, 0.3, 0.1)),
    ],
)
def test_days_of_rest_are_those_of_the_country(country: str | None, week: tuple[float, ...]) -> None:
    assert usual_week(country) == week
    assert week_of(country, [0.0] * 7) == week


def test_a_courier_who_comes_on_saturdays_is_believed_after_a_while() -> None:
    assert week_of("DE", [3, 3, 3, 3, 3, 3, 0])[5] < 0.5
    assert week_of("DE", [900] * 6 + [0])[5:] == (1.0, 0.0)


def test_a_day_counts_when_it_is_over_there() -> None:
    clock = workdays("DE", "Europe/Berlin")
    morning = NOW.replace(hour=7)
    assert clock.at(morning) == clock.at(morning + 15 * HOUR)
    assert clock.at(morning + DAY) == pytest.approx(clock.at(morning) + 1)


def test_feasts_bring_little() -> None:
    clock = workdays("DE", "Europe/Berlin")
    christmas = NOW.replace(month=12, day=25)
    assert clock.at(christmas + DAY) - clock.at(christmas) == pytest.approx(0.1)


def test_the_least_used_lanes_are_forgotten() -> None:
    places: Places = {f"{LANE}|{number}": {0: Tally({1: float(number)}, {})} for number in range(10)}
    places["all"] = {0: Tally({1: 0.1}, {})}
    assert set(bounded(places, most=3)) == {"all", "lane|7", "lane|8", "lane|9"}
