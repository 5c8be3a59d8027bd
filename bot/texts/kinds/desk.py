"""What the desk reads: the card, what became of its words, answers to its commands; what owners hear of it."""

from collections.abc import Mapping

from bot.texts.kinds import Clause, Kind, Line, Slot, each, kind, line, say
from bot.texts.kinds.claims import CLAIM
from bot.texts.kinds.gestures_desk import GESTURES

TICKET_CAUSES = (
    "words", "human", "nobody_came", "other_day", "address", "too_late", "not_received", "something_wrong", "more_time",
    "sooner", "silence", "promise_broken", "lost", "stalled", "late", "at_risk", "failed_attempt", "returning",
    "pickup_ending", "other_collects", "customs_action", "how_to_pay", "what_they_need",
    "courier_note", "loss_choice", "damaged", "unpaid", "rather_later", "found_it", "recovery",
)  # fmt: skip
"""What opens a ticket; another cause is shown as it was recorded."""
STATES = ("new", "waiting_us", "waiting_customer")
LANGUAGES = ("en", "ar", "fa")
PURPOSES = ("trace", "hurry", "address", "proof")
COMMANDS = (
    "note", "take", "assign", "card", "macro", "track", "inquiry", "claim", "offer", "snooze", "promise", "close",
    "reopen", "del", "resend", "why", "ban",
)  # fmt: skip
"""Each has a line in the desk's /help."""
WAYS = ("again", "money", "cancel")
UNREACHABLE = ("blocked", "deactivated")


def _one(*keys: str) -> Kind:
    """Lines that are always said."""
    return kind(*(line(say(key)) for key in keys))


def _causes(fact: str, prefix: str = "ticket_cause") -> Slot:
    known = tuple(say(f"{prefix}.{cause}", f"{fact}={cause}") for cause in TICKET_CAUSES)
    return (*known, say(f"{prefix}.other_{fact}", fact))


