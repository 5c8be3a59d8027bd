"""Spans in which accounts were not answered: kept, so that no silence is read into them later."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain.groups import Group, group_of
from bot.domain.unheard import Unheard
from bot.store import sql
from bot.store.ms import from_ms, from_ms_or_none, to_ms


async def of_accounts(ids: Iterable[int]) -> dict[int, tuple[Unheard, ...]]:
    """The spans of these accounts, what goes on now included; accounts without any are left out."""
    listed = sorted(set(ids))
    if not listed:
        return {}
    where, param = sql.among("account_id", listed)
    mine, same = sql.among("id", listed)
    found = await sql.records(
        f"SELECT account_id, from_ms, until_ms, scope FROM unheard WHERE {where} UNION ALL"  # noqa: S608
        f" SELECT id, outage_ms, NULL, NULL FROM account WHERE outage_ms IS NOT NULL AND {mine}",
        (param, same),
    )
    spans: dict[int, list[Unheard]] = {}
    for row in found:
        group = None if row[3] is None else group_of(row[3])
        spans.setdefault(row[0], []).append(Unheard(from_ms(row[1]), from_ms_or_none(row[2]), group))
    return {account_id: tuple(of_it) for account_id, of_it in spans.items()}


async def keep(account_id: int, since: datetime, until: datetime) -> None:
    """The account was not answered then."""
    await sql.run(
        "INSERT INTO unheard (account_id, from_ms, until_ms) VALUES (?, ?, ?)",
        (account_id, to_ms(since), to_ms(until)),
    )


async def keep_rest(account_id: int, now: datetime) -> None:
    """An account that rested (paused, refused, silent) is asked again: nobody answered since its last answer."""
    await sql.run(
        "INSERT INTO unheard (account_id, from_ms, until_ms) SELECT id, answered_ms, ? FROM account"
        " WHERE id = ? AND answered_ms IS NOT NULL AND (state <> 'active' OR outage_ms IS NOT NULL)",
        (to_ms(now), account_id),
    )


async def begin(account_id: int, group: Group, since: datetime, incident_id: int) -> None:
    """A person says that the carrier's system has stood still for these parcels since then."""
    await sql.run(
        "INSERT INTO unheard (account_id, from_ms, scope, incident_id) VALUES (?, ?, ?, ?)",
        (account_id, to_ms(since), group.key, incident_id),
    )


async def end(incident_id: int, now: datetime) -> None:
    """It goes again."""
    await sql.run(
        "UPDATE unheard SET until_ms = ? WHERE incident_id = ? AND until_ms IS NULL", (to_ms(now), incident_id)
    )
