"""The thresholds of a shop: its own where it set one, else ours."""

from collections.abc import Mapping
from typing import Any

import orjson

from bot.domain import share
from bot.domain.policy import HOUR, policy_for
from bot.flows import claim_rules, odds_rules, trials
from bot.flows.rule import Rule
from bot.flows.turn import Answer, ShopView, Turn
from bot.store import merchants
from carriers.kit.model import Status

DAY_HOURS = 24


def _count(said: str, most: int) -> int | None:
    return int(said) if said.isdecimal() and len(said) <= 4 and 1 <= int(said) <= most else None


def _hours(said: str) -> int | None:
    return _count(said, 2400)


def _days(said: str) -> int | None:
    return _count(said, 30)


def _days_as_hours(said: str) -> int | None:
    count = _count(said, 100)
    return None if count is None else count * DAY_HOURS


def _percent(said: str) -> int | None:
    return _count(said.rstrip("%٪ "), 100)


def _chance(said: str) -> float | None:
    percent = _percent(said)
    return None if percent is None else percent / 100


def _yes_or_no(said: str) -> bool | None:
    return {"yes": True, "on": True, "no": False, "off": False}.get(said.lower())


RULES: Mapping[str, Rule] = {
    "unannounced": Rule(("unannounced",), _hours, "hours"),
    "unscanned": Rule(("unscanned",), _days_as_hours, "days", DAY_HOURS),
    "stalled": Rule(("stalled_domestic", Status.IN_TRANSIT), _hours, "hours"),
    "stalled_abroad": Rule(("stalled_international", Status.IN_TRANSIT), _hours, "hours"),
    "lost": Rule(("lost_domestic",), _days_as_hours, "days", DAY_HOURS),
    "lost_abroad": Rule(("lost_international",), _days_as_hours, "days", DAY_HOURS),
    "serious": Rule(("serious_days",), _days, "days"),
    "serious_unpaid": Rule(("serious_days_unpaid",), _days, "days"),
    "answer": Rule(("first_response",), _hours, "hours"),
    "share": Rule((share.SETTING,), _percent, "percent"),
    "very_sure": Rule((odds_rules.SETTING, "very_sure"), _chance, "chance", 0.01),
    "fairly_sure": Rule((odds_rules.SETTING, "fairly_sure"), _chance, "chance", 0.01),
    "near": Rule((odds_rules.SETTING, "near"), _hours, "hours"),
    "last_day": Rule((odds_rules.SETTING, "last_day"), _chance, "chance", 0.01),
    "resend": Rule(("policy", "resend"), _yes_or_no, "switch"),
    "refund": Rule(("policy", "refund"), _yes_or_no, "switch"),
}
"""Name in the chat → rule."""


def ours() -> dict[str, Any]:
    """The defaults for an express carrier, in the shape of a shop's settings."""
    usual = policy_for("dhl_unified", None)
    moving = Status.IN_TRANSIT
    lost = {"lost_domestic": usual.lost_domestic[moving], "lost_international": usual.lost_international[moving]}
    return {
        "unannounced": usual.unannounced / HOUR,
        "unscanned": usual.unscanned / HOUR,
        "stalled_domestic": {stage: span / HOUR for stage, span in usual.stalled_domestic.items()},
        "stalled_international": {stage: span / HOUR for stage, span in usual.stalled_international.items()},
        **{name: span / HOUR for name, span in lost.items()},
        "serious_days": usual.serious_days,
        "serious_days_unpaid": usual.serious_days_unpaid,
        "first_response": usual.first_response / HOUR,
        share.SETTING: share.DEFAULT,
    }


async def show_rules(turn: Turn, shop: ShopView) -> Answer:
    """The thresholds that hold; the shop's own are marked."""
    own = await settings_of(shop.id)
    usual = ours() | {odds_rules.SETTING: odds_rules.numbers(odds_rules.held(own))}
    shown = [_shown(name, rule, own, usual) for name, rule in RULES.items()]
    rules = [*shown, *await claim_rules.shown(shop.id, own)]
    basis, meant = await trials.shown(shop)
    return Answer("rules_shown", {"presets": odds_rules.shown(own, meant), "trial": basis, "rules": rules})


def _shown(name: str, rule: Rule, own: Mapping[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    value = _look_up(own, rule.path)
    shown: dict[str, Any] = {"rule": name, rule.unit: True, "own": value is not None}
    held = _look_up(usual, rule.path) if value is None else value
    if rule.unit == "switch":
        return shown | {"on": bool(held)}
    return shown | {"count": round(float(held or 0) / rule.one)}


async def set_rule(turn: Turn, shop: ShopView, name: str, said: str) -> Answer:
    """Set one threshold of the shop, go back to ours (`default`), or choose a preset of early warning."""
    if name in odds_rules.PRESET_NAMES and not said:
        await set_rules(shop.id, odds_rules.chosen(name))
        await merchants.audit(shop.id, turn.user_id, "rule.preset", str(shop.id), turn.now, name)
        return await show_rules(turn, shop)
    rule = RULES.get(name) or claim_rules.rule_of(name)
    if rule is None:
        return Answer(
            "rule_unknown", {"names": ", ".join([*odds_rules.PRESET_NAMES, *RULES, f"{claim_rules.PREFIX}ups"])}
        )
    value = None if said == "default" else rule.read(said)
    if value is None and said != "default":
        return Answer("rule_unreadable", {"rule": name, rule.unit: True})
    wanted: Any = value
    for step in reversed(rule.path):
        wanted = {str(step): wanted}
    await set_rules(shop.id, wanted)
    await merchants.audit(shop.id, turn.user_id, f"rule.{name}", str(shop.id), turn.now, said[:20])
    return await show_rules(turn, shop)


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


def _look_up(values: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    found: Any = values
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found
