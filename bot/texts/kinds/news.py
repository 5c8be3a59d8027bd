"""Greeting, the live message, and good news."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, Slot, each, kind, line, say
from bot.texts.kinds.slots import (
    AGENT,
    AGENT_OR_NEXT,
    CAUSE,
    EXPECTED,
    INQUIRY,
    ITEM_DATE,
    ITEM_STATUS,
    LAST_SEEN,
    NEVER_ASK,
    NUMBER,
    PAY_AT_DOOR,
    PICKUP,
    STAGE,
    parcels,
    ways,
)

_HELLO = line(
    (say("greeting.hello", "name"), say("greeting.hello_nameless")),
    (say("greeting.who", "shop"), say("greeting.who_shopless")),
)
_WE_WRITE = say("greeting.we_write")
_RIGHTS: Slot = (
    say("delivered.return_and_warranty", "return_until_on", "warranty_until_on"),
    say("delivered.return", "return_until_on"),
    say("delivered.warranty", "warranty_until_on"),
)
_PLACES = ("reception", "neighbour", "mailbox", "door", "locker")
_PAY_ON_COLLECTION = say("cod.collect", "cod.amount")
_MORE_DAYS: Slot = (say("ready.more_days", "pickup.until_on"), say("ready.more_time"))
_REMINDER: Slot = (say("ready.remind", "remind_on"), say("next.write", "next_at"))

_ASKING: Slot = (
    say("customs.duty", "trouble=customs_action", "duty.amount"),
    say("customs.asks", "trouble=customs_action"),
    say("unpaid.noted", "trouble=unpaid"),
    say("damaged.said", "trouble=damaged"),
)
"""What whoever comes late was not asked."""

_SCAN: Slot = (
    say("scan.whole", "at", "place", "status"),
    say("scan.place_at", "at", "place"),
    say("scan.status_at", "at", "status"),
    say("scan.place", "place"),
)

KINDS: Mapping[str, Kind] = {
    "greeting": kind(
        _HELLO,
        line(
            _WE_WRITE,
            (
                say("greeting.range", "eta_range", "!settled"),
                say("greeting.expected", "eta_on", "!settled"),
                say("greeting.promised", "promised_on", "!promised_over", "!settled"),
            ),
        ),
        line(say("greeting.never_ask")),
    ),
    "greeting_state": kind(
        _HELLO,
        line(STAGE, _ASKING, EXPECTED, LAST_SEEN, AGENT_OR_NEXT),
        *PICKUP,
        line(_WE_WRITE),
        line(say("greeting.never_ask")),
    ),
    "live": kind(
        line(STAGE),
        line(EXPECTED, CAUSE, INQUIRY, AGENT),
        *PICKUP,
        line(say("boxes", "boxes_count>1", count="boxes_count")),
        line(say("cod.due", "cod.amount", "!settled"), say("cod.due", "cod.amount", "status=available_for_pickup")),
        line(say("live.scans", "scans")),
        each("scans", _SCAN, most=3),
        line(say("seen.place_at", "!scans", "last_place", "last_at")),
        NUMBER,
        line(say("never_ask", "cod.amount", "!settled"), say("never_ask", "cod.amount", "status=available_for_pickup")),
        edited=True,
        quotes="in_doubt",
    ),
    "out_for_delivery": kind(
        line((say("out.window", "window.from", "window.to"), say("out.first"))),
        line(PAY_AT_DOOR, NEVER_ASK),
        many=(
            line(
                (
                    say("many.out_window", "window.from", "window.to", count="several"),
                    say("many.out", count="several"),
                )
            ),
            line(PAY_AT_DOOR, NEVER_ASK),
        ),
    ),
    "ready": kind(
        line((say("ready.until", "pickup.until_on"), say("ready.first"))),
        *PICKUP,
        line(_PAY_ON_COLLECTION, NEVER_ASK),
        line(_MORE_DAYS, _REMINDER),
        many=(
            line(say("many.ready", count="several")),
            each(
                "parcels",
                ITEM_STATUS,
                say("pickup.hours", "pickup.hours"),
                say("pickup.code", "pickup.code"),
                say("number", "number"),
                glue="\n",
            ),
            line(_PAY_ON_COLLECTION, NEVER_ASK),
            line(_MORE_DAYS, _REMINDER),
        ),
    ),
    "on_its_way": kind(
        line(say("on_its_way.first")),
        line(EXPECTED),
        many=(line(say("many.on_its_way", count="several")), parcels(ITEM_DATE)),
    ),
    "delivered": kind(
        line(
            (
                *(say(f"delivered.{place}", "delivered_at", f"delivered_to={place}") for place in _PLACES),
                say("delivered.to", "delivered_at", "delivered_to"),
                say("delivered.at", "delivered_at"),
                say("delivered.first"),
            ),
            say("delivered.fine"),
        ),
        line(_RIGHTS),
        many=(
            line(say("many.delivered", count="several"), say("delivered.fine")),
            parcels(ITEM_STATUS),
            line(_RIGHTS),
        ),
    ),
    "returned": kind(
        line(say("returned.first")),
        line((*ways("return"), say("return.open"))),
        line(AGENT_OR_NEXT),
        many=(
            line(say("many.returned", count="several")),
            parcels(ITEM_STATUS),
            line((*ways("return"), say("return.open"))),
            line(AGENT_OR_NEXT),
        ),
    ),
    "state": kind(
        line(STAGE),
        line(EXPECTED, say("state.window", "window.from", "window.to", "status=out_for_delivery")),
        line(LAST_SEEN, CAUSE, INQUIRY, AGENT_OR_NEXT),
        *PICKUP,
        NUMBER,
        many=(line(say("states.first", count="several")), parcels(ITEM_DATE)),
    ),
    "states": kind(
        line(say("states.one", "parcels"), say("nothing_here", "!parcels")),
        parcels((say("item.order_status", "status"), say("item.order_status"))),
        many=(
            line(say("states.first", count="several")),
            each(
                "parcels",
                (
                    say("item.order_range", "!settled", "eta_range"),
                    say("item.order_late", "!settled", "eta_on", "days_late", count="days_late"),
                    say("item.order_day", "!settled", "eta_on"),
                    say("item.order_status"),
                ),
                say("number", "number"),
                glue="\n",
                most=20,
            ),
        ),
    ),
}
