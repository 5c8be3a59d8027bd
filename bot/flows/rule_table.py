"""The thresholds that a shop can set, as data: where each lies in its settings, how it is read and counted."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from bot.domain import share
from bot.domain.policy import HOUR, Policy, Silences
from bot.flows import odds_rules
from bot.flows.rule import Rule
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


def _sum(said: str) -> int | None:
    return int(said) if said.isdecimal() and len(said) <= 12 and int(said) else None


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
    "express": Rule(("policy", "express"), _yes_or_no, "switch"),
    "free_delivery": Rule(("policy", "free_delivery"), _yes_or_no, "switch"),
    "resend_days": Rule(("policy", "resend_days"), _days, "days"),
    "refund_days": Rule(("policy", "refund_days"), _days, "days"),
    "refund_most": Rule(("policy", "most"), _sum, "sum"),
    "offer_month": Rule(("gestures", "month"), _sum, "sum"),
    "offer_most": Rule(("gestures", "limit"), _sum, "sum"),
    "offer_delivery": Rule(("gestures", "delivery"), _sum, "sum"),
}
"""Name in the chat → rule."""
ALIASES: Mapping[str, Rule] = {
    "quiet": Rule(("stalled_domestic", Status.IN_TRANSIT), _days_as_hours, "days", DAY_HOURS),
}
"""Other names that people try: days without a scan."""


def rule_named(name: str) -> Rule | None:
    """By its name or another one."""
    return RULES.get(name) or ALIASES.get(name)


def look_up(values: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """What lies there in settings; None where nothing does."""
    found: Any = values
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def numbers(policy: Policy) -> dict[str, Any]:
    """A policy's thresholds in the shape of a shop's settings."""
    odds = policy.odds
    return {
        "unannounced": policy.unannounced / HOUR,
        "unscanned": policy.unscanned / HOUR,
        "stalled_domestic": _hours_of(policy.stalled_domestic),
        "stalled_international": _hours_of(policy.stalled_international),
        "lost_domestic": _hours_of(policy.lost_domestic).get(Status.IN_TRANSIT),
        "lost_international": _hours_of(policy.lost_international).get(Status.IN_TRANSIT),
        "serious_days": policy.serious_days,
        "serious_days_unpaid": policy.serious_days_unpaid,
        "first_response": policy.first_response / HOUR,
        share.SETTING: share.DEFAULT,
        odds_rules.SETTING: odds_rules.in_settings(odds),
    }


def _hours_of(spans: Silences) -> dict[Status, float]:
    return {stage: span / HOUR for stage, span in spans.items()}


def shown(name: str, rule: Rule, own: Mapping[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    """A line of /rules: the shop's own value, marked, else the usual one."""
    value = look_up(own, rule.path)
    held = look_up(usual, rule.path) if value is None else value
    return shown_as(name, rule, held) | {"own": value is not None}


def shown_as(name: str, rule: Rule, held: Any) -> dict[str, Any]:
    """A line of /rules for a value as stored."""
    line: dict[str, Any] = {"rule": name, rule.unit: True}
    if rule.unit == "switch":
        return line | {"on": bool(held)}
    count = float(held or 0) / rule.one
    return line | {"count": round(count) or ceil(count)}
