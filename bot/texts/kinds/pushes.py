"""What a shop reads of the news that its carriers send by themselves."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, kind, line, say

KINDS: Mapping[str, Kind] = {
    "push_address": kind(
        line(say("push_address.first", "name")),
        line(say("push_address.url", "url")),
        line(say("push_address.secret", "label", "command")),
        line(say("push_address.once", "new")),
    ),
    "push_state": kind(
        line(say("push_state.first", "name")),
        line((say("push_state.last", "last_at"), say("push_state.never"))),
        line(say("push_state.refused", "refused")),
        line(say("push_state.secret", "label", "command")),
        line(say("push_state.new", "new")),
    ),
    "push_no_address": kind(line(say("push_no_address", "name"))),
    "push_not_offered": kind(line(say("push_not_offered", "name"))),
}
