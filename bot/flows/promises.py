"""The promised next word comes: at its due time, with news or with the next step, never with nothing twice."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from msgspec import to_builtins

from bot.domain import sla
from bot.domain.feasts import feasts_around
from bot.domain.outgoing import Act, Outgoing, Priority
from bot.domain.promise import Hearer, Kept, OpenPromise, keep_promise
from bot.domain.shipment import Shipment
from bot.domain.telling import Told, cause_of
from bot.flows import cards, owners, tickets, to_desk, waits
from bot.flows.opening_hours import hours_of
from bot.store import core, findings, outbox, promises, shipments
from bot.store import waits as wait_rows
from bot.store.models import Customer, Merchant, Person, Promise
from bot.store.ms import from_ms
from bot.store.tickets import last_from_desk

log = structlog.get_logger(__name__)
SET_ASIDE = timedelta(minutes=15)
"""How long a promise waits that we cannot keep by our own fault: it must not stop the others."""


APART = timedelta(hours=20)
"""So far apart he reads that nobody has written, once two words to him were broken."""


async def keep_due(now: datetime, quiet: str) -> int:
    """Keep every promise whose time has come, each in its own transaction; returns how many.

    `quiet` is the installation's quiet hours, for readers who chose none.
    """
    due = await promises.due(now)
    for row in due:
        try:
            async with core.transaction():
                await _keep(row, now, quiet)
        except core.StoreUnavailable:
            raise
        except Exception:
            log.exception("promise_not_kept", promise=row.id)
            await promises.put_off(row.id, now + SET_ASIDE)
    return len(due)


async def _keep(row: Promise, now: datetime, quiet: str) -> None:
    if not await promises.keep(row.id, now):
        return  # kept or cancelled since it was looked up, or by another process
    customer = await Customer.get(id=row.customer_id)
    merchant = await Merchant.get(id=row.merchant_id)
    found = await shipments.load([row.shipment_id]) if row.shipment_id else []
    shipment = found[0] if found else None
    before = await promises.broken_since(customer.id, await last_from_desk(customer.id) or 0) if row.by_person else []
    kept = keep_promise(
        _promise(row),
        shipment,
        await findings.open_of(row.shipment_id) if row.shipment_id else [],
        now,
        await _hearer(merchant, customer, shipment, quiet, now),
        answered=await _answered(row),
        broken_before=bool(before),
    )
    await _carry_out(kept, row, customer, now, told=len(before) > 1 and from_ms(before[0]) > now - APART)


def _promise(row: Promise) -> OpenPromise:
    return OpenPromise(
        id=row.id,
        customer_id=row.customer_id,
        shipment_id=row.shipment_id,
        ticket_id=row.ticket_id,
        kind=row.kind,
        due_at=from_ms(row.due_ms),
        made_at=from_ms(row.made_ms),
        by_person=row.by_person,
        silent=row.silent,
    )


async def _hearer(
    merchant: Merchant, customer: Customer, shipment: Shipment | None, quiet: str, now: datetime
) -> Hearer:
    person = await Person.get_or_none(user_id=customer.user_id)
    there = shipment.zone if shipment else merchant.zone
    return Hearer(
        zone=(person and person.zone) or there,
        quiet=(person and person.quiet) or quiet,
        shop_zone=merchant.zone,
        staffed=hours_of(merchant),
        country=merchant.country,
        holidays=feasts_around(merchant.country, now.year),
        answer=waits.targets_of(merchant).first,
    )


async def _answered(row: Promise) -> bool:
    """True where a person has written to the customer since the promise was made."""
    last = await last_from_desk(row.customer_id)
    if last is None or row.kind != promises.ANNOUNCED:
        return last is not None and last > row.made_ms
    return sla.is_met(from_ms(row.made_ms), from_ms(row.due_ms), from_ms(last))


async def _carry_out(kept: Kept, row: Promise, customer: Customer, now: datetime, *, told: bool) -> None:
    """`told`: he has read of late that nobody wrote to him twice."""
    if kept.kind is None:
        if row.kind == promises.ANNOUNCED:
            await waits.met(await Merchant.get(id=row.merchant_id), row.ticket_id, now)
        return
    if kept.escalate:
        await promises.mark_broken(row.id)
    ticket_id = row.ticket_id
    if kept.ticket is not None:
        ticket_id = await _hand_over(kept, row, customer, now)
    if kept.promise is not None:
        draft = kept.promise
        await promises.make(
            row.merchant_id, row.customer_id, row.shipment_id, ticket_id if draft.by_person else row.ticket_id,
            draft.kind, draft.due_at, draft.by_person, draft.silent, now,
        )  # fmt: skip
    if not (kept.escalate and told):
        await outbox.put([_word(kept, row, customer, now), *await _to_owners(kept, row, customer, now)])


async def _to_owners(kept: Kept, row: Promise, customer: Customer, now: datetime) -> list[Outgoing]:
    """What he reads of them is true: they hear that two words to him were broken."""
    if not kept.escalate or kept.promise is not None:
        return []
    facts = {"since": from_ms(row.due_ms).isoformat()} | ({"name": customer.name} if customer.name else {})
    return await owners.rows_for(row.merchant_id, "owner_unanswered", facts, f"unanswered:{row.id}", now)


def _word(kept: Kept, row: Promise, customer: Customer, now: datetime) -> Outgoing:
    """The word itself: no cap holds it back, only the reader's sleep."""
    said: dict[str, Any] = {"kind": kept.kind, "shipments": [row.shipment_id] if row.shipment_id else []}
    if row.shipment_id and kept.told_on is not None:
        first = kept.told_from if kept.told_from != kept.told_on else None
        said["told"] = [to_builtins(Told(row.shipment_id, told_on=kept.told_on, from_on=first))]
    said["facts"] = ({"next_at": kept.promise.due_at.isoformat()} if kept.promise else {}) | _broken(kept, row)
    return Outgoing(
        act=Act.NOTICE,
        cause=_cause(kept, row),
        payload=said,
        priority=Priority.WARNING,
        lane=f"chat:{customer.user_id}",
        due_at=kept.due_at or now,
        chat_id=customer.user_id,
        customer_id=customer.id,
        merchant_id=row.merchant_id,
    )


