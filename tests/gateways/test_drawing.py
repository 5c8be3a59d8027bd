"""A week's picture is drawn: its words are on it, shaped and ordered as they are read; and in a process of its own."""

import asyncio
import struct
import subprocess
import sys

import pytest
from matplotlib import font_manager, ft2font
from matplotlib.figure import Figure
from matplotlib.text import Text

from bot.domain.outgoing import Sent
from bot.flows import calls
from bot.gateways.drawing import Drawing
from bot.gateways.pacer import Pacer
from bot.gateways.plot import DPI, INCHES, draw, figure
from bot.gateways.telegram import Speaker
from bot.sandbox.telegram import TelegramSandbox
from bot.texts.charts import Chart, week_chart
from bot.texts.messages import render
from tests.fakes.clock import StandingClock
from tests.fakes.weeks import OPENED, READERS, week

PNG = b"\x89PNG\r\n\x1a\n"


def chart(language: str) -> Chart:
    return week_chart(week(language), READERS[language])


def written(made: Figure) -> dict[str, Text]:
    """Every text on it, by what it says."""
    return {text.get_text(): text for text in made.findobj(Text) if isinstance(text, Text) and text.get_text()}


@pytest.mark.parametrize("language", sorted(READERS))
def test_every_word_and_every_bar_is_on_it_inside_its_borders(language: str) -> None:
    wanted = chart(language)
    made = figure(wanted)
    said = written(made)
    assert {wanted.title, *wanted.days, *(tile.value for tile in wanted.tiles)} <= said.keys()
    assert [len(axes.patches) for axes in made.axes] == [2 * len(OPENED), len(OPENED)]
    assert [round(bar.get_height()) for bar in made.axes[0].patches[:7]] == list(OPENED)  # type: ignore[attr-defined]
    made.canvas.draw()
    for text in said.values():
        if text.get_visible():
            box = text.get_window_extent()
            assert 0 <= box.x0 <= box.x1 <= made.bbox.width, text.get_text()
            assert 0 <= box.y0 <= box.y1 <= made.bbox.height, text.get_text()


@pytest.mark.parametrize("language", sorted(READERS))
def test_it_is_a_png_of_a_phone_s_size(language: str) -> None:
    png = draw(chart(language))
    assert png[:8] == PNG
    assert struct.unpack(">II", png[16:24]) == tuple(int(side * DPI) for side in INCHES)
    assert len(png) < 200_000


@pytest.mark.parametrize("language", sorted(READERS))
def test_days_run_and_axes_stand_as_the_language_is_read(language: str) -> None:
    made = figure(chart(language))
    is_rtl = language != "en"
    for axes in made.axes:
        first, last = axes.get_xlim()
        assert bool(first > last) is is_rtl
        assert (axes.yaxis.get_ticks_position() == "right") is is_rtl
    title = written(made)[chart(language).title]
    assert title.get_horizontalalignment() == ("right" if is_rtl else "left")


def test_a_long_name_is_made_to_fit() -> None:
    made = figure(week_chart(week("en", shop="Noor and Sons Trading Company of the Two Rivers"), READERS["en"]))
    made.canvas.draw()
    title = max(written(made).values(), key=lambda text: text.get_window_extent().width)
    assert title.get_window_extent().x1 <= made.bbox.width


@pytest.mark.parametrize("word", ["سلام", "پاسخ", "الردود", "گفت‌وگو"])
def test_letters_are_joined_and_run_from_the_right(word: str) -> None:
    font = ft2font.FT2Font(font_manager.findfont("DejaVu Sans"))
    together = [item.glyph_index for item in font._layout(word, ft2font.LoadFlags.DEFAULT)]
    apart = [font.get_char_index(ord(letter)) for letter in word if letter != "\u200c"]
    assert 0 not in together
    assert together != apart, "no letter has the form of its place"
    assert together != apart[::-1], "no letter has the form of its place"


def test_nobody_but_the_child_imports_what_draws() -> None:
    code = "import bot.gateways.drawing, bot.flows.weekly, sys; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_it_arrives_at_telegram_with_its_words() -> None:
    async with TelegramSandbox() as telegram:
        desk = await telegram.group("Desk", owner=await telegram.user("Sam", "en"))
        speaker = Speaker(telegram.token, telegram.url, Pacer(StandingClock()))
        words = render("week", week("ar"), READERS["ar"])
        outcome = await speaker.do(calls.picture(desk.id, draw(chart("ar")), words))
        await speaker.close()
        [seen] = [message for message in telegram.messages(desk) if message.from_bot]
        assert (outcome, telegram.violations()) == (Sent(seen.id), [])
        [sent] = telegram.calls("sendPhoto")
        assert sent.params["caption"] == words.text


async def drawn(drawing: Drawing, key: int, wanted: Chart) -> bytes:
    """Asked for until it is there."""
    for _ in range(3000):
        png = drawing.drawn(key, wanted)
        if png is not None:
            return png
        await asyncio.sleep(0.02)
    raise TimeoutError


async def test_it_is_drawn_beside_us_and_handed_out_once() -> None:
    drawing = Drawing()
    assert drawing.drawn(1, chart("fa")) is None
    assert (await drawn(drawing, 1, chart("fa")))[:8] == PNG
    assert drawing.drawn(1, chart("fa")) is None
    await drawing.close()


async def test_what_cannot_be_drawn_is_empty_and_the_next_one_is_tried_again() -> None:
    drawing = Drawing((sys.executable, "-c", "import sys; sys.exit('no matplotlib here')"))
    assert await drawn(drawing, 1, chart("en")) == b""
    assert await drawn(drawing, 1, chart("en")) == b""
    await drawing.close()
