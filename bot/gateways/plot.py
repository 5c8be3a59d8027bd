"""Draws a chart as PNG in a process of its own (`python -m bot.gateways.plot`: JSON in, PNG out).

matplotlib brings its own fonts and shaping (libraqm, DejaVu Sans with Arabic and Persian letters), so nothing of the
machine is needed; nobody else imports it: 0.7 s and 50 MB that go with the process.
"""

import sys
from collections.abc import Mapping
from io import BytesIO
from typing import Literal

import msgspec
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.texts.charts import Chart, Panel, Tile

INCHES, DPI = (10.8, 9.0), 100
"""1080 by 900 points: what Telegram shows unscaled on a phone."""
INK, PALE, GRID = "#22303c", "#66757f", "#e1e8ed"
COLOURS = ("#1d6fa5", "#e0862a")
"""Told apart by those who see no red or green, and in print."""
_WIDTH = 0.38
Side = Literal["left", "right"]
_LOWER: Mapping[Side, Literal["lower left", "lower right"]] = {"left": "lower left", "right": "lower right"}


def draw(chart: Chart) -> bytes:
    """The PNG."""
    canvas = BytesIO()
    figure(chart).savefig(canvas, format="png", dpi=DPI)
    return canvas.getvalue()


def figure(chart: Chart) -> Figure:
    """The picture: title, tiles, panels from top to bottom; read from the right where its language is."""
    made = Figure(figsize=INCHES, facecolor="white")
    FigureCanvasAgg(made)
    start, side = (0.955, "right") if chart.rtl else (0.045, "left")
    title = made.text(start, 0.955, chart.title, ha=side, va="center", fontsize=17, fontweight="bold", color=INK)
    too_long = title.get_window_extent().width / (0.91 * made.bbox.width)
    title.set_fontsize(17 / max(too_long, 1))
    for place, tile in enumerate(chart.tiles):
        _tile(made, tile, place, len(chart.tiles), rtl=chart.rtl)
    for place, panel in enumerate(chart.panels):
        axes = made.add_axes((0.075, 0.455 - place * 0.385, 0.85, 0.25))
        _panel(axes, panel, chart)
    return made


def _tile(made: Figure, tile: Tile, place: int, count: int, *, rtl: bool) -> None:
    wide = 0.91 / count
    left = 0.955 - place * wide if rtl else 0.045 + place * wide
    side = "right" if rtl else "left"
    made.text(left, 0.89, tile.label, ha=side, va="center", fontsize=11, color=PALE)
    big = 20 if len(tile.value) <= 12 else 13
    made.text(left, 0.845, tile.value, ha=side, va="center", fontsize=big, fontweight="bold", color=INK)
    made.text(left, 0.80, tile.note, ha=side, va="center", fontsize=10, color=PALE)


def _panel(axes: Axes, panel: Panel, chart: Chart) -> None:
    side: Side = "right" if chart.rtl else "left"
    axes.set_title(panel.title, loc=side, fontsize=13, color=INK, pad=26 if len(panel.bars) > 1 else 10)
    several = len(panel.bars) > 1
    for row, bars in enumerate(panel.bars):
        shift = (row - (len(panel.bars) - 1) / 2) * _WIDTH
        places = [day + shift for day in range(len(chart.days))]
        heights = [value or 0.0 for value in bars.values]
        axes.bar(places, heights, _WIDTH if several else 2 * _WIDTH, color=COLOURS[row], label=bars.name)
        for at, height, said in zip(places, heights, bars.said, strict=True):
            axes.annotate(said, (at, height), (0, 3), textcoords="offset points", ha="center", fontsize=9, color=INK)
    _axes(axes, panel, chart)
    if several:
        spot = (1.0, 1.0) if chart.rtl else (0.0, 1.0)
        legend = axes.legend(
            loc=_LOWER[side], bbox_to_anchor=spot, ncols=len(panel.bars), frameon=False, fontsize=10,
            borderpad=0, borderaxespad=0.3, markerfirst=not chart.rtl, reverse=chart.rtl,
        )  # fmt: skip
        for text in legend.get_texts():
            text.set_color(INK)


def _axes(axes: Axes, panel: Panel, chart: Chart) -> None:
    axes.set_xticks(range(len(chart.days)), chart.days, fontsize=10, color=INK)
    axes.set_yticks([at for at, _ in panel.ticks], [said for _, said in panel.ticks], fontsize=10, color=PALE)
    axes.set_ylim(0, panel.ticks[-1][0] * 1.12)
    axes.set_xlim(-0.6, len(chart.days) - 0.4)
    if chart.rtl:
        axes.invert_xaxis()
        axes.yaxis.tick_right()
    axes.tick_params(length=0)
    axes.grid(axis="y", color=GRID)
    axes.set_axisbelow(True)
    for edge in ("top", "left", "right"):
        axes.spines[edge].set_visible(False)
    axes.spines["bottom"].set_color(GRID)


def main() -> None:
    """JSON of a chart in, PNG out."""
    chart = msgspec.json.decode(sys.stdin.buffer.read(), type=Chart)
    sys.stdout.buffer.write(draw(chart))


if __name__ == "__main__":
    main()
