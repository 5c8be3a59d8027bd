"""Shares: honest about few, never all or none where it is not."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.measures import DOUBTS, LEAST, Share
from bot.flows.facts import WARNINGS


@given(st.integers(0, 10_000).flatmap(lambda of: st.builds(Share, st.integers(0, of), st.just(of))))
def test_a_share_is_said_in_whole_percent_or_not_at_all(share: Share) -> None:
    percent = share.percent
    assert (percent is None) is (share.of < LEAST)
    if percent is not None:
        assert 0 <= percent <= 100
        assert abs(percent - 100 * share.count / share.of) <= 1
        assert (percent == 100) is (share.count == share.of)
        assert (percent == 0) is (share.count == 0)


def test_what_puts_a_day_in_doubt_is_a_warning() -> None:
    assert {"held_up"} >= DOUBTS - WARNINGS
