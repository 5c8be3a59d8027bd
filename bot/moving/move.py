"""`herald copy`: a shop moves from SQLite to PostgreSQL, in batches, resumable, verified by counts and checksums.

How far each table is stands in the target beside its rows, written in the same transaction: whatever interrupts a
copy, the next one goes on behind the last whole batch.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from psycopg import connect, sql

BATCH = 5000
_DONE = "copy:"
"""Before a table's name: the mark of how far it is. Values are JSON-free: the kind of key, then the key."""
_OWN = ("tortoise_migrations",)
_MARK = "INSERT INTO mark (name, value) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
_MODULUS = 1 << 64
Row = tuple[Any, ...]
Advance = Callable[[int], None]


class CannotCopy(Exception):
    """Why not, and what to do; holds neither values nor a password."""


class Table(Struct, frozen=True):
    """One to be copied: its key, its columns, those that SQLite holds as 0 and 1."""

    name: str
    key: str
    columns: tuple[str, ...]
    flags: frozenset[str]
    rows: int


class Sum(Struct, frozen=True):
    """What a table holds, whatever the order of its rows."""

    rows: int
    checksum: int


class Move:
    """From `source`, a file that nobody writes to, to the server at `target`, whose tables are made."""

    def __init__(self, source: Path, target: str) -> None:
        self._from = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
        self._to = connect(target)
        self.tables = [self._table(name) for name in self._names()]

    def close(self) -> None:
        """Close both."""
        self._from.close()
        self._to.close()

    # ---- beforehand

    def check(self) -> None:
        """Raises CannotCopy where the two do not fit, or the target is somebody else's."""
        ours = {row[0] for row in self._from.execute("SELECT name FROM tortoise_migrations")}
        theirs = {row[0] for row in self._to.execute("SELECT name FROM tortoise_migrations")}
        if ours != theirs:
            raise CannotCopy("the SQLite database is not up to date: run herald migrate on it first")
        begun = {name for name, _ in self._marks()}
        foreign = [one.name for one in self.tables if one.name not in begun and self._holds_rows(one)]
        if foreign:
            raise CannotCopy(f"the PostgreSQL database is not empty ({', '.join(foreign[:3])}): copy into an empty one")

    def _holds_rows(self, table: Table) -> bool:
        known = sql.SQL("SELECT 1 FROM {} WHERE true {} LIMIT 1").format(_name(table.name), _but_marks(table))
        return self._to.execute(known).fetchone() is not None

    # ---- the copy

    def copy(self, table: Table, advance: Advance) -> None:
        """Bring what is missing of a table; `advance` hears of how many rows, an earlier try's too."""
        last = dict(self._marks()).get(table.name)
        if last is not None:
            advance(self._up_to(table, last))
        while rows := self._batch(table, last):
            last = rows[-1][table.columns.index(table.key)]
            self._bring(table, rows, last)
            advance(len(rows))

    def _batch(self, table: Table, last: Any) -> list[Row]:
        key = _quoted(table.key)
        found = (
            self._rows(table, f"ORDER BY {key} LIMIT ?", BATCH)
            if last is None
            else self._rows(table, f"WHERE {key} > ? ORDER BY {key} LIMIT ?", last, BATCH)
        )
        return [fitted(row, table) for row in found]

    def _rows(self, table: Table, which: str, *given: Any) -> sqlite3.Cursor:
        columns = ", ".join(map(_quoted, table.columns))
        return self._from.execute(f"SELECT {columns} FROM {_quoted(table.name)} {which}", given)  # noqa: S608

    def _bring(self, table: Table, rows: Sequence[Row], last: Any) -> None:
        columns = sql.SQL(", ").join(map(_name, table.columns))
        into = sql.SQL("COPY {} ({}) FROM STDIN").format(_name(table.name), columns)
        with self._to.transaction():
            with self._to.cursor() as cursor, cursor.copy(into) as copying:
                for row in rows:
                    copying.write_row(row)
            value = f"{type(last).__name__}:{last}"
            self._to.execute(_MARK, (_DONE + table.name, value))
        self._to.commit()

    def _up_to(self, table: Table, last: Any) -> int:
        return self._count(table.name, f"WHERE {_quoted(table.key)} <= ?", last)

    def _count(self, name: str, which: str = "", *given: Any) -> int:
        return int(self._from.execute(f"SELECT count(*) FROM {_quoted(name)} {which}", given).fetchone()[0])  # noqa: S608

    def finish(self) -> None:
        """Numbers go on behind the copied ones; the marks of the copy go."""
        for table in self.tables:
            found = self._to.execute("SELECT pg_get_serial_sequence(%s, %s)", (table.name, table.key)).fetchone()
            if found and found[0]:
                query = sql.SQL("SELECT setval({}, GREATEST((SELECT max({}) FROM {}), 1))")
                self._to.execute(query.format(found[0], _name(table.key), _name(table.name)))
        self._to.execute("DELETE FROM mark WHERE starts_with(name, %s)", (_DONE,))
        self._to.commit()

    # ---- afterwards

    def differs(self, table: Table) -> bool:
        """Whether the two sides hold not the same rows."""
        ours = self._rows(table, "")
        listed = sql.SQL(", ").join(map(_name, table.columns))
        query = sql.SQL("SELECT {} FROM {} WHERE true {}").format(listed, _name(table.name), _but_marks(table))
        with self._to.cursor(name="verify") as theirs:
            theirs.itersize = BATCH
            theirs.execute(query)
            same = summed(fitted(row, table) for row in ours) == summed(theirs)
        self._to.commit()
        return not same

    # ---- the two databases

    def _names(self) -> list[str]:
        found = self._from.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        return sorted(row[0] for row in found if row[0] not in _OWN)

    def _table(self, name: str) -> Table:
        columns = list(self._from.execute(f"PRAGMA table_info({_quoted(name)})"))
        key = next(row[1] for row in columns if row[5] == 1)
        kinds = self._to.execute(
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name = %s",
            (name,),
        )
        flags = frozenset(column for column, kind in kinds if kind == "boolean")
        return Table(name, key, tuple(row[1] for row in columns), flags, self._count(name))

    def _marks(self) -> Iterator[tuple[str, Any]]:
        found = self._to.execute("SELECT name, value FROM mark WHERE starts_with(name, %s)", (_DONE,)).fetchall()
        for name, value in found:
            kind, _, key = value.partition(":")
            yield name.removeprefix(_DONE), int(key) if kind == "int" else key


