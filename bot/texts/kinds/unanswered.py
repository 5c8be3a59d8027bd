"""What a shop's owners hear of a customer to whom two words were broken."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, kind, line, say

KINDS: Mapping[str, Kind] = {
    "owner_unanswered": kind(
        line((say("owner_unanswered.first", "name", "since"), say("owner_unanswered.nameless", "since"))),
        line(say("owner_unanswered.now")),
    ),
}
