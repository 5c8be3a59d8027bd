"""A question to a carrier, ready to be copied: in its own language, with all that it needs to find the parcel."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, Slot, each, kind, line, say

PURPOSES = ("trace", "hurry", "address", "proof")
_ASKED: Slot = tuple(say(f"letter.{purpose}", f"purpose={purpose}") for purpose in PURPOSES)

KINDS: Mapping[str, Kind] = {
    "carrier_letter": kind(
        line(_ASKED),
        line(say("letter.number", "number")),
        line(say("letter.order", "order")),
        line(say("letter.country", "country")),
        line(
            (
                say("letter.seen", "scan.at", "scan.place"),
                say("letter.seen_at", "scan.at"),
                say("letter.never", "number"),
            ),
            say("letter.said", "scan.text"),
        ),
        line(say("letter.delivered", "delivered_at")),
        line(say("letter.expected", "eta_on")),
        line(say("letter.promised", "promised_on")),
        line(say("letter.reply"), say("letter.shop", "shop")),
    ),
    "inquiry_letter": kind(
        line(*(say(f"inquiry_letter.{purpose}", f"purpose={purpose}") for purpose in PURPOSES)),
        line(say("inquiry_letter.text", "letter")),
        line(say("inquiry_letter.tap")),
    ),
    "inquiry_old": kind(line(say("inquiry_old"))),
    "inquiry_known": kind(line((say("inquiry_known.by", "who", "asked_at"), say("inquiry_known")))),
    # a number that belongs to no parcel
    "track_asked": kind(
        line((say("track_asked.status", "status"), say("track_asked.first"))),
        line(say("number", "number")),
        line(say("card.eta", "eta_on")),
        each(
            "scans",
            (
                say("desk.scan", "at", "place", "text"),
                say("desk.scan_text", "at", "text"),
                say("card.scan_status", "at", "status"),
                say("card.scan_bare", "text"),
            ),
            most=3,
        ),
        line(say("track_asked.unlinked")),
    ),
    "track_not_known": kind(line(say("track_not_known")), line(say("number", "number"))),
    "track_silent": kind(
        line((say("track_silent.until", "again_at"), say("track_silent.first"))), line(say("number", "number"))
    ),
    "track_resting": kind(line(say("track_resting", "slug"))),
    "track_which": kind(line(say("track_which", "command", "slugs"))),
    "track_add_not_yours": kind(line(say("track_add_not_yours"))),
}
