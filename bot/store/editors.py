"""Tortoise's schema editors, mended: what they get wrong, and what must not keep writers waiting."""

from typing import Any

from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.migrations.schema_editor import AsyncpgSchemaEditor, SqliteSchemaEditor
from tortoise.models import Model

from bot.store import core, sql


class SqliteEditor(SqliteSchemaEditor):
    """Writes no comments: Tortoise splits its SQL at each semicolon, also at those of a docstring."""

    def __init__(self) -> None:
        super().__init__(core.client())

    def _get_table_comment_sql(self, table: str, comment: str) -> str:
        return ""

    async def remove_constraint(self, model: type[Model], constraint: Any) -> None:
        """What CREATE TABLE demands of a table is demanded until the table is made anew, which Tortoise does not do."""
        table = model._meta.db_table
        _, indexes = await self.client.execute_query(
            "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", [table]
        )
        await self._remake_table(model)
        for row in indexes:
            await self._run_sql(row["sql"])
        for fields in model._meta.unique_together:
            if tuple(fields) != tuple(constraint.fields):
                await self.add_constraint(model, UniqueConstraint(fields=tuple(fields)))


class PostgresEditor(AsyncpgSchemaEditor):
    """Only writes down what is to be done: working it out takes Tortoise long, and nobody is to wait for that.

    `statements` want one transaction; `later`, by name, are indexes of tables that are in use, to be built beside them.
    """

    def __init__(self) -> None:
        super().__init__(core.client())
        self.statements: list[str] = []
        self.later: dict[str, str] = {}
        self._made: set[str] = set()

    async def _run_sql(self, sql: str) -> None:
        self.statements.append(sql)

    async def create_model(self, model: type[Model]) -> None:
        """A new table is nobody's yet."""
        self._made.add(model._meta.db_table)
        await super().create_model(model)

    async def add_index(self, model: type[Model], index: Index) -> None:
        """At once on a new table, else later."""
        if model._meta.db_table in self._made:
            await super().add_index(model, index)
            return
        index.resolve_expressions(model)
        name, columns = self._index_name_for_model(model, index), list(index.field_names)
        self.later[name] = self._get_index_sql(model, columns, index_name=name, index_type=index.INDEX_TYPE)


def editor() -> SqliteEditor | AsyncpgSchemaEditor:
    """One that does it at once, within the transaction that is open."""
    return SqliteEditor() if sql.dialect() == "sqlite" else AsyncpgSchemaEditor(core.client())
