"""A reply that an agent may send as his: the parcel, what is wrong and why, what the policy allows, the next word."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, Slot, kind, line, only, say
from bot.texts.kinds.slots import CAUSE, EXPECTED, INQUIRY, NEW_DATE, NEXT, STAGE

MATTERS: tuple[str, ...] = (
    "lost", "damaged", "returning", "failed_attempt", "address_problem", "customs_action", "pickup_ending", "stalled",
    "late", "at_risk", "not_handed_over", "unpaid",
)  # fmt: skip
"""Findings that a reply is about, the gravest first."""

DATED = ("late", "stalled", "at_risk", "not_handed_over")
"""Matters after which the day that now holds is said."""

_NEWS: Slot = (
    say("suggested.not_received", "about=not_received", "order"),
    say("suggested.nobody_came", "about=nobody_came", "order"),
    say("suggested.stalled_since", "about=stalled", "silent_since"),
    say("suggested.late_promised", "about=late", "promised_on"),
    *(say(f"suggested.{matter}", f"about={matter}") for matter in MATTERS),
    *STAGE,
)
_SORRY: Slot = (
    say("suggested.truly_sorry", "about=lost"),
    *(say("suggested.sorry", f"about={matter}") for matter in ("late", "damaged", "not_handed_over", "nobody_came")),
    say("suggested.sorry", "about=at_risk", "days_late"),
)
_DAY: Slot = (
    *(one for matter in DATED for one in only(NEW_DATE, f"about={matter}")),
    *only(EXPECTED, "!about"),
)
_OFFER: Slot = (
    say("suggested.again_or_nothing_owed", "offer.again", "offer.cancel"),
    say("suggested.again_or_money", "offer.again", "offer.money"),
    say("suggested.again", "offer.again"),
    say("suggested.nothing_owed", "offer.cancel"),
    say("suggested.money", "offer.money"),
)

KINDS: Mapping[str, Kind] = {
    "suggested": kind(
        line(
            (
                say("suggested.hello_name", "greets", "name", "agent", "shop"),
                say("suggested.hello", "greets", "agent", "shop"),
            )
        ),
        line(_NEWS, _SORRY),
        line(CAUSE, _DAY, INQUIRY),
        line(_OFFER),
        line(NEXT),
    )
}
