"""Which group explains a trouble, and what may become of an incident."""

from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.carriage import CarrierKind
from bot.domain.finding import Finding, FindingKind, Severity
from bot.domain.groups import Group, Scope, Spot, group_of, groups_of
from bot.domain.hours import in_shift
from bot.domain.incident import (
    LEADS_TO,
    REPLIES,
    Incident,
    Reply,
    State,
    Symptom,
    Tally,
    ask_again_at,
    cause,
    count_of,
    decide,
    first_rung,
    odd_silence,
    odd_slips,
    waits,
)
from bot.domain.usual import RUNGS, Expected, prior
from tests.domain.values import HOUR, NOW, instants

USUAL = prior(CarrierKind.EXPRESS)
spots = st.builds(
    Spot,
    st.just("ups"),
    st.sampled_from(["", "Halle", "Jena"]),
    st.sampled_from(["", "Kiel"]),
    st.sampled_from(["", "Ulm", "Bonn"]),
    st.sampled_from(["", "DE"]),
)


def world(silent: Any, parcels: int = 25) -> list[Tally]:
    """Twenty hubs, of four origins, to ten towns each; where `silent` says so nearly all stand still."""
    dice, found = Random(1), []
    for hub in range(20):
        for town in range(10):
            spot = Spot("ups", f"hub{hub}", f"from{hub % 4}", f"to{town}", "DE")
            shares = [0.95] * len(RUNGS) if silent(hub, town) else USUAL.silent
            found.append(Tally(spot, parcels, [sum(dice.random() < one for _ in range(parcels)) for one in shares]))
    return found


def of_world(silent: Any) -> Group | None:
    return cause(world(silent), odd_silence(lambda group: USUAL))


@pytest.mark.parametrize(
    ("silent", "explains"),
    [
        (lambda hub, town: False, None),
        (lambda hub, town: hub == 3, Group(Scope.HUB, "ups", "hub3")),
        (lambda hub, town: hub % 4 == 1 and town == 4, Group(Scope.LANE, "ups", "from1", "to4")),
        (lambda hub, town: hub % 4 == 2, Group(Scope.ABROAD, "ups", "from2", "DE")),
        (lambda hub, town: True, Group(Scope.CARRIER, "ups")),
        (lambda hub, town: hub in (1, 2, 7), Group(Scope.CARRIER, "ups")),
    ],
    ids=["nothing", "a hub", "a lane", "a lane to a country", "the carrier", "a storm over three hubs"],
)
def test_the_narrowest_group_that_leaves_nothing_odd_is_the_cause(silent: Any, explains: Group | None) -> None:
    assert of_world(silent) == explains


@given(st.lists(st.tuples(spots, st.integers(0, 60), st.integers(0, 60)), max_size=8))
def test_whatever_is_odd_is_explained_by_a_group_that_holds_ten_of_it(lines: list[tuple[Spot, int, int]]) -> None:
    tallies = [Tally(spot, max(n, k), (k,)) for spot, n, k in lines]
    found = cause(tallies, odd_slips(lambda group: USUAL))
    if found is not None:
        assert count_of(found, tallies).troubled[0] >= 10
        assert any(found.covers(tally.spot) for tally in tallies)


@given(spots)
def test_a_group_keeps_its_name_and_the_widest_is_always_the_carrier(spot: Spot) -> None:
    groups = groups_of(spot)
    assert groups[-1] == Group(Scope.CARRIER, "ups")
    assert [group_of(group.key) for group in groups] == list(groups)
    assert all(group.covers(spot) for group in groups)


def test_a_silence_below_three_usual_gaps_is_not_asked_about() -> None:
    daily = Expected(USUAL.silent, USUAL.slipping, timedelta(hours=30))
    assert RUNGS[first_rung(daily)] == 96 * HOUR
    assert RUNGS[first_rung(USUAL)] == RUNGS[0]
    assert first_rung(Expected(USUAL.silent, 0.1, timedelta(days=99))) == len(RUNGS) - 1


# ---- the matter


def incident(**changed: Any) -> Incident:
    usual: dict[str, Any] = {"id": 1, "merchant_id": 1, "symptom": Symptom.SILENT, "state": State.ASKING}
    return Incident(**usual | {"opened_at": NOW, "since": NOW, "group": Group(Scope.CARRIER, "ups")} | changed)


@pytest.mark.parametrize("reply", Reply)
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("symptom", Symptom)
def test_an_answer_counts_once_and_never_after_customers_know(symptom: Symptom, state: State, reply: Reply) -> None:
    after = decide(incident(symptom=symptom, state=state), reply)
    if reply not in REPLIES[symptom] or state in (State.WARNED, State.OVER) or LEADS_TO[reply] is state:
        assert after is None
    else:
        assert after is LEADS_TO[reply]


def finding(kind: FindingKind, mark: str = "2026-11-20") -> Finding:
    return Finding(kind, Severity.SERIOUS, mark)


@pytest.mark.parametrize("state", [State.ASKING, State.WAITING, State.THEIRS, State.WARNED])
@pytest.mark.parametrize("kind", [FindingKind.FAILED_ATTEMPT, FindingKind.RETURNING, FindingKind.ADDRESS_PROBLEM])
def test_what_a_scan_says_never_waits(state: State, kind: FindingKind) -> None:
    assert not waits(incident(state=state), finding(kind))


def test_a_loss_waits_until_customers_know_and_the_carriers_own_word_never() -> None:
    lost = finding(FindingKind.LOST)
    assert waits(incident(), lost)
    assert not waits(incident(state=State.WARNED), lost)
    assert not waits(incident(), finding(FindingKind.LOST, "carrier:2026-11-20"))


@given(instants, st.integers(1, 9), st.sampled_from(["Asia/Tehran", "UTC"]))
def test_agents_are_asked_again_on_a_full_hour_while_somebody_is_there(now: datetime, asked: int, zone: str) -> None:
    again = ask_again_at(now, asked, zone, "Mon-Fri 09:00-18:00")
    assert now + 3 * HOUR <= again
    assert in_shift(again, zone, "Mon-Fri 09:00-18:00")
    assert again.astimezone(ZoneInfo(zone)).minute == 0
