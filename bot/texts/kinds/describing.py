"""Answers to who describes a carrier of his own."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, each, kind, line, say

WHYS = (
    "line",
    "missing",
    "too_long",
    "no_address",
    "no_number",
    "unreadable",
    "header",
    "method",
    "status",
)
"""Why a part of a description cannot be used."""

_USED = (line(say("describe.used", "used")), each("used", say("describe.line", "it"), most=12))
_SAID = line(say("describe.said", "answer"))

KINDS: Mapping[str, Kind] = {
    "describe_start": kind(
        line(say("describe.first")),
        each("example", say("describe.line", "it")),
        line(say("describe.rest")),
        each("more", say("describe.line", "it")),
        line(say("describe.statuses", "statuses")),
        line(say("describe.file")),
        line(say("describe.own")),
    ),
    "describe_wrong": kind(
        line(tuple(say(f"describe_wrong.{why}", why, "part", "hole") for why in WHYS)),
        line(say("describe_wrong.kept")),
    ),
    "describe_unheard": kind(line(say("describe_unheard", "name", "why")), line(say("describe_wrong.kept"))),
    "describe_unread": kind(
        line(say("describe_unread", "name", "http")), _SAID, *_USED, line(say("describe_wrong.kept"))
    ),
    "describe_preview": kind(
        line(say("describe_preview.first", "name", "status")),
        each(
            "scans",
            say("describe_scan.at", "at"),
            say("describe_scan.text", "text"),
            say("describe_scan.code", "code"),
            say("describe_scan.place", "place"),
            say("describe_scan.status", "status"),
            glue=" ",
        ),
        line(say("describe_preview.none", "no_scans")),
        line(say("describe_preview.unmapped", "unmapped")),
        *_USED,
        line(say("describe.said", "answer", "no_scans")),
        line((say("describe_preview.change", "no_scans"), say("describe_preview.save"))),
    ),
}
