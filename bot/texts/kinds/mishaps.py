"""Damaged on the way; not handed over because the sum was not paid; found after all."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, kind, line, say
from bot.texts.kinds.slots import AGENT, AGENT_OR_NEXT, INQUIRY, ITEM_STATUS, NEVER_ASK, PAY_AT_DOOR, SOLUTION, parcels

KINDS: Mapping[str, Kind] = {
    "damaged": kind(
        line(say("damaged.first")),
        line(
            (
                say("damaged.noted_at", "damaged_at", "last_place"),
                say("damaged.noted", "damaged_at"),
            ),
            say("damaged.sorry"),
            INQUIRY,
            AGENT,
        ),
        line(SOLUTION, say("damaged.ours")),
        many=(
            line(say("many.damaged", count="several")),
            parcels(ITEM_STATUS),
            line(say("damaged.sorry"), AGENT_OR_NEXT),
        ),
    ),
    "unpaid": kind(
        line((say("unpaid.sum", "cod.amount"), say("unpaid.first"))),
        line(say("unpaid.noted"), say("attempt.next_visit", "next_attempt_on"), PAY_AT_DOOR),
        line(say("unpaid.ask"), AGENT, say("attempt.next", "next_at")),
        line(NEVER_ASK),
        many=(
            line(say("many.attempt", count="several")),
            parcels(ITEM_STATUS),
            line(say("unpaid.noted"), PAY_AT_DOOR),
            line(say("unpaid.ask"), say("attempt.next", "next_at")),
            line(NEVER_ASK),
        ),
    ),
    "found_it": kind(line(say("found_it"))),
}
