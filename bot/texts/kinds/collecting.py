"""A parcel to be collected: the one reminder, the time for it over, somebody else who comes for it."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, Slot, kind, line, say
from bot.texts.kinds.slots import AGENT_OR_NEXT, ITEM_STATUS, NEVER_ASK, NUMBER, PICKUP, parcels

_ANSWER: Slot = (
    say("answer.lead", "agent", "lead", "next_at"),
    say("answer.agent", "agent", "next_at"),
    say("answer.by", "next_at"),
)
_PAY = say("cod.collect", "cod.amount")
_WAITS_UNTIL: Slot = (say("pickup_ending.until", "pickup.until_on"), say("pickup_ending.first"))
_OVER_ON: Slot = (say("pickup_over.on", "collect_over_on"), say("pickup_over.first"))

KINDS: Mapping[str, Kind] = {
    "pickup_ending": kind(
        line(_WAITS_UNTIL),
        line(
            (say("pickup.last_day", "last_day"), say("pickup.days_left", "days_left", count="days_left")),
            say("pickup_ending.more"),
        ),
        *PICKUP,
        line(_PAY, NEVER_ASK),
    ),
    "pickup_over": kind(
        line(_OVER_ON),
        line(say("pickup_over.may_return"), say("pickup_over.ask")),
        line(AGENT_OR_NEXT),
        many=(line(say("many.pickup_over", count="several")), parcels(ITEM_STATUS), line(AGENT_OR_NEXT)),
    ),
    "other_collects": kind(line(say("other_collects.noted"), say("other_collects.shows")), PICKUP[2], NUMBER),
    "other_collects_asked": kind(line(say("other_collects.noted"), say("other_collects.find_out"), _ANSWER)),
}
