"""What `herald copy` does, says and refuses."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial

import psycopg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.moving.move import CannotCopy, Move, check_target, shown
from bot.operator import alone
from bot.settings import CannotRun, Settings, SettingsError
from bot.store import core

Counted = Callable[[str, int], None]
"""Told the table's name and how many of its rows came."""


def copy_shop(settings: Settings, target: str, console: Console, make_tables: Callable[[], int] = lambda: 0) -> int:
    """Move what SQLite holds to the PostgreSQL at `target`; CannotRun where it cannot be done, 1 where they differ.

    `make_tables`: there, once it is sure that nobody writes here.
    """
    source = core.database_file(settings.database_url)
    if source is None or not source.exists():
        raise SettingsError("DATABASE_URL: expected the SQLite file that is to be copied, sqlite://FILE")
    if not re.match(r"postgres(ql)?://.", target):
        raise SettingsError("--to: expected postgres://user:password@host/database")
    with alone(settings):
        try:
            with suppress(psycopg.OperationalError):  # who makes the tables tells what is wrong with the address
                check_target(target)
            _made(make_tables)
            with closing(Move(source, target)) as move:
                return _copied(move, shown(target), console)
        except CannotCopy as error:
            raise CannotRun(str(error)) from error
        except psycopg.Error as error:
            told = str(error).strip().partition("\n")[0] or type(error).__name__
            raise CannotRun(f"{shown(target)}: {told}{_where(error)}; what was copied stays, run it again") from None
        except sqlite3.Error as error:  # its words may hold what somebody wrote
            raise CannotRun(
                f"{source.name} cannot be read ({type(error).__name__}): try PRAGMA integrity_check"
            ) from None


def _where(error: psycopg.Error) -> str:
    """In which table and row: COPY says it beside the message, with the value behind it."""
    context = re.match(r"COPY (\w+), line (\d+)(?:, column (\w+))?", error.diag.context or "")
    return (
        f" (table {context[1]}, column {context[3] or '?'}: shorten or mend it in the SQLite file)" if context else ""
    )


def _made(make_tables: Callable[[], int]) -> None:
    try:
        make_tables()
    except SettingsError as error:  # it knows the target as any program knows its database
        raise SettingsError(str(error).replace("DATABASE_URL", "--to", 1)) from error


def _copied(move: Move, where: str, console: Console) -> int:
    move.check()
    rows = sum(table.rows for table in move.tables)
    with _counting(console, rows) as counted:
        for table in move.tables:
            move.copy(table, partial(counted, table.name))
    differing = [table.name for table in move.tables if move.differs(table)]
    if differing:
        _say(console, f"These tables differ: {', '.join(differing)}. Somebody wrote to one side meanwhile: stop every"
                      " service, make the PostgreSQL database anew, and copy again.")  # fmt: skip
        return 1
    move.finish()
    _say(console, f"{rows} rows of {len(move.tables)} tables are at {where}; counts and checksums agree.")
    _say(console, "Now set DATABASE_URL to it, and SECRET_KEYS to the keys in use here; then start the service.")
    return 0


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def _counting(console: Console, rows: int) -> Iterator[Counted]:
    """A bar; whoever pipes the output gets a line a table and no control characters."""
    if not console.is_terminal:
        yield _lines(console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=rows)
        yield lambda name, more: bar.update(task, advance=more, description=name)


def _lines(console: Console) -> Counted:
    told: set[str] = set()

    def counted(name: str, more: int) -> None:
        if name not in told:
            told.add(name)
            _say(console, f"copying {name}")

    return counted
