"""What is said to who was not content."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, kind, line, say

KINDS: Mapping[str, Kind] = {
    "rated_low": kind(
        line(
            say("rated_low.thanks"),
            say("rated_low.late", "days_late", count="days_late"),
            (
                say("rated_low.lead_writes", "agent", "lead", "next_at"),
                say("rated_low.writes", "agent", "next_at"),
                say("next.write", "next_at"),
            ),
        )
    ),
}