def _broken(kept: Kept, row: Promise) -> dict[str, Any]:
    """Which word of ours was not kept; one in a row is never excused in the words of the one before it."""
    if not kept.escalate:
        return {}
    due_at = from_ms(row.due_ms)
    today = kept.due_at is not None and kept.due_at - due_at < timedelta(hours=2)
    again = {"second_time": True} if kept.promise is None else {}
    return again | ({"broken_at": due_at.isoformat()} if today else {})


def _cause(kept: Kept, row: Promise) -> str:
    if kept.what is None or row.shipment_id is None:
        return f"promise:{row.id}"
    return cause_of(row.shipment_id, kept.what, row.customer_id)


async def _hand_over(kept: Kept, row: Promise, customer: Customer, now: datetime) -> int:
    """A person takes it. Where our word was broken, whoever lets him wait hears of it by the ticket's steps."""
    evidence = {"promise": row.id, "due": from_ms(row.due_ms).isoformat()}
    due_at = from_ms(row.due_ms) if kept.escalate else None
    opened = await tickets.open_ticket(customer.id, str(kept.ticket), now, row.shipment_id, evidence, due_at)
    if row.kind == promises.ANNOUNCED:
        await waits.heard(customer.id, now)
    if kept.escalate:
        await wait_rows.slipped(opened.ticket)
    if kept.escalate and not opened.fresh:
        await cards.refresh_card(customer.id, now, f"promise:{row.id}")
        return int(opened.ticket.id)
    told: dict[str, Any] = {"name": customer.name, "since": evidence["due"]}
    if kept.promise is not None:
        told["next_at"] = kept.promise.due_at.isoformat()
    await to_desk.tell_desk(opened, f"desk_{kept.ticket}", told, f"promise:{row.id}", now)
    return int(opened.ticket.id)
