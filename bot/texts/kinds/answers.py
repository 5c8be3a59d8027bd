"""What is said when a customer speaks or presses a button."""

from collections.abc import Mapping

from bot.texts.kinds import Clause, Kind, Slot, kind, line, say
from bot.texts.kinds.slots import AGENT, INQUIRY, NUMBER

_WE_WRITE: Slot = say("next.write", "next_at")
ANSWER: tuple[Clause, ...] = (
    say("answer.lead", "agent", "lead", "next_at"),
    say("answer.agent", "agent", "next_at"),
    say("agent.lead", "agent", "lead"),
    say("agent.has_it", "agent"),
    say("answer.by", "next_at"),
)
_NO_NEED = say("answer.no_need_to_explain")

KINDS: Mapping[str, Kind] = {
    "carrier_silent": kind(
        line(
            say("carrier_silent.first"),
            (
                say("carrier_silent.place_at", "last_place", "last_at"),
                say("carrier_silent.at", "last_at"),
                say("carrier_silent.place", "last_place"),
            ),
            say("carrier_silent.asking"),
        )
    ),
    "nobody_came": kind(line(say("nobody_came.first"), AGENT, _WE_WRITE)),
    "wasnt_in": kind(
        line(
            say("thanks_for_telling"),
            say("attempt.next_visit", "next_attempt_on"),
            say("wasnt_in.ask"),
        ),
        line(ANSWER),
    ),
    "not_received": kind(
        line(say("thanks_for_telling"), say("not_received.sometimes")),
        line(
            (
                say("not_received.proof_next", "inquiry.purpose=proof", "next_at"),
                *INQUIRY,
            ),
            AGENT,
            say("not_received.next", "inquiry.purpose!=proof", "next_at"),
            say("not_received.ours"),
        ),
    ),
    "sooner_ask": kind(line(say("sooner_ask"))),
    "sooner_noted": kind(line((say("sooner_noted.day", "needed_on"), say("sooner_noted.first")), INQUIRY, ANSWER)),
    "all_fine": kind(line(say("all_fine"))),
    "something_wrong": kind(line(say("something_wrong"), ANSWER)),
    "wait_noted": kind(line(say("wait_noted"), _WE_WRITE)),
    "too_late_noted": kind(line(say("too_late_noted"), ANSWER)),
    "holding": kind(
        line(
            say("holding.first"),
            (
                say("holding.agent_next", "agent", "next_at"),
                say("holding.agent", "agent"),
                say("holding.next", "next_at"),
            ),
            _NO_NEED,
        )
    ),
    "out_of_hours": kind(
        line(
            say("out_of_hours.first"),
            (
                say("out_of_hours.that_part", "back_at", "next_at", "answer_that_part"),
                say("out_of_hours.that_day", "back_at", "next_at", "answer_that_day"),
                say("out_of_hours.other_day", "back_at", "next_at"),
                say("out_of_hours.back", "back_at"),
                say("answer.by", "next_at"),
            ),
            say("out_of_hours.meanwhile"),
        )
    ),
    "urgent_noted": kind(line(say("urgent_noted.first"), ANSWER)),
    "human_coming": kind(
        line(
            say("human_coming.first"),
            (
                *ANSWER,
                say("human_coming.somebody"),
            ),
            _NO_NEED,
        )
    ),
    "robot": kind(
        line(
            (say("robot.first", "shop"), say("robot.shopless")),
            (
                say("robot.open_until", "until_at"),
                say("robot.back", "back_at"),
                say("robot.person"),
            ),
        )
    ),
    "state_bare": kind(line(say("state_bare", "status"), say("state_bare.unknown", "!status")), NUMBER),
    "nothing_here": kind(line(say("nothing_here"))),
    "unknown_number": kind(line(say("unknown_number")), NUMBER, line(say("unknown_number.next"))),
    "number_invalid": kind(
        line(
            (
                say("number_invalid.check_digit", "problem=check_digit"),
                say("number_invalid.wrong_fits", "problem=wrong_carrier", "fits"),
                say("number_invalid.wrong", "problem=wrong_carrier"),
                say("number_invalid.too_long", "problem=too_long"),
                say("number_invalid.empty", "problem=empty"),
                say("number_invalid.first"),
            )
        ),
        NUMBER,
    ),
    "link_expired": kind(line(say("link_expired"))),
    "link_used": kind(line(say("link_used"))),
    "link_unknown": kind(line(say("link_unknown"))),
    "failed_softly": kind(line(say("failed_softly"))),
    "not_for_you": kind(line(say("not_for_you"))),
    "agent_first_line": kind(
        line(
            (
                say("agent_first_line.full", "name", "agent", "shop"),
                say("agent_first_line.shopless", "name", "agent"),
                say("agent_first_line.nameless", "agent", "shop"),
                say("agent_first_line.agent", "agent"),
                say("agent_first_line.hello", "name"),
                say("agent_first_line.bare"),
            ),
            say("agent_first_line.read"),
        )
    ),
}
