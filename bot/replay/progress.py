"""How far a replay has come: a bar in a terminal, a line every tenth elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

Reached = Callable[[datetime], None]
TENTHS = 10


@contextmanager
def progress(console: Console, start: datetime, end: datetime, zone: tzinfo) -> Iterator[Reached]:
    """A function to be told the time reached; whoever pipes the output gets no control characters."""
    whole = max((end - start).total_seconds(), 1.0)
    if not console.is_terminal:
        yield _lines(console, start, whole, zone)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(_day(start, zone), total=whole)

        def reached(at: datetime) -> None:
            bar.update(task, completed=(at - start).total_seconds(), description=_day(at, zone))

        yield reached


def _day(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).date().isoformat()


def _lines(console: Console, start: datetime, whole: float, zone: tzinfo) -> Reached:
    told = 0

    def reached(at: datetime) -> None:
        nonlocal told
        tenth = int((at - start).total_seconds() / whole * TENTHS)
        if told < tenth < TENTHS:
            told = tenth
            console.print(f"{tenth * 10:3d} %  {_day(at, zone)}", highlight=False)

    return reached
