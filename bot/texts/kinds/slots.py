"""Sentences that several kinds share, each with the record that it needs."""

from bot.texts.kinds import Clause, Line, Slot, each, line, only, say

Clauses = tuple[Clause, ...]

STATUSES = (
    "pre_transit",
    "in_transit",
    "customs",
    "out_for_delivery",
    "available_for_pickup",
    "delivery_attempted",
    "delivered",
    "exception",
    "returning",
    "returned",
    "lost",
    "cancelled",
)

CAUSES_WITH_PLACE = ("weather", "backlog", "customs", "holiday", "strike")
CAUSES = (*CAUSES_WITH_PLACE, "address", "refused", "damaged")
"""Confirmed causes that we have words for; another one is not said."""

PURPOSES = ("trace", "hurry", "address", "proof")


_AT_HUB = ("cause=backlog", "cause_hub", "cause_place")
_HUB: Clauses = (
    say("cause.hub_weekend", *_AT_HUB, "cause_weekend"),
    say("cause.hub_since", *_AT_HUB, "cause_since"),
    say("cause.hub", *_AT_HUB),
)


def _causes() -> tuple[Clause, ...]:
    placed = tuple(say(f"cause.{cause}_at", f"cause={cause}", "cause_place") for cause in CAUSES_WITH_PLACE)
    return (*_HUB, *placed, *(say(f"cause.{cause}", f"cause={cause}") for cause in CAUSES))


CAUSE: Clauses = _causes()

INQUIRY: Clauses = (
    say("inquiry.hurry_morning", "inquiry.purpose=hurry", "inquiry.morning"),
    *(say(f"inquiry.{purpose}", f"inquiry.purpose={purpose}") for purpose in PURPOSES),
)

CAUSE_AND_ASKED: Clauses = (say("cause.hub_weekend_asked", "asked_with_cause", *_AT_HUB), *CAUSE)
"""The cause, with what the carrier was asked where that is one sentence."""
ASKED_APART: Clauses = only(INQUIRY, "!asked_with_cause")

AGENT: Clauses = (say("agent.lead", "agent", "lead"), say("agent.has_it", "agent"))

AGENT_OR_NEXT: Clauses = (
    say("agent.lead_writes", "agent", "lead", "next_at"),
    say("agent.writes", "agent", "next_at"),
    say("agent.lead", "agent", "lead"),
    say("agent.has_it", "agent"),
    say("next.write", "next_at"),
)

NEXT: Clause = say("next.write", "next_at")
SOLUTION: Clause = say("next.solution", "next_at")

JOURNEY: Clauses = (
    say("journey.left", "left.place", "left.days", "moving", count="left.days"),
    say("journey.moving_at", "moving", "last_place"),
    say("journey.moving", "moving"),
    say("journey.last_at", "last_place", "!cause_place"),
)

AGAIN: Clauses = JOURNEY[:-1]
"""The same where only movement is worth a word."""

LAST_SEEN: Clauses = (
    say("seen.place_at", "last_place", "last_at"),
    say("seen.at", "last_at"),
    say("seen.place", "last_place"),
)

NEEDED: Clause = say("needed.missed", "needed_on", "needed_missed")

STAGE: Clauses = (
    say("stage.pickup_until", "status=available_for_pickup", "pickup.until_on"),
    say("stage.delivered_at", "status=delivered", "delivered_at"),
    *(say(f"stage.{status}", f"status={status}") for status in STATUSES),
    say("stage.unknown"),
)
"""Where the parcel stands, as a sentence about the order."""

EXPECTED: Clauses = (
    say("expected.range", "!settled", "eta_range"),
    say("expected.late", "!settled", "eta_on", "days_late", count="days_late"),
    say("expected.day", "!settled", "eta_on"),
    say("expected.over", "!settled", "promised_on", "promised_over"),
    say("expected.promised", "!settled", "promised_on"),
)
"""When it comes, or that it should have come."""

PICKUP: tuple[Line, ...] = (
    line(say("pickup.place", "pickup.place")),
    line(say("pickup.hours", "pickup.hours")),
    line(say("pickup.code", "pickup.code")),
)

PAY_AT_DOOR: Clauses = (
    say("cod.door_card", "cod.amount", "cod.card"),
    say("cod.door", "cod.amount"),
)
NEVER_ASK: Clause = say("never_ask", "cod.amount")
"""Parcel fraud looks like our messages: whatever mentions a payment says what we never ask for."""

NUMBER: Line = line(say("number", "number"))

NEW_DATE: Clauses = (
    say("new_date.range", "eta_range"),
    say("new_date.day", "eta_on"),
)


def ways(prefix: str, *needs: str) -> tuple[Clause, ...]:
    """What the shop's policy allows for this parcel: sending again, the money back, nothing owed."""
    return (
        say(f"{prefix}.again_or_owe_nothing", *needs, "policy.resend", "cod.amount"),
        say(f"{prefix}.again_or_money", *needs, "policy.resend", "policy.refund"),
        say(f"{prefix}.again", *needs, "policy.resend"),
        say(f"{prefix}.owe_nothing", *needs, "cod.amount"),
        say(f"{prefix}.money", *needs, "policy.refund"),
    )


def parcels(*slots: Slot) -> Line:
    """One entry for each of several parcels; its tracking number stands on a line of its own."""
    return each("parcels", *slots, say("number", "number"), glue="\n")


ITEM_DATE: Clauses = (
    say("item.range", "eta_range"),
    say("item.day", "eta_on"),
    say("item.seen", "last_place", "last_at"),
    say("item.status", "status"),
    say("item.bare"),
)
ITEM_SEEN: Clauses = (
    say("item.seen", "last_place", "last_at"),
    say("item.seen_at", "last_at"),
    say("item.bare"),
)
ITEM_STATUS: Clauses = (
    say("item.delivered", "status=delivered", "delivered_at"),
    say("item.pickup", "pickup.place", "pickup.until_on"),
    say("item.status", "status"),
    say("item.bare"),
)


def kept(name: str) -> tuple[Slot, ...]:
    """How long a parcel and a matter are kept after their ends, in whole years where they are."""
    return tuple(
        tuple(
            say(f"{name}.{thing}_{unit}", f"kept_{thing}.{unit}", count=f"kept_{thing}.{unit}")
            for unit in ("years", "days")
        )
        for thing in ("parcels", "tickets")
    )
