"""Where a customer's ticket stands, how it went, and what is said to who was not content."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, Slot, kind, line, say
from bot.texts.kinds.answers import ANSWER

_HOW: Slot = (
    say("rating_ask.solved", "solved"),
    say("rating_ask.closed_agent", "agent"),
    say("rating_ask.closed"),
)
_KEPT = ("stars", "high")

KINDS: Mapping[str, Kind] = {
    "place": kind(
        line(
            (
                say("place.over", "over"),
                say("place.closed", "closed"),
                say("place.answered_agent", "answered", "agent"),
                say("place.answered", "answered"),
                *ANSWER,
                say("human_coming.somebody"),
            ),
            say("answer.no_need_to_explain", "!closed", "!answered", "!over"),
        ),
        edited=True,
    ),
    "solved_noted": kind(line(say("solved_noted"))),
    "rating_ask": kind(
        line(_HOW, say("rating_ask.scale", "low", "high")),
        line(say("rating_ask.not_solved", "!solved")),
    ),
    "rating_noted": kind(line(say("rating_noted.first", *_KEPT), say("rating_noted.change")), edited=True),
    "rating_kept": kind(line(say("rating_kept", *_KEPT), say("rating_kept.here"))),
    "rating_over": kind(line(say("rating_over"))),
    "rating_comment_ask": kind(line(say("rating_comment_ask"))),
    "rating_comment_noted": kind(line(say("rating_comment_noted"))),
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