def check_target(url: str) -> None:
    """Raises CannotCopy where another program's tables are there: nothing of ours is made among them."""
    with connect(url) as target:
        found = target.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()
    names = sorted(row[0] for row in found)
    if names and _OWN[0] not in names:
        raise CannotCopy(f"that database holds another program's tables ({', '.join(names[:3])}): make an empty one")


def fitted(row: Sequence[Any], table: Table) -> Row:
    """A row as PostgreSQL takes it: flags as such, and without the character of number zero, which it knows not."""
    return tuple(_fitted(value, column in table.flags) for value, column in zip(row, table.columns, strict=True))


def _fitted(value: Any, is_flag: bool) -> Any:
    if is_flag and value is not None:
        return bool(value)
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


def summed(rows: Iterable[Sequence[Any]]) -> Sum:
    """Count and checksum, whatever the order."""
    count, total = 0, 0
    for row in rows:
        seal = hashlib.blake2b(repr(tuple(row)).encode("utf-8", "surrogatepass"), digest_size=8).digest()
        count, total = count + 1, (total + int.from_bytes(seal, "big")) % _MODULUS
    return Sum(count, total)


def shown(url: str) -> str:
    """Where a URL leads, without its password."""
    parts = urlsplit(url)
    return f"{parts.hostname or 'localhost'}{parts.path}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _name(name: str) -> sql.Identifier:
    return sql.Identifier(name)


def _but_marks(table: Table) -> sql.Composable:
    """The copy's own marks are no rows of the shop's."""
    if table.name != "mark":
        return sql.SQL("")
    return sql.SQL("AND NOT starts_with(name, {})").format(_DONE)
