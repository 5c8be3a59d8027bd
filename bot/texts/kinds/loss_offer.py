"""A parcel that is lost for good: the apology with what the shop's policy allows, and what was chosen."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, Slot, kind, line, say

_AGAIN: Slot = (
    say("loss_offer.out_of_stock", "out_of_stock"),
    say("loss_offer.again_express", "again.express", "again.on"),
    say("loss_offer.again_by", "again.on"),
    say("loss_offer.again", "again"),
)
_MONEY: Slot = (
    say("loss_offer.cancel", "cancel"),
    say("loss_offer.money_card", "money.sum", "money.card", "money.on"),
    say("loss_offer.money_by", "money.sum", "money.on"),
    say("loss_offer.money_sum", "money.sum"),
    say("loss_offer.money_day", "money.on"),
    say("loss_offer.money", "money"),
)
_QUESTION: Slot = (
    say("loss_offer.which", "both"),
    say("loss_offer.suits", "again"),
    say("loss_offer.suits", "money"),
    say("loss_offer.suits", "cancel"),
)
_END = line(
    (say("loss_offer.free_either", "free_delivery", "both"), say("loss_offer.free", "free_delivery")),
    (
        say("loss_offer.no_hurry_agent", "ask_again_on", "agent"),
        say("loss_offer.no_hurry", "ask_again_on"),
        say("loss_offer.agent", "agent"),
    ),
)

KINDS: Mapping[str, Kind] = {
    "loss_offer": kind(
        line(say("loss_offer.first")), line(say("loss_offer.sorry"), _QUESTION), line(_AGAIN), line(_MONEY), _END
    ),
    "loss_offer_again": kind(line(say("loss_offer.once_more")), line(_QUESTION), line(_AGAIN), line(_MONEY), _END),
    "loss_chosen": kind(
        line(
            (
                say("loss_chosen.again_by", "again.on"),
                say("loss_chosen.again", "again"),
                say("loss_chosen.money_by", "money.sum", "money.on"),
                say("loss_chosen.money_day", "money.on"),
                say("loss_chosen.money", "money"),
                say("loss_chosen.cancel", "cancel"),
                say("loss_chosen.over"),
            ),
            say("loss_chosen.next", "next_at"),
        ),
    ),
}
