"""What stands at the head of a topic's name: whose turn it is, and how much time is left."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, kind, line, say

STANDINGS = ("new", "us", "customer", "promised", "done")
_LASTING = ("new", "us", "promised")
"""Those that may be due."""

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
}
