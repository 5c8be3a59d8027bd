"""How the words of a shop held, for its people: a share with its count, or that there are too few to say."""

from bot.texts.kinds import Line, Slot, each, line, say

_COUNTED = ">-1"
"""Is known, and may be nought."""


def _share(name: str, *needs: str) -> Slot:
    return (
        say(f"measures.{name}", f"{name}.percent{_COUNTED}", f"{name}.of", *needs),
        say(f"measures.{name}_few", f"{name}.few"),
    )


SPANS: Line = each(
    "spans",
    say("measures.last", "days"),
    say("measures.nothing", "nothing"),
    _share("told_first"),
    _share("days_told"),
    _share("windows", "windows.claimed"),
    _share("words", f"words.late{_COUNTED}", f"words.broken{_COUNTED}"),
    _share("right"),
    say("measures.ahead", f"ahead{_COUNTED}"),
    _share("warned"),
    most=2,
    glue="\n",
)
"""Figures of the last days, one block for each span of them."""

SURE: tuple[Line, ...] = (
    line(say("measures.sure", "sure")),
    line(say("measures.sure_few", "sure.few")),
    each("bins", say("measures.bin", "count", f"expected{_COUNTED}", f"late{_COUNTED}"), most=3),
    line(say("measures.coverage", "coverage.claimed", f"coverage.held{_COUNTED}", "coverage.of")),
    line(say("measures.error", "error")),
)
"""How right forecasts were."""
