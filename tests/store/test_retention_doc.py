"""Operators can look up of every table what makes its rows and what takes them."""

import re
from pathlib import Path

from procrastinate.schema import SchemaManager

from bot.store.core import Dialect
from bot.store.pruning import RULES
from tests.fakes import database

DOC = (Path(__file__).parents[2] / "docs" / "retention.md").read_text(encoding="utf-8")
DOCUMENTED = [
    name for cell in re.findall(r"^\| (`[^|]+`) \|", DOC, re.MULTILINE) for name in re.findall(r"`(\w+)`", cell)
]


async def test_every_table_is_named_once(store: Dialect) -> None:
    engines = re.findall(r"CREATE TABLE (\w+)", SchemaManager.get_schema())
    known = {*await database.tables(), *engines, "tortoise_migrations"} - {"sqlite_sequence"}
    assert sorted(DOCUMENTED) == sorted(known)


def test_every_table_that_is_tidied_says_when() -> None:
    rows = {name: line for line in DOC.splitlines() for name in re.findall(r"`(\w+)`", line.split(" | ")[0])}
    for rule in RULES:
        assert not rows[rule.table].rstrip(" |").endswith("stays"), rule.table
