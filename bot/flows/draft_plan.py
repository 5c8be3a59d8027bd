"""What a draft would be if it left now: the notices with the next word they owe, or nothing where it is not true."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from bot.domain import notice
from bot.domain.draft import Draft, raised_again
from bot.domain.finding import OpenFinding
from bot.domain.notice import Notice
from bot.domain.outgoing import Act, Leaving, Priority
from bot.domain.shipment import Shipment
from bot.domain.telling import Case, Following
from bot.domain.warning import approved
from bot.flows import facts
from bot.flows.composed import Composed
from bot.flows.holding import Ids, finding_id
from bot.flows.judging import Rules, policy_of
from bot.flows.opening_hours import observed
from bot.store import findings, ingest, shipments
from bot.store.ingest import ShopView


class Plan(Struct, frozen=True):
    """The notices, what their findings are stored as, and the parcels they are about."""

    notices: tuple[Notice, ...]
    ids: Ids
    shipments: dict[int, Shipment]
    findings: tuple[OpenFinding, ...]


async def plan(draft: Draft, now: datetime, quiet: str | None) -> Plan:
    """As of now: of parcels whose finding still holds and of which the customer does not know."""
    known = {one.id: one for one in await shipments.load([part.shipment_id for part in draft.parts], ended=True)}
    open_ = [one for one in await findings.among([part.finding_id for part in draft.parts]) if one.shipment_id in known]
    readers = await ingest.followers(sorted({one.shipment_id for one in open_}))
    view = (await ingest.shops([draft.merchant_id]))[draft.merchant_id]
    said = [
        one
        for finding in open_
        for reader in readers.get(finding.shipment_id, ())
        if reader.customer_id == draft.customer_id
        and (one := _approved(known[finding.shipment_id], finding, reader, view, now, quiet)) is not None
    ]
    ids = {(one.shipment_id, one.kind, one.occurrence): one.id for one in open_}
    return Plan(notice.merge(said), ids, known, tuple(open_))


def _approved(
    shipment: Shipment, finding: OpenFinding, reader: Following, view: ShopView, now: datetime, quiet: str | None
) -> Notice | None:
    policy = policy_of(shipment, view, Rules(quiet=quiet), now)
    case = Case(None, (), (), shipment, policy, now, observed(view, now).shop)
    return approved(case, reader, raised_again(finding))


async def worded(planned: Plan, draft: Draft, now: datetime) -> list[Composed]:
    """The customer's messages as they would be composed if they left now; only those that are true."""
    rows = [_leaving(one, planned, draft, now) for one in planned.notices]
    return [composed for row in rows if (composed := await facts.notice(row, now)) is not None]


def _leaving(one: Notice, planned: Plan, draft: Draft, now: datetime) -> Leaving:
    ids = [finding_id(part, planned.ids) for part in one.parts or (one,)]
    said: dict[str, Any] = {"kind": one.kind, "shipments": list(one.shipment_ids), "finding": ids[0], "findings": ids}
    if one.promise is not None:
        said["facts"] = {"next_at": one.promise.due_at.isoformat()}
    return Leaving(
        id=0,
        act=Act.NOTICE,
        payload=said,
        cause=one.cause,
        priority=Priority.WARNING,
        lane="",
        attempts=0,
        created_at=now,
        chat_id=one.chat_id,
        customer_id=draft.customer_id,
        merchant_id=draft.merchant_id,
    )
