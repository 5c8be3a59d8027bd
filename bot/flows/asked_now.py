"""`/track NUMBER` of a parcel that is not the shop's: its carrier is asked at once, within its limits and a moment."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from msgspec import Struct

from bot.domain.access import Deed, may
from bot.flows import adding, desk
from bot.flows.accounts import opened
from bot.flows.agents import Agent, Place
from bot.flows.carrier_of import carrier_for
from bot.flows.choosing import Choice, Chosen, Decision, NoCarrier, choose
from bot.flows.ports import Carriers, Vault
from bot.flows.saying import clean
from bot.flows.turn import Answer, Answers, ShopView, Turn
from bot.store import accounts, accounts_admin, core, customers, desk_tickets
from carriers.kit.discovery import UnknownCarrier
from carriers.kit.errors import CarrierError, NotFound
from carriers.kit.model import Limits, TrackingResult
from carriers.kit.numbers import Refusal, Why

VERB = "ta"
"""Of the button: `ta:<slug>:<number>`."""
PATIENCE = timedelta(seconds=4)
"""Longer nobody waits for an answer in a chat; others of the same lane wait, too."""
NO_LIMITS = Limits()
MOST_SCANS = 3
LONGEST_TARGET = 64
"""Bytes of a button."""


class Asking(Struct, frozen=True):
    """How one asks: who opens the account's secrets, who carries the question, whether limits are heeded."""

    vault: Vault
    carriers: Carriers
    heeds_limits: bool = True
    patience: timedelta = PATIENCE


class Heard(Struct, frozen=True):
    """What came of it. `known`: it is the shop's own parcel, and nobody was asked; `again_at`: limits are used up."""

    slug: str = ""
    number: str = ""
    known: bool = False
    decision: Decision | None = None
    result: TrackingResult | None = None
    is_unknown: bool = False
    is_resting: bool = False
    again_at: datetime | None = None


async def ask(turn: Turn, where: Place, asking: Asking) -> Heard:
    """Look at home, then ask its carrier. Nothing but the limits' count is written."""
    said = clean(turn.rest, 96).split()
    if not said or await desk_tickets.shipments_numbered(where.merchant.id, " ".join(said)):
        return Heard(known=True)
    own = {row["slug"]: row for row in await accounts_admin.of_shop(where.merchant.id)}
    decision = choose(said[0] if len(said) == 2 else " ".join(said), said[1] if len(said) == 2 else None, own)
    if not isinstance(decision, Chosen) or decision.slug not in own:
        return Heard(number=" ".join(said)[:64], decision=decision)
    return await _asked(turn, own[decision.slug], decision, asking)


async def _asked(turn: Turn, account: Mapping[str, Any], chosen: Chosen, asking: Asking) -> Heard:
    heard = Heard(chosen.slug, chosen.number, decision=chosen)
    values = opened(account["secrets"], asking.vault)
    if account["state"] != accounts_admin.ACTIVE or values is None:
        return Heard(chosen.slug, chosen.number, is_resting=True)
    granted, again_at = await _granted(turn, account["id"], chosen.slug, values, asking)
    if not granted:
        return Heard(chosen.slug, chosen.number, again_at=again_at)
    try:
        async with asyncio.timeout(asking.patience.total_seconds()):
            answers = await asking.carriers.ask(chosen.slug, values, [chosen.number])
    except (CarrierError, TimeoutError, UnknownCarrier):
        return heard
    return _read(heard, answers.get(chosen.number))


async def _granted(
    turn: Turn, account_id: int, slug: str, values: Mapping[str, str], asking: Asking
) -> tuple[bool, datetime | None]:
    """One question off the account's budget, as polling takes it."""
    try:
        limits = carrier_for(slug, values).limits if asking.heeds_limits else NO_LIMITS
    except UnknownCarrier:
        return False, None
    if (limits.per_second, limits.per_day) == (None, None):
        return True, None
    async with core.transaction():
        grant = await accounts.spend(account_id, limits, turn.now, 1)
    return grant.count > 0, grant.again_at


def _read(heard: Heard, answer: TrackingResult | CarrierError | None) -> Heard:
    if isinstance(answer, TrackingResult):
        return Heard(heard.slug, heard.number, result=answer)
    return Heard(heard.slug, heard.number, is_unknown=isinstance(answer, NotFound))


# ---- told


async def tell(turn: Turn, where: Place, agent: Agent, heard: Heard) -> Answers:
    """What the carrier says, and the offer to add it; or why there is nothing to say."""
    if heard.known:
        return await desk.track(turn, where, agent)
    if heard.decision is not None:
        return _undecided(turn, heard)
    said = {"number": heard.number, "carrier": heard.slug, "slug": heard.slug}
    zone = {"zone": where.merchant.zone, "country": where.merchant.country}
    if heard.result is not None:
        return Answer(
            "track_asked", said | _facts(heard.result), _add(heard), reader=zone, merchant_id=where.merchant.id
        )
    if heard.again_at is not None:
        said["again_at"] = heard.again_at.isoformat()
    kind = "track_resting" if heard.is_resting else "track_not_known" if heard.is_unknown else "track_silent"
    return Answer(kind, said, reader=zone, merchant_id=where.merchant.id)


def _undecided(turn: Turn, heard: Heard) -> Answer:
    """Nobody was asked: the number is no carrier's of the shop's, or of several."""
    match heard.decision:
        case Choice(slugs=slugs):
            facts = {"slugs": ", ".join(slugs), "command": f"/track {turn.rest.strip()[:64]} {slugs[0]}"}
            return Answer("track_which", facts)
        case Chosen(slug=slug):
            return Answer("track_silent", {"number": heard.number, "carrier": slug})
        case Refusal(why=Why.BAD_CHECK_DIGIT) | NoCarrier() as decision:
            return adding.refusal(decision)
        case _:
            return Answer("desk_track_unknown", {"number": heard.number})


def _facts(result: TrackingResult) -> dict[str, Any]:
    scans = [_set({"at": _moment(one.at), "place": one.place, "text": one.description, "status": one.status})
             for one in result.events[:MOST_SCANS]]  # fmt: skip
    return _set({"status": result.status.value, "eta_on": _day(result.eta), "scans": scans})


def _set(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fact for name, fact in found.items() if fact}


def _moment(at: datetime | date | None) -> str | None:
    """Only a time that tells its zone is an instant."""
    return at.astimezone(UTC).isoformat() if isinstance(at, datetime) and at.tzinfo is not None else None


def _day(at: datetime | date | None) -> str | None:
    return at.isoformat()[:10] if at is not None else None


def _add(heard: Heard) -> tuple[tuple[tuple[str, str], ...], ...]:
    target = f"{VERB}:{heard.slug}:{heard.number}"
    return ((("track_add", target),),) if len(target.encode()) <= LONGEST_TARGET else ()


async def add(turn: Turn, shop_id: int | None, agent: Agent | None, said: list[str], vault: Vault, bot: str) -> Answers:
    """The parcel becomes the shop's, if he who presses may add parcels."""
    slug, number = (*said, "", "")[:2]
    if shop_id is None or agent is None or not number:
        turn.toast = Answer("not_for_you")
        return None
    if not may(agent.role, Deed.ADD_SHIPMENT):
        turn.toast = Answer("track_add_not_yours")
        return None
    shop = await customers.merchant(shop_id)
    view = ShopView(shop.id, agent.role, shop.name, shop.locale, shop.zone, shop.country)
    return await adding.add_shipment(turn, view, vault, adding.AddShipment(number, bot, slug))
