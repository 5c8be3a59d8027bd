"""What can go wrong between us and the database, typed by what the caller can do; the only place that reads codes."""

import errno
import sqlite3
from typing import Literal

from tortoise.exceptions import DBConnectionError, OperationalError

Reason = Literal[
    "missing",
    "broken",
    "locked",
    "disk_full",
    "read_only",
    "refused",
    "unreachable",
    "encoding",
    "contracted",
    "address",
    "pooled",
    "no_database",
    "standby",
    "crowded",
    "not_allowed",
]

_SQLITE: dict[int, Reason] = {
    sqlite3.SQLITE_NOTADB: "broken",
    sqlite3.SQLITE_CORRUPT: "broken",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_PROTOCOL: "locked",
    sqlite3.SQLITE_FULL: "disk_full",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_PERM: "read_only",
    sqlite3.SQLITE_CANTOPEN: "unreachable",
    sqlite3.SQLITE_IOERR: "unreachable",
}
_FILES: dict[int, Reason] = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EROFS: "read_only",
    errno.EACCES: "read_only",
    errno.EPERM: "read_only",
}
_POSTGRES: dict[str, Reason] = {
    "08": "unreachable",
    "28": "refused",
    "3D000": "no_database",
    "40": "locked",
    "55P03": "locked",
    "25006": "standby",
    "53100": "disk_full",
    "53300": "crowded",
    "42501": "not_allowed",
    "26000": "pooled",
    "42P05": "pooled",
    "53": "unreachable",
    "57P": "unreachable",
    "58": "broken",
    "XX": "broken",
}


_WORDS: dict[Reason, str] = {
    "missing": "the database does not exist yet: start the service once, it makes it",
    "broken": "the database file is damaged or no database: put it aside and restore your backup",
    "locked": "another program keeps the database locked: end that program, nothing is lost",
    "disk_full": "the disk is full: make room, nothing of what was stored is lost",
    "read_only": "the database may not be written: its file and folder must belong to the user of the service",
    "refused": "the database refuses this user or password (wrong, or past its VALID UNTIL)",
    "address": "the address cannot be read: postgres://user:password@host:5432/database, other signs than letters and"
    " digits in user and password as %XX (@ is %40), known parameters",
    "pooled": "a pooler in front of the database hands connections round (transaction or statement mode): set its"
    " pool_mode to session, or give the address of PostgreSQL itself",
    "no_database": "there is no such database on that server: make one with ENCODING 'UTF8'",
    "standby": "the database takes no writes, it is a standby or set to read only: give the address of the primary",
    "crowded": "the database takes no more connections: end other programs, or raise its max_connections",
    "not_allowed": "the database does not let this user do that: make him its owner, or grant him the right",
    "encoding": "the database cannot hold every script: make one with ENCODING 'UTF8' and copy into it",
    "contracted": "a newer version has changed the tables for good: run that version",
    "unreachable": "the database cannot be reached: look at its address, its folder and whether its server runs",
}
"""What the operator can do about each."""


class StoreUnavailable(Exception):
    """The database does not answer: nothing was written. The cause is kept; the message holds no values."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{_WORDS[reason]} ({detail or reason})")
        self.reason = reason
        self.detail = detail


class AlreadyRunning(Exception):
    """Another process holds this database's lock."""

    def __init__(self, pid: str) -> None:
        super().__init__(f"another process works with this database{f' (pid {pid})' if pid else ''}")
        self.pid = pid


def of_file(error: OSError) -> StoreUnavailable:
    """The typed error for a file beside the database that cannot be made."""
    reason = _FILES.get(error.errno or 0, "unreachable")
    return StoreUnavailable(reason, error.strerror or "")


def of_sqlite(error: BaseException) -> StoreUnavailable | None:
    """The typed error for one of sqlite3's; None where the statement itself is at fault."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    reason = _SQLITE.get(code & 0xFF)  # the low byte is the primary code
    return StoreUnavailable(reason, getattr(error, "sqlite_errorname", "")) if reason else None


def of_postgres(error: BaseException) -> StoreUnavailable | None:
    """The typed error for one of asyncpg's or the network's; None where the statement itself is at fault."""
    state = getattr(error, "sqlstate", None)
    if state is None and isinstance(error, DBConnectionError | OperationalError) and error.__cause__:
        return of_postgres(error.__cause__)  # Tortoise's own
    if state is None:
        return _unnumbered(error)
    reason = _POSTGRES.get(state) or _POSTGRES.get(state[:3]) or _POSTGRES.get(state[:2])
    return StoreUnavailable(reason, state) if reason else None


_LOST = frozenset({"InterfaceError", "InternalClientError"})
"""asyncpg's own, where the connection ends between two statements: its protocol is out of step."""
_TELLING = (ConnectionError, FileNotFoundError)


def _unnumbered(error: BaseException) -> StoreUnavailable | None:
    """What the driver says by itself; its words where they name more than the kind does (a certificate, TLS)."""
    name = type(error).__name__
    if name == "ClientConfigurationError":
        return StoreUnavailable("address", str(error).partition("\n")[0])
    if not isinstance(error, OSError | TimeoutError) and name not in _LOST:
        return None
    return StoreUnavailable("unreachable", str(error) if type(error) in _TELLING else name)


_CROWDED = ("too many", "remaining connection slots")


def of_libpq(error: BaseException) -> StoreUnavailable | None:
    """The same for one of psycopg's; libpq tells no code where it gets no connection, and no secret either."""
    if getattr(error, "sqlstate", None) is not None:
        return of_postgres(error)
    said = str(error).strip().partition("\n")[0].partition(" failed: ")[2]
    if any(words in said for words in _CROWDED):
        return StoreUnavailable("crowded", said)
    return StoreUnavailable("unreachable", said or type(error).__name__)
