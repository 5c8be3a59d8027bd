"""Customs wait for the customer: what is due as far as a record says, how it goes on, that it is through."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, Slot, kind, line, say
from bot.texts.kinds.slots import AGENT, EXPECTED, ITEM_STATUS, parcels

_ANSWER: Slot = (
    say("answer.lead", "agent", "lead", "next_at"),
    say("answer.agent", "agent", "next_at"),
    say("answer.by", "next_at"),
)
_DUTY: Slot = (
    say("customs.duty_at_by", "duty.amount", "duty.due_on", "last_place"),
    say("customs.duty_by", "duty.amount", "duty.due_on"),
    say("customs.duty_at", "duty.amount", "last_place"),
    say("customs.duty", "duty.amount"),
    say("customs.charges_at", "last_place"),
    say("customs.charges"),
)
_PAPERS: Slot = (say("customs.papers_at", "last_place"), say("customs.papers"))
_HELP = line(say("customs.help"), (say("customs.next", "next_at"),), AGENT)
_NEVER_ASK = line(say("never_ask"))

KINDS: Mapping[str, Kind] = {
    "customs_action": kind(
        line(say("customs.first")),
        line(_DUTY),
        _HELP,
        _NEVER_ASK,
        many=(line(say("many.customs", count="several")), parcels(ITEM_STATUS), _HELP, _NEVER_ASK),
    ),
    "customs_papers": kind(
        line(say("customs.first")),
        line(_PAPERS),
        _HELP,
        _NEVER_ASK,
        many=(line(say("many.customs", count="several")), parcels(ITEM_STATUS), _HELP, _NEVER_ASK),
    ),
    "customs_done": kind(
        line(say("customs_done.first")),
        line(say("customs_done.nothing"), EXPECTED),
        many=(line(say("many.customs_done", count="several")), parcels(ITEM_STATUS)),
    ),
    "customs_noted": kind(
        line(say("thanks_for_telling"), (say("customs_noted.next", "next_at"), say("customs_noted")))
    ),
    "how_to_pay": kind(line(say("how_to_pay"), _ANSWER), _NEVER_ASK),
    "what_they_need": kind(line(say("what_they_need"), _ANSWER)),
}