_WHO: tuple[Line, ...] = (
    line(say("card.forgotten", "forgotten")),
    line((say("card.name", "name"), say("card.nameless", "!forgotten"))),
    line((*(say(f"card.speaks_{one}", f"speaks={one}") for one in LANGUAGES), say("card.speaks", "speaks"))),
)
CLOCK: Slot = (say("card.ahead", "ahead"), say("card.behind", "behind"))
_STANDING: tuple[Line, ...] = (
    line(say("card.unreachable", "unreachable_at")),
    line(say("card.banned", "banned_at")),
    line(say("card.again", "again")),
    line(
        say("card.ticket", "ticket", "opened_at"),
        _causes("ticket"),
        tuple(say(f"card.state_{one}", f"state={one}") for one in STATES),
    ),
    line(
        (say("card.assignee", "agent"), say("card.nobody", "ticket")),
        say("card.snoozed", "snoozed_until"),
    ),
)
STAGES = ("1", "2", "3", "4")
OFFERED: tuple[Slot, ...] = (
    *(say(f"card.way_{one}", "offered_at", f"way_{one}") for one in WAYS),
    (*(say(f"card.chose_{one}", "offered_at", f"chosen={one}") for one in WAYS), say("card.chose_none", "offered_at")),
)
"""What may be chosen, and what was."""
FINDING: tuple[Clause, ...] = (
    say("card.at_risk_eta", "finding=at_risk", "eta_on", "promised_on", "slip>0"),
    say("card.at_risk_delay", "finding=at_risk", "delay"),
    say("card.at_risk", "finding=at_risk"),
    say("card.late", "finding=late", "days_late", count="days_late"),
    say("card.late_undated", "finding=late"),
    say("card.stalled", "finding=stalled", "silent_since", "silent_hours", count="silent_hours"),
    say("card.lost_said", "finding=lost", "status=lost"),
    say("card.lost", "finding=lost", "silent_since", "silent_hours", count="silent_hours"),
    say("card.lost_said", "finding=lost"),
    say("card.attempt_at", "finding=failed_attempt", "attempt_at"),
    say("card.attempt", "finding=failed_attempt"),
    say("card.returning", "finding=returning"),
    say("card.comes_earlier", "finding=earlier", "eta_on", "promised_on"),
    say("card.damaged", "finding=damaged"),
    say("card.unpaid", "finding=unpaid"),
    say("card.customs_shop", "finding=customs_action", "inside", "since"),
    say("card.customs_charges", "finding=customs_action", "about=charges", "since"),
    say("card.customs_papers", "finding=customs_action", "since"),
    say("card.pickup_over", "finding=pickup_ending", "over", "until_on"),
    say("card.pickup_ending", "finding=pickup_ending", "until_on"),
    say("card.not_handed_over", "finding=not_handed_over", "waiting_since"),
    say("card.first_scan_late", "finding=first_scan_late", "waiting_since"),
    say("card.address_problem", "finding=address_problem", "about=address", "since"),
    say("card.asks_customer", "finding=address_problem", "since"),
    say("card.finding", "finding"),
)
"""One that was found, by what it rests on."""
LIMITS: tuple[Slot, ...] = (
    say("card.limit", "finding", "threshold_hours", count="threshold_hours"),
    say("card.next_attempt", "finding", "next_attempt_on"),
)
_FINDINGS: tuple[Slot, ...] = (
    FINDING,
    *LIMITS,
    (say("card.known_before", "finding", "known"), say("card.raised", "finding", "raised_at")),
)
_ENTRIES: Line = each(
    "entries",
    say("card.parcel", "is=parcel", "order", "status"),
    tuple(say(f"card.stage_{one}", "is=parcel", f"stage={one}") for one in STAGES),
    say("card.boxes", "is=parcel", "boxes", count="boxes"),
    say("number", "is=number", "number"),
    (say("card.leg_by", "is=leg", "leg", "by"), say("card.leg", "is=leg", "leg")),
    say("card.promised", "is=days", "promised_on"),
    (say("card.range", "is=days", "range"), say("card.eta", "is=days", "eta_on")),
    say("card.days_late", "is=days", "days_late", count="days_late"),
    say("card.needed", "is=days", "needed_on"),
    say("card.told", "is=days", "told_on"),
    (say("card.said_window", "is=told", "window", "said_at"), say("card.said_day", "is=told", "to_on", "said_at")),
    say("card.slips", "is=slips", "slips", count="slips"),
    say("card.offered", "is=offer", "offered_at"),
    *OFFERED,
    say("card.cod", "is=money", "cod.amount"),
    say("card.value", "is=money", "value.amount"),
    say("card.pickup", "is=pickup", "pickup.place"),
    say("card.pickup_until", "is=pickup", "pickup.until_on"),
    *_FINDINGS,
    (
        *(say(f"card.asked_{purpose}", "is=asked", f"purpose={purpose}", "asked_at") for purpose in PURPOSES),
        say("card.asked", "is=asked", "asked_at"),
    ),
    *CLAIM,
    (
        say("desk.scan", "is=scan", "at", "place", "text"),
        say("desk.scan_text", "is=scan", "at", "text"),
        say("card.scan_status", "is=scan", "at", "status"),
        say("card.scan_bare", "is=scan", "text"),
    ),
    most=120,
)
_AFTER: tuple[Line, ...] = (
    line(say("card.more", "more", count="more")),
    each("owed", (say("card.owed_by_person", "by_person", "due_at"), say("card.owed", "due_at"))),
    line(say("card.broken", "broken", count="broken")),
    each("ratings", say("card.rated", "stars", "rated_at"), say("card.comment", "comment")),
    line(say("gesture_card.first", "offered")),
    each("offered", *GESTURES),
    line(say("card.earlier", "earlier")),
    each(
        "earlier",
        say("card.earlier_one", "opened_at"),
        _causes("cause"),
        say("card.outcome", "outcome"),
    ),
)

