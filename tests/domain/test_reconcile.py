from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.detector import ClosedAs, is_first, reconcile
from bot.domain.finding import Finding, FindingKind, Severity
from bot.domain.shipment import Shipment
from bot.domain.tracking import Change
from carriers.kit.model import Status
from tests.domain.values import DAY, HOUR, NOW, TODAY, History, findings, parcels, shipment, stored

K = FindingKind


def slip(days: int, **changed: Any) -> Shipment:
    return shipment(**{"promised_on": TODAY + DAY, "eta_on": TODAY + (1 + days) * DAY} | changed)


def changed_to(parcel: Shipment) -> Change:
    return Change(parcel, shipment(), status_changed=True)


def test_nothing_open_and_nothing_holding_costs_nothing() -> None:
    assert reconcile([], [], [], None, False) is reconcile([], [], [], None, True)


def test_a_finding_is_raised_once_while_it_holds() -> None:
    history = History()
    assert [entry.occurrence for entry in history.look(slip(1)).raised] == [1]
    assert history.look(slip(1)).raised == ()


def test_what_held_when_we_came_is_baseline() -> None:
    (raised,) = History().look(slip(2), first=True).raised
    assert raised.baseline


def test_what_held_when_we_came_and_gets_worse_is_news() -> None:
    history = History()
    history.look(slip(1), first=True)
    (raised,) = history.look(slip(2)).raised
    assert (raised.occurrence, raised.baseline, raised.finding.severity) == (2, False, Severity.SERIOUS)


def test_a_further_slip_closes_the_first_and_is_serious() -> None:
    history = History()
    history.look(slip(1))
    verdict = history.look(slip(2))
    assert [(gone.occurrence, outcome) for gone, outcome in verdict.closed] == [(1, ClosedAs.SUPERSEDED)]
    assert verdict.raised[0].finding.severity is Severity.SERIOUS


def test_an_eta_that_gets_better_but_stays_late_is_no_news() -> None:
    history = History()
    history.look(slip(3))
    assert history.look(slip(1)).raised == ()
    assert history.look(slip(2)).raised == ()
    assert [entry.occurrence for entry in history.look(slip(4)).raised] == [2]


def test_a_delay_word_after_the_slip_is_the_same_finding() -> None:
    history = History()
    history.look(slip(1))
    verdict = history.look(slip(1, delay="DELAYED"))
    assert (verdict.raised, verdict.closed) == ((), ())


def test_a_slip_after_the_delay_word_is_news_but_no_second_slip() -> None:
    history = History()
    history.look(slip(0, delay="DELAYED"))
    (raised,) = history.look(slip(1, delay="DELAYED")).raised
    assert (raised.occurrence, raised.finding.severity) == (2, Severity.SLIGHT)


def test_a_delay_word_that_comes_and_goes_is_said_once() -> None:
    history = History()
    history.look(slip(0, delay="DELAYED"))
    history.look(slip(0))
    assert history.look(slip(0, delay="DELAYED")).raised == ()


def test_a_delay_word_left_of_a_slip_is_no_news() -> None:
    history = History()
    history.look(slip(1, delay="DELAYED"))
    verdict = history.look(slip(0, delay="DELAYED"))
    assert (verdict.raised, verdict.closed) == ((), ())


def test_an_eta_back_on_time_withdraws_the_warning() -> None:
    history = History()
    history.look(slip(1))
    on_time = slip(0)
    verdict = history.look(on_time, change=changed_to(on_time))
    assert [outcome for _, outcome in verdict.closed] == [ClosedAs.WITHDRAWN]


def test_a_withdrawn_warning_may_come_again_as_another() -> None:
    history = History()
    history.look(slip(1))
    history.look(slip(0), change=changed_to(slip(0)))
    assert [entry.occurrence for entry in history.look(slip(1)).raised] == [2]


def test_an_eta_that_swings_daily_is_taken_back_only_so_often() -> None:
    history, outcomes = History(), []
    for _ in range(8):
        history.look(slip(1))
        outcomes += [outcome for _, outcome in history.look(slip(0), change=changed_to(slip(0))).closed]
    assert outcomes == [ClosedAs.WITHDRAWN] * 3 + [ClosedAs.RESOLVED] * 5


def test_a_delay_word_that_goes_without_an_eta_withdraws_nothing() -> None:
    history = History()
    history.look(shipment(eta_on=None, delay="DELAYED"))
    quiet = shipment(eta_on=None)
    verdict = history.look(quiet, change=changed_to(quiet))
    assert [outcome for _, outcome in verdict.closed] == [ClosedAs.RESOLVED]


def test_delivery_resolves_all() -> None:
    history = History()
    history.look(slip(1, status=Status.DELIVERY_ATTEMPTED))
    there = slip(0, status=Status.DELIVERED)
    verdict = history.look(there, change=changed_to(there))
    assert {outcome for _, outcome in verdict.closed} == {ClosedAs.RESOLVED}
    assert history.open == []


def test_a_scan_after_a_stall_resolves_it_and_a_new_silence_is_another() -> None:
    history = History()
    history.look(shipment(scan_at=NOW - 10 * DAY, promised_on=None))
    moved = shipment(promised_on=None)
    assert [outcome for _, outcome in history.look(moved).closed] == [ClosedAs.RESOLVED]
    verdict = history.look(moved, NOW + 10 * DAY)
    assert [(entry.finding.kind, entry.occurrence) for entry in verdict.raised] == [(K.STALLED, 2)]


