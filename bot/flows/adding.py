"""Adds a shipment, gives out its follow link, lists what is under way."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from bot.domain.hours import day_there
from bot.flows import dialogue, follow, polling
from bot.flows.choosing import OWN, Choice, Chosen, Decision, NoAccount, NoCarrier, choose
from bot.flows.ingest import Polled, ingest_batch
from bot.flows.order_fields import FIELDS, Told, Unreadable, read
from bot.flows.ports import Vault
from bot.flows.saying import fields
from bot.flows.turn import Answer, ShopView, Turn
from bot.store import accounts_admin, adding, adding_many, audit, customers, merchants, outbox
from bot.store.models import Shipment
from bot.store.ms import from_day
from carriers.kit.discovery import slugs as all_slugs
from carriers.kit.model import Status
from carriers.kit.numbers import Refusal

FORM = "adding"


class AddShipment(Struct, frozen=True):
    """`/shipment add` as it was typed; `carrier` once it was chosen by a button."""

    said: str
    bot_name: str
    carrier: str | None = None


async def add_shipment(turn: Turn, shop: ShopView, vault: Vault, command: AddShipment) -> Answer:
    """Keep the shipment and answer with the customer's link; or say what is wrong, with an example."""
    plain, named = fields(command.said)
    wanted = command.carrier or named.get("carrier") or None
    named.pop("carrier", None)
    if not plain:
        return Answer("shipment_usage")
    told = read(named, shop, day_there(turn.now, shop.zone))
    if isinstance(told, Unreadable):
        return unreadable(told)
    accounts = {row["slug"]: row for row in await accounts_admin.of_shop(shop.id)}
    decision = choose(" ".join(plain), wanted, accounts)
    if isinstance(decision, Choice):
        await dialogue.begin(turn, vault, FORM, {"said": command.said})
        rows = tuple(((f"={slug}", f"ac:{slug}"),) for slug in decision.slugs)
        return Answer("shipment_which", {"slugs": ", ".join(decision.slugs)}, rows)
    if not isinstance(decision, Chosen):
        return refusal(decision)
    shipment, is_new = await keep(turn, shop, decision, told, accounts)
    await audit.write(shop.id, turn.user_id, "shipment.add", f"shipment:{shipment.id}", turn.now)
    return await _added(turn, shop, shipment, is_new, accounts.get(shipment.slug), command.bot_name)


def unreadable(field: Unreadable) -> Answer:
    """Which field, and how it is written."""
    if not field.known:
        return Answer("field_unknown", {"field": field.field, "names": ", ".join(FIELDS)})
    return Answer("field_unreadable", {"field": field.field, field.field: True})


def refusal(decision: Decision) -> Answer:
    """Why a number is not taken, and what would be."""
    match decision:
        case Refusal(why=why, fits=fits):
            return Answer("number_refused", {"problem": why.value, "fits": ", ".join(fits)})
        case NoAccount(slugs=slugs):
            return Answer("shipment_no_account", {"slug": slugs[0] if slugs else None, "slugs": ", ".join(slugs)})
        case NoCarrier(slug=slug):
            return Answer("carrier_unknown", {"slug": slug, "slugs": ", ".join(accounts_slugs())})
        case _:
            raise ValueError(f"no refusal: {type(decision).__name__}")


def accounts_slugs() -> tuple[str, ...]:
    """Every name that `carrier=` takes."""

    return (*all_slugs(), OWN)


async def keep(
    turn: Turn, shop: ShopView, chosen: Chosen, told: Told, accounts: Mapping[str, Mapping[str, Any]]
) -> tuple[Shipment, bool]:
    """Store it; who follows the order already follows this parcel, too."""
    usual = _currency(told, (await merchants.find(shop.id))["currency"])
    wanted = _wanted(shop, chosen, told, _account_of(chosen, accounts), usual)
    shipment, is_new = await adding.keep(wanted, turn.now)
    if is_new and chosen.slug == OWN:
        # what holds now is known, not news: nobody is warned of a promised day that is over already
        await ingest_batch([Polled(shipment.id, None)], turn.now)
    turn.afterwards.append(polling.wake)
    for customer_id in await adding.followers(shipment.order_id, shipment.id):
        await _follow_too(turn, shipment.id, shipment.promised_on, customer_id)
    return shipment, is_new