KINDS: Mapping[str, Kind] = {
    "card": kind(*_WHO, line(say("card.zone", "zone"), CLOCK), *_STANDING, _ENTRIES, *_AFTER, edited=True),
    "card_full": kind(*_WHO, line(say("card.there", "zone", "there")), *_STANDING, _ENTRIES, *_AFTER, edited=True),
    "card_more": kind(_ENTRIES, line(say("card.more", "more", count="more")), edited=True),
    # what becomes of people and promises
    "desk_silence": kind(
        line((say("desk_silence.first", "name"), say("desk_silence.nameless"))),
        line(say("desk_silence.since", "since")),
        line(say("desk_answer_by", "next_at")),
    ),
    "desk_promise_broken": kind(
        line((say("desk_promise_broken.since", "since"), say("desk_promise_broken.first"))),
        line(say("desk_answer_by", "next_at")),
    ),
    "desk_unreachable": kind(
        line(
            (
                *(say(f"desk_unreachable.{reason}", f"reason={reason}") for reason in UNREACHABLE),
                say("desk_unreachable.other"),
            )
        ),
        line(say("desk_unreachable.means")),
    ),
    "desk_back": _one("desk_back.first", "desk_back.again"),
    "desk_snooze_over": kind(line(say("desk_snooze_over.first"), (say("card.assignee", "agent"), say("card.nobody")))),
    "agent_named": kind(
        line(
            (
                say("agent_named.shop", "agent", "shop"),
                say("agent_named.bare", "agent"),
                say("agent_named.alone", "shop"),
            )
        )
    ),
    # refusals
    "desk_anonymous": _one("desk_anonymous"),
    "desk_unchecked": _one("desk_unchecked"),
    "desk_no_ticket": _one("desk_no_ticket"),
    "desk_open_already": _one("desk_open_already"),
    "desk_never_opened": _one("desk_never_opened"),
    # commands
    "desk_help": kind(
        line(say("desk_help.first")),
        *(line(say(f"desk_help.{command}", command)) for command in COMMANDS),
        line(say("desk_help.gesture", "offer")),
    ),
    "desk_left": kind(
        line((say("desk_left.who", "agent"), say("desk_left.somebody"))),
        line(say("desk_left.tickets", "count", count="count")),
    ),
    "desk_assigned": kind(
        line(say("desk_assigned", "agent"), say("desk_assigned.before", "before")),
        line(
            (say("card.name", "brief", "name"), say("card.nameless", "brief")),
            (
                *(say(f"card.speaks_{one}", "brief", f"speaks={one}") for one in LANGUAGES),
                say("card.speaks", "brief", "speaks"),
            ),
            say("card.again", "brief", "again"),
        ),
        line(
            say("card.parcel", "brief", "order", "status"),
            tuple(say(f"card.stage_{one}", "brief", f"stage={one}") for one in STAGES),
            say("card.promised", "brief", "promised_on"),
            (say("card.range", "brief", "range"), say("card.eta", "brief", "eta_on")),
            say("card.needed", "brief", "needed_on"),
        ),
        each("wrong", *_FINDINGS, most=1),
        line(
            (
                say("card.said_window", "brief", "window", "said_at"),
                say("card.said_day", "brief", "to_on", "said_at"),
                say("card.said_nothing", "brief"),
            ),
            say("card.slips", "brief", "slips", count="slips"),
            (say("card.owed_by_person", "brief", "by_person", "due_at"), say("card.owed", "brief", "due_at")),
            say("card.offered", "brief", "offered_at"),
            *OFFERED,
            (
                *(say(f"card.asked_{purpose}", "brief", f"purpose={purpose}", "asked_at") for purpose in PURPOSES),
                say("card.asked", "brief", "asked_at"),
            ),
        ),
        each("offered", *GESTURES, most=1),
        line(say("card.ticket", "brief", "ticket", "opened_at"), _causes("ticket"), say("card.words", "words")),
    ),
    "desk_assign_usage": _one("desk_assign_usage"),
    "desk_assign_unknown": kind(line(say("desk_assign_unknown", "who"))),
    "desk_closed": kind(line(say("desk_closed")), line(say("desk_closed.owed", "owed_at"))),
    "desk_reopened": _one("desk_reopened"),
    "desk_snoozed": kind(line(say("desk_snoozed", "until_at"))),
    "desk_snooze_usage": _one("desk_snooze_usage"),
    "desk_note_usage": _one("desk_note_usage"),
    "desk_banned": _one("desk_banned"),
    "desk_unbanned": _one("desk_unbanned"),
    "desk_track": kind(_ENTRIES),
    "desk_track_usage": _one("desk_track_usage"),
    "desk_track_unknown": kind(line(say("desk_track_unknown", "number"))),
    "desk_inquiry_noted": kind(
        line(
            tuple(say(f"desk_inquiry.{purpose}", f"purpose={purpose}", "order") for purpose in PURPOSES),
        ),
        line(say("desk_inquiry.means")),
    ),
    "desk_inquiry_usage": _one("desk_inquiry_usage"),
    "desk_inquiry_which": kind(line(say("desk_inquiry_which")), each("parcels", say("number", "number"), most=6)),
    "desk_del_usage": _one("desk_del_usage"),
    "desk_del_done": _one("desk_del_done"),
    "desk_del_too_old": _one("desk_del_too_old"),
    "desk_resend_usage": _one("desk_resend_usage"),
    "desk_resend_needless": _one("desk_resend_needless"),
    "desk_resend_done": kind(line((say("desk_resend_done.repeat", "repeat_mark"), say("desk_resend_done.first")))),
}
