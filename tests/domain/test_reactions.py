"""Which reactions go over, and which of several is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.reactions import STANDARD, after, latest, shown
from bot.sandbox.bot_api.reactions import REACTIONS

NAMES = st.sampled_from(["6001", "6002", "6003"])
EMOJI = st.sampled_from(["", *sorted(STANDARD)])


def test_the_standard_ones_are_those_that_telegram_takes() -> None:
    assert {one.replace("\ufe0f", "") for one in REACTIONS} == STANDARD


@pytest.mark.parametrize(
    ("said", "expected"), [((), ""), (("🦩",), ""), (("🦩", "👍"), "👍"), (("❤️",), "❤"), (("🤷‍♂️",), "🤷\u200d♂")]
)
def test_the_first_that_a_bot_may_set_is_shown(said: tuple[str, ...], expected: str) -> None:
    assert shown(said) == expected


@given(st.lists(st.tuples(NAMES, EMOJI), max_size=12))
def test_the_latest_that_still_stands_is_shown(said: list[tuple[str, str]]) -> None:
    known: dict[str, str] = {}
    for name, emoji in said:
        known = after(known, name, emoji)
    standing = [name for name in dict(said) if dict(said)[name]]
    assert set(known) == set(standing)
    last = next((emoji for number, (name, emoji) in reversed(list(enumerate(said))) if name in known), "")
    assert latest(known) == (last if known else "")
