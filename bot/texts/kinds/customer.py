"""What customers read."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, kind, line, say

KINDS: Mapping[str, Kind] = {
    "delay_slight": kind(
        line(say("delay_slight.first", "eta_on", "days_late", count="days_late")),
        line(say("delay_slight.sorry")),
        line(say("next.slight", "next_at")),
    ),
    "nothing_here": kind(line(say("nothing_here"))),
    "not_for_you": kind(line(say("not_for_you"))),
}
