"""A week's picture, worded: the same figures as its caption, in the reader's digits, calendar and direction."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts.bidi import fold_digits, utf16_len, visible
from bot.texts.charts import MOST_TICKS, Chart, week_chart
from bot.texts.messages import render
from tests.fakes.weeks import MINUTE, READERS, week


def chart(language: str) -> Chart:
    return week_chart(week(language), READERS[language])


def texts(found: Chart) -> list[str]:
    """Everything that is written on it."""
    bars = [row for panel in found.panels for row in panel.bars]
    return [
        found.title,
        *(text for tile in found.tiles for text in (tile.label, tile.value, tile.note)),
        *found.days,
        *(panel.title for panel in found.panels),
        *(said for panel in found.panels for _, said in panel.ticks),
        *(text for row in bars for text in (row.name, *row.said)),
    ]


def test_english_reads_from_the_left() -> None:
    found = chart("en")
    assert (found.rtl, found.days[0]) == (False, "Sunday\n15 November")
    assert [(tile.value, tile.note) for tile in found.tiles] == [
        ("42 min", "of 31"), ("88%", "of 34"), ("25 h", "of 7"), ("too few yet", "of 15")
    ]  # fmt: skip
    assert [said for _, said in found.panels[1].ticks] == ["0", "1 h", "2 h"]


def test_arabic_reads_from_the_right_in_its_own_words() -> None:
    found = chart("ar")
    assert (found.rtl, found.days[0]) == (True, "الأحد\n15 نوفمبر")
    assert found.tiles[0].value == "42 دقيقة"


def test_persian_has_its_digits_and_its_calendar() -> None:
    found = chart("fa")
    assert (found.rtl, found.days[0]) == (True, "یکشنبه\n۲۴ آبان")
    assert not [text for text in texts(found) if re.search("[0-9]", text)]


@pytest.mark.parametrize("language", sorted(READERS))
def test_the_caption_says_the_same_figures_in_words(language: str) -> None:
    facts, found = week(language), chart(language)
    caption = fold_digits(visible(render("week", facts, READERS[language]).text))
    assert utf16_len(caption) <= 1024
    for day in found.days:
        assert all(fold_digits(part) in caption for part in day.split("\n"))
    shown = [said for row in (*found.panels[0].bars, *found.panels[1].bars) for said in row.said if said]
    assert all(fold_digits(one) in caption for one in shown)
    assert all(fold_digits(tile.value).strip("%٪") in caption for tile in found.tiles[:2])


@pytest.mark.parametrize("language", sorted(READERS))
def test_nothing_that_directs_or_marks_up_is_drawn(language: str) -> None:
    hostile = week_chart(week(language, shop="<b>\u202enoon\u2069 & Söhne"), READERS[language])
    assert not re.search("[\u202a-\u202e\u2066-\u2069<>]|&amp;", "".join(texts(hostile)).replace("<b>", ""))


@given(st.lists(st.integers(0, 10_000), min_size=7, max_size=7), st.lists(st.none() | st.integers(0, 10**9)))
def test_no_bar_stands_above_its_axis_and_few_marks_are_on_it(opened: list[int], firsts: list[int | None]) -> None:
    facts = week()
    for day, count, first in zip(facts["days"], opened, [*firsts, *[None] * 7], strict=False):
        day |= {"opened": count, "first": first}
    for panel in week_chart(facts, READERS["en"]).panels:
        marks = [at for at, _ in panel.ticks]
        highest = max((value for row in panel.bars for value in row.values if value is not None), default=0)
        assert marks[0] == 0
        assert highest <= marks[-1]
        assert len(marks) <= MOST_TICKS + 1 or highest > 2880 * MOST_TICKS
        assert marks == sorted(marks)


def test_where_nothing_is_known_it_says_so() -> None:
    found = week_chart(week(first={}, kept={}, solving={}, good={}), READERS["en"])
    assert [tile.value for tile in found.tiles] == ["none"] * 4
    assert MINUTE == 60_000
