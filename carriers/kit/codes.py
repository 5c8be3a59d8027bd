"""Code tables: data files, one line a code, read when first needed."""

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from carriers.kit.model import Reason, Status

FOLDER = Path(__file__).parent.parent / "codes"
NO_MOVEMENT = "no_movement"


class Meaning(Struct, frozen=True):
    """What a carrier's code says: `status` None is a row that moves nothing, `delay` its own delay signal."""

    status: Status | None
    reason: Reason | None = None
    delay: bool = False


UNMAPPED = Meaning(Status.UNKNOWN)


@cache
def table(name: str) -> Mapping[str, Meaning]:
    """`code` (or `phrase`) → Meaning, in the order of the file."""
    return MappingProxyType({row.get("code") or row["phrase"]: _meaning(row) for row in rows(name)})


@cache
def grouped(name: str, column: str) -> Mapping[str, Mapping[str, Meaning]]:
    """Group → code in capitals → Meaning."""
    return _groups(name, column, "code")


@cache
def worded(name: str, column: str) -> Mapping[str, Mapping[str, Meaning]]:
    """Group → the carrier's own wording in capitals → Meaning; the first of equal wordings counts."""
    return _groups(name, column, "text")


def _groups(name: str, column: str, key: str) -> Mapping[str, Mapping[str, Meaning]]:
    groups: dict[str, dict[str, Meaning]] = {}
    for row in rows(name):
        groups.setdefault(row[column], {}).setdefault(row[key].upper(), _meaning(row))
    return MappingProxyType(groups)


def rows(name: str) -> Iterator[dict[str, str]]:
    """The lines of a table, as they stand in its file."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _meaning(row: Mapping[str, str]) -> Meaning:
    status = None if row["status"] == NO_MOVEMENT else Status(row["status"])
    return Meaning(status, Reason(row["reason"]) if row["reason"] else None, row["delay"] == "delay")
