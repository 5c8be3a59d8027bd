"""Whoever lets somebody wait hears of it: his colleague first, then the group, the leads, the owners.

What is due together is said together: one message a reader, however many wait.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from msgspec.structs import replace

from bot.domain import sla
from bot.domain.access import Role
from bot.domain.outgoing import Leaving, Outgoing
from bot.domain.sla import Staffing, Standing, Wait, Who
from bot.flows import agents, reminders, waiting
from bot.flows import waits as waits_flow
from bot.flows.reminders import Reader
from bot.store import audit, core, customers, leavers, outbox, people, waits
from bot.store.models import Merchant, Person, Ticket
from bot.store.ms import from_ms, from_ms_or_none
from bot.store.waits import Waiting

log = structlog.get_logger(__name__)
SET_ASIDE = timedelta(minutes=15)
"""How long a shop's reminders wait that we cannot say by our own fault: they must not stop those of others."""


async def remind_due(now: datetime, quiet: str) -> int:
    """Take every step of reminding that is due, each shop's in one transaction; returns of how many tickets."""
    shops: dict[int, list[Waiting]] = defaultdict(list)
    for one in await waits.due(now):
        shops[one.merchant_id].append(one)
    for merchant_id, found in shops.items():
        try:
            async with core.transaction():
                await _remind(merchant_id, found, now, quiet)
        except core.StoreUnavailable:
            raise
        except Exception:
            log.exception("reminder_not_said", merchant=merchant_id)
            await waits.put_off(merchant_id, now, now + SET_ASIDE)
    return sum(map(len, shops.values()))


async def _remind(merchant_id: int, found: Sequence[Waiting], now: datetime, quiet: str) -> None:
    """Nobody is reminded while nobody is there."""
    merchant = await customers.merchant(merchant_id)
    staffing = waits_flow.staffing_of(merchant, now)
    opening = staffing.opening(now)
    if opening > now:
        await waits.put_off(merchant_id, now, opening)
        return
    heard: dict[Who, list[Waiting]] = defaultdict(list)
    for one in found:
        for who in await _take(one, merchant, staffing, now):
            heard[who].append(one)
    for one in heard.pop(Who.CUSTOMER, ()):
        await waiting.reassure(one, merchant, now, quiet)
    await _tell(merchant, heard, now)


async def _take(one: Waiting, merchant: Merchant, staffing: Staffing, now: datetime) -> list[Who]:
    """The steps that are due, taken; what rested until now is due by the shop's target from now on."""
    if one.snoozed_ms is not None:
        await waits_flow.owe(merchant, await Ticket.get(id=one.id), now)
        return []
    due_at = from_ms(one.due_ms)
    since = from_ms(one.asked_ms) if one.asked_ms is not None else due_at
    wait = Wait(since, due_at, one.reminded, announced=one.due_ms == one.promised_ms)
    steps = sla.due_steps(wait, staffing, now)
    taken = replace(wait, taken=one.reminded + len(steps))
    mine = await waits.take(one, taken.taken, sla.next_at(taken, staffing, now))
    return steps if mine else []


# ---- who hears of it


async def _tell(merchant: Merchant, heard: Mapping[Who, list[Waiting]], now: datetime) -> None:
    known = await _people(merchant, heard)
    rows, groups = [], dict.fromkeys(heard.get(Who.GROUP, ()), "")
    for user_id, mine in _by_assignee(heard.get(Who.ASSIGNEE, ())).items():
        reader = known.people.get(user_id)
        if reader is not None and reader.role is not Role.NONE:
            rows += reminders.to_assignee(known, reader, mine, now)
    # an hour that an anonymous admin has named: nobody has it, so all of them are woken
    groups |= {one: "" for one in heard.get(Who.ASSIGNEE, ()) if one.assignee_id is None and _is_announced(one)}
    for who, readers in ((Who.LEADS, known.leads or known.owners), (Who.OWNERS, known.owners)):
        found = [one for one in heard.get(who, ()) if who is Who.LEADS or known.leads or _is_again(one)]
        for reader in readers if found else ():
            if reader.in_private:
                rows.append(reminders.to_leader(known, reader, found, now))
            else:
                groups |= {one: reader.name for one in found}
    rows += reminders.to_groups(known, groups, now)
    await outbox.put(rows)


