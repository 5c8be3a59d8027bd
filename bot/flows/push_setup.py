"""`/carrier push SLUG`: the address that a carrier sends its news to, and the secret that proves them."""

from collections.abc import Mapping
from typing import Any

import orjson

from bot.flows import accounts
from bot.flows.ports import Settings, Vault
from bot.flows.saying import fields
from bot.flows.tokens import hashed, hook_token
from bot.flows.turn import Answer, Answers, ShopView, Turn
from bot.store import accounts_admin, audit, pushes
from bot.store.pushes import HookState
from carriers.kit.contract import Carrier, Pushing
from carriers.kit.proof import SECRET

PATH = "/hooks/carrier/"


async def show(turn: Turn, shop: ShopView, said: str, vault: Vault, settings: Settings) -> Answers:
    """`SLUG`: the address, once, afterwards how it goes; `SLUG new`: another one; `SLUG field=value`: its secret."""
    plain, values = fields(said)
    if values:
        await accounts.forget_message(turn)
    carrier = accounts.carrier_of(plain[0]) if plain else None
    row = await accounts_admin.find(shop.id, carrier.slug) if carrier is not None else None
    if carrier is None or row is None:
        return accounts.no_account(" ".join(plain[:1]))
    if not isinstance(carrier, Pushing):
        return Answer("push_not_offered", {"name": carrier.name})
    wrong = accounts.misfit(carrier, values)
    if wrong is not None:
        return await accounts.refuse_field(turn, carrier, *wrong)
    known = accounts.opened(row["secrets"], vault) | values
    if values:
        await accounts_admin.set_secrets(row["id"], vault.seal(orjson.dumps(known).decode()))
        await audit.write(shop.id, turn.user_id, "carrier.secret", carrier.slug, turn.now)
    if not settings.public_url:
        return Answer("push_no_address", {"name": carrier.name})
    wants_new = [one.lower() for one in plain[1:]] == ["new"]
    return await _address_or_state(turn, shop, carrier, row["id"], known, settings.public_url, wants_new)


async def _address_or_state(
    turn: Turn,
    shop: ShopView,
    carrier: Carrier,
    account_id: int,
    known: Mapping[str, str],
    public_url: str,
    wants_new: bool,
) -> Answer:
    facts = {"name": carrier.name, "new": f"/carrier push {carrier.slug} new", **_secret_wanted(carrier, known)}
    state = await pushes.state_of(account_id)
    if state.exists and not wants_new:
        return Answer("push_state", facts | _shown(state), merchant_id=shop.id)
    token = hook_token()
    await pushes.set_token(account_id, hashed(token))
    await audit.write(shop.id, turn.user_id, "carrier.push", carrier.slug, turn.now)
    return Answer("push_address", facts | {"url": f"{public_url.rstrip('/')}{PATH}{token}"}, merchant_id=shop.id)


def _secret_wanted(carrier: Carrier, known: Mapping[str, str]) -> dict[str, Any]:
    """The secret without which this carrier's news are refused, as long as it was not told."""
    field = next((one for one in carrier.fields if one.name == SECRET), None)
    if field is None or known.get(SECRET):
        return {}
    return {"label": field.label, "command": f"/carrier push {carrier.slug} {SECRET}=…"}


def _shown(state: HookState) -> dict[str, Any]:
    last = {"last_at": state.pushed_at.isoformat()} if state.pushed_at else {}
    return last | {"refused": state.refused}