async def keep_all(
    turn: Turn, shop: ShopView, found: Sequence[tuple[Chosen, Told]], accounts: Mapping[str, Mapping[str, Any]]
) -> list[int]:
    """The same of a whole file in a few statements; the order of each."""
    usual = (await merchants.find(shop.id))["currency"]
    wanted = [_wanted(shop, one, told, _account_of(one, accounts), _currency(told, usual)) for one, told in found]
    kept = await adding_many.keep(wanted, turn.now)
    own = [one for one, (chosen, _) in zip(kept, found, strict=True) if one.is_new and chosen.slug == OWN]
    await ingest_batch([Polled(one.shipment_id, None) for one in own], turn.now)
    turn.afterwards.append(polling.wake)
    for one, customer_id in await adding_many.followers(kept):
        await _follow_too(turn, one.shipment_id, one.promised_on, customer_id)
    return [one.order_id for one in kept]


def _account_of(chosen: Chosen, accounts: Mapping[str, Mapping[str, Any]]) -> int | None:
    return None if chosen.slug == OWN else accounts[chosen.slug]["id"]


def _currency(told: Told, usual: str | None) -> str | None:
    """The shop's, where a sum is named."""
    return usual if told.cod or told.value else None


def _wanted(
    shop: ShopView, chosen: Chosen, told: Told, account_id: int | None, usual_currency: str | None
) -> adding.Wanted:
    is_own = chosen.slug == OWN
    return adding.Wanted(
        merchant_id=shop.id,
        slug=chosen.slug,
        number=chosen.number,
        order=told.order or chosen.number,
        account_id=account_id,
        zone=shop.zone,
        promised_on=told.promised_on,
        needed_on=told.needed_on,
        name=told.name,
        phone=told.phone,
        email=told.email,
        locale=told.lang,
        cod_amount=told.cod[0] if told.cod else None,
        value_amount=told.value[0] if told.value else None,
        currency=told.currency or usual_currency,
        status=Status.PRE_TRANSIT if is_own else Status.UNKNOWN,
        known=is_own,
    )


async def _follow_too(turn: Turn, shipment_id: int, promised_on: str | None, customer_id: int) -> None:
    customer = await customers.customer(customer_id)
    follow_id = await customers.follow(shipment_id, customer_id, from_day(promised_on), turn.now)
    if customer is not None and follow_id is not None:
        await outbox.put([follow.live_row(follow_id, customer, f"u{turn.update_id}", turn.now)])


async def _added(
    turn: Turn, shop: ShopView, shipment: Shipment, is_new: bool, account: Mapping[str, Any] | None, bot_name: str
) -> Answer:
    token = await follow.make_link(shipment.order_id, shop.id, turn.now)
    order = await adding.order_number(shipment.order_id)
    promised = from_day(shipment.promised_on)
    facts = {
        "number": shipment.number,
        "order": order if order != shipment.number else None,
        "slug": shipment.slug,
        "own": shipment.slug == OWN,
        "promised_on": shipment.promised_on,
        "past": _is_past(promised, turn, shop),
        "known": not is_new,
        "resting": account is not None and account["state"] != accounts_admin.ACTIVE,
        "link": f"https://t.me/{bot_name}?start={token}",
    }
    return Answer("shipment_added", facts, merchant_id=shop.id)


def _is_past(promised: date | None, turn: Turn, shop: ShopView) -> bool:
    return promised is not None and promised < day_there(turn.now, shop.zone)


async def add_chosen(turn: Turn, shop: ShopView, vault: Vault, slug: str, bot_name: str) -> Answer:
    """The carrier was chosen by a button: go on with what was typed."""
    said = await dialogue.current(turn, vault, FORM)
    if said is None:
        return Answer("form_over")
    await dialogue.end(turn)
    return await add_shipment(turn, shop, vault, AddShipment(said["said"], bot_name, slug))


async def list_shipments(turn: Turn, shop: ShopView, after: int = 0, edit: int | None = None) -> Answer:
    """A page of open shipments."""
    rows = await adding.page(shop.id, after)
    shown = [_row(row) for row in rows[: adding.PAGE]]
    more = len(rows) > adding.PAGE
    back = (("newer", f"sl:{max(after - adding.PAGE, 0)}"),) if after else ()
    on = (("older", f"sl:{after + adding.PAGE}"),) if more else ()
    facts = {"rows": shown, "none": not shown, "count": (await merchants.counts(shop.id))["open"]}
    return Answer("shipments_shown", facts, ((*back, *on),) if back or on else (), edit=edit)


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "number": row["number"],
        "order": row["order_number"] if row["order_number"] != row["number"] else None,
        "slug": row["slug"],
        "status": row["status"],
        row["status"]: True,
        "promised_on": row["promised_on"],
        "eta_on": row["eta_on"],
        "unfollowed": not row["followers"],
    }


async def order_of(order_id: int) -> str:
    """The order's number as the shop wrote it."""
    return await adding.order_number(order_id)
