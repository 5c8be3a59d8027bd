from datetime import timedelta

import pytest

from bot.domain.detector import ClosedAs, detect
from bot.domain.finding import FindingKind, Severity
from bot.domain.odds import PRESETS, Odds, Preset
from bot.domain.policy import Policy
from carriers.kit.model import Status
from tests.domain.values import DAY, HOUR, NOW, TODAY, History, foreseen, shipment

K = FindingKind
POLICY = Policy()
FAR = shipment(promised_on=TODAY + 9 * DAY, eta_on=None)
NEAR = shipment(promised_on=TODAY + DAY, eta_on=None)
"""Its deadline is 38 hours ahead."""


def test_very_sure_is_enough_at_any_time() -> None:
    (finding,) = detect(FAR, NOW, POLICY, foreseen(0.96))
    assert (finding.kind, finding.severity, finding.firm) == (K.AT_RISK, Severity.HINT, True)


def test_fairly_sure_is_enough_only_near_the_deadline() -> None:
    assert not any(finding.firm for finding in detect(FAR, NOW, POLICY, foreseen(0.8)))
    assert [finding.firm for finding in detect(NEAR, NOW, POLICY, foreseen(0.8))] == [True]


def test_the_evidence_says_what_the_odds_rest_on() -> None:
    (finding,) = detect(NEAR, NOW, POLICY, foreseen(0.83))
    wanted = {"basis": "forecast", "p_late": 0.83, "n": 212, "level": "lane", "stage": "in_transit", "waited_days": 4.0}
    assert wanted.items() <= finding.evidence.items()
    assert (finding.evidence["from_on"], finding.evidence["to_on"]) == ("2026-11-25", "2026-11-27")


def test_nothing_is_foreseen_once_the_deadline_is_over() -> None:
    found = detect(shipment(promised_on=TODAY - DAY, eta_on=None), NOW, POLICY, foreseen(1.0))
    assert [finding.kind for finding in found] == [K.LATE]


@pytest.mark.parametrize("status", [Status.AVAILABLE_FOR_PICKUP, Status.DELIVERED])
def test_nothing_is_foreseen_of_what_has_come(status: Status) -> None:
    assert detect(shipment(status=status, eta_on=None), NOW, POLICY, foreseen(1.0)) == ()


def test_a_parcel_without_a_promised_day_cannot_miss_it() -> None:
    assert detect(shipment(promised_on=None, eta_on=None), NOW, POLICY, foreseen(None)) == ()


def test_the_carriers_own_word_stands_alone() -> None:
    (finding,) = detect(shipment(promised_on=TODAY + DAY, eta_on=TODAY + 3 * DAY), NOW, POLICY, foreseen(0.99))
    assert finding.evidence["slip"] == 2
    assert "basis" not in finding.evidence


def test_it_is_raised_once_and_outlives_a_slight_ease() -> None:
    history = History()
    assert len(history.look(NEAR, forecast=foreseen(0.8)).raised) == 1
    for p_late in (0.75, 0.6, 0.5, 0.9):
        verdict = history.look(NEAR, forecast=foreseen(p_late))
        assert (verdict.raised, verdict.closed) == ((), ())


def test_a_clear_ease_takes_the_warning_back() -> None:
    history = History()
    history.look(NEAR, forecast=foreseen(0.8))
    assert [outcome for _, outcome in history.look(NEAR, forecast=foreseen(0.2)).closed] == [ClosedAs.WITHDRAWN]


def test_of_one_promised_day_the_odds_speak_once_and_take_it_back_once() -> None:
    history = History()
    told = [history.look(NEAR, forecast=foreseen(p_late)) for p_late in (0.8, 0.2, 0.8, 0.2, 0.9)]
    assert [(len(verdict.raised), len(verdict.closed)) for verdict in told] == [(1, 0), (0, 1), (0, 0), (0, 0), (0, 0)]


