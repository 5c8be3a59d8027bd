"""Carrier accounts as polling sees them: what is due, what may be spent, what went wrong."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from bot.domain.budget import Budget, Grant, grant
from bot.store import sql
from bot.store.due import NEVER_MS, OVER
from bot.store.ms import from_day, from_ms, from_ms_or_none, to_day, to_ms, to_ms_or_none
from carriers.kit.model import Limits

ACTIVE, REFUSED = "active", "refused"
_FIRST = "SELECT min(s.next_poll_ms) FROM shipment s WHERE s.account_id"
_DUES = (
    f"SELECT a.id, a.retry_ms, ({_FIRST} = a.id AND s.open = 1),"  # noqa: S608
    f" ({_FIRST} = a.id AND {OVER} AND s.next_poll_ms < {NEVER_MS}),"
    " (SELECT min(l.next_poll_ms) FROM leg l WHERE l.account_id = a.id AND l.open = 1)"
    " FROM account a WHERE a.state = 'active'"
    f" UNION ALL SELECT NULL, 0, ({_FIRST} IS NULL AND s.open = 1), NULL, NULL"
)
PUSHING = timedelta(days=7)
"""So long after its last push a carrier is counted on to push."""


class Account(Struct, frozen=True):
    """One account as a poll needs it; `secrets` is sealed. `failures` counts unanswered chunks in a row."""

    id: int
    merchant_id: int
    slug: str
    secrets: str
    failures: int = 0
    outage_at: datetime | None = None
    outage_told: bool = False
    answered_at: datetime | None = None
    pushed_at: datetime | None = None

    def pushes(self, now: datetime) -> bool:
        """Whether its carrier pushes: asking is a safety net then."""
        return self.pushed_at is not None and now - self.pushed_at < PUSHING

    def __repr__(self) -> str:
        return f"Account(id={self.id}, slug={self.slug!r})"


class Due(Struct, frozen=True):
    """When an account (None: the shops' own couriers) next has something to ask."""

    account_id: int | None
    at: datetime


async def dues() -> list[Due]:
    """Each account that may be asked and has a shipment or a leg to ask for, or to look at once more after its end.

    Those that must wait after a failure, at that time.
    """
    found = await sql.records(_DUES)
    times = [(row[0], row[1], [at for at in row[2:] if at is not None]) for row in found]
    return [Due(account_id, from_ms(max(retry, min(due)))) for account_id, retry, due in times if due]


async def ready(account_id: int, now: datetime) -> Account | None:
    """The account, if it may be asked now."""
    found = await sql.records(
        "SELECT id, merchant_id, slug, secrets, failures, outage_ms, outage_told, answered_ms, pushed_ms"
        " FROM account WHERE id = ? AND state = 'active' AND retry_ms <= ?",
        (account_id, to_ms(now)),
    )
    return _account(found[0]) if found else None


async def spend(account_id: int, limits: Limits, now: datetime, wanted: int, pressed: float = 1.0) -> Grant:
    """Take up to `wanted` questions off the account's budget; taken is spent, whatever becomes of them.

    `pressed`: see bot.domain.budget.pressure.
    """
    lock = " FOR UPDATE" if sql.dialect() == "postgres" else ""
    found = await sql.records(f"SELECT tat_ms, spent_on, spent FROM account WHERE id = ?{lock}", (account_id,))  # noqa: S608
    free_ms, spent_on, spent = found[0]
    granted = grant(Budget(from_ms(free_ms), from_day(spent_on or None), spent), limits, now, wanted, pressed)
    if granted.count:
        after = granted.after
        await sql.run(
            "UPDATE account SET tat_ms = ?, spent_on = ?, spent = ? WHERE id = ?",
            (to_ms(after.free_at + _UP), to_day(after.spent_on), after.spent, account_id),
        )
    return granted


async def give_back(account_id: int, questions: int, spent_at: datetime) -> None:
    """Questions that were taken and not asked; their time goes by itself."""
    await sql.run(
        "UPDATE account SET spent = spent - ? WHERE id = ? AND spent_on = ? AND spent >= ?",
        (questions, account_id, to_day(spent_at.date()), questions),
    )


_UP = timedelta(microseconds=999)
"""Milliseconds are rounded up: a budget is never overspent."""


async def answered(account_id: int, now: datetime) -> None:
    """The carrier answers (again)."""
    await sql.run(
        "UPDATE account SET failures = 0, retry_ms = 0, outage_ms = NULL, outage_told = ?, answered_ms = ?"
        " WHERE id = ? AND state = 'active'",
        (False, to_ms(now), account_id),
    )


async def wait(account_id: int, until: datetime) -> None:
    """Leave it alone until then: its own budget is spent."""
    await sql.run("UPDATE account SET retry_ms = ? WHERE id = ?", (to_ms(until), account_id))


async def put_off(account_id: int, until: datetime) -> None:
    """Leave it alone at least until then."""
    at = to_ms(until)
    await sql.run("UPDATE account SET retry_ms = ? WHERE id = ? AND retry_ms < ?", (at, account_id, at))


async def failed(account: Account, until: datetime, *, outage_at: datetime | None, told: bool) -> None:
    """One more unanswered chunk; `outage_at` keeps the first failure of a run, `told` that the merchant knows."""
    await sql.run(
        "UPDATE account SET failures = ?, retry_ms = ?, outage_ms = ?, outage_told = ? WHERE id = ?",
        (account.failures + 1, to_ms(until), to_ms_or_none(outage_at), told, account.id),
    )


async def throttled(account_id: int, failures: int, until: datetime) -> None:
    """The carrier asks for a pause."""
    await sql.run("UPDATE account SET failures = ?, retry_ms = ? WHERE id = ?", (failures, to_ms(until), account_id))


async def refuse(account_id: int, reason: str) -> bool:
    """Stop it until its owner gives it new credentials; False where that was done before."""
    touched = await sql.run(
        "UPDATE account SET state = 'refused', reason = ? WHERE id = ? AND state = 'active'", (reason, account_id)
    )
    return touched > 0


async def count_waiting(account_id: int) -> int:
    """How many shipments hang on an account."""
    found = await sql.records("SELECT count(*) FROM shipment WHERE account_id = ? AND open = 1", (account_id,))
    return int(found[0][0])


def _account(row: Sequence[Any]) -> Account:
    return Account(
        row[0],
        row[1],
        row[2],
        row[3],
        row[4],
        from_ms_or_none(row[5]),
        bool(row[6]),
        from_ms_or_none(row[7]),
        from_ms_or_none(row[8]),
    )
