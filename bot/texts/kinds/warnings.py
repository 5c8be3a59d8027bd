"""Bad news and its withdrawal. Facts: contracts of flows.facts; a clause is said only if its record exists."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, Line, Slot, kind, line, only, say
from bot.texts.kinds.slots import (
    AGAIN,
    AGENT,
    AGENT_OR_NEXT,
    ASKED_APART,
    CAUSE,
    CAUSE_AND_ASKED,
    EXPECTED,
    INQUIRY,
    ITEM_DATE,
    ITEM_SEEN,
    ITEM_STATUS,
    JOURNEY,
    LAST_SEEN,
    NEEDED,
    NEVER_ASK,
    NEW_DATE,
    NEXT,
    PAY_AT_DOOR,
    SOLUTION,
    STAGE,
    parcels,
    ways,
)


def _many(first: str, item: Slot, *closing: Line) -> tuple[Line, ...]:
    """Several parcels of one order: how many, each of them, then what holds for all."""
    return (line(say(first, count="several")), parcels(item), *closing)


_SERIOUS_END = line(
    (say("serious.ask_date", "eta_on"), say("serious.ask")),
    (
        say("agent.lead_writes", "agent", "lead", "next_at"),
        say("agent.writes", "agent", "next_at"),
        say("agent.lead", "agent", "lead"),
        say("agent.has_it", "agent"),
        say("serious.next", "next_at"),
    ),
)
_AGAIN_END = line(
    (
        say("again.lead_writes", "agent", "lead", "next_at"),
        say("again.writes", "agent", "next_at"),
        *AGENT_OR_NEXT,
    ),
    say("again.ask"),
)
_SLIGHT_END = line(say("next.slight", "next_at"))
_ASKED_ELSE: Slot = (
    *only(INQUIRY, "!turn_up"),
    *only(INQUIRY, "inquiry.purpose!=trace"),
)
"""What the carrier was asked, where the sentence about turning up has not said so already."""
_RETURN_WAYS: Slot = (*ways("return_address", "cause=address"), *ways("return"), say("return.open"))
_ANSWERED: Slot = say("returning.answer", "answers_within", "until_at", count="answers_within")
_UNSCANNED = ("status=pre_transit", "status=unknown")
"""The carrier has not had it in his hands: it cannot be slow."""

KINDS: Mapping[str, Kind] = {
    "hint": kind(
        line((say("hint.probably", "sure=very"), say("hint.first"))),
        line(
            (
                *(say("hint.unscanned_promised", need, "promised_on", "!promised_over") for need in _UNSCANNED),
                *(say("hint.unscanned", need) for need in _UNSCANNED),
                say("hint.slow_promised", "promised_on", "!promised_over"),
                say("hint.slow"),
            ),
            CAUSE,
            INQUIRY,
            (say("hint.next", "next_at"), say("hint.nothing")),
        ),
        many=(
            line((say("many.probably", "sure=very", count="several"), say("many.hint", count="several"))),
            parcels(ITEM_DATE),
            line(CAUSE, (say("hint.next", "next_at"), say("hint.nothing"))),
        ),
    ),
    "delay_slight": kind(
        line(
            (
                say("slight.range", "eta_range"),
                say("slight.first", "eta_on", "days_late", count="days_late"),
                say("slight.day", "eta_on"),
                say("slight.later_than", "promised_on", "!promised_over"),
                say("slight.later"),
            )
        ),
        line(JOURNEY, CAUSE, INQUIRY, (say("slight.sorry_in_full", "days_late>1"), say("slight.sorry"))),
        _SLIGHT_END,
        many=_many("many.delay", ITEM_DATE, line(CAUSE, INQUIRY, say("slight.sorry")), _SLIGHT_END),
    ),
    "delay_serious": kind(
        line((say("serious.range", "eta_range"), say("serious.day", "eta_on"), say("serious.undated"))),
        line(
            (say("serious.promised", "promised_on"), say("serious.sorry")),
            NEEDED,
            JOURNEY,
            CAUSE_AND_ASKED,
            ASKED_APART,
        ),
        _SERIOUS_END,
        many=_many(
            "many.serious",
            ITEM_DATE,
            line((say("serious.promised", "promised_on"), say("serious.sorry")), CAUSE, INQUIRY),
            _SERIOUS_END,
        ),
    ),
    "delay_again": kind(
        line((say("again.once_more", "once_more"), say("again.first"))),
        line(
            (say("again.range", "eta_range"), say("again.day", "eta_on"), say("again.undated")),
            NEEDED,
            AGAIN,
            CAUSE,
            INQUIRY,
        ),
        _AGAIN_END,
        many=(
            line((say("many.once_more", "once_more", count="several"), say("many.again", count="several"))),
            parcels(ITEM_DATE),
            line(CAUSE, INQUIRY),
            _AGAIN_END,
        ),
    ),
    "late": kind(
        line((say("late.promised", "promised_on"), say("late.first"))),
        line((*NEW_DATE, say("late.undated")), NEEDED, JOURNEY, CAUSE, INQUIRY, say("late.sorry")),
        line(AGENT, (say("next.write", "next_at", "eta_on"), SOLUTION)),
        many=_many("many.late", ITEM_DATE, line(CAUSE, INQUIRY, say("late.sorry")), line(AGENT, SOLUTION)),
    ),
    "stalled": kind(
        line((say("stalled.since", "silent_since"), say("stalled.first"))),
        line(
            (say("stalled.last_at", "last_place"), say("stalled.should")),
            CAUSE,
            (say("stalled.turn_up_trace", "turn_up", "inquiry.purpose=trace"), say("stalled.turn_up", "turn_up")),
            _ASKED_ELSE,
            AGENT,
        ),
        line(say("stalled.promised", "promised_on", "!promised_over"), SOLUTION),
        many=_many("many.stalled", ITEM_SEEN, line(CAUSE, INQUIRY, AGENT), line(SOLUTION)),
    ),
    "lost_probable": kind(
        line(say("lost.first")),
        line(
            say("lost.since", "silent_since"),
            INQUIRY,
            (
                say("lost.sorry_agent_next", "agent", "next_at"),
                say("lost.sorry_agent", "agent"),
                say("lost.sorry_next", "next_at"),
                say("lost.sorry"),
            ),
            (
                say("lost.owe_nothing", "cod.amount"),
                say("lost.money", "policy.refund"),
                say("lost.again", "policy.resend"),
            ),
        ),
        line((say("lost.before", "next_at"), say("lost.appears"))),
        many=_many(
            "many.lost",
            ITEM_SEEN,
            line(
                INQUIRY,
                (
                    say("lost.sorry_agent_next", "agent", "next_at"),
                    say("lost.sorry_agent", "agent"),
                    say("lost.sorry_next", "next_at"),
                    say("lost.sorry"),
                ),
                (say("lost.owe_nothing", "cod.amount"), say("lost.money", "policy.refund")),
            ),
        ),
    ),
    "attempt": kind(
        line((say("attempt.first", "attempt_at"), say("attempt.undated"))),
        line(
            (
                say("attempt.noted_next", "attempt_at", "next_attempt_on"),
                say("attempt.noted", "attempt_at"),
                say("attempt.next_visit", "next_attempt_on"),
            ),
            CAUSE,
            INQUIRY,
            AGENT,
            PAY_AT_DOOR,
        ),
        line(say("attempt.ask"), say("attempt.next", "next_at")),
        line(NEVER_ASK),
        many=_many(
            "many.attempt",
            ITEM_STATUS,
            line(CAUSE, AGENT, PAY_AT_DOOR),
            line(say("attempt.ask"), say("attempt.next", "next_at")),
            line(NEVER_ASK),
        ),
    ),
    "returning": kind(
        line(say("returning.first")),
        line(CAUSE, _RETURN_WAYS),
        line(INQUIRY, _ANSWERED, AGENT_OR_NEXT),
        many=_many("many.returning", ITEM_STATUS, line(CAUSE, _RETURN_WAYS), line(_ANSWERED, AGENT_OR_NEXT)),
    ),
    "withdrawn": kind(
        line(
            (
                say("withdrawn.as_promised", "as_promised", "eta_on"),
                say("withdrawn.moving", "moving"),
                say("withdrawn.day", "eta_on"),
                say("withdrawn.promised", "promised_on", "!promised_over"),
                say("withdrawn.first"),
            )
        ),
        line(
            (say("withdrawn.caught_up", "as_promised"), *only(LAST_SEEN, "moving")),
            only(NEW_DATE, "moving", "!as_promised"),
            say("withdrawn.sorry"),
        ),
        many=_many("many.withdrawn", ITEM_DATE, line(say("withdrawn.sorry"))),
    ),
    "turned_up": kind(
        line(
            (
                say("turned_up.replaced_order", "replacement", "eta_on", "order"),
                say("turned_up.replaced_day", "replacement", "eta_on"),
                say("turned_up.replaced", "replacement"),
                say("turned_up.first"),
            )
        ),
        line(
            (
                say("turned_up.both", "replacement"),
                say("journey.moving_at", "moving", "last_place"),
                say("seen.place_at", "last_place", "last_at"),
                say("journey.moving", "moving"),
            ),
            (say("turned_up.range", "eta_range", "!replacement"), say("turned_up.day", "eta_on", "!replacement")),
        ),
        line(AGENT_OR_NEXT),
        many=_many("many.turned_up", ITEM_DATE, line(AGENT_OR_NEXT)),
    ),
    "still_nothing": kind(
        line((say("still.searching", "inquiry.purpose=trace"), say("still.first"))),
        line(
            AGENT,
            (
                *ways("still", "next_at"),
                say("next.solution", "next_at"),
            ),
        ),
    ),
    "promise_moved": kind(
        line(
            (
                say("moved.range", "eta_range", "!settled"),
                say("moved.day", "eta_on", "!settled"),
                say("moved.first"),
            )
        ),
        line(
            (*only(STAGE, "!eta_on"), *only(STAGE, "settled")),
            only(EXPECTED, "!eta_on"),
            (*only(AGAIN, "!settled"), *only(LAST_SEEN, "!settled")),
            CAUSE,
            INQUIRY,
        ),
        line(AGENT_OR_NEXT),
    ),
    "promise_broken": kind(
        line((say("broken.second", "second_time"), say("broken.by", "broken_at"), say("broken.first"))),
        line(
            (
                say("broken.lead_next", "agent", "lead", "next_at"),
                say("broken.agent_next", "agent", "next_at"),
                say("agent.lead", "agent", "lead"),
                say("agent.has_it", "agent"),
                say("broken.next", "next_at"),
            )
        ),
        line(say("broken.choice", "second_time")),
    ),
    "not_left_yet": kind(
        line(say("not_left.first")),
        line(
            (
                say("not_left.goes_late", "ships_on", "eta_on", "days_late", count="days_late"),
                say("not_left.goes_out", "ships_on"),
            ),
            (
                say("not_left.late", "!ships_on", "eta_on", "days_late", count="days_late"),
                say("not_left.day", "eta_on", "!days_late"),
            ),
            # where it goes out and comes late the apology is part of that sentence
            tuple(say("not_left.sorry", need) for need in ("!ships_on", "!eta_on", "!days_late")),
        ),
        line(say("not_left.next", "next_at")),
        many=_many("many.not_left", ITEM_DATE, line(say("not_left.sorry"), NEXT)),
    ),
    "address_problem": kind(
        line(say("address.first")),
        line(say("cause.address"), say("address.ask"), say("address.promised", "promised_on", "!promised_over")),
        line(AGENT_OR_NEXT),
        many=_many("many.address", ITEM_SEEN, line(say("cause.address"), say("address.ask")), line(AGENT_OR_NEXT)),
    ),
}
