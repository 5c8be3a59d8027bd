"""What is said of messages that go between a customer and the desk: why one did not arrive."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, kind, line, say

_REASONS = ("blocked", "deactivated", "not_started", "not_copied", "too_large", "vanished")
_FATES = ("sent", "queued", "in_doubt", "deleted", "note", "theirs")

KINDS: Mapping[str, Kind] = {
    "not_passed_on": kind(line(say("not_passed_on"))),
    "desk_why": kind(
        line(
            (
                say("desk_why.uncorrected", "fate=sent", "reason=uncorrected"),
                say("desk_why.album_item", "fate=in_doubt", "reason=album_item"),
                *(say(f"desk_why.{reason}", "fate=failed", f"reason={reason}") for reason in _REASONS),
                say("desk_why.refused", "fate=failed"),
                *(say(f"desk_why.{fate}", f"fate={fate}") for fate in _FATES),
            )
        )
    ),
    "desk_why_usage": kind(line(say("desk_why_usage"))),
}
