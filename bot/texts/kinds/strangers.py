"""What somebody reads who is not known yet, or writes faster than a desk can read."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, kind, line, say

SIGNS = ("apple", "key", "house", "fish", "star", "umbrella")

KINDS: Mapping[str, Kind] = {
    "puzzle": kind(
        line(
            say("puzzle.again", "again"),
            say("puzzle.why"),
            tuple(say(f"puzzle.{sign}", f"sign={sign}") for sign in SIGNS),
        )
    ),
    "puzzle_wait": kind(line(say("puzzle_wait", "again_at"))),
    "waiting_full": kind(line(say("waiting_full"))),
    "puzzle_over": kind(line(say("puzzle_over"))),
    "flood_noted": kind(line(say("flood_noted"))),
}
