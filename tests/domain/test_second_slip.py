"""From the second slip on a window is said, and kept as long as it can hold."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.detector import ClosedAs
from bot.domain.evidence import window_in
from bot.domain.finding import FindingKind
from bot.domain.forecast import Window
from bot.domain.hours import day_there
from bot.domain.notice import plan
from bot.domain.policy import Policy
from bot.domain.shipment import Shipment
from bot.domain.telling import Following, Notice
from bot.domain.tracking import Change
from carriers.kit.model import Status
from tests.domain.values import (
    DAY,
    HOUR,
    NOW,
    SHOP,
    TODAY,
    History,
    days,
    follower,
    foreseen,
    instants,
    shipment,
    zones,
)

ZONE = "Europe/Berlin"
FORESEEN = foreseen(0.9, arrival=Window(TODAY + 3 * DAY, TODAY + 8 * DAY, 0.92))
TOLD_A_DAY = follower(slips=1, told_on=TODAY + 2 * DAY, warned_at=NOW - DAY)


def slip(days_of_slip: int, **changed: Any) -> Shipment:
    return shipment(**{"eta_on": TODAY + (1 + days_of_slip) * DAY, "zone": ZONE} | changed)


def once_slipped(**changed: Any) -> History:
    history = History()
    history.look(slip(1, **changed), NOW - DAY, forecast=FORESEEN)
    return history


def window_of(history: History) -> tuple[date, date | None] | None:
    found = window_in(history.open[-1].evidence)
    return None if found is None else (found.from_on, found.to_on)


def told(parcel: Shipment, reader: Following, history: History, now: Any = NOW, said: Any = FORESEEN) -> list[Notice]:
    verdict = history.look(parcel, now, forecast=said)
    return list(plan(None, verdict.raised, verdict.closed, [reader], parcel, Policy(), now, SHOP))


def test_the_first_slip_names_a_day() -> None:
    history = History()
    (notice,) = told(slip(1), follower(told_on=TODAY + DAY), history)
    assert (notice.kind, notice.told[0].told_on) == ("delay_slight", TODAY + 2 * DAY)
    assert window_of(history) is None


def test_the_second_slip_names_a_window_and_a_person_takes_it() -> None:
    history = once_slipped()
    (notice,) = told(slip(2), TOLD_A_DAY, history)
    assert notice.kind == "delay_again"
    assert window_of(history) == (TODAY + 3 * DAY, TODAY + 8 * DAY)
    (known,) = notice.told
    assert (known.told_on, known.slips, known.warns) == (date(2026, 12, 2), 1, True)
    assert (known.from_on, known.claimed) == (date(2026, 11, 27), 0.92)
    assert notice.needs_person


def test_a_window_holds_the_carriers_own_day_and_begins_today_at_the_soonest() -> None:
    history = once_slipped()
    told(slip(19), TOLD_A_DAY, history, said=foreseen(0.9, arrival=Window(TODAY - 4 * DAY, TODAY + DAY, 0.9)))
    assert window_of(history) == (TODAY, TODAY + 20 * DAY)


def test_what_may_not_arrive_in_months_has_no_end() -> None:
    history = once_slipped()
    told(slip(2), TOLD_A_DAY, history, said=foreseen(0.9, arrival=Window(TODAY, None, 0.9)))
    assert window_of(history) == (TODAY, None)


def test_a_new_day_within_the_window_is_not_told_again_and_one_beyond_is() -> None:
    history, reader = once_slipped(), follower(slips=2, told_on=TODAY + 8 * DAY, warned_at=NOW - DAY)
    told(slip(2), TOLD_A_DAY, history)
    later = foreseen(0.9, arrival=Window(TODAY + 5 * DAY, TODAY + 11 * DAY, 0.92))
    assert told(slip(5), reader, history, NOW + HOUR, later) == []
    assert window_of(history) == (TODAY + 3 * DAY, TODAY + 8 * DAY)
    (notice,) = told(slip(9), reader, history, NOW + 2 * HOUR, later)
    assert (notice.kind, notice.told[0].told_on) == ("delay_again", TODAY + 11 * DAY)


def test_the_day_he_was_told_passing_by_is_a_second_slip() -> None:
    history = once_slipped()
    (notice,) = told(slip(1), TOLD_A_DAY, history, NOW + 3 * DAY)
    assert (notice.kind, notice.told[0].told_on) == ("delay_again", TODAY + 8 * DAY)


def test_a_window_that_is_over_is_a_further_slip() -> None:
    history, reader = once_slipped(), follower(slips=2, told_on=TODAY + 8 * DAY, warned_at=NOW)
    told(slip(2), TOLD_A_DAY, history)
    moving = slip(2, scan_at=NOW + 8 * DAY)
    for waited in range(1, 9):
        assert told(moving, reader, history, NOW + waited * DAY) == []
    beyond = foreseen(1.0, arrival=Window(TODAY + 9 * DAY, TODAY + 14 * DAY, 0.9))
    (notice,) = told(moving, reader, history, NOW + 9 * DAY, beyond)
    assert (notice.kind, notice.told[0].told_on) == ("delay_again", TODAY + 14 * DAY)
    assert told(moving, follower(told_on=TODAY + 14 * DAY), history, NOW + 10 * DAY, beyond) == []


def test_the_promised_day_passing_is_still_the_same_slip() -> None:
    history = once_slipped()
    told(slip(1), TOLD_A_DAY, history, NOW + 2 * DAY)
    assert [row.kind for row in history.open] == [FindingKind.LATE]
    assert window_of(history) is None


def test_a_slip_that_was_taken_back_does_not_count() -> None:
    history = once_slipped()
    back = slip(0)
    history.look(back, NOW - HOUR, change=Change(back, slip(1)))
    assert [row.outcome for row in history.rows] == [ClosedAs.WITHDRAWN]
    history.look(slip(2), forecast=FORESEEN)
    assert window_of(history) is None


def test_who_was_told_of_no_slip_reads_the_window_all_the_same() -> None:
    (notice,) = told(slip(2), follower(told_on=TODAY + 2 * DAY), once_slipped())
    assert (notice.kind, notice.told[0].told_on) == ("delay_serious", TODAY + 8 * DAY)


def test_without_a_forecast_the_carriers_day_has_to_do() -> None:
    history = once_slipped()
    (notice,) = told(slip(2), TOLD_A_DAY, history, said=None)
    assert (notice.kind, notice.told[0].told_on) == ("delay_again", TODAY + 3 * DAY)


windows = st.builds(
    lambda first, span: Window(first, None if span is None else first + span * DAY, 0.9),
    days,
    st.one_of(st.none(), st.integers(0, 30)),
)


later = st.builds(
    slip,
    st.integers(0, 9),
    promised_on=st.one_of(st.none(), days),
    status=st.sampled_from(Status),
    zone=zones,
    delay=st.sampled_from([None, "late"]),
)


@given(later, windows, instants)
def test_whatever_is_foreseen_a_window_is_sane(after: Shipment, window: Window, now: Any) -> None:
    history = once_slipped()
    history.look(after, now, forecast=foreseen(0.9, arrival=window))
    today = day_there(now, after.zone)
    for row in history.open:
        said = window_in(row.evidence)
        assert said is None or row.kind in {FindingKind.AT_RISK, FindingKind.LATE}
        if said is not None and said.to_on is not None:
            assert said.from_on <= said.to_on
            assert said.to_on >= max(today, after.eta_on or today)
