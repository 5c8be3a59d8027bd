"""What the people of a shop read of how sure early warning is to be."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, each, line, say

PRESETS = ("careful", "balanced", "early")

PRESET_LINES = (
    line(say("rules_presets.first", "presets")),
    each(
        "presets",
        tuple(say(f"rules_presets.{name}", f"preset={name}") for name in PRESETS),
        say("rules_presets.numbers", "very", "fairly", "near", "last"),
        (
            say("rules_presets.changed", "holds", "changed"),
            say("rules_presets.holds", "holds"),
        ),
        most=3,
    ),
)

KINDS: Mapping[str, Kind] = {}
