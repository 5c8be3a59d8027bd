"""Canada Post Tracking v2 as it answers: one pin's occurrences in XML, messages with a code where there is none."""

from collections.abc import Sequence

from bot.sandbox.parcels.life import Day, Scan, Standing
from bot.sandbox.parcels.wire import Break, Known, Question, Reply, basic, says_xml, tag, words

slug = "canadapost"
routes = (("GET", "/vis/track/pin/{number}/detail"),)
key = basic
# Event identifier, words.
codes = {
    "label": ("3000", "Electronic information submitted by shipper"),
    "picked_up": ("2300", "Item picked up by Canada Post"),
    "departed": ("0410", "Item departed"),
    "arrived": ("0400", "Item arrived"),
    "customs": ("0127", "Item held at customs"),
    "cleared": ("0175", "Item in transit"),
    "out": ("0174", "Item out for delivery"),
    "attempt": ("1411", "Business closed for the day. Item on hold for second delivery attempt."),
    "pickup": ("1701", "Item available for pickup at Post Office"),
    "delivered": ("1408", "Delivered; Contact customer service for copy of signature"),
    "delay": ("0621", "Delivery delayed to next business day"),
    "weather": ("0159", "Delivery may be delayed due to extreme weather conditions"),
    "refused": ("0121", "Item on hold. Refused or unclaimed by recipient"),
    "returning": ("0182", "Documentation incomplete or illegible. Item being returned to sender"),
    "cancelled": ("0190", "Retail transaction has been voided"),
}


def numbers(question: Question) -> Sequence[str]:
    return [question.parts["number"]]


def answer(question: Question, known: Known) -> Reply:
    (standing,) = known.values()
    return says_xml(_detail(standing), kind=KIND) if standing else refusals[Break.NOT_FOUND]


def _detail(standing: Standing) -> str:
    life = standing.life
    changed = standing.eta if standing.eta != life.eta else None
    return tag(
        "tracking-detail",
        tag("pin", life.number),
        tag("changed-expected-date", _day(changed)),
        tag("destination-postal-id"),
        tag("expected-delivery-date", _day(life.eta or standing.eta)),
        tag("changed-expected-delivery-reason"),
        tag("service-name", life.service or "Expedited Parcels"),
        tag("significant-events", *(_occurrence(scan, standing) for scan in standing.scans)),
        xmlns="http://www.canadapost.ca/ws/track-v2",
    )


def _day(at: Day | None) -> str:
    return f"{at:%Y-%m-%d}" if at else ""


def _occurrence(scan: Scan, standing: Standing) -> str:
    code, own = codes[scan.kind.name]
    shop = standing.pickup.place if standing.pickup and scan is standing.newest else ""
    return tag(
        "occurrence",
        tag("event-identifier", code),
        tag("event-date", f"{scan.at:%Y-%m-%d}"),
        tag("event-time", f"{scan.at:%H:%M:%S}"),
        tag("event-time-zone", scan.at.tzname() if scan.country == "CA" else ""),
        tag("event-description", words(scan, own)),
        tag("signatory-name"),
        tag("event-site", scan.city.upper()),
        tag("event-province"),
        tag("event-retail-location-id"),
        tag("event-retail-name", shop),
    )


def _message(code: str, text: str, status: int = 200) -> Reply:
    said = tag("message", tag("code", code), tag("description", text))
    return says_xml(tag("messages", said, xmlns="http://www.canadapost.ca/ws/messages"), status, KIND)


KIND = "application/vnd.cpc.track-v2+xml"
refusals = {
    Break.AUTH: _message("E002", "AAA Authentication Failure", 401),
    Break.NOT_FOUND: _message("004", "No Pin History", 404),
    Break.THROTTLED: _message("Server", "Rejected by SLM Monitor", 429),
    Break.UNAVAILABLE: _message("9150", "System error", 500),
    Break.ERROR_INSIDE: _message("E002", "AAA Authentication Failure"),
}
