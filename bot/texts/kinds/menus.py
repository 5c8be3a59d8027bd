"""A line beside each command in Telegram's menu."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, kind, line, say

COMMANDS = (
    "parcels", "track", "human", "settings", "language", "faq", "mydata", "forgetme", "privacy", "help",
    "shipments", "shipment", "import", "stats", "macro", "desk", "carrier", "rules", "texts", "team", "shop", "pause",
    "out", "delivered", "failed", "note", "take", "assign", "card", "offer", "inquiry", "claim",
    "snooze", "promise", "close", "reopen", "del", "resend", "why", "ban",
)  # fmt: skip

KINDS: Mapping[str, Kind] = {"menu": kind(line(tuple(say(f"menu.{name}", f"command={name}") for name in COMMANDS)))}
