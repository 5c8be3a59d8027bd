"""What a desk is measured by, for its people: a share with its count, or that there are too few to say."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, Slot, each, kind, line, say
from bot.texts.kinds.desk import TICKET_CAUSES

_COUNTED = ">-1"
"""Is known, and may be nought."""


def _took(name: str) -> Slot:
    middle = (f"{name}.half{_COUNTED}", f"{name}.clock_half{_COUNTED}")
    return (
        say(f"desk_stats.{name}", *middle, f"{name}.most{_COUNTED}", f"{name}.clock_most{_COUNTED}", f"{name}.of"),
        say(f"desk_stats.{name}_few", *middle, f"{name}.few"),
    )


def _share(name: str, *needs: str) -> Slot:
    return (
        say(f"desk_stats.{name}", f"{name}.percent{_COUNTED}", f"{name}.of", *needs),
        say(f"desk_stats.{name}_few", f"{name}.few", *needs),
    )


_LINES = (
    line((say("desk_stats.of_one", "agent", "days", count="days"), say("desk_stats.head", "days", count="days"))),
    line(say("desk_stats.now", f"open{_COUNTED}", f"waiting{_COUNTED}", f"breached{_COUNTED}")),
    line(say("measures.nothing", "nothing")),
    line(say("desk_stats.opened", "opened")),
    line(_took("first")),
    line(_took("following")),
    line(_took("solving")),
    line(_share("kept")),
    line(_share("reopened")),
    line(_share("good", "four", "five")),
    line(_share("given")),
    line(_share("won")),
)

KINDS: Mapping[str, Kind] = {
    "desk_stats": kind(
        *_LINES,
        line(say("desk_stats.reasons", "reasons")),
        each(
            "reasons",
            say("desk_stats.reason", "count"),
            (
                *(say(f"ticket_cause.{cause}", f"cause={cause}") for cause in TICKET_CAUSES),
                say("ticket_cause.other_cause", "cause"),
            ),
            most=6,
        ),
    ),
}
