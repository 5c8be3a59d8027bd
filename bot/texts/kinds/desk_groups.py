"""The groups that share a shop's desk, and one that has more to say than Telegram lets it."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, Line, each, kind, line, say

GROUPS: Line = each(
    "groups",
    (say("desk_groups.group", "place", "group"), say("desk_groups.unnamed", "place")),
    say("desk_groups.broken", "trouble"),
    say("desk_groups.open", "open", count="open"),
    say("desk_groups.topics", "topics", count="topics"),
    say("desk_groups.waiting", "waiting", "minutes", count="minutes"),
    most=30,
    glue=" · ",
)
"""Each group with what it carries; `place` is what `/desk remove` names."""

LISTED: tuple[Line, ...] = (line(say("desk_groups.first", "groups")), GROUPS, line(say("desk_groups.how", "groups")))
BESIDE = (
    say("desk_code.bound", "bound"),
    say("desk_code.several", "several"),
    say("desk_code.another", "another"),
)
"""What becomes of the groups there are when a further one is bound."""
_BUDGET = line(say("desk_full.budget"))

KINDS: Mapping[str, Kind] = {
    "desk_remove_usage": kind(
        line((say("desk_remove.usage", "groups"), say("desk_remove.none", "!groups"))),
        GROUPS,
    ),
    "desk_removed": kind(
        line((say("desk_removed.group", "group"), say("desk_removed.unnamed"))),
        line((say("desk_removed.last", "is_last"), say("desk_removed.moved", "moved", count="moved"))),
    ),
    "desk_group_gone": kind(
        line((say("desk_gone.group", "group"), say("desk_gone.unnamed"))),
        line(say("desk_removed.moved", "moved", count="moved"), say("desk_gone.others")),
    ),
    "desk_full": kind(
        line(say("desk_full.first", "words", count="words"), say("desk_full.wait", "minutes", count="minutes")),
        _BUDGET,
        line(say("desk_full.add")),
        edited=True,
    ),
    "desk_eased": kind(line(say("desk_eased", "since_at")), edited=True),
    "desk_full_owner": kind(
        line((say("desk_full_owner.group", "group"), say("desk_full_owner.unnamed"))),
        line(say("desk_full.first", "words", count="words"), say("desk_full.wait", "minutes", count="minutes")),
        _BUDGET,
        line(say("desk_full_owner.add")),
    ),
    "desk_eased_owner": kind(line((say("desk_eased_owner.group", "group"), say("desk_eased_owner.unnamed")))),
}
