"""Chronopost's tracking service as it answers: SOAP, the oldest scan first, errors in a field; it asks for no key."""

from collections.abc import Sequence

from bot.sandbox.parcels.life import Scan, Standing
from bot.sandbox.parcels.wire import Break, Known, Question, Reply, nobody, offset, says_xml, tag, words

slug = "chronopost"
routes = (("POST", "/tracking-cxf/TrackingServiceWS"),)
key = nobody
closed = False
unsaid = frozenset({"eta"})
codes = {
    "label": ("DC", "Shipment in preparation to be shipped"),
    "picked_up": ("DB", "Shipment handed over by shipper"),
    "departed": ("SC", "Sorted at departure location"),
    "arrived": ("TS", "Shipment in transit"),
    "customs": ("", "Shipment held by customs"),
    "cleared": ("SJ", "Problème douanier résolu, colis en cours d'acheminement"),
    "out": ("TA", "Shipment in delivery to the consignee"),
    "attempt": ("P", "Delivery failed: consignee absent"),
    "pickup": ("AB", "Colis mis à disposition au point de retrait"),
    "delivered": ("D", "Delivered"),
    "delay": ("A2", "Colis retardé à l'agence de distribution"),
    "weather": ("IA", "Livraison reportée de 24h"),
    "damaged": ("KC", "Envoi endommagé"),
    "refused": ("", "Envoi refusé"),
    "returning": ("R", "Colis en retour expéditeur"),
    "returned": ("", "Colis livré à l'expéditeur"),
    "lost": ("", "Colis perdu"),
}


def numbers(question: Question) -> Sequence[str]:
    return [question.xml.findtext(".//skybillNumber") or ""]


def answer(question: Question, known: Known) -> Reply:
    (standing,) = known.values()
    return _told("0", _listed(standing)) if standing else refusals[Break.NOT_FOUND]


def _listed(standing: Standing) -> str:
    events = (_event(scan) for scan in reversed(standing.scans))
    return tag("listEventInfoComp", *events, tag("skybillNumber", standing.life.number))


def _event(scan: Scan) -> str:
    code, own = codes[scan.kind.name]
    return tag(
        "events",
        tag("code", code),
        tag("eventDate", offset(scan.at)),
        tag("eventLabel", words(scan, own)),
        tag("highPriority", "false"),
        tag("NPC"),
        tag("officeLabel", scan.city.upper()),
        tag("zipCode"),
    )


def _told(code: str, *more: str) -> Reply:
    name = "http://cxf.tracking.soap.chronopost.fr/"
    told = tag("return", tag("errorCode", code), *more)
    return _soap(tag("ns2:trackSkybillV2Response", told, **{"xmlns:ns2": name}))


def _soap(body: str, status: int = 200) -> Reply:
    name = "http://schemas.xmlsoap.org/soap/envelope/"
    return says_xml(tag("soap:Envelope", tag("soap:Body", body), **{"xmlns:soap": name}), status)


_FAULT = tag("soap:Fault", tag("faultcode", "soap:Server"), tag("faultstring", "oops"))
refusals = {
    Break.AUTH: _soap(_FAULT, 401),
    Break.NOT_FOUND: _told("2", tag("errorMessage", "Parcel not found")),
    Break.THROTTLED: _soap(_FAULT, 429),
    Break.UNAVAILABLE: _soap(_FAULT, 500),
    Break.ERROR_INSIDE: _told("1", tag("errorMessage", "System Error")),
}