def test_of_another_promised_day_the_odds_may_speak_again() -> None:
    history = History()
    for p_late in (0.8, 0.2):
        history.look(NEAR, forecast=foreseen(p_late))
    later = shipment(promised_on=TODAY + 2 * DAY)
    assert [entry.occurrence for entry in history.look(later, forecast=foreseen(0.95)).raised] == [2]


def test_after_what_was_taken_back_a_carriers_own_word_is_news() -> None:
    history = History()
    for p_late in (0.8, 0.2):
        history.look(NEAR, forecast=foreseen(p_late))
    (raised,) = history.look(shipment(promised_on=NEAR.promised_on, eta_on=TODAY + 3 * DAY)).raised
    assert raised.finding.evidence["slip"] == 2


def test_a_forecast_that_is_missing_for_once_takes_nothing_back() -> None:
    history = History()
    history.look(NEAR, forecast=foreseen(0.8))
    assert [outcome for _, outcome in history.look(NEAR).closed] == [ClosedAs.RESOLVED]
    assert history.look(NEAR, forecast=foreseen(0.8)).raised == ()


def test_delivery_on_time_takes_nothing_back_in_words_of_its_own() -> None:
    history = History()
    history.look(NEAR, forecast=foreseen(0.8))
    there = shipment(status=Status.DELIVERED, promised_on=TODAY + DAY)
    assert [outcome for _, outcome in history.look(there, forecast=foreseen(0.0)).closed] == [ClosedAs.RESOLVED]


def test_a_carriers_word_of_delay_after_ours_is_the_same_slip() -> None:
    history = History()
    history.look(NEAR, forecast=foreseen(0.8))
    delayed = shipment(promised_on=NEAR.promised_on, eta_on=None, delay="DELAYED")
    verdict = history.look(delayed, forecast=foreseen(0.8))
    assert (verdict.raised, verdict.closed) == ((), ())


def test_a_day_named_by_the_carrier_after_our_forecast_is_news() -> None:
    history = History()
    history.look(NEAR, forecast=foreseen(0.8))
    (raised,) = history.look(shipment(eta_on=TODAY + 2 * DAY), forecast=foreseen(0.8)).raised
    assert (raised.occurrence, raised.finding.severity) == (2, Severity.SLIGHT)


def test_the_day_that_passes_takes_its_place() -> None:
    history = History()
    history.look(NEAR, forecast=foreseen(0.8))
    verdict = history.look(NEAR, NOW + 40 * HOUR, forecast=foreseen(1.0))
    assert [entry.finding.kind for entry in verdict.raised] == [K.LATE]
    assert [outcome for _, outcome in verdict.closed] == [ClosedAs.SUPERSEDED]


def test_the_presets_differ_as_their_names_say() -> None:
    careful, balanced, early = (PRESETS[preset] for preset in (Preset.CAREFUL, Preset.BALANCED, Preset.EARLY))
    assert careful.fairly_sure > balanced.fairly_sure >= early.fairly_sure
    assert careful.near <= balanced.near < early.near
    assert Policy().odds is balanced


def test_on_the_last_day_less_is_enough() -> None:
    odds = PRESETS[Preset.BALANCED]
    assert odds.threshold(NOW + DAY, NOW) == odds.last_day < odds.fairly_sure


def test_no_threshold_is_higher_nearer_to_the_deadline() -> None:
    odds = Odds(very_sure=0.5, fairly_sure=0.7, near=48 * HOUR, last_day=0.9)
    assert {odds.threshold(NOW + hours * HOUR, NOW) for hours in (10, 40, 100)} == {0.5}


def test_the_thresholds_change_at_the_hour() -> None:
    odds, deadline = PRESETS[Preset.BALANCED], NOW + 9 * DAY
    assert odds.threshold(deadline, deadline - odds.near) == odds.fairly_sure
    assert odds.threshold(deadline, deadline - odds.near - timedelta(seconds=1)) == odds.very_sure
