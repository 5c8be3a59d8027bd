"""Warnings kept back for a person's yes: made, shown, decided, expired, in batches."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from bot.domain.draft import AS_IF_TOLD, UNDECIDED, AsIf, Draft, Held, Part
from bot.store import bulk, sql
from bot.store.ms import from_day, from_ms, from_ms_or_none, to_day, to_ms

_NEW = {
    "merchant_id": "bigint",
    "customer_id": "bigint",
    "kind": "text",
    "state": "text",
    "cause": "text",
    "collapse": "text",
    "due_ms": "bigint",
}
_PART = {
    "draft_id": "bigint",
    "shipment_id": "bigint",
    "finding_id": "bigint",
    "mark": "text",
    "told_on": "text",
    "slips": "int",
}
_COLUMNS = (
    "id, merchant_id, customer_id, kind, state, cause, collapse, due_ms, shown_ms, batch_id, decided_by, decided_ms,"
    " edit_by, edit_ms"
)


def _states(states: Collection[Held]) -> str:
    return ", ".join(f"'{one.value}'" for one in sorted(states))


UNDECIDED_SQL, AS_IF_SQL = _states(UNDECIDED), _states(AS_IF_TOLD | {Held.ALLOWED})
_UNTRUE = (
    "(NOT EXISTS (SELECT 1 FROM draft_part p JOIN finding f ON f.id = p.finding_id"
    " JOIN shipment s ON s.id = p.shipment_id WHERE p.draft_id = draft.id AND f.closed_ms IS NULL"
    " AND s.status NOT IN ('delivered', 'returned', 'cancelled'))"
    " OR NOT EXISTS (SELECT 1 FROM customer c WHERE c.id = draft.customer_id AND c.unreachable_ms IS NULL)"
    " OR (EXISTS (SELECT 1 FROM consent k WHERE k.customer_id = draft.customer_id AND k.kind = 'delivery_notices')"
    " AND NOT EXISTS (SELECT 1 FROM consent k WHERE k.customer_id = draft.customer_id"
    " AND k.kind = 'delivery_notices' AND k.withdrawn_ms IS NULL)))"
)
"""None of its findings holds, or its customer hears nothing from us now."""


class Wanted(Struct, frozen=True):
    """A draft to be stored."""

    merchant_id: int
    customer_id: int
    kind: str
    cause: str
    collapse: str | None
    due_at: datetime
    parts: tuple[Part, ...]


# ---- making


async def add(wanted: Sequence[Wanted]) -> None:
    """They wait for their hour; each cause once. A newer one takes the place of what waits about the same."""
    if not wanted:
        return
    where, listed = _same(wanted)
    await sql.run(f"UPDATE draft SET state = 'void' WHERE state = 'waiting' AND {where}", (listed,))  # noqa: S608
    await bulk.insert("draft", _NEW, [_row(one) for one in wanted], "ON CONFLICT (cause) DO NOTHING")
    where, listed = sql.among("cause", [one.cause for one in wanted])
    ids = {row[1]: row[0] for row in await sql.records(f"SELECT id, cause FROM draft WHERE {where}", (listed,))}  # noqa: S608
    parts = [_part(ids[one.cause], part) for one in wanted for part in one.parts]
    await bulk.insert("draft_part", _PART, parts, "ON CONFLICT (draft_id, shipment_id) DO NOTHING")


def _same(drafts: Sequence[Wanted] | Sequence[Draft]) -> tuple[str, object]:
    """Those that are about the same as one of these; what is about several parcels takes nothing's place."""
    return sql.among("collapse", [one.collapse for one in drafts if one.collapse] or [""])


def _row(one: Wanted) -> tuple[object, ...]:
    held = Held.WAITING.value
    return one.merchant_id, one.customer_id, one.kind, held, one.cause, one.collapse, to_ms(one.due_at)


def _part(draft_id: int, part: Part) -> tuple[object, ...]:
    return draft_id, part.shipment_id, part.finding_id, part.mark[:96], to_day(part.told_on), part.slips


async def dropped(shipment_ids: Sequence[int]) -> set[tuple[int, int, str]]:
    """(customer, shipment, mark) of slips that somebody of the shop did not want told."""
    where, listed = sql.among("p.shipment_id", shipment_ids)
    found = await sql.records(
        "SELECT d.customer_id, p.shipment_id, p.mark FROM draft_part p JOIN draft d ON d.id = p.draft_id"  # noqa: S608
        f" WHERE {where} AND d.state = 'dropped'",
        (listed,),
    )
    return {(row[0], row[1], row[2]) for row in found}


