"""DHL Paket Deutschland as it answers: attributes within `data` within `data`, German clock times, two logins."""

from collections.abc import Sequence
from xml.etree import ElementTree

from bot.sandbox.parcels.life import Scan, Standing, city, country
from bot.sandbox.parcels.wire import (
    Break,
    Known,
    Question,
    Reply,
    bare,
    basic,
    country_name,
    says,
    says_xml,
    tag,
    words,
)

slug = "dhl_parcel_de"
routes = (("GET", "/parcel/de/tracking/v0/shipments"),)
key = basic
most = 20
# ICE, RIC, standard event, words.
codes = {
    "label": ("PARCV", "NRQRD", "VA", "The instruction data for this shipment have been provided by the sender"),
    "picked_up": ("PCKDU", "PUBCR", "AE", "The shipment has been picked up"),
    "departed": ("LDTMV", "MVMTV", "NB", "The shipment has been loaded for transport"),
    "arrived": ("ULFMV", "OARRV", "EE", "The shipment has arrived in the parcel centre"),
    "customs": ("HLDCU", "NORSN", "BV", "The shipment is held by customs"),
    "cleared": ("SRTED", "NRQRD", "NB", "The shipment has been processed"),
    "out": ("SRTED", "NRQRD", "PO", "The shipment has been loaded onto the delivery vehicle"),
    "attempt": ("NTDEL", "NHOME", "ZN", "The recipient was not at home"),
    "pickup": ("CNRFC", "PCKST", "ZF", "The shipment is ready for pick-up at the PACKSTATION"),
    "delivered": ("DLVRD", "ACCPT", "ZU", "The shipment has been successfully delivered"),
    "delay": ("EXPHD", "CAPEX", "PO", "The delivery will be delayed"),
    "weather": ("EXPHD", "FRMJR", "BV", "The delivery is delayed by the weather"),
    "damaged": ("DMGDS", "DMGED", "BV", "The shipment was damaged"),
    "refused": ("DLVRF", "NTORD", "ZN", "The recipient refused the shipment"),
    "returning": ("RETRN", "CNCNR", "ZN", "The shipment will be returned to the sender"),
    "returned": ("DLVRD", "ACCPT", "ZU", "The shipment has been delivered to its sender"),
    "lost": ("DSPSD", "NTCLM", "ZU", "The shipment was disposed of"),
    "cancelled": ("CANCL", "NRQRD", "BV", "The shipment order was cancelled by the sender"),
}
BACK = frozenset({"returning", "returned"})


def numbers(question: Question) -> Sequence[str]:
    return _asked(question).get("piece-code", "").split(";")


def complaint(question: Question, numbers: Sequence[str]) -> Reply | None:
    """The portal's own login, beside that of the gateway."""
    return _list(code="5", error="Login failed") if _asked(question).get("appname", "").startswith("wrong") else None


def _asked(question: Question) -> ElementTree.Element:
    return bare(question.query.get("xml", "<data/>").encode())


def answer(question: Question, known: Known) -> Reply:
    return _list(*(_piece(number, standing) for number, standing in known.items()), code="0")


def _list(*pieces: str, **said: str) -> Reply:
    return says_xml(tag("data", *pieces, name="piece-shipment-list", **{"request-id": "sandbox"}, **said))


def _piece(number: str, standing: Standing | None) -> str:
    if standing is None:
        unknown = {"error-status": "100", "searched-piece-code": number, "piece-code": number}
        return tag("data", name="piece-shipment", **unknown)
    back = any(scan.kind.name in BACK for scan in standing.scans)
    events = tag("data", *(_event(scan, back=back) for scan in reversed(standing.scans)), name="piece-event-list")
    return tag("data", events, name="piece-shipment", **_about(standing, back=back))


def _about(standing: Standing, *, back: bool) -> dict[str, str]:
    life, newest, eta = standing.life, standing.newest, standing.eta_at
    return {
        "error-status": "0",
        "piece-code": life.number,
        "recipient-city": city(life.destination),
        "product-name": life.service or "DHL PAKET (parcel)",
        "delivery-event-flag": str(int(bool(newest and newest.kind.name == "delivered"))),
        "dest-country": country(life.destination),
        "origin-country": country(life.origin),
        "delivery-date": f"{eta:%d.%m.%Y}" if eta else "",
        "ruecksendung": str(back).lower(),
    }


def _event(scan: Scan, *, back: bool) -> str:
    ice, ric, standard, own = codes[scan.kind.name]
    said = words(scan, own)
    about = {
        "event-timestamp": f"{scan.at:%d.%m.%Y %H:%M}",
        "event-status": said,
        "event-text": said,
        "ice": ice,
        "ric": ric,
        "event-location": scan.city,
        "event-country": country_name(scan.country),
        "standard-event-code": standard,
        "ruecksendung": str(back).lower(),
    }
    return tag("data", name="piece-event", **about)


_DENIED = {"title": "Unauthorized", "status": 401, "detail": "Unauthorized for given resource."}
refusals = {
    Break.AUTH: says(_DENIED, 401),
    Break.NOT_FOUND: _list(code="100", error="No data found"),
    Break.THROTTLED: says_xml("<error>Too Many Requests</error>", 429),
    Break.UNAVAILABLE: says_xml("<error>Service Unavailable</error>", 503),
    Break.ERROR_INSIDE: _list(code="-1000", error="Technical error"),
}
