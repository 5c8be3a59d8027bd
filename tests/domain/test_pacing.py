from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain import pacing
from bot.domain.outgoing import Priority
from bot.domain.pacing import Pace, forget, pause, rank, soonest, spend, when
from tests.domain.values import HOUR, NOW

Wishes = list[tuple[int, float]]
waits = st.lists(st.tuples(st.integers(-3, 3).filter(bool), st.floats(0, 2)), max_size=120)


def leave(pace: Pace, wishes: Wishes, start: float = 1000.0) -> list[tuple[int, float]]:
    """Each act leaves as soon as it may, after the wish was made; (chat, second) of each."""
    now = start
    left: list[tuple[int, float]] = []
    for chat_id, wait in wishes:
        now = when(pace, chat_id, chat_id < 0, now + wait)
        spend(pace, chat_id, chat_id < 0, now)
        left.append((chat_id, now))
    return left


def most_within(moments: list[float], span: float) -> int:
    return max((sum(1 for other in moments if at <= other <= at + span) for at in moments), default=0)


def test_a_chat_may_have_three_at_once_then_one_a_second() -> None:
    moments = [at - 1000 for _, at in leave(Pace(), [(1, 0)] * 6)]
    assert moments[2] < 0.1
    assert [round(at) for at in moments[3:]] == [1, 2, 3]


def test_a_rested_chat_has_its_burst_back() -> None:
    pace = Pace()
    leave(pace, [(1, 0)] * 5)
    moments = [at for _, at in leave(pace, [(1, 0)] * 3, 2000.0)]
    assert moments[2] - 2000 < 0.1


def test_a_group_has_twenty_a_minute() -> None:
    moments = [at - 1000 for _, at in leave(Pace(), [(-1, 0)] * 21)]
    assert moments[19] < 20
    assert moments[20] >= 60


def test_a_private_chat_has_no_minute() -> None:
    moments = [at - 1000 for _, at in leave(Pace(), [(1, 0)] * 40)]
    assert moments[-1] < 40


def test_the_last_acts_of_a_groups_minute_are_kept_until_the_first_of_them_is_a_minute_old() -> None:
    pace = Pace()
    moments = [at for _, at in leave(pace, [(-1, 0)] * 16)]
    assert not pacing.is_spared(pace, -1, moments[-1])
    moments += [at for _, at in leave(pace, [(-1, 0)], moments[-1])]
    assert pacing.is_spared(pace, -1, moments[-1])
    assert not pacing.is_spared(pace, -1, moments[0] + 60.1)
    assert not pacing.is_spared(pace, -2, moments[0])


def test_a_pause_stops_its_chat_only() -> None:
    pace = Pace()
    pause(pace, 1, 1030.0)
    pause(pace, 1, 1010.0)
    assert when(pace, 1, False, 1000.0) == 1030.0
    assert when(pace, 2, False, 1000.0) == 1000.0


def test_all_chats_together_have_no_burst() -> None:
    moments = [at for _, at in leave(Pace(), [(chat, 0) for chat in range(1, 100)])]
    assert most_within(moments, 1.0) == 28


def test_idle_chats_are_forgotten_but_not_what_is_owed() -> None:
    pace = Pace()
    leave(pace, [(1, 0), (2, 0)])
    pause(pace, 2, 5000.0)
    assert forget(pace, 1500.0) == 1
    assert list(pace.chats) == [2]


def test_the_soonest_of_some_chats_is_known() -> None:
    pace = Pace()
    pause(pace, 1, 1030.0)
    assert soonest(pace, [(1, False), (2, False)], 1000.0) == 1000.0
    assert soonest(pace, [], 1000.0) is None


@given(waits)
def test_no_minute_of_a_group_has_more_than_twenty_acts(wishes: Wishes) -> None:
    left = leave(Pace(), wishes)
    for chat_id in (-1, -2, -3):
        assert most_within([at for chat, at in left if chat == chat_id], 60.0) <= 20


@given(waits)
def test_no_second_has_more_than_twenty_eight_acts_and_no_chat_more_than_its_burst(wishes: Wishes) -> None:
    left = leave(Pace(), wishes)
    assert most_within([at for _, at in left], 1.0) <= 28
    for chat_id in {chat for chat, _ in left}:
        assert most_within([at for chat, at in left if chat == chat_id], 0.9) <= pacing.CHAT_BURST


@given(waits, st.integers(-3, 3).filter(bool), st.floats(1000, 2000))
def test_waiting_is_bounded_whatever_was_spent(wishes: Wishes, chat_id: int, now: float) -> None:
    pace = Pace()
    left = leave(pace, wishes)
    last = max((at for _, at in left), default=0.0)
    assert now <= when(pace, chat_id, chat_id < 0, now) <= max(now, last) + 61


@given(waits, st.floats(0, 500))
def test_forgetting_changes_no_answer(wishes: Wishes, later: float) -> None:
    pace = Pace()
    left = leave(pace, wishes)
    now = max((at for _, at in left), default=1000.0) + later
    before = [when(pace, chat_id, chat_id < 0, now) for chat_id in (-2, -1, 1, 2)]
    forget(pace, now)
    assert [when(pace, chat_id, chat_id < 0, now) for chat_id in (-2, -1, 1, 2)] == before


def test_an_agents_reply_overtakes_what_waits_in_bulk() -> None:
    waiting = [rank(Priority.BULK, NOW - timedelta(minutes=5), NOW) for _ in range(5000)]
    assert rank(Priority.PERSON, NOW, NOW) < min(waiting)


def test_bulk_passes_even_persons_after_six_hours() -> None:
    assert rank(Priority.BULK, NOW - 6.1 * HOUR, NOW) < rank(Priority.PERSON, NOW, NOW)


@given(
    st.sampled_from(Priority),
    st.sampled_from(Priority),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
)
def test_the_order_of_two_rows_never_changes_while_they_wait(
    one: Priority, other: Priority, first: int, second: int, later: int
) -> None:
    times = NOW - timedelta(seconds=first), NOW - timedelta(seconds=second)
    ahead = rank(one, times[0], NOW) - rank(other, times[1], NOW)
    still = rank(one, times[0], NOW + timedelta(seconds=later)) - rank(other, times[1], NOW + timedelta(seconds=later))
    assert ahead == still


def test_the_rank_is_the_time_of_becoming_due_and_so_much_for_each_level() -> None:
    rows = [(priority, NOW - minutes * timedelta(minutes=1)) for priority in Priority for minutes in (0, 40, 100, 500)]
    by_rank = sorted(rows, key=lambda row: rank(row[0], row[1], NOW))
    assert by_rank == sorted(rows, key=lambda row: row[1] + row[0] * pacing.AGEING)
