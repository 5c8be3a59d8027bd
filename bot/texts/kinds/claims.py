"""What the desk reads of claims at carriers: the days on which one is taken, reminders, what was recorded."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, Slot, each, kind, line, say
from bot.texts.kinds.slots import NUMBER

WAYS = ("phone", "mail", "chat", "portal", "form", "visit")

CLAIM: tuple[Slot, ...] = (
    (
        *(say(f"claim.made_{way}", "claim_made_on", f"claim_way={way}") for way in WAYS),
        say("claim.made", "claim_made_on"),
        say("claim.over_assumed", "claim_open", "claim_over", "claim_assumed", "claim_closes_on"),
        say("claim.over", "claim_open", "claim_over", "claim_closes_on"),
        say("claim.from_assumed", "claim_open", "claim_assumed", "claim_opens_on", "claim_closes_on"),
        say("claim.from", "claim_open", "claim_opens_on", "claim_closes_on"),
        say("claim.until_assumed", "claim_open", "claim_assumed", "claim_closes_on"),
        say("claim.until", "claim_open", "claim_closes_on"),
    ),
    say("claim.insured", "claim_open", "claim_insured"),
)
"""What holds of the claim of one parcel."""

HOW = line(say("claim.how", "claim_open"))
HOW_ANYWHERE = line(say("claim.how_anywhere", "claim_open", "number"))

CLAIM_RULES = (
    say("rules_shown.claim_handed_over", "rule=claim", "slug", "since=handed_over", "opens", "closes"),
    say("rules_shown.claim_due_working", "rule=claim", "slug", "since=due_working", "opens", "closes"),
    say("rules_shown.claim_due", "rule=claim", "slug", "since=due", "opens", "assumed"),
    say("rules_shown.claim_found", "rule=claim", "slug", "assumed"),
)
"""Between which days a carrier takes one, a line a carrier of the shop's."""

KINDS: Mapping[str, Kind] = {
    "desk_claim": kind(
        line((say("desk_claim.order", "order"), say("desk_claim.first"))),
        line(*CLAIM),
        HOW_ANYWHERE,
        NUMBER,
    ),
    "desk_turned_up": kind(
        line(
            (
                say("desk_turned_up.seen", "order", "status", "last_place", "last_at"),
                say("desk_turned_up.first", "order", "status"),
                say("desk_turned_up.bare"),
            )
        ),
        line((say("desk_turned_up.withdraw", "claim_made_on"), say("desk_turned_up.needless", "claim_open"))),
        NUMBER,
    ),
    "desk_claim_noted": kind(
        line((say("desk_claim_noted.order", "order"), say("desk_claim_noted.first")), CLAIM[0]),
        line(say("desk_claim_noted.means")),
    ),
    "desk_claim_usage": kind(line(say("desk_claim_usage"))),
    "desk_claim_which": kind(line(say("desk_claim_which")), each("parcels", say("number", "number"), most=6)),
}