def _is_again(one: Waiting) -> bool:
    """True where every step was taken: owners who heard of it in a lead's place hear of it on the next day."""
    return one.reminded >= len(sla.ANSWER)


def _is_announced(one: Waiting) -> bool:
    return one.due_ms == one.promised_ms


def _by_assignee(found: Sequence[Waiting]) -> dict[int, list[Waiting]]:
    mine: dict[int, list[Waiting]] = defaultdict(list)
    for one in found:
        if one.assignee_id is not None:
            mine[one.assignee_id].append(one)
    return mine


async def _people(merchant: Merchant, heard: Mapping[Who, list[Waiting]]) -> reminders.Heard:
    """Everybody who may be named or told: the shop's own people, and whoever has one of these tickets.

    Who never spoke to the bot cannot be written to; who has left the desk hears nothing, but for its owner. A number
    that is not above zero is nobody's.
    """
    members = {row["user_id"]: row for row in await people.members(merchant.id)}
    having = {one.assignee_id for found in heard.values() for one in found if one.assignee_id is not None}
    owning = {user_id for user_id, row in members.items() if row["role"] == Role.OWNER}
    there = {*members, *having} - (await leavers.of_shop(merchant.id) - owning)
    ids = sorted(user_id for user_id in there if user_id > 0)
    rows = {one.user_id: one for one in await Person.filter(user_id__in=ids)}
    found = {
        user_id: _reader(
            rows.get(user_id) or Person(user_id=user_id, name=""), members.get(user_id, _NO_MEMBER), merchant
        )
        for user_id in ids
    }
    return reminders.Heard(
        merchant,
        found,
        leads=[one for one in found.values() if one.role is Role.LEAD],
        owners=[one for one in found.values() if one.role is Role.OWNER],
    )


_NO_MEMBER: Mapping[str, Any] = {"role": Role.AGENT.value, "alias": None}
"""Whoever belongs to the group without a role of his own."""


def _reader(person: Person, member: Mapping[str, Any], merchant: Merchant) -> Reader:
    traits: dict[str, Any] = {
        "locale": person.locale or person.app_locale or merchant.locale,
        "zone": merchant.zone,
        "calendar": person.calendar,
        "digits": person.digits,
    }
    name = member["alias"] or agents.first_word(person.name) or str(person.user_id)
    return Reader(person.user_id, name, Role(member["role"]), person.private_ms is not None, traits)


async def refused(row: Leaving, user_id: int, now: datetime) -> None:
    """A reminder that did not reach him in private is said where he can be named: in the topics, or in the group."""
    kind = row.payload.get("kind")
    if kind not in reminders.PRIVATE or row.merchant_id is None:
        return
    found = await waits.still_due([ticket for ticket, _ in row.payload[reminders.WAITS]])
    merchant = await customers.merchant(row.merchant_id)
    known = await _people(merchant, {Who.ASSIGNEE: found})
    reader = known.people.get(user_id)
    if reader is None:
        return
    if kind == reminders.YOURS:
        said = reminders.to_assignee(known, replace(reader, in_private=False), found, now)
    else:
        said = reminders.to_groups(known, dict.fromkeys(found, reader.name), now)
    await outbox.put([_instead(one, row, number, now) for number, one in enumerate(said)])


def _instead(one: Outgoing, row: Leaving, number: int, now: datetime) -> Outgoing:
    return replace(one, cause=f"unheard:{row.id}:{number}", due_at=now)


# ---- nobody is forgotten


async def wake_sleepers(now: datetime) -> int:
    """Open tickets that nothing would wake, by whatever fault: a word is due on them from now on. Returns how many."""
    woken = 0
    for ticket in await waits.suspects(now - sla.OVERSLEPT):
        standing = Standing(True, from_ms_or_none(ticket.due_ms), from_ms_or_none(ticket.remind_ms))
        if sla.is_asleep(standing, now):
            async with core.transaction():
                await waits_flow.owe(await customers.merchant(ticket.merchant_id), ticket, now)
                await audit.by_itself([(ticket.merchant_id, waits.WOKEN, f"ticket:{ticket.id}")], now)
            log.warning("ticket_woken", ticket=ticket.id)
            woken += 1
    return woken
