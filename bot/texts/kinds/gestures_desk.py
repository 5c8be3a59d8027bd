"""What the desk reads of gestures: their budget, whose yes they need, what was given."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, Slot, each, kind, line, say

_WHAT: Slot = (
    say("gesture_desk.coupon", "coupon", "sum", "code"),
    say("gesture_desk.delivery_code", "delivery", "code"),
    say("gesture_desk.delivery", "delivery"),
    say("gesture_desk.refund", "refund", "sum"),
)
_LEFT = line(say("gesture_desk.left", "left", "budget"))
GESTURES: tuple[Slot, ...] = (
    (
        say("gesture_card.coupon", "coupon", "sum", "made_at"),
        say("gesture_card.delivery", "delivery", "made_at"),
        say("gesture_card.refund", "refund", "sum", "made_at"),
    ),
)
"""One that was given, on the card."""

KINDS: Mapping[str, Kind] = {
    "gesture_made": kind(line(say("gesture_made", "order"), _WHAT), _LEFT),
    "gesture_asks": kind(
        line((say("gesture_asks.limit", "limit", "who", "order"), say("gesture_asks.again", "again", "order")), _WHAT),
        line(say("gesture_asks.most", "limit", "most")),
        _LEFT,
    ),
    "gesture_refused": kind(line((say("gesture_refused.by", "who"), say("gesture_refused")), _WHAT)),
    "gesture_over": kind(line(say("gesture_over", "cost", "left", "budget"))),
    "gesture_no_budget": kind(line(say("gesture_no_budget"))),
    "gesture_lost": kind(line(say("gesture_lost"))),
    "gesture_unpaid": kind(line(say("gesture_unpaid"))),
    "gesture_whole": kind(line(say("gesture_whole", "value"))),
    "gesture_currency": kind(line((say("gesture_currency.wanted", "wanted"), say("gesture_currency")))),
    "gesture_unreachable": kind(line(say("gesture_unreachable"))),
    "gesture_usage": kind(line(say("gesture_usage"))),
    "gesture_which": kind(line(say("gesture_which")), each("parcels", say("number", "number"), most=6)),
    # over the chat, to who pressed
    "gesture_not_yours": kind(line(say("gesture_not_yours"))),
    "gesture_old": kind(line(say("gesture_old"))),
    "gesture_decided": kind(
        line(
            (
                say("gesture_decided.made", "made", "who"),
                say("gesture_decided.refused", "refused", "who"),
                say("gesture_decided"),
            )
        )
    ),
}
