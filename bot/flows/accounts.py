"""A shop's accounts at carriers: tried, saved, paused, removed; their secrets sealed and never shown."""

import re
from collections.abc import Mapping
from typing import Any

import orjson
from msgspec import Struct

from bot.domain.outgoing import Act, Outgoing, Priority
from bot.flows import dialogue, polling, sealing
from bot.flows.carrier_of import carrier_for
from bot.flows.ports import Carriers, Vault
from bot.flows.turn import Answer, Answers, ShopView, Turn, lane
from bot.store import accounts_admin, audit, core, outbox
from bot.store.accounts_admin import ACTIVE, PAUSED, REMOVED
from bot.store.crypt import CannotOpen
from bot.store.ms import from_ms
from carriers.kit.contract import Carrier, Pushing
from carriers.kit.discovery import UnknownCarrier, everyone, slugs
from carriers.kit.errors import AuthFailed, CarrierError
from carriers.kit.formats import of
from carriers.kit.model import Field
from carriers.kit.numbers import validate

FORM = "carrier"
LONGEST_VALUE = 4096
_NO_VALUES: Mapping[str, str] = {}
_POSTAL_NUMBER = "RB123456785GB"
"""A number with a right check digit, for carriers that take any."""


class Trial(Struct, frozen=True):
    """What a test call said: None = the credentials are good; else refused | unavailable."""

    trouble: str | None = None


def carrier_of(said: str, values: Mapping[str, str] = _NO_VALUES) -> Carrier | None:
    """The carrier of a slug, however it is capitalised; one that a shop described is in its account's values."""
    try:
        return carrier_for(said.strip().lower(), values)
    except UnknownCarrier:
        return None


def missing(carrier: Carrier, values: Mapping[str, str]) -> Field | None:
    """The first field still to be told."""
    return next((field for field in carrier.fields if field.required and field.name not in values), None)


def misfit(carrier: Carrier, values: Mapping[str, str]) -> tuple[str, Field | None] | None:
    """The first value that cannot be: its name, and its field if there is one of this name."""
    by_name = {field.name: field for field in carrier.fields}
    for name, value in values.items():
        field = by_name.get(name)
        if field is None or len(value) > LONGEST_VALUE or not re.fullmatch(field.pattern, value):
            return name, field
    return None


def masked(field: Field, value: str) -> str:
    """How a value may be shown: of a secret at most its end."""
    if not field.secret:
        return value[:40]
    return f"••••{value[-4:]}" if len(value) >= 16 else "••••"


def probe(carrier: Carrier) -> str:
    """A number that this carrier could have, to be asked for in a test."""
    shipped = (number for ref in carrier.numbers.formats for one in of(ref) for number in one.valid)
    fitting = (folded for number in shipped if isinstance(folded := validate(carrier.slug, number), str))
    return next(fitting, _POSTAL_NUMBER)


async def try_out(carriers: Carriers, carrier: Carrier, values: Mapping[str, str]) -> Trial:
    """Ask the carrier for a number: that it does not know it is an answer, too."""
    try:
        answers = await carriers.ask(carrier.slug, values, [probe(carrier)])
    except AuthFailed:
        return Trial("refused")
    except CarrierError:
        return Trial("unavailable")
    refused = any(isinstance(answer, AuthFailed) for answer in answers.values())
    return Trial("refused" if refused else None)


# ---- flows


async def list_accounts(turn: Turn, shop: ShopView, vault: Vault) -> Answer:
    """Every account with its state, its fields masked, and the parcels that depend on it."""
    rows = await accounts_admin.of_shop(shop.id)
    facts = {
        "accounts": [_shown(row, vault) for row in rows],
        "none": not rows,
        "others": [offer(one) for one in everyone() if one.slug not in {row["slug"] for row in rows}],
    }
    return Answer("carrier_list", facts)


def offer(carrier: Carrier) -> dict[str, Any]:
    """A carrier that can be added, with the command for it."""
    wanted = " ".join(f"{field.name}=…" for field in carrier.fields)
    return {"slug": carrier.slug, "name": carrier.name, "command": f"/carrier add {carrier.slug} {wanted}".strip()}


def _shown(row: Mapping[str, Any], vault: Vault) -> dict[str, Any]:
    values = opened(row["secrets"], vault)
    carrier = carrier_of(row["slug"], values)
    state = "silent" if row["state"] == ACTIVE and row["outage_ms"] else row["state"]
    since = {"since_at": from_ms(row["outage_ms"]).isoformat()} if row["outage_ms"] else {}
    fields = carrier.fields if carrier else ()
    shown = ", ".join(f"{one.name}={masked(one, values[one.name])}" for one in fields if one.name in values)
    name = carrier.name if carrier else row["slug"]
    return {"slug": row["slug"], "name": name, state: True, "waiting": row["waiting"], "fields": shown, **since}


def opened(sealed: str, vault: Vault) -> dict[str, str]:
    """An account's credentials; none where no key opens them."""
    try:
        return dict(orjson.loads(vault.open(sealed)))
    except CannotOpen:
        return {}


async def values_of(shop: ShopView, slug: str, vault: Vault) -> dict[str, str] | None:
    """The credentials of a shop's account, for a test call."""
    row = await accounts_admin.find(shop.id, slug)
    return None if row is None else opened(row["secrets"], vault)


