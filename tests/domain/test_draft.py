"""Drafts: which notices become one, who may write instead, what counts as told, when the machine was right."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.draft import (
    EDIT_WITHIN,
    FEW,
    AsIf,
    Came,
    Draft,
    Held,
    Tally,
    as_if_told,
    at_once,
    came,
    is_draft,
    is_stacked,
    may_write,
    proves,
)
from bot.domain.finding import FindingKind
from bot.domain.outgoing import Priority
from bot.domain.telling import Following, Notice, Told
from carriers.kit.model import Status
from tests.domain.values import HOUR, NOW, instants, shipment

PROMISED = date(2026, 11, 25)
BOX = shipment(zone="Asia/Riyadh", promised_on=PROMISED)
READER = Following(1, 5)
NOTICE = Notice("late", 1, 5, (1,), (Told(1, warns=True),), Priority.WARNING, NOW, "c", "m", finding=FindingKind.LATE)
DRAFT = Draft(1, 1, 1, "late", Held.OPEN, "c", None, NOW)

days = st.none() | st.dates(min_value=date(2026, 1, 1), max_value=date(2027, 1, 1))
as_ifs = st.lists(st.builds(AsIf, days, st.integers(-1, 3), instants), max_size=5)


def test_a_warning_is_a_draft_and_nothing_else_is() -> None:
    assert is_draft(NOTICE)
    assert not is_draft(replace(NOTICE, told=(Told(1),)))
    assert not is_draft(replace(NOTICE, finding=None))


@pytest.mark.parametrize(
    ("due", "lately", "stacked"), [(1, 0, False), (FEW, 0, False), (FEW + 1, 0, True), (1, FEW, True)]
)
def test_what_is_too_much_for_messages_of_its_own_is_stacked(due: int, lately: int, stacked: bool) -> None:
    assert is_stacked(due, lately) is stacked


@given(spans=st.timedeltas(timedelta(0), timedelta(hours=2)), user=st.integers(1, 3), state=st.sampled_from(Held))
def test_only_who_pressed_may_write_and_only_for_a_while(spans: timedelta, user: int, state: Held) -> None:
    begun = replace(DRAFT, state=state, edit_by=2, edit_at=NOW)
    assert may_write(begun, user, NOW + spans) is (user == 2 and spans <= EDIT_WITHIN and state is Held.OPEN)
    assert not may_write(DRAFT, user, NOW)


@given(drafts=as_ifs, warned=st.none() | instants, told=days)
def test_what_drafts_would_have_told_never_makes_a_reader_know_less(
    drafts: list[AsIf], warned: datetime | None, told: date | None
) -> None:
    reader = replace(READER, warned_at=warned, told_on=told)
    after = as_if_told(reader, drafts)
    assert replace(after, drafted=None) == reader
    if not drafts:
        assert after.drafted is None
        return
    assert after.drafted is not None
    assert after.drafted.warned_at is not None
    assert all(one.warned_at <= after.drafted.warned_at for one in drafts)
    assert warned is None or warned <= after.drafted.warned_at
    assert told is None or after.drafted.told_on is not None


@pytest.mark.parametrize(
    ("status", "at", "promised", "outcome"),
    [
        (Status.IN_TRANSIT, None, PROMISED, None),
        (Status.OUT_FOR_DELIVERY, None, PROMISED, None),
        (Status.DELIVERED, datetime(2026, 11, 25, 20, 59, tzinfo=UTC), PROMISED, Came.WRONG),
        # half past midnight in Riyadh: the promised day is over there
        (Status.DELIVERED, datetime(2026, 11, 25, 21, 30, tzinfo=UTC), PROMISED, Came.RIGHT),
        (Status.DELIVERED, NOW, None, Came.NONE),
        (Status.DELIVERED, None, PROMISED, Came.NONE),
        (Status.LOST, NOW, PROMISED, Came.RIGHT),
        (Status.RETURNED, NOW, PROMISED, Came.RIGHT),
        (Status.CANCELLED, NOW, PROMISED, Came.NONE),
    ],
)
def test_a_draft_was_right_where_the_parcel_came_late_or_never(
    status: Status, at: datetime | None, promised: date | None, outcome: Came | None
) -> None:
    assert came(replace(BOX, status=status, status_at=at, promised_on=promised)) is outcome


def test_lateness_itself_is_proof_and_what_a_scan_says_is_none() -> None:
    known = {kind: at_once(kind) for kind in FindingKind}
    assert {kind for kind, outcome in known.items() if outcome is Came.RIGHT} == {FindingKind.LATE, FindingKind.LOST}
    assert known[FindingKind.FAILED_ATTEMPT] is Came.FACT
    assert known[FindingKind.AT_RISK] is None
    assert [kind for kind in FindingKind if proves(kind)] == [FindingKind.LATE, FindingKind.LOST]


@given(hours=st.integers(-500, 500))
def test_the_median_is_said_as_hours_before_or_after_the_promised_days_end(hours: int) -> None:
    figures = Tally(1, 1, 0, 0, hours * HOUR).figures
    assert figures.get("ahead", 0) - figures.get("behind", 0) == hours
    assert not {"ahead", "behind"} <= figures.keys()


def test_of_nothing_there_are_no_figures() -> None:
    assert Tally().figures == {}
