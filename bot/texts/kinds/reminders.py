"""What the people of a shop hear of customers who wait: whose turn it is, by when, or since when."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, Line, each, kind, line, say

_WAITS: Line = each(
    "waits",
    (
        say("reminder.named_link", "name", "link"),
        say("reminder.named", "name"),
        say("reminder.nameless_link", "link"),
        say("reminder.nameless"),
    ),
    (
        say("reminder.announced_over", "announced", "over", "due_at"),
        say("reminder.announced", "announced", "due_at"),
        say("reminder.over", "over", "due_at"),
        say("reminder.due", "due_at"),
    ),
    (say("reminder.agent", "agent"), say("reminder.nobody", "!agent")),
    most=20,
)

KINDS: Mapping[str, Kind] = {
    "reminder_yours": kind(line(say("reminder_yours.first", "count", "shop", count="count")), _WAITS),
    "reminder_group": kind(
        line(say("reminder_group.first", "count", count="count")), _WAITS, line(say("reminder_group.leads", "leads"))
    ),
    "reminder_overdue": kind(line(say("reminder_overdue.first", "count", "shop", count="count")), _WAITS),
    "reminder_topic": kind(
        line(
            (
                say("reminder_topic.announced", "announced", "user", "agent", "due_at"),
                say("reminder_topic.due", "user", "agent", "due_at"),
            )
        )
    ),
}
