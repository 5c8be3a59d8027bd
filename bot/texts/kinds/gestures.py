"""A gesture for a parcel, as the customer reads it: the sorry first where it is on record that something went wrong."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, kind, line, say

KINDS: Mapping[str, Kind] = {
    "gesture": kind(
        line((say("gesture.sorry", "slipped"), say("gesture.about"))),
        line(
            (
                say("gesture.coupon", "coupon", "sum", "code"),
                say("gesture.delivery_code", "delivery", "code"),
                say("gesture.delivery", "delivery"),
                say("gesture.refund_by", "refund", "sum", "on"),
                say("gesture.refund", "refund", "sum"),
            )
        ),
        line(say("gesture.code", "code")),
        line(say("never_ask", "refund")),
    ),
}
