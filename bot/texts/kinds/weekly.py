"""A desk's week in words: the caption of its picture, with the same figures, for who does not see it."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, each, kind, line, say
from bot.texts.kinds.desk_numbers import share, took

_COUNTED = ">-1"
"""Is known, and may be nought."""

KINDS: Mapping[str, Kind] = {
    "week": kind(
        line(say("week.caption", "shop", "range")),
        line(say("week.totals", f"opened{_COUNTED}", f"solved{_COUNTED}")),
        each(
            "days",
            (
                say("week.day_first", "on", f"opened{_COUNTED}", f"solved{_COUNTED}", f"first{_COUNTED}"),
                say("week.day", "on", f"opened{_COUNTED}", f"solved{_COUNTED}"),
            ),
            most=7,
        ),
        line(took("first")),
        line(share("kept")),
        line(took("solving")),
        line(share("good", "four", "five")),
    ),
    "week_quiet": kind(line(say("week.quiet", "range"))),
}
