"""How sure early warning is to be: `/rules careful|balanced|early`, and single thresholds beside it."""

from collections.abc import Mapping
from typing import Any

from bot.domain.odds import PRESETS, Odds, Preset
from bot.domain.policy import HOUR

SETTING = "odds"
PRESET_NAMES = tuple(preset.value for preset in Preset)
_SINGLE = ("very_sure", "fairly_sure", "near", "last_day")


def held(own: Mapping[str, Any]) -> Preset:
    """The preset that a shop's own settings name, else the usual one."""
    return Preset((own.get(SETTING) or {}).get("preset", Preset.BALANCED))


def chosen(name: str) -> dict[str, Any]:
    """The change of settings that makes a preset hold as it is shown: without single thresholds."""
    return {SETTING: {**dict.fromkeys(_SINGLE), "preset": name}}


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
    the shop changed a threshold of it.
    """
    holds, changed = held(own), any(name in (own.get(SETTING) or {}) for name in _SINGLE)
    return [
        {**_meaning(preset), **meant.get(preset, {}), "holds": preset is holds, "changed": changed} for preset in Preset
    ]


def _meaning(preset: Preset) -> dict[str, Any]:
    odds = PRESETS[preset]
    return {
        "preset": preset.value,
        "very": round(odds.very_sure * 100),
        "fairly": round(odds.fairly_sure * 100),
        "near": round(odds.near / HOUR),
        "last": round(odds.last_day * 100),
    }
