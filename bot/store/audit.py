"""Who did what to what: written once, changed never. Targets are numbers; the words are looked up when it is read.

The database itself refuses to change or delete a line, but for one thing: who a customer was is taken out of what he
did when he asks to be forgotten.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.store import bulk, sql
from bot.store.core import Dialect
from bot.store.ms import to_ms

LONGEST_DEED, LONGEST_TARGET = 48, 96
_COLUMNS = {"merchant_id": "bigint", "deed": "text", "target": "text", "detail": "text", "at_ms": "bigint"}

GUARD: Mapping[Dialect, tuple[str, ...]] = {
    "sqlite": (
        "CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
        "CREATE TRIGGER audit_stands BEFORE UPDATE ON audit WHEN NEW.user_id IS NOT NULL OR NEW.id IS NOT OLD.id"
        " OR NEW.merchant_id IS NOT OLD.merchant_id OR NEW.deed IS NOT OLD.deed OR NEW.target IS NOT OLD.target"
        " OR NEW.detail IS NOT OLD.detail OR NEW.at_ms IS NOT OLD.at_ms"
        " BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    ),
    "postgres": (
        "CREATE FUNCTION audit_stands() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF TG_OP = 'UPDATE' AND NEW.user_id IS NULL AND to_jsonb(NEW) - 'user_id' = to_jsonb(OLD) - 'user_id' THEN"
        " RETURN NEW; END IF; RAISE EXCEPTION 'audit is append-only'; END $$",
        "CREATE TRIGGER audit_stands BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_stands()",
        "CREATE TRIGGER audit_stays BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_stands()",
    ),
}
"""As the migration that brought it sets it."""


async def guard() -> None:
    """Make the table append-only."""
    for statement in GUARD[sql.dialect()]:
        await sql.run(statement)


async def write(merchant_id: int, user_id: int | None, deed: str, target: str, now: datetime, detail: str = "") -> None:
    """Write down who did what to what; never a secret, never a customer's words."""
    await sql.run(
        "INSERT INTO audit (merchant_id, user_id, deed, target, detail, at_ms) VALUES (?, ?, ?, ?, ?, ?)",
        (merchant_id, user_id, deed[:LONGEST_DEED], target[:LONGEST_TARGET], detail, to_ms(now)),
    )


async def by_itself(done: Iterable[tuple[int, str, str]], now: datetime) -> None:
    """(shop, deed, target) that nobody did: it fell due."""
    await bulk.insert("audit", _COLUMNS, [(*one, "", to_ms(now)) for one in done])


async def page(merchant_id: int, before: int | None, limit: int) -> list[dict[str, Any]]:
    """What was done in a shop, newest first, with the names that hold now; `before`: older than this line."""
    return await sql.rows(
        "SELECT a.id, a.user_id, a.deed, a.target, a.detail, a.at_ms, m.alias, p.name FROM audit a"
        " LEFT JOIN member m ON m.merchant_id = a.merchant_id AND m.user_id = a.user_id"
        " LEFT JOIN person p ON p.user_id = a.user_id WHERE a.merchant_id = ? AND a.id < ? ORDER BY a.id DESC LIMIT ?",
        (merchant_id, before if before is not None else 2**63 - 1, limit),
    )


_NAMED: Mapping[str, str] = {
    "customer": "SELECT id, name FROM customer WHERE merchant_id = ? AND {these}",
    "shipment": "SELECT id, number AS name FROM shipment WHERE merchant_id = ? AND {these}",
    "user": "SELECT p.user_id AS id, coalesce(m.alias, p.name) AS name FROM person p LEFT JOIN member m"
    " ON m.merchant_id = ? AND m.user_id = p.user_id WHERE {these}",
}
_BY = {"user": "p.user_id"}


async def names(merchant_id: int, kind: str, ids: Iterable[int]) -> dict[int, str]:
    """What the targets of a kind (`customer:12`) are called now, within the shop."""
    wanted = list(ids)
    if kind not in _NAMED or not wanted:
        return {}
    these, given = sql.among(_BY.get(kind, "id"), wanted)
    found = await sql.rows(_NAMED[kind].format(these=these), (merchant_id, given))
    return {int(row["id"]): row["name"] for row in found}
