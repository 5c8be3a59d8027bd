"""A topic's name and icon tell how the ticket stands, within 128 units, and change seldom."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ticket import TicketState
from bot.domain.topic_title import (
    BETWEEN,
    ICONS,
    LATE,
    LATE_ICONS,
    LONGEST,
    NO_TITLE,
    STEPS,
    UNDER,
    Standing,
    Title,
    cleaned,
    compose,
    cut,
    every_title,
    icon_of,
    label,
    own_part,
    title,
    units,
)
from tests.fakes.rows import NOON

S = TicketState
HOUR = timedelta(hours=1)
texts = st.text(max_size=200)


@pytest.mark.parametrize(
    ("state", "due", "rests", "standing", "left"),
    [
        (S.NEW, None, None, Standing.NEW, None),
        (S.NEW, 2 * HOUR, None, Standing.NEW, 2 * HOUR),
        (S.WAITING_US, 1.85 * HOUR, None, Standing.US, 2 * HOUR),
        (S.WAITING_US, 1.7 * HOUR, None, Standing.US, HOUR),
        (S.WAITING_US, HOUR / 3, None, Standing.US, UNDER),
        (S.WAITING_US, timedelta(), None, Standing.US, LATE),
        (S.WAITING_US, 900 * HOUR, None, Standing.US, 72 * HOUR),
        (S.WAITING_US, None, 5 * HOUR, Standing.RESTS, 4 * HOUR),
        (S.WAITING_US, 2 * HOUR, 5 * HOUR, Standing.RESTS, 2 * HOUR),
        (S.WAITING_CUSTOMER, 5 * HOUR, 5 * HOUR, Standing.RESTS, 4 * HOUR),
        (S.WAITING_CUSTOMER, -HOUR, -HOUR, Standing.RESTS, None),
        (S.WAITING_US, 2 * HOUR, -HOUR, Standing.US, 2 * HOUR),
        (S.WAITING_CUSTOMER, None, None, Standing.CUSTOMER, None),
        (S.WAITING_CUSTOMER, 9 * HOUR, None, Standing.US, 8 * HOUR),
        (S.CLOSED, 2 * HOUR, 5 * HOUR, Standing.DONE, None),
    ],
)
def test_the_title_says_whose_turn_it_is_and_roughly_how_long_is_left(
    state: TicketState,
    due: timedelta | None,
    rests: timedelta | None,
    standing: Standing,
    left: timedelta | None,
) -> None:
    due_at, rests_until = (None if one is None else NOON + one for one in (due, rests))
    assert title(state, due_at, rests_until, NOON) == Title(standing, left)


def test_only_an_hour_that_was_named_is_a_promise() -> None:
    assert title(S.WAITING_CUSTOMER, NOON + 9 * HOUR, None, NOON, promised=True) == Title(Standing.PROMISED, 8 * HOUR)
    assert title(S.WAITING_US, NOON + 9 * HOUR, None, NOON, promised=True) == Title(Standing.US, 8 * HOUR)
    assert title(S.WAITING_CUSTOMER, NOON + HOUR, NOON + HOUR, NOON, promised=True) == Title(Standing.RESTS, HOUR)


def test_who_never_had_a_ticket_has_no_title() -> None:
    assert title(None, None, None, NOON) is None
    assert icon_of(None, {"✅": "1"}) is None


@given(st.integers(1, 60 * 24 * 30))
def test_waiting_changes_a_title_a_few_times_and_never_back(minutes: int) -> None:
    due_at = NOON + timedelta(minutes=minutes)
    seen = [title(S.WAITING_US, due_at, None, NOON + timedelta(minutes=at)) for at in range(0, minutes + 5, 7)]
    changes = [one for one, before in zip(seen[1:], seen, strict=False) if one != before]
    assert len(changes) == len(set(changes)) <= len(STEPS) + 1
    lefts = [one.left for one in seen if one is not None and one.left is not None]
    assert lefts == sorted(lefts, reverse=True)


def test_every_title_has_a_digest_and_icons_of_its_own() -> None:
    found = list(every_title())
    assert len({one.digest for one in found} | {NO_TITLE}) == len(found) + 1
    assert all(one.icons for one in found)
    assert Title(Standing.US, LATE).icons == LATE_ICONS
    assert set(ICONS) == set(Standing)


def test_the_icon_is_the_first_that_telegram_offers() -> None:
    assert icon_of(Title(Standing.DONE), {"✅": "1", "🏁": "2"}) == "1"
    assert icon_of(Title(Standing.DONE), {"🏁": "2"}) == "2"
    assert icon_of(Title(Standing.US), {"⚡": "3"}) == "3"
    assert icon_of(Title(Standing.US), {}) is None


@given(texts, texts, texts, st.booleans())
def test_whatever_it_is_made_of_a_name_fits_and_says_something(mark: str, name: str, order: str, repeat: bool) -> None:
    first, rest = label(name, order, 5)
    said = compose(cut(cleaned(mark), 40), first, rest, repeat=repeat)
    assert 0 < units(said) <= LONGEST
    assert said.encode("utf-16-le").decode("utf-16-le") == said
    assert rest in said


@given(texts, st.integers(0, 130))
def test_a_cut_breaks_no_character(text: str, most: int) -> None:
    clean = cleaned(text)
    assert units(cut(clean, most)) <= most
    assert cut(clean, units(clean)) == clean


def test_the_longest_names_leave_mark_and_order_readable() -> None:
    said = compose("Overdue", *label("ن" * 200, "#1001", 5))
    assert units(said) == LONGEST
    assert said.startswith("Overdue · ن")
    assert said.endswith("… · #1001")
    assert compose("", *label("🌼" * 100, None, 5), repeat=True) == "🌼" * 61 + "… (2)"


def test_direction_marks_and_line_breaks_do_not_get_into_a_name() -> None:
    assert label("\u202eLayla\n\u2066 <b>x</b>", "10\u200f01", 5) == ("Layla <b>x</b>", " · 10 01")
    assert label("\u202e\u200f", None, 5) == ("#5", "")


@given(st.sampled_from(["New", "New, 2 h", "Overdue", ""]), texts)
def test_what_a_person_called_a_topic_is_found_again(mark: str, name: str) -> None:
    wanted = cleaned(name).strip(" ·")
    marks = ["New", "New, 2 h", "Overdue"]
    if any(wanted.startswith(one) for one in marks):
        return
    said = f"{mark}{BETWEEN}{wanted}" if mark else wanted
    assert own_part(said, marks) == wanted


@pytest.mark.parametrize(
    ("said", "own"),
    [("New · Layla VIP", "Layla VIP"), ("New, 2 h · ", ""), ("New", ""), ("Newton", "Newton"), ("New·Layla", "Layla")],
)
def test_only_a_whole_mark_is_taken_off(said: str, own: str) -> None:
    assert own_part(said, ["New", "New, 2 h"]) == own
