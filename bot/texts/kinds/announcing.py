"""An hour that an agent names for his next word: asked whether to keep it, kept, told to the customer."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, kind, line, say

KINDS: Mapping[str, Kind] = {
    "word_recognised": kind(
        line((say("word_recognised.named", "name", "shop", "due_at"), say("word_recognised.first", "shop", "due_at"))),
        line(say("word_recognised.asks")),
    ),
    "word_kept": kind(line(say("word_kept", "due_at"))),
    "word_left": kind(line(say("word_left"))),
    "desk_promised": kind(line(say("desk_promised", "due_at"))),
    "desk_promised_untold": kind(line(say("desk_promised_untold", "due_at"))),
    "desk_promise_usage": kind(line(say("desk_promise_usage"))),
    "word_announced": kind(
        line((say("word_announced.agent", "agent", "next_at"), say("word_announced.first", "next_at")))
    ),
}
