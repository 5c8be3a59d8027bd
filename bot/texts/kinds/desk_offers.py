"""What the desk reads of offers for lost parcels: what was offered, why not, what the customer chose."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, each, kind, line, say
from bot.texts.kinds.slots import NUMBER

_WAYS = ("again", "money", "cancel")

KINDS: Mapping[str, Kind] = {
    "desk_offer_made": kind(
        line(say("desk_offer.made", "order")),
        *(line(say(f"desk_offer.{way}", way)) for way in _WAYS),
        line(say("desk_offer.asks")),
    ),
    "desk_offer_which": kind(line(say("desk_offer.which")), each("parcels", say("number", "number"), most=6)),
    "desk_offer_not_lost": kind(line(say("desk_offer.not_lost"))),
    "desk_offer_chosen": kind(line(say("desk_offer.chosen"))),
    "desk_offer_nothing": kind(line(say("desk_offer.nothing"))),
    "desk_chosen": kind(
        line(
            (
                say("desk_chosen.again_by", "order", "again.on"),
                say("desk_chosen.again", "order", "again"),
                say("desk_chosen.money_by", "order", "money.sum", "money.on"),
                say("desk_chosen.money", "order", "money"),
                say("desk_chosen.cancel", "order", "cancel"),
            )
        ),
        line(say("desk_chosen.report", "next_at")),
        NUMBER,
    ),
}
