"""What leads read of a low rating: who, how low, the whole story, what is owed."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, kind, line, say

KINDS: Mapping[str, Kind] = {
    "recovery": kind(
        line((say("recovery.rated", "name", "stars", "high"), say("recovery.nameless", "stars", "high"))),
        line(say("recovery.shop", "shop")),
        line(
            (say("recovery.order", "order"), say("recovery.no_order")),
            say("recovery.late", "days_late", count="days_late"),
        ),
        line(
            say("recovery.opened", "opened_at"),
            say("recovery.answered", "answered_at"),
            say("recovery.closed", "closed_at"),
        ),
        line(say("recovery.had_by", "had_by"), say("recovery.came_back", "came_back", count="came_back")),
        line((say("recovery.owed_by", "agent", "next_at"), say("recovery.owed", "next_at"))),
        line(say("recovery.leads", "leads")),
        line(say("recovery.decide")),
    ),
}
