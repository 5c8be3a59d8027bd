"""What the people of a shop read of how sure early warning is to be."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, each, kind, line, say

PRESETS = ("careful", "balanced", "early")
OWN = "own"

_COUNTED = ">-1"
"""Is known, and may be nought."""

PRESET_LINES = (
    line(say("rules_presets.first", "presets")),
    line(
        (
            say("rules_presets.own", "trial.own", "trial.until_on", "trial.parcels", f"trial.missed{_COUNTED}"),
            say("rules_presets.few", f"trial.few{_COUNTED}", "trial.least", "trial.parcels", f"trial.missed{_COUNTED}"),
        )
    ),
    each(
        "presets",
        (
            *(say(f"rules_presets.{name}", f"preset={name}") for name in PRESETS),
            say("rules_presets.own_thresholds", f"preset={OWN}"),
        ),
        say("rules_presets.numbers", "very", "fairly", "near", "last"),
        (
            say("rules_presets.changed", "holds", "changed"),
            say("rules_presets.holds", "holds"),
        ),
        (
            say("rules_presets.warned", "warned", f"right{_COUNTED}", f"percent{_COUNTED}"),
            say("rules_presets.nobody", f"warned{_COUNTED}"),
            say("rules_presets.untried", "untried"),
        ),
        say("rules_presets.lead", f"lead{_COUNTED}"),
        say("rules_presets.unwarned", f"unwarned{_COUNTED}"),
        say("rules_presets.wrong", "warned", f"wrong{_COUNTED}"),
        most=4,
    ),
)

KINDS: Mapping[str, Kind] = {"rules_presets": kind(*PRESET_LINES)}
