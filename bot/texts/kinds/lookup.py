"""What customers read when they come, look up, prove and set; what the desk reads of their presses."""

from collections.abc import Mapping

from bot.texts.kinds import Clause, Kind, Line, Slot, each, kind, line, say
from bot.texts.kinds.claims import CLAIM, HOW, HOW_ANYWHERE
from bot.texts.kinds.slots import NUMBER, kept

_ANSWER: Slot = (
    say("answer.lead", "agent", "lead", "next_at"),
    say("answer.agent", "agent", "next_at"),
    say("answer.by", "next_at"),
)
_COMMANDS = (
    "parcels", "track", "human", "faq", "settings", "language", "mydata", "forgetme", "privacy", "help", "start",
)  # fmt: skip
_SETTINGS = ("quiet", "zone", "calendar", "digits", "locale")
_QUESTIONS = ("where", "when", "delivered", "sooner", "safe")

SCANS: tuple[Line, ...] = (
    line(say("desk.scans", "scans")),
    each(
        "scans",
        (
            say("desk.scan", "at", "place", "text"),
            say("desk.scan_text", "at", "text"),
            say("desk.scan_place", "at", "place"),
        ),
        most=3,
    ),
)
_DATES = line(say("desk.expected", "eta_on"), say("desk.promised", "promised_on"))


def _one(*keys: str) -> Kind:
    """Lines that are always said."""
    return kind(*(line(say(key)) for key in keys))


def _desk(*first: Clause, dates: bool = False, more: tuple[Line, ...] = ()) -> Kind:
    """A fact for the agents: what is asked, the dates it concerns, what the carrier says, the number."""
    return kind(line(first), *((_DATES,) if dates else ()), *more, *SCANS, NUMBER)


_WORD_BY = (line(say("desk.word_by", "next_at")),)
_LOST = (say("desk.lost", "order", "silent_since"), say("desk.lost_bare", "order"))

KINDS: Mapping[str, Kind] = {
    "start": kind(line((say("start.first", "shop"), say("start.shopless"))), line(say("start.how"))),
    "track_usage": _one("track_usage"),
    "prove_ask": kind(
        line(say("prove_ask.first")), line(say("prove_ask.number", "number")), line(say("prove_ask.order"))
    ),
    "prove_failed": _one("prove_failed.first", "prove_failed.again"),
    "proven": _one("proven.first"),
    "too_many_tries": _one("too_many_tries.first"),
    "which_shop": _one("which_shop.first"),
    "day_ask": kind(line(say("day_ask.first")), line(_ANSWER)),
    "address_ask": kind(line(say("address_ask.first")), line(_ANSWER)),
    "courier_note_ask": kind(line(say("courier_note_ask.first")), line(_ANSWER)),
    "more_time_noted": kind(line(say("more_time.first"), _ANSWER)),
    "thanks_noted": _one("thanks_noted.first"),
    "help": _one("help.first", *(f"help.{command}" for command in _COMMANDS), "help.words"),
    "faq": _one(*(f"faq.{question}" for question in _QUESTIONS)),
    "privacy": kind(
        line(say("privacy.what")),
        line(say("privacy.who")),
        each("kept", say("privacy.kept_by", "shop"), *kept("privacy"), most=5),
        line(say("privacy.counts", "kept")),
        line(say("privacy.rights")),
        line(say("privacy.erase")),
        line(say("privacy.pause")),
    ),
    "parcel_gone": _one("parcel_gone.first"),
    "settings": kind(
        line(say("settings.language", "language")),
        line(say("settings.zone", "zone")),
        line((say("settings.quiet", "quiet.from", "quiet.to"), say("settings.awake", "awake"))),
        line(say("settings.paused", "paused")),
        edited=True,
    ),
    **{f"settings_{name}": _one(f"settings_{name}.first") for name in _SETTINGS},
    "settings_set": _one("settings_set.first"),
    "settings_unknown": _one("settings_unknown.first"),
    "settings_wrong": kind(line(say("settings_wrong.first", "value"))),
    "settings_paused": _one("settings_paused.first"),
    "settings_resumed": _one("settings_resumed.first"),
    "language_set": _one("language_set.first"),
    "language_wrong": kind(line(say("language_wrong.first", "value"))),
    "mydata": kind(line(say("mydata.first", count="count"))),
    "forget_ask": kind(line(say("forget_ask.first"), say("forget_ask.open"))),
    "forget_sure": _one("forget_sure.first"),
    "forget_kept": _one("forget_kept.first"),
    "forget_late": _one("forget_late.first"),
    "forgotten": _one("forgotten.first"),
    "desk_human": kind(line((say("desk.human_order", "order"), say("desk.human"))), _DATES, *SCANS, NUMBER),
    "desk_sooner": _desk(say("desk.sooner", "order", "needed_on"), dates=True),
    "desk_nobody_came": _desk(say("desk.nobody_came", "order")),
    "desk_other_day": _desk(say("desk.other_day", "order")),
    "desk_address": _desk(say("desk.address", "order")),
    "desk_courier_note": _desk(say("desk.courier_note", "order")),
    "desk_too_late": _desk(say("desk.too_late", "order"), dates=True),
    "desk_not_received": _desk(say("desk.not_received", "order")),
    "desk_something_wrong": _desk(say("desk.something_wrong", "order")),
    "desk_more_time": _desk(say("desk.more_time", "order"), more=(line(say("desk.pickup_until", "pickup.until_on")),)),
    "desk_delay_again": _desk(say("desk.delay_again", "order"), dates=True, more=_WORD_BY),
    "desk_returning": _desk(say("desk.returning", "order"), more=_WORD_BY),
    "desk_lost": _desk(*_LOST, dates=True, more=(line(*CLAIM), HOW)),
    "desk_lost_unfollowed": _desk(*_LOST, dates=True, more=(line(say("desk.unfollowed")), line(*CLAIM), HOW_ANYWHERE)),
    "desk_forgotten": _one("desk.forgotten"),
    "desk_missing": kind(
        line((say("desk_missing.first", "name", "shop"), say("desk_missing.nameless", "shop"))),
        line(say("desk_missing.bind")),
    ),
}
