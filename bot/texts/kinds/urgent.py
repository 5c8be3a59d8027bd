"""What the people of a shop hear when a customer says out of hours that it cannot wait."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, kind, line, say

KINDS: Mapping[str, Kind] = {
    "urgent_call": kind(
        line((say("urgent_call.first", "name", "shop"), say("urgent_call.nameless", "shop"))),
        line(say("urgent_call.owed", "next_at"), say("urgent_call.back", "back_at")),
    ),
    "desk_urgent": kind(line(say("desk_urgent"))),
}