async def forget_message(turn: Turn) -> None:
    """Delete what was said, as it holds a secret; in the caller's transaction."""
    if turn.message_id is None:
        return
    row = Outgoing(
        act=Act.DELETE,
        cause=f"u{turn.update_id}:delete",
        payload={"message_id": turn.message_id},
        priority=Priority.PERSON,
        lane=lane(turn.chat_id, turn.thread_id),
        due_at=turn.now,
        chat_id=turn.chat_id,
    )
    await outbox.put([row])


async def ask_field(turn: Turn, vault: Vault, carrier: Carrier, values: Mapping[str, str], wrong: bool) -> Answers:
    """The next field is asked for; what was told so far is kept, sealed."""
    field = missing(carrier, values)
    assert field is not None  # noqa: S101 - only asked for while something is missing
    if values or wrong:
        await forget_message(turn)
    await dialogue.begin(turn, vault, FORM, {"slug": carrier.slug, "values": dict(values), "field": field.name})
    facts = {"slug": carrier.slug, "name": carrier.name, "label": field.label, "secret": field.secret, "wrong": wrong}
    return Answer("carrier_ask", facts, ((("give_up", "cf:no"),),))


async def refuse_field(turn: Turn, carrier: Carrier, name: str, known: Field | None) -> Answers:
    """A value of no such field, or one that cannot be right."""
    await forget_message(turn)
    names = " ".join(field.name for field in carrier.fields)
    facts = {"slug": carrier.slug, "name": carrier.name, "field": name[:40], "names": names, "known": known is not None}
    return Answer("carrier_field_wrong", facts)


async def conclude(
    turn: Turn, shop: ShopView, vault: Vault, carrier: Carrier, values: Mapping[str, str], trial: Trial
) -> Answers:
    """Save what the carrier accepted; what it refused is forgotten, what could not be tried is asked about."""
    await forget_message(turn)
    told = {"slug": carrier.slug, "name": carrier.name}
    if trial.trouble == "refused":
        await dialogue.end(turn)
        return Answer("carrier_refuses", told)
    if trial.trouble == "unavailable":
        await dialogue.begin(turn, vault, FORM, {"slug": carrier.slug, "values": dict(values), "field": None})
        return Answer("carrier_untried", told, ((("save_anyway", "cf:save"), ("give_up", "cf:no")),))
    return await save(turn, shop, vault, carrier, values)


async def save(turn: Turn, shop: ShopView, vault: Vault, carrier: Carrier, values: Mapping[str, str]) -> Answer:
    """Seal and store the account; its parcels are asked for at once."""
    await accounts_admin.save(shop.id, carrier.slug, vault.seal(orjson.dumps(dict(values)).decode()), turn.now)
    await dialogue.end(turn)
    turn.afterwards.append(polling.wake)
    await audit.write(shop.id, turn.user_id, "carrier.save", carrier.slug, turn.now)
    row = await accounts_admin.find(shop.id, carrier.slug)
    facts = {"slug": carrier.slug, "name": carrier.name, "waiting": row["waiting"] if row else 0}
    push = {"push": f"/carrier push {carrier.slug}"} if isinstance(carrier, Pushing) else {}
    return Answer("carrier_saved", facts | push, merchant_id=shop.id)


async def tell_trial(turn: Turn, shop: ShopView, carrier: Carrier, trial: Trial) -> Answers:
    """The outcome of /carrier test; an account that works again is taken up again."""
    told = {"slug": carrier.slug, "name": carrier.name}
    row = await accounts_admin.find(shop.id, carrier.slug)
    if trial.trouble is None and row is not None and row["state"] == accounts_admin.REFUSED:
        await accounts_admin.set_state(row["id"], ACTIVE, turn.now)
    kinds = {None: "carrier_works", "refused": "carrier_refuses", "unavailable": "carrier_unreached"}
    return Answer(kinds[trial.trouble], told)


_DEEDS = {
    "pause": (PAUSED, "carrier_paused"),
    "resume": (ACTIVE, "carrier_resumed"),
    "remove": (REMOVED, "carrier_removed"),
}


async def change(turn: Turn, shop: ShopView, deed: str, slug: str) -> Answer:
    """Pause, resume or remove an account; its parcels stay and say so."""
    row = await accounts_admin.find(shop.id, slug.lower())
    if row is None:
        return no_account(slug)
    state, kind = _DEEDS[deed]
    await accounts_admin.set_state(row["id"], state, turn.now)
    turn.afterwards.append(polling.wake)
    await audit.write(shop.id, turn.user_id, f"carrier.{deed}", row["slug"], turn.now)
    carrier = carrier_of(row["slug"])
    facts = {"slug": row["slug"], "name": carrier.name if carrier else row["slug"], "waiting": row["waiting"]}
    return Answer(kind, facts)


def no_account(slug: str) -> Answer:
    """There is no account, or no such carrier: which there are."""
    known = carrier_of(slug) is not None
    return Answer("carrier_none" if known else "carrier_unknown", {"slug": slug[:32], "slugs": ", ".join(slugs())})


async def rotate(vault: Vault) -> int:
    """Seal everything anew with the first key: accounts, forms, waiting updates, kept answers. Returns how many.

    Runs beside a working service: what changes meanwhile was sealed with the new key anyway.
    """
    count = 0
    for table, rows in (await accounts_admin.sealed()).items():
        fresh = [(key, token, vault.rotate(token)) for key, token in rows]
        async with core.transaction():
            await accounts_admin.reseal(table, fresh)
        count += len(fresh)
    await sealing.announce(vault)
    return count
