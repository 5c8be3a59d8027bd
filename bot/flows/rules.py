"""The thresholds of a shop: its own where it set one, else ours."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from bot.domain.policy import CARRIERS, policy_for
from bot.flows import carrier_rules, claim_rules, odds_rules, rule_table, trials
from bot.flows.rule_table import RULES, rule_named
from bot.flows.turn import Answer, Answers, ShopView, Turn
from bot.store import audit, merchants

USUAL = "dhl_unified"
"""An express carrier whose thresholds are those of its kind: what is said to hold in general."""
LONGEST_DEED = 48
ROOM = 6
"""Lines about carriers for which one message has room beside all else."""
OWN_TAKES = 2
"""Of this room what is said of the shop's own thresholds takes."""


async def show_rules(turn: Turn, shop: ShopView) -> Answers:
    """The thresholds that hold, the shop's own marked, and the presets; these apart where there are many carriers."""
    own = await settings_of(shop.id)
    usual = rule_table.numbers(policy_for(USUAL, None, {odds_rules.SETTING: {"preset": odds_rules.held(own)}}))
    shown = [rule_table.shown(name, rule, own, usual) for name, rule in RULES.items()]
    claims = await claim_rules.shown(shop.id, own)
    carriers = await carrier_rules.of_shop(shop.id, own, turn.now)
    basis, meant = await trials.shown(shop, odds_rules.own_of(own))
    rules = {"rules": [*shown, *claims], "carriers": carriers}
    presets = {"presets": odds_rules.shown(own, meant), "trial": basis}
    if len(claims) + len(carriers) + (OWN_TAKES if odds_rules.own_of(own) else 0) <= ROOM:
        return Answer("rules_shown", rules | presets)
    return [Answer("rules_shown", rules), Answer("rules_presets", presets)]


async def set_rule(turn: Turn, shop: ShopView, name: str, said: str) -> Answers:
    """Set one threshold of the shop or of a carrier, go back to ours (`default`), or choose a preset of early warning.

    A carrier's name alone shows what holds there.
    """
    if name in odds_rules.PRESET_NAMES and not said:
        await set_rules(shop.id, odds_rules.chosen(name))
        await audit.write(shop.id, turn.user_id, "rule.preset", str(shop.id), turn.now, name)
        return await show_rules(turn, shop)
    if not said and name in await carrier_rules.known(shop.id):
        return await carrier_rules.show(shop, name, await settings_of(shop.id), turn.now)
    rule = rule_named(name) or claim_rules.rule_of(name) or await carrier_rules.rule_of(shop.id, name)
    if rule is None:
        return _unknown()
    value = None if said == "default" else rule.read(said)
    if value is None and said != "default":
        return Answer("rule_unreadable", {"rule": name, rule.unit: True})
    await set_rules(shop.id, _nested(rule.path, value))
    await audit.write(shop.id, turn.user_id, f"rule.{name}"[:LONGEST_DEED], str(shop.id), turn.now, said[:20])
    if rule.path[0] == CARRIERS:
        return await carrier_rules.show(shop, rule.path[1], await settings_of(shop.id), turn.now)
    return await show_rules(turn, shop)


def _nested(path: Sequence[str], value: Any) -> Mapping[str, Any]:
    wanted: Any = value
    for step in reversed(path):
        wanted = {str(step): wanted}
    return dict(wanted)


def _unknown() -> Answer:
    names = [*odds_rules.PRESET_NAMES, *RULES, f"{claim_rules.PREFIX}ups", "ups.stalled"]
    return Answer("rule_unknown", {"names": ", ".join(names)})


async def settings_of(shop_id: int) -> dict[str, Any]:
    """The shop's own settings."""
    return dict(orjson.loads((await merchants.find(shop_id))["settings"]))


async def set_rules(shop_id: int, wanted: Mapping[str, Any]) -> None:
    """Change some settings of a shop and leave the others; None takes one away."""
    merged = _merged(await settings_of(shop_id), wanted)
    await merchants.set_column(shop_id, "settings", orjson.dumps(merged).decode())


def _merged(own: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(own)
    for name, value in wanted.items():
        merged[name] = _merged(own.get(name) or {}, value) if isinstance(value, Mapping) else value
    return {name: value for name, value in merged.items() if value is not None and value != {}}
