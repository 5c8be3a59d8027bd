"""What the desk reads of words that wait for a tap: why they do, how they read, that they left."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, each, kind, line, say

LINES = each("lines", say("reply_line", "it"), most=60)
"""Words to a customer, as they are."""

DOUBTS = each(
    "doubts",
    (
        say("reply_held.past", "why=past", "day_on"),
        say("reply_held.early", "why=early", "day_on", "expected_on"),
        say("reply_held.second_told", "why=second", "day_on", "told_on"),
        say("reply_held.second", "why=second", "day_on"),
        say("reply_held.carrier", "why=carrier", "said"),
        say("reply_held.card", "why=card", "said"),
        say("reply_held.name", "why=name", "said", "order_name"),
    ),
)
"""What an agent had better look at before they leave."""

KINDS: Mapping[str, Kind] = {
    "reply_held": kind(
        line((say("reply_held.left", "has_left"), say("reply_held.first"))),
        DOUBTS,
    ),
    "reply_preview": kind(
        line(
            (
                say("reply_preview.macro_name", "macro", "name"),
                say("reply_preview.macro", "macro"),
                say("reply_preview.name", "name"),
                say("reply_preview.first"),
            )
        ),
        LINES,
        DOUBTS,
        line(
            *(say(f"reply_preview.fallback_{one}", f"fallback={one}") for one in ("en", "ar", "fa")),
        ),
    ),
    "reply_sent": kind(line((say("reply_sent.by", "who"), say("reply_sent.first"))), LINES),
    "reply_text": kind(LINES),
    # the topic it stood in is gone
    "reply_uprooted": kind(
        line(say("reply_uprooted.by", "who"), say("reply_uprooted.trainee", "trainee")),
        LINES,
    ),
    "reply_lost": kind(line(say("reply_lost.by", "who"), say("reply_lost.again"))),
    # over the chat, to who pressed
    "reply_not_yours": kind(line((say("reply_not_yours.trainee", "trainee"), say("reply_not_yours.first")))),
    "reply_old": kind(line(say("reply_old"))),
    "reply_decided": kind(
        line(
            (
                say("reply_decided.sent", "sent", "who", "decided_at"),
                say("reply_decided.dropped", "dropped", "who", "decided_at"),
                say("reply_decided.renewed", "renewed"),
                say("reply_decided.first"),
            )
        )
    ),
}
