"""What a desk is measured by, for its people: a share with its count, or that there are too few to say."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, Slot, each, kind, line, say
from bot.texts.kinds.desk import TICKET_CAUSES

_COUNTED = ">-1"
"""Is known, and may be nought."""


def took(name: str) -> Slot:
    """How long something took, or that there are few."""
    middle = (f"{name}.half{_COUNTED}", f"{name}.clock_half{_COUNTED}")
    return (
        say(f"desk_stats.{name}", *middle, f"{name}.most{_COUNTED}", f"{name}.clock_most{_COUNTED}", f"{name}.of"),
        say(f"desk_stats.{name}_few", *middle, f"{name}.few"),
    )


def share(name: str, *needs: str) -> Slot:
    """A share, or that there are too few to say."""
    return (
        say(f"desk_stats.{name}", f"{name}.percent{_COUNTED}", f"{name}.of", *needs),
        say(f"desk_stats.{name}_few", f"{name}.few", *needs),
    )


_LINES = (
    line((say("desk_stats.of_one", "agent", "days", count="days"), say("desk_stats.head", "days", count="days"))),
    line(say("desk_stats.now", f"open{_COUNTED}", f"waiting{_COUNTED}", f"breached{_COUNTED}")),
    line(say("measures.nothing", "nothing")),
    line(say("desk_stats.opened", "opened")),
    line(took("first")),
    line(took("following")),
    line(took("solving")),
    line(share("kept")),
    line(share("reopened")),
    line(share("good", "four", "five")),
    line(share("given")),
    line(share("won")),
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
