"""The pace on a clock that stands still: who must wait, and for how long."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import RetryAfter

from bot.gateways.pacer import PAID, PaceLimiter, Pacer
from tests.fakes.clock import StandingClock


def later(clock: StandingClock, seconds: float) -> None:
    clock.advance(timedelta(seconds=seconds))


def test_one_chat_may_speak_three_times_at_once_and_then_each_second() -> None:
    clock = StandingClock()
    pacer = Pacer(clock)
    for _ in range(3):
        assert pacer.held() == []
        pacer.spend("sendMessage", 5)
        later(clock, 0.05)
    assert pacer.held() == [5]
    later(clock, 1)
    assert pacer.held() == []


def test_a_group_has_twenty_acts_a_minute_edits_and_topics_included() -> None:
    clock = StandingClock()
    pacer = Pacer(clock)
    for method in ("sendMessage", "editMessageText", "createForumTopic", "copyMessage") * 5:
        assert pacer.held() == []
        pacer.spend(method, -5)
        later(clock, 1.5)
    assert pacer.held() == [-5]
    assert pacer.soonest() == pytest.approx(30, abs=0.1)


def test_reactions_and_deletions_cost_their_chat_nothing() -> None:
    pacer = Pacer(StandingClock())
    for _ in range(30):
        pacer.spend("setMessageReaction", -5)
        pacer.spend("deleteMessage", 5)
    assert pacer.held() == []


def test_a_pause_holds_one_chat_and_nobody_else() -> None:
    clock = StandingClock()
    pacer = Pacer(clock)
    pacer.pause(5, timedelta(seconds=9))
    assert (pacer.held(), pacer.delay(), pacer.soonest()) == ([5], 0, 9)
    later(clock, 9)
    assert (pacer.held(), pacer.soonest()) == ([], None)


def test_a_pause_of_everything_is_kept_although_others_speak() -> None:
    pacer = Pacer(StandingClock())
    pacer.pause_all(timedelta(seconds=4))
    pacer.spend("deleteMessage", 5)
    assert pacer.delay() >= 4


def test_what_a_process_before_us_sent_still_counts() -> None:
    pacer = Pacer(StandingClock())
    for ago in range(59, 39, -1):
        pacer.remember("sendMessage", -5, ago)
    pacer.remember("deleteMessage", 5, 0)
    assert (pacer.held(), pacer.delay()) == ([-5], 0)
    assert pacer.soonest() == pytest.approx(1, abs=0.1)


@given(st.lists(st.tuples(st.sampled_from([1, 2, -3]), st.floats(0, 2)), max_size=120))
def test_whoever_waits_as_told_never_exceeds_a_limit(acts: list[tuple[int, float]]) -> None:
    clock = StandingClock()
    pacer = Pacer(clock)
    left: list[tuple[float, int]] = []
    for chat, pause in acts:
        later(clock, pause)
        left.append((clock.monotonic() + pacer.spend("sendMessage", chat), chat))
    for start, _ in left:
        assert sum(start <= at < start + 1 for at, _ in left) <= 28
        assert sum(start <= at < start + 60 and chat < 0 for at, chat in left) <= 20
        assert sum(start <= at < start + 1 and chat == 1 for at, chat in left) <= 4


async def test_the_plug_rests_a_chat_that_is_flooded_and_passes_the_error_on() -> None:
    pacer = Pacer(StandingClock())

    async def refuse(*args: Any, **kwargs: Any) -> Any:
        raise RetryAfter(6)

    with pytest.raises(RetryAfter):
        await PaceLimiter(pacer).process_request(refuse, (), {}, "sendMessage", {"chat_id": 5}, PAID)
    assert pacer.soonest() == 6


async def test_whoever_has_not_paid_takes_a_place_in_the_pace() -> None:
    pacer = Pacer(StandingClock())

    async def answer(*args: Any, **kwargs: Any) -> Any:
        return True

    assert await PaceLimiter(pacer).process_request(answer, (), {}, "sendMessage", {"chat_id": 5}, None) is True
    assert pacer.delay() > 0