def test_the_same_silence_is_never_raised_again() -> None:
    history = History()
    silent = shipment(scan_at=NOW - 10 * DAY, promised_on=None)
    history.look(silent)
    history.look(shipment(status=Status.AVAILABLE_FOR_PICKUP, scan_at=NOW - 10 * DAY, promised_on=None))
    assert history.look(silent).raised == ()


def test_lost_supersedes_stalled() -> None:
    history = History()
    silent = shipment(scan_at=NOW - 10 * DAY, promised_on=None)
    history.look(silent)
    verdict = history.look(silent, NOW + 11 * DAY)
    assert [entry.finding.kind for entry in verdict.raised] == [K.LOST]
    assert [(gone.kind, outcome) for gone, outcome in verdict.closed] == [(K.STALLED, ClosedAs.SUPERSEDED)]


def test_late_supersedes_at_risk() -> None:
    history = History()
    history.look(slip(2))
    verdict = history.look(slip(2), NOW + 2 * DAY)
    assert [entry.finding.kind for entry in verdict.raised] == [K.LATE]
    assert [(gone.kind, outcome) for gone, outcome in verdict.closed] == [(K.AT_RISK, ClosedAs.SUPERSEDED)]


def test_late_is_raised_again_when_a_new_day_is_named_and_when_that_is_over() -> None:
    history, undated = History(), shipment(promised_on=TODAY - DAY, eta_on=None)
    dated = shipment(promised_on=TODAY - DAY, eta_on=TODAY + DAY)
    raised = [
        history.look(undated).raised,
        history.look(undated, NOW + HOUR).raised,
        history.look(dated).raised,
        history.look(dated, NOW + 2 * DAY).raised,
        history.look(dated, NOW + 3 * DAY).raised,
    ]
    assert [[entry.occurrence for entry in entries] for entries in raised] == [[1], [], [2], [3], []]


def test_each_attempt_is_an_occurrence() -> None:
    history = History()
    history.look(shipment(status=Status.DELIVERY_ATTEMPTED, status_at=NOW - DAY))
    verdict = history.look(shipment(status=Status.DELIVERY_ATTEMPTED, status_at=NOW))
    assert [entry.occurrence for entry in verdict.raised] == [2]
    assert [outcome for _, outcome in verdict.closed] == [ClosedAs.SUPERSEDED]


def test_a_slip_that_becomes_serious_by_itself_escalates_without_a_word() -> None:
    history = History()
    history.look(slip(1))
    verdict = history.look(slip(1, needed_on=TODAY + DAY))
    assert verdict.raised == ()
    assert [grown.severity for _, grown in verdict.escalated] == [Severity.SERIOUS]


def test_a_finding_never_shrinks() -> None:
    history = History()
    history.look(slip(4))
    assert history.look(slip(1)).escalated == ()


def test_the_last_of_each_kind_numbers_the_next_whatever_their_order() -> None:
    old = [stored(Finding(K.LATE, Severity.SLIGHT), number, closed_at=NOW) for number in (2, 3, 1)]
    verdict = reconcile([], old, [Finding(K.LATE, Severity.SLIGHT, "x", {"slip": 1})], None, False)
    assert [entry.occurrence for entry in verdict.raised] == [4]


def test_the_first_answer_and_the_first_successful_one_are_first() -> None:
    asked, never_asked = shipment(), shipment(polled_at=None)
    assert is_first(never_asked, None)
    assert not is_first(never_asked, Change(asked, asked, first=True), awaited=True)
    assert is_first(asked, Change(asked, asked, first=True))
    assert not is_first(asked, Change(asked, asked, first=True), awaited=True)
    assert not is_first(asked, None)
    assert not is_first(asked, Change(asked, asked))


@given(st.lists(st.tuples(parcels, st.booleans()), max_size=6))
def test_no_occurrence_is_ever_repeated_and_one_of_a_kind_is_open(journey: list[tuple[Shipment, bool]]) -> None:
    history = History()
    for step, (parcel, first) in enumerate(journey):
        history.look(parcel, NOW + step * HOUR, changed_to(parcel), first)
        open_kinds = [row.kind for row in history.open]
        assert len(open_kinds) == len(set(open_kinds))
    told = [(row.kind, row.occurrence) for row in history.rows]
    assert len(told) == len(set(told))


@given(parcels)
def test_looking_twice_raises_nothing_more(parcel: Shipment) -> None:
    history = History()
    history.look(parcel)
    verdict = history.look(parcel)
    assert (verdict.raised, verdict.closed, verdict.escalated) == ((), (), ())


@given(st.lists(findings, max_size=4, unique_by=lambda one: one.kind), st.booleans())
def test_all_that_holds_is_open_afterwards_or_was_said_before(holding: list[Finding], first: bool) -> None:
    verdict = reconcile([], [], holding, None, first)
    assert [entry.finding.kind for entry in verdict.raised] == [finding.kind for finding in holding]
    assert all(entry.baseline is first for entry in verdict.raised)