async def as_if_told(shipment_ids: Sequence[int]) -> dict[tuple[int, int], list[AsIf]]:
    """What (customer, shipment) would know by drafts that were shown, oldest first."""
    where, listed = sql.among("p.shipment_id", shipment_ids)
    found = await sql.records(
        "SELECT d.customer_id, p.shipment_id, p.told_on, p.slips, d.shown_ms FROM draft_part p"  # noqa: S608
        f" JOIN draft d ON d.id = p.draft_id WHERE {where} AND d.state IN ({AS_IF_SQL}) AND d.shown_ms IS NOT NULL"
        " ORDER BY d.shown_ms, d.id",
        (listed,),
    )
    known: dict[tuple[int, int], list[AsIf]] = {}
    for row in found:
        known.setdefault((row[0], row[1]), []).append(AsIf(from_day(row[2]), row[3], from_ms(row[4])))
    return known


# ---- reading


async def load(ids: Sequence[int]) -> list[Draft]:
    """These, with their parcels, by id."""
    where, listed = sql.among("id", ids)
    return await _read(f"{where} ORDER BY id", (listed,))


async def one(draft_id: int) -> Draft | None:
    """One of them."""
    return next(iter(await load([draft_id])), None)


async def of_batch(batch_id: int) -> list[Draft]:
    """Those shown in one message, oldest first."""
    return await _read("batch_id = ? ORDER BY id", (batch_id,))


async def written_by(user_id: int) -> list[Draft]:
    """Those for which this person is writing other words."""
    return await _read("edit_by = ? AND state = 'open' ORDER BY edit_ms DESC", (user_id,))


async def _read(where: str, params: Sequence[object]) -> list[Draft]:
    rows = await sql.records(f"SELECT {_COLUMNS} FROM draft WHERE {where}", params)  # noqa: S608
    parts = await _parts_of([row[0] for row in rows]) if rows else {}
    return [_draft(row, tuple(parts.get(row[0], ()))) for row in rows]


async def _parts_of(ids: Sequence[int]) -> dict[int, list[Part]]:
    where, listed = sql.among("draft_id", ids)
    found = await sql.records(
        f"SELECT draft_id, shipment_id, finding_id, mark, told_on, slips FROM draft_part WHERE {where} ORDER BY id",  # noqa: S608
        (listed,),
    )
    parts: dict[int, list[Part]] = {}
    for row in found:
        parts.setdefault(row[0], []).append(Part(row[1], row[2], row[3], from_day(row[4]), row[5]))
    return parts


def _draft(row: Any, parts: tuple[Part, ...]) -> Draft:
    return Draft(
        id=row[0],
        merchant_id=row[1],
        customer_id=row[2],
        kind=row[3],
        state=Held(row[4]),
        cause=row[5],
        collapse=row[6],
        due_at=from_ms(row[7]),
        shown_at=from_ms_or_none(row[8]),
        batch_id=row[9],
        decided_by=row[10],
        decided_at=from_ms_or_none(row[11]),
        edit_by=row[12],
        edit_at=from_ms_or_none(row[13]),
        parts=parts,
    )


async def shown_of(customer_ids: Sequence[int]) -> list[Draft]:
    """Those of these customers that stand in some message."""
    where, listed = sql.among("customer_id", customer_ids)
    return await _read(f"{where} AND batch_id IS NOT NULL ORDER BY id", (listed,))


async def count_undecided(merchant_id: int) -> int:
    """How many of a shop's nobody has decided."""
    found = await sql.records(
        f"SELECT COUNT(*) FROM draft WHERE merchant_id = ? AND state IN ({UNDECIDED_SQL})",  # noqa: S608
        (merchant_id,),
    )
    return int(found[0][0])


async def was_edited(customer_id: int, finding_id: int) -> bool:
    """Whether somebody of the shop told this customer of a finding in words of his own."""
    return bool(
        await sql.records(
            "SELECT 1 FROM draft_part p JOIN draft d ON d.id = p.draft_id"
            " WHERE p.finding_id = ? AND d.customer_id = ? AND d.state = 'edited'",
            (finding_id, customer_id),
        )
    )


# ---- shown, over


async def due_shops(now: datetime) -> list[int]:
    """Shops for which the hour of a draft has come."""
    found = await sql.records(
        "SELECT DISTINCT merchant_id FROM draft WHERE state = 'waiting' AND due_ms <= ? ORDER BY merchant_id",
        (to_ms(now),),
    )
    return [row[0] for row in found]


