"""How long a shop keeps things: its own choice within bounds, from the end on."""

from datetime import timedelta
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.retention import DAY, SILENT, SPANS, is_allowed, is_past, keeping_of
from bot.flows import stats
from tests.domain.values import NOW

DAYS = st.integers(0, 4000)


@given(st.none() | DAYS.filter(bool), st.none() | DAYS.filter(bool))
def test_what_is_kept_lies_within_the_bounds_whatever_stands_in_the_settings(
    parcels: int | None, tickets: int | None
) -> None:
    said = {"keep_parcels": parcels, "keep_tickets": tickets, "stalled": 5}
    pairs = ",".join(f'"{name}":{days}' for name, days in said.items() if days is not None)
    keeping = keeping_of(f"{{{pairs}}}")
    for name, span in (("keep_parcels", keeping.parcels), ("keep_tickets", keeping.tickets)):
        days = said[name]
        assert is_allowed(name, span.days)
        if days is None or is_allowed(name, days):
            assert span.days == (days or SPANS[name].usual)


@given(DAYS, DAYS, DAYS, st.booleans())
def test_a_parcel_is_past_so_long_after_its_end_or_its_being_told_of(
    created: int, ended: int, later: int, is_open: bool
) -> None:
    keeping = keeping_of("{}")
    ask = partial(is_past, keeping, ended_at=NOW - DAY * ended, created_at=NOW - DAY * created, is_open=is_open)
    past = ask(NOW)
    assert past == (min(created, ended) > (keeping.parcels + (SILENT if is_open else timedelta())).days)
    if past:
        assert ask(NOW + DAY * later)


def test_the_figures_that_look_back_find_what_they_count() -> None:
    assert max(stats.SPANS) <= SPANS["keep_parcels"].least


def test_days_are_allowed_within_a_spans_bounds() -> None:
    for name, span in SPANS.items():
        assert [is_allowed(name, days) for days in (span.least - 1, span.least, span.most, span.most + 1)] == [
            False, True, True, False,
        ]  # fmt: skip
