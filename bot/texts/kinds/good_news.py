"""It comes earlier than promised; it does not after all; which of the two days suits."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, Slot, kind, line, say
from bot.texts.kinds.slots import ITEM_DATE, NEXT, parcels

_ANSWER: Slot = (
    say("answer.lead", "agent", "lead", "next_at"),
    say("answer.agent", "agent", "next_at"),
    say("answer.by", "next_at"),
)
_ASK: Slot = (say("earlier.keep_by", "promised_on", "answer_by"), say("earlier.keep", "promised_on"))

KINDS: Mapping[str, Kind] = {
    "earlier": kind(
        line(
            (
                say("earlier.tomorrow", "tomorrow", "eta_on"),
                say("earlier.day", "eta_on"),
                say("earlier.first"),
            )
        ),
        line(
            (
                say("earlier.by_window", "days_early", "window.from", "window.to", count="days_early"),
                say("earlier.by", "days_early", count="days_early"),
            ),
            _ASK,
        ),
        many=(line(say("many.earlier", count="several")), parcels(ITEM_DATE), line(_ASK)),
    ),
    "not_earlier": kind(
        line(
            (
                say("not_earlier.day", "eta_on"),
                say("not_earlier.promised", "promised_on", "!promised_over"),
                say("not_earlier.first"),
            )
        ),
        line(say("not_earlier.sorry"), NEXT),
        many=(line(say("many.not_earlier", count="several")), parcels(ITEM_DATE), line(NEXT)),
    ),
    "earlier_fine": kind(line((say("earlier_fine.day", "eta_on"), say("earlier_fine")))),
    "rather_later": kind(line((say("rather_later.day", "promised_on"), say("rather_later")), _ANSWER)),
}