async def next_due_ms() -> int | None:
    """When the hour of the next one comes."""
    found = await sql.records("SELECT MIN(due_ms) FROM draft WHERE state = 'waiting'")
    return None if found[0][0] is None else int(found[0][0])


async def open_due(merchant_id: int, now: datetime) -> list[Draft]:
    """A shop's drafts whose hour has come are open from now on; which they are. What does not hold is void."""
    due = "merchant_id = ? AND state = 'waiting' AND due_ms <= ?"
    await sql.run(f"UPDATE draft SET state = 'void' WHERE {due} AND {_UNTRUE}", (merchant_id, to_ms(now)))  # noqa: S608
    found = await sql.records(
        f"UPDATE draft SET state = 'open', shown_ms = ? WHERE {due} RETURNING id",  # noqa: S608
        (to_ms(now), merchant_id, to_ms(now)),
    )
    return await load([row[0] for row in found]) if found else []


async def put_off(merchant_id: int, until: datetime) -> None:
    """Look at them again then: they could not be shown now."""
    await sql.run(
        "UPDATE draft SET due_ms = ? WHERE merchant_id = ? AND state = 'waiting' AND due_ms < ?",
        (to_ms(until), merchant_id, to_ms(until)),
    )


async def gather(ids: Sequence[int], batch_id: int) -> None:
    """They are shown together."""
    where, listed = sql.among("id", ids)
    await sql.run(f"UPDATE draft SET batch_id = ? WHERE {where}", (batch_id, listed))  # noqa: S608


async def hasten(now: datetime) -> None:
    """What waits because one about the same was shown today need not, once that one is no longer true."""
    await sql.run(
        "UPDATE draft SET due_ms = ? WHERE state = 'waiting' AND due_ms > ? AND collapse IN"  # noqa: S608
        f" (SELECT draft.collapse FROM draft WHERE draft.state = 'open' AND {_UNTRUE})",
        (to_ms(now), to_ms(now)),
    )


async def expire(now: datetime) -> list[Draft]:
    """Open ones that are no longer true; which they were."""
    return await _over("expired", f"state = 'open' AND {_UNTRUE}", (), now)


async def replace(newer: Sequence[Draft], now: datetime) -> list[Draft]:
    """Open ones about the same as newer ones; which they were."""
    same, names = _same(newer)
    mine, ids = sql.among("id", [one.id for one in newer])
    return await _over("replaced", f"state = 'open' AND {same} AND NOT ({mine})", (names, ids), now)


async def _over(state: str, where: str, params: Sequence[object], now: datetime) -> list[Draft]:
    found = await sql.records(
        f"UPDATE draft SET state = ?, decided_ms = ? WHERE {where} RETURNING id",  # noqa: S608
        (state, to_ms(now), *params),
    )
    return await load([row[0] for row in found]) if found else []


# ---- decided


async def decide(draft_id: int, state: Held, user_id: int | None, now: datetime) -> bool:
    """Somebody decided it; False where it was not open any more."""
    touched = await sql.run(
        "UPDATE draft SET state = ?, decided_by = ?, decided_ms = ?, edit_by = NULL WHERE id = ?"
        " AND state IN ('open', 'allowed')",
        (state.value, user_id, to_ms(now), draft_id),
    )
    return touched > 0


async def settle(draft_id: int, state: Held) -> None:
    """What a decision came to."""
    await sql.run("UPDATE draft SET state = ? WHERE id = ?", (state.value, draft_id))


async def edit(draft_id: int | None, user_id: int, now: datetime) -> None:
    """This person writes other words for it (None: for none), and for no other one."""
    await sql.run("UPDATE draft SET edit_by = NULL WHERE edit_by = ?", (user_id,))
    await sql.run(
        "UPDATE draft SET edit_by = ?, edit_ms = ? WHERE id = ? AND state = 'open'", (user_id, to_ms(now), draft_id)
    )


async def decide_all(merchant_id: int, state: Held, user_id: int, now: datetime) -> list[Draft]:
    """All that nobody has decided, at once; which they were."""
    found = await sql.records(
        "UPDATE draft SET state = ?, decided_by = ?, decided_ms = ?, edit_by = NULL"  # noqa: S608
        f" WHERE merchant_id = ? AND state IN ({UNDECIDED_SQL}) RETURNING id",
        (state.value, user_id, to_ms(now), merchant_id),
    )
    return await load([row[0] for row in found]) if found else []


async def allowed(limit: int) -> list[int]:
    """Some that may leave and have not yet."""
    found = await sql.records("SELECT id FROM draft WHERE state = 'allowed' ORDER BY id LIMIT ?", (limit,))
    return [row[0] for row in found]
