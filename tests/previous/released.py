"""The point that was recorded when the last release was made, and what a change of the tables since may do."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, NamedTuple

from tortoise.migrations import operations as ops
from tortoise.migrations.migration import Migration

from bot.store import migrations

FILE = Path(migrations.__path__[0]) / "RELEASED"


class Released(NamedTuple):
    """A commit or tag, the last migration of that program, and the last of the scripts of its engine."""

    program: str
    migration: str
    engine: str


def released() -> Released:
    """What stands in the file."""
    told = dict(line.split() for line in FILE.read_text().splitlines())
    return Released(told["program"], told["migration"], told["engine"])


def since(name: str) -> list[Migration]:
    """The migrations that came after that one."""
    names = [one.name for one in iter_modules(migrations.__path__)]
    found = [import_module(f"{migrations.__name__}.{one}") for one in sorted(names) if one > name]
    return [one.Migration(one.__name__.rpartition(".")[2], "store") for one in found]


def disturbing(migration: Migration, point: str) -> list[str]:
    """What of a migration older workers (whose last one is `point`) could not live with, in words."""
    needs = getattr(migration, "needs", None)
    if needs is not None:
        return [] if needs <= point else [f"takes away what workers of {point} use: it needs {needs}"]
    return [said for one in migration.operations if (said := _said(one, migration)) is not None]


def _said(operation: Any, migration: Migration) -> str | None:
    judge = _JUDGES.get(type(operation))
    if judge is None:
        return f"{operation.describe()}: no expansion; a release later, with `needs`"
    return judge(operation, migration)


def _field(added: Any, migration: Migration) -> str | None:
    if added.field.unique or added.field.index:
        return f"{added.describe()}: an index of its own keeps writers waiting; use AddIndex"
    if not added.field.null and not added.field.has_db_default():
        return f"{added.describe()}: an older INSERT does not name it; null=True or db_default"
    return None


def _argued(operation: Any, migration: Migration) -> str | None:
    return (
        None if getattr(migration, "beside", "") else f"{operation.describe()}: say in `beside` why it disturbs nobody"
    )


def _fine(operation: Any, migration: Migration) -> str | None:
    return None


_JUDGES: Mapping[type[Any], Callable[[Any, Migration], str | None]] = {
    ops.CreateModel: _fine,
    ops.AlterModelOptions: _fine,  # Tortoise's own books
    ops.AddIndex: _fine,  # bot/store/indexes.py builds it beside the writers
    ops.AddField: _field,
    ops.RunSQL: _argued,
    ops.RunPython: _argued,
}


def engine_scripts(scripts: Sequence[str], point: str) -> list[str]:
    """Of procrastinate's scripts since, those that take something away from older workers."""
    return [one for one in scripts if one > point and "_pre_" not in one]
