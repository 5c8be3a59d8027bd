"""What a desk is measured by: each figure by its definition."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import hours
from bot.domain.desk_numbers import (
    OURS,
    Day,
    Hours,
    Matter,
    Numbers,
    Spread,
    Wait,
    Word,
    daily,
    measure,
    spread,
    waits,
)
from bot.domain.measures import Share

MINUTE, HOUR = 60_000, 3_600_000
DAY = 24 * HOUR
NINE_TO_SIX = Hours([(day * DAY + 9 * HOUR, day * DAY + 18 * HOUR) for day in range(30)])
TWO_HOURS = (2 * HOUR, 2 * HOUR)
SARA, OMAR = 1, 2
AT = st.integers(0, 20 * DAY)


def matter(opened: int, *words: tuple[int, int | None], cause: str = "words", **more: int | None) -> Matter:
    return Matter(opened, cause, tuple(Word(at, by) for at, by in words), **more)  # type: ignore[arg-type]


# ---- waits


def test_the_first_reply_ends_the_first_wait_and_each_later_message_has_its_own() -> None:
    talk = matter(0, (1, None), (5, SARA), (7, None), (8, None), (9, OMAR), (12, None))
    assert list(waits(talk)) == [Wait(0, 5, SARA, True), Wait(7, 9, OMAR), Wait(8, 9, OMAR), Wait(12)]


def test_without_a_reply_he_still_waits() -> None:
    assert list(waits(matter(3, (3, None), (4, None)))) == [Wait(3, first=True)]


@pytest.mark.parametrize("cause", sorted(OURS))
def test_where_we_opened_it_nobody_waits_until_he_writes(cause: str) -> None:
    assert list(waits(matter(0, (2, SARA), cause=cause))) == []
    talk = matter(0, (2, SARA), (4, None), (6, OMAR), cause=cause)
    assert list(waits(talk)) == [Wait(4, 6, OMAR, True)]


@given(st.lists(st.tuples(st.integers(0, 100), st.sampled_from([None, SARA, OMAR])), max_size=12))
def test_every_message_of_his_is_waited_for_once(said: list[tuple[int, int | None]]) -> None:
    said.sort(key=lambda one: one[0])
    found = list(waits(matter(0, *said)))
    first_reply = next((place for place, (_, by) in enumerate(said) if by is not None), len(said))
    after_first = sum(by is None for _, by in said[first_reply:])
    assert len(found) == 1 + after_first
    assert sum(one.first for one in found) == 1
    assert all(one.end is None or one.start <= one.end for one in found)


# ---- staffed time


@given(AT, AT, AT)
def test_staffed_time_adds_up_and_is_never_longer_than_the_clock(one: int, other: int, third: int) -> None:
    first, middle, last = sorted((one, other, third))
    whole = NINE_TO_SIX.spent(first, last)
    assert whole == NINE_TO_SIX.spent(first, middle) + NINE_TO_SIX.spent(middle, last)
    assert 0 <= whole <= last - first
    assert NINE_TO_SIX.spent(last, first) == 0


@given(AT, st.integers(1, 20 * HOUR))
def test_a_target_is_due_when_so_much_staffed_time_is_spent(start: int, target: int) -> None:
    due = NINE_TO_SIX.after(start, target)
    assert NINE_TO_SIX.spent(start, due) == target
    assert NINE_TO_SIX.spent(start, due - 1) < target


@given(AT, st.integers(0, DAY))
def test_a_shop_that_never_opens_is_measured_by_the_clock(start: int, span: int) -> None:
    assert Hours([]).spent(start, start + span) == span
    assert Hours([]).after(start, span) == start + span


def test_a_target_beyond_the_known_shifts_goes_by_the_clock() -> None:
    assert Hours([(0, HOUR)]).after(0, 2 * HOUR) == 2 * HOUR
    assert Hours([(HOUR, 2 * HOUR)]).after(0, 0) == 0


@given(st.integers(0, 365), st.integers(1, 150))
def test_shifts_of_a_span_are_in_order_and_belong_to_it(first: int, days: int) -> None:
    start = datetime(2026, 1, 1, 7, tzinfo=UTC) + timedelta(days=first)
    end = start + timedelta(days=days)
    found = hours.shifts(start, end, "Asia/Tehran", "Sat-Wed 9-17", {date(2026, 3, 21)})
    assert found == sorted(set(found))
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    assert all(opens < end and closes > start for opens, closes in found)
    assert len(found) >= days * 5 // 7 - 3


# ---- spreads


@given(st.lists(st.integers(0, 10**9), min_size=1))
def test_half_lie_at_or_below_the_middle_and_nine_tenths_at_or_below_the_other(durations: list[int]) -> None:
    found = spread(durations)
    assert found.of == len(durations)
    assert {found.p50, found.p90} <= set(durations)
    assert sum(one <= found.p50 for one in durations) * 2 >= len(durations)
    assert sum(one <= found.p90 for one in durations) * 10 >= 9 * len(durations)
    assert found.p50 <= found.p90


def test_of_nothing_there_is_no_spread() -> None:
    assert spread([]) == Spread()


# ---- the figures of a span


def figures(*matters: Matter, since: int = 0, now: int = 20 * DAY, agent: int | None = None) -> Numbers:
    return measure(matters, NINE_TO_SIX, TWO_HOURS, since, now, agent=agent)


def test_a_night_counts_by_the_clock_alone() -> None:
    late = 17 * HOUR + 30 * MINUTE
    found = figures(matter(late, (late, None), (DAY + 10 * HOUR, SARA)))
    assert (found.first.staffed.p50, found.first.clock.p50) == (90 * MINUTE, 16 * HOUR + 30 * MINUTE)
    assert (found.kept, found.opened) == (Share(1, 1), 1)


def test_a_reply_belongs_to_the_span_in_which_it_was_given() -> None:
    talk = matter(10 * HOUR, (10 * HOUR, None), (11 * HOUR, SARA), (3 * DAY + 10 * HOUR, None), (4 * DAY, OMAR))
    first, second = figures(talk, now=DAY), figures(talk, since=DAY)
    assert (first.first.clock.of, first.following.clock.of) == (1, 0)
    assert (second.first.clock.of, second.following.clock.of) == (0, 1)


@pytest.mark.parametrize(
    ("words", "closed", "kept"),
    [
        (((10 * HOUR, None), (12 * HOUR, SARA)), None, Share(1, 1)),
        (((10 * HOUR, None), (12 * HOUR + 1, SARA)), None, Share(0, 1)),
        (((10 * HOUR, None),), None, Share(0, 1)),
        (((10 * HOUR, None),), 11 * HOUR, Share()),
        (((10 * HOUR, None),), 13 * HOUR, Share(0, 1)),
        (((10 * HOUR, None), (11 * HOUR, SARA), (12 * HOUR, None)), 12 * HOUR + 5, Share(1, 1)),
    ],
)
def test_a_target_counts_when_it_falls_due_and_unanswered_by_then_it_is_broken(
    words: tuple[tuple[int, int | None], ...], closed: int | None, kept: Share
) -> None:
    assert figures(matter(10 * HOUR, *words, closed=closed)).kept == kept


def test_a_target_that_falls_due_later_is_not_counted_yet() -> None:
    assert figures(matter(10 * HOUR, (10 * HOUR, None)), now=11 * HOUR).kept == Share()


def test_the_first_end_is_the_resolution_however_often_it_came_back() -> None:
    one = matter(9 * HOUR, solved=11 * HOUR, closed=5 * DAY, reopened=2)
    found = figures(one, matter(9 * HOUR, solved=15 * HOUR), matter(9 * HOUR))
    assert (found.solving.clock.of, found.solving.clock.p50) == (2, 2 * HOUR)
    assert found.reopened == Share(1, 2)
    assert figures(one, since=DAY).solving == figures().solving


def test_reasons_are_those_of_what_was_opened_the_commonest_first() -> None:
    found = figures(matter(1, cause="address"), matter(2), matter(3), matter(-5))
    assert found.reasons == (("words", 2), ("address", 1))


def test_of_one_colleague_his_replies_and_his_tickets_count() -> None:
    mine = matter(9 * HOUR, (9 * HOUR, None), (10 * HOUR, OMAR), solved=12 * HOUR, assignee=SARA)
    sara, omar = figures(mine, agent=SARA), figures(mine, agent=OMAR)
    assert (sara.first.clock.of, sara.solving.clock.of, sara.kept, sara.opened) == (0, 1, Share(), 1)
    assert (omar.first.clock.of, omar.solving.clock.of, omar.kept, omar.opened) == (1, 0, Share(1, 1), 0)


def test_a_missed_target_is_his_who_had_the_ticket_when_it_fell_due() -> None:
    given_ = ((10 * HOUR, SARA), (3 * DAY, OMAR))
    late = matter(9 * HOUR, (9 * HOUR, None), (3 * DAY + 1, OMAR), assignee=OMAR, given=given_)  # type: ignore[arg-type]
    assert (figures(late, agent=SARA).kept, figures(late, agent=OMAR).kept) == (Share(0, 1), Share())
    assert figures(late).kept == Share(0, 1)


def test_a_missed_target_of_a_ticket_that_nobody_had_is_nobodys() -> None:
    late = matter(9 * HOUR, (9 * HOUR, None), (3 * DAY, OMAR), assignee=OMAR)
    assert (figures(late, agent=OMAR).kept, figures(late).kept) == (Share(), Share(0, 1))
    again = matter(9 * HOUR, (9 * HOUR, None), (10 * HOUR, SARA), (11 * HOUR, None), (3 * DAY, OMAR), assignee=OMAR)
    assert (figures(again, agent=SARA).kept, figures(again, agent=OMAR).kept) == (Share(1, 2), Share())


@given(st.lists(st.builds(Matter, AT, solved=st.none() | AT), max_size=20), st.lists(AT, min_size=2, max_size=5))
def test_days_add_up_to_their_span(matters: list[Matter], edges: list[int]) -> None:
    edges = sorted(set(edges))
    found = daily(matters, NINE_TO_SIX, edges)
    assert len(found) == len(edges) - 1
    inside = [one for one in matters if edges[0] <= one.opened < edges[-1]]
    assert sum(one.opened for one in found) == len(inside)
    assert all(one.first is None for one in found)


def test_a_day_has_the_middle_of_its_first_replies() -> None:
    talk = matter(9 * HOUR, (9 * HOUR, None), (10 * HOUR, SARA))
    assert daily([talk], NINE_TO_SIX, [0, DAY, 2 * DAY]) == [Day(1, 0, HOUR), Day()]
