"""bpost's tracked mail as it answers: one item's states in XML, the oldest first; exceptions with a code inside."""

from collections.abc import Sequence

from bot.sandbox.parcels.life import Scan, Standing, city
from bot.sandbox.parcels.wire import Break, Known, Question, Reply, basic, offset, says_xml, tag, words

slug = "bpost"
routes = (("GET", "/services/trackedmail/item/{number}/trackingInfo"),)
key = basic
codes = {
    "label": ("", "Announced - announcement"),
    "picked_up": ("", "Deposited - deposited"),
    "departed": ("", "Departed - dispatched"),
    "arrived": ("T00", "Sorted - sorted_out"),
    "customs": ("", "HeldByCustoms - customs"),
    "out": ("L00", "BoundToRound - out_for_distribution"),
    "attempt": ("N01", "NotDistributed - absent"),
    "pickup": ("R13", "AvailableInPostPoint - awaiting_pickup"),
    "delivered": ("U01", "DistributedNormally - regular"),
    "delay": ("N05", "Delayed - delayed"),
    "weather": ("N06", "Delayed - weather"),
    "damaged": ("B05", "NotDelivered - damaged"),
    "refused": ("B03", "Refused - refused"),
    "returning": ("", "OnTheWayToSender - return"),
    "returned": ("U01", "DistributedToSender - returned_to_sender"),
    "lost": ("", "Lost - lost"),
    "cancelled": ("", "Cancelled - cancelled"),
}


def numbers(question: Question) -> Sequence[str]:
    return [question.parts["number"]]


def answer(question: Question, known: Known) -> Reply:
    (standing,) = known.values()
    return says_xml(_item(standing), kind="application/xml") if standing else refusals[Break.NOT_FOUND]


def _item(standing: Standing) -> str:
    life = standing.life
    return tag(
        "itemTracking",
        tag("itemCode", life.number),
        tag("cityOrCountryOfdeparture", city(life.origin).upper()),
        tag("cityOrCountryOfDestination", city(life.destination).upper()),
        *_window(standing),
        *_point(standing),
        tag("itemDetail", tag("weightInGrams", 380), tag("type", "01")),
        *(_state(scan) for scan in reversed(standing.scans)),
        xmlns="http://schema.post.be/tracking/v1/",
    )


def _window(standing: Standing) -> list[str]:
    if standing.eta_at is None:
        return []
    opens = offset(standing.eta_at.replace(hour=8, minute=0))
    closes = tag("plannedDeliveryDateWindowEnd", offset(standing.eta_at))
    return [tag("deliveryTimeWindow", tag("plannedDeliveryDateWindowStart", opens), closes)]


def _point(standing: Standing) -> list[str]:
    return [tag("pickupPoint", tag("id", 805140), tag("name", standing.pickup.place))] if standing.pickup else []


def _state(scan: Scan) -> str:
    code, own = codes[scan.kind.name]
    said = tag("stateCode", code), tag("stateDescription", words(scan, own))
    return tag("stateInfo", tag("time", offset(scan.at)), tag("location", scan.city.upper()), *said)


def _exception(kind: str, code: str, message: str, status: int) -> Reply:
    told = tag(kind, tag("code", code), tag("message", message), xmlns="http://schema.post.be/api/shm/v1/")
    return says_xml(told, status, "application/xml")


refusals = {
    Break.AUTH: _exception("businessException", "401", "No access", 401),
    Break.NOT_FOUND: _exception("businessException", "404", "Item not found", 404),
    Break.THROTTLED: _exception("systemException", "429", "Slow down", 429),
    Break.UNAVAILABLE: _exception("systemException", "1", "Technical error", 500),
    Break.ERROR_INSIDE: _exception("systemException", "500", "Technical error", 200),
}
