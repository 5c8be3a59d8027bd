"""How sure early warning is to be: `/rules careful|balanced|early`, and single thresholds beside it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from bot.domain.odds import PRESETS, Odds, Preset
from bot.domain.policy import HOUR, policy_for
from bot.domain.trial import OWN

SETTING = "odds"
PRESET_NAMES = tuple(preset.value for preset in Preset)
SINGLE = ("very_sure", "fairly_sure", "near", "last_day")
OURS: Mapping[str, float | str] = MappingProxyType({})
"""No thresholds of a shop's own."""


def held(own: Mapping[str, Any]) -> Preset:
    """The preset that a shop's own settings name, else the usual one."""
    return Preset((own.get(SETTING) or {}).get("preset", Preset.BALANCED))


def own_of(own: Mapping[str, Any]) -> Mapping[str, float | str]:
    """What of a shop's settings makes its thresholds its own; nothing where it set none beside the preset."""
    odds = own.get(SETTING) or {}
    return dict(odds) if any(name in odds for name in SINGLE) else OURS


def chosen(name: str) -> dict[str, Any]:
    """The change of settings that makes a preset hold as it is shown: without single thresholds."""
    return {SETTING: {**dict.fromkeys(SINGLE), "preset": name}}


def in_settings(odds: Odds) -> dict[str, float]:
    """Thresholds in the shape of a shop's settings."""
    return {
        "very_sure": odds.very_sure,
        "fairly_sure": odds.fairly_sure,
        "near": odds.near / HOUR,
        "last_day": odds.last_day,
    }


def shown(own: Mapping[str, Any], meant: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What each preset means, and by its name what it would have `meant`; the one that holds is marked, and whether
    the shop changed a threshold of it: then what holds stands last.
    """
    holds, changed = held(own), bool(own_of(own))
    lines = [
        {
            **_meaning(preset.value, PRESETS[preset]),
            **meant.get(preset, {}),
            "holds": preset is holds,
            "changed": changed,
        }
        for preset in Preset
    ]
    if changed:
        odds = policy_for(OWN, None, {SETTING: own[SETTING]}).odds
        lines.append({**_meaning(OWN, odds), **meant.get(OWN, {})})
    return lines


def _meaning(name: str, odds: Odds) -> dict[str, Any]:
    return {
        "preset": name,
        "very": round(odds.very_sure * 100),
        "fairly": round(odds.fairly_sure * 100),
        "near": round(odds.near / HOUR),
        "last": round(odds.last_day * 100),
    }
