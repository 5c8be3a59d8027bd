"""Landmark Global as it answers: a package's events in XML, the oldest first, American clock times without a zone."""

from collections.abc import Sequence

from bot.sandbox.parcels.life import Scan, Standing
from bot.sandbox.parcels.wire import Break, Known, Question, Reply, says_xml, tag, words
from carriers.kit.model import Status

slug = "landmark"
routes = (("POST", "/v2/Track.php"),)
unsaid = frozenset({"eta"})
codes = {
    "label": ("50", "Shipment Data Uploaded"),
    "picked_up": ("200", "Item scanned at postal facility"),
    "departed": ("150", "Crossing Border"),
    "arrived": ("225", "Package scanned at carrier facility"),
    "customs": ("250", "Customs Clearance in Progress"),
    "cleared": ("275", "Item in transit with carrier"),
    "out": ("300", "Item out for delivery"),
    "attempt": ("400", "Attempted delivery"),
    "pickup": ("410", "Item available for pickup"),
    "delivered": ("500", "Item successfully delivered"),
    "damaged": ("800", "Claim Issued"),
    "refused": ("900", "Delivery failed"),
    "returning": ("550", "Return received at handling facility"),
    "returned": ("570", "Return Received"),
    "lost": ("800", "Claim Issued"),
}
otherwise = {"lost": Status.EXCEPTION}


def key(question: Question) -> str | None:
    user = question.xml.findtext(".//Username")
    return f"{user}:{question.xml.findtext('.//Password')}" if user else None


def numbers(question: Question) -> Sequence[str]:
    return [question.xml.findtext(".//TrackingNumber") or ""]


def answer(question: Question, known: Known) -> Reply:
    (standing,) = known.values()
    return _told(standing) if standing else refusals[Break.NOT_FOUND]


def _told(standing: Standing) -> Reply:
    number = standing.life.number
    events = tag("Events", *(_event(scan) for scan in reversed(standing.scans)))
    own = (
        tag("TrackingNumber", number),
        tag("LandmarkTrackingNumber", f"LTN{number}N1"),
        tag("PackageReference", number),
    )
    details = tag("ShipmentDetails", tag("EndDeliveryCarrier", standing.life.service or "To be routed"))
    package = tag("Packages", tag("Package", *own, events))
    return _response(tag("Result", tag("Success", "true"), details, package))


def _event(scan: Scan) -> str:
    code, own = codes[scan.kind.name]
    return tag(
        "Event",
        tag("Status", words(scan, own)),
        tag("DateTime", f"{scan.at:%m/%d/%Y %I:%M %p}"),
        tag("Location", scan.place),
        tag("EventCode", code),
    )


def _response(*inside: str, status: int = 200) -> Reply:
    return says_xml(tag("TrackResponse", *inside), status, "application/xml")


def _failed(code: str, message: str) -> Reply:
    failure = tag("Result", tag("Success", "false"), tag("ResultMessage", "See Errors element for error details"))
    error = tag("Error", tag("ErrorCode", code), tag("ErrorMessage", message))
    return _response(failure, tag("Errors", error))


refusals = {
    Break.AUTH: _failed("Login", "The username/password combination provided is invalid."),
    Break.NOT_FOUND: _failed("Tracking", "The shipment could not be found."),
    Break.THROTTLED: says_xml("<error>Too many requests</error>", 429),
    Break.UNAVAILABLE: says_xml("<error>down</error>", 503),
    Break.ERROR_INSIDE: _failed("System", "An unexpected error has occurred."),
}
