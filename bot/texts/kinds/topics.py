"""What a topic's name says: whose turn it is, how much time is left; and what owners hear when a desk has no topics."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, kind, line, say

STANDINGS = ("new", "us", "customer", "promised", "rests", "done")
_LASTING = ("new", "us", "promised", "rests")
"""Those that may be due."""

REASONS = ("no_rights", "no_forum", "no_admin", "muted", "deleted")
"""Why a desk takes no messages or makes no topics; any other reason: the bot cannot get at it."""

KINDS: Mapping[str, Kind] = {
    "topic_mark": kind(
        line(
            (
                *(say(f"topic.{one}_left", f"standing={one}", "left") for one in _LASTING),
                *(say(f"topic.{one}", f"standing={one}") for one in STANDINGS),
            ),
            (
                say("topic.late", "left", "late"),
                say("topic.under", "left", "under"),
                say("topic.minutes", "left", "minutes", count="minutes"),
                say("topic.hours", "left", "hours", count="hours"),
                say("topic.days", "left", "days", count="days"),
            ),
        ),
    ),
    "desk_trouble": kind(
        line(
            (
                say("desk_trouble.flat_group", "general", "group"),
                say("desk_trouble.flat", "general"),
                say("desk_trouble.group", "group"),
                say("desk_trouble.first"),
            )
        ),
        line((*(say(f"desk_trouble.{one}", f"reason={one}") for one in REASONS), say("desk_trouble.gone"))),
        line((say("desk_trouble.meanwhile", "general"), say("desk_trouble.kept"))),
    ),
    "desk_well": kind(line((say("desk_well", "group"), say("desk_well.unnamed")))),
}
