"""Who writes fast is gathered; who writes as people do is shown word by word."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.flood import MOST, SPAN, is_flood

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def test_the_eleventh_message_of_a_minute_is_gathered() -> None:
    said = [NOW - timedelta(seconds=3 * n) for n in range(MOST + 1)]
    assert is_flood(said, NOW)
    assert not is_flood(said[:MOST], NOW)


@given(st.lists(st.integers(min_value=6, max_value=600), min_size=1, max_size=60))
def test_whoever_leaves_six_seconds_between_messages_never_floods(gaps: list[int]) -> None:
    at, said = NOW, [NOW]
    for gap in gaps:
        at -= timedelta(seconds=gap)
        said.append(at)
    assert not is_flood(said, NOW)


def test_what_was_said_before_the_minute_does_not_count() -> None:
    assert not is_flood([NOW - SPAN] * 50, NOW)
