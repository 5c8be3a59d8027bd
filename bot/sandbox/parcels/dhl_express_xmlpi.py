"""DHL's XML-PI as it answers: ten airwaybills, each with its own condition; the login stands in the question."""

from collections.abc import Sequence

from bot.sandbox.parcels.express import CHECKPOINTS
from bot.sandbox.parcels.life import Scan, Standing, city, country
from bot.sandbox.parcels.wire import Break, Known, Question, Reply, country_name, says_xml, tag, words

slug = "dhl_express_xmlpi"
routes = (("POST", "/XMLShippingServlet"),)
most = 10
codes = CHECKPOINTS


def key(question: Question) -> str | None:
    site = question.xml.findtext(".//SiteID")
    return f"{site}:{question.xml.findtext('.//Password')}" if site else None


def numbers(question: Question) -> Sequence[str]:
    return [one.text or "" for one in question.xml.iter("AWBNumber")]


def answer(question: Question, known: Known) -> Reply:
    return _response(*(_awb(number, standing) for number, standing in known.items()))


def _response(*inside: str, kind: str = "TrackingResponse") -> Reply:
    about = tag("Response", tag("ServiceHeader", tag("SiteID", "sandbox")))
    told = inside if kind != "TrackingResponse" else (about, *inside, tag("LanguageCode", "en"))
    return says_xml(tag(f"req:{kind}", *told, **{"xmlns:req": "http://www.dhl.com"}))


def _awb(number: str, standing: Standing | None) -> str:
    if standing is None:
        return tag("AWBInfo", tag("AWBNumber", number), _condition("No Shipments Found", "209", UNKNOWN + number))
    return tag("AWBInfo", tag("AWBNumber", number), tag("Status", tag("ActionStatus", "success")), _shipment(standing))


def _condition(status: str, code: str, text: str) -> str:
    condition = tag("Condition", tag("ConditionCode", code), tag("ConditionData", text))
    return tag("Status", tag("ActionStatus", status), condition)


def _shipment(standing: Standing) -> str:
    eta = standing.eta_at
    return tag(
        "ShipmentInfo",
        *([tag("EstDlvyDate", f"{eta:%Y-%m-%d %H:%M:%S} GMT{_offset(f'{eta:%z}')}")] if eta else []),
        tag("GlobalProductCode", "P"),
        _end("Shipper", standing.life.origin),
        _end("Consignee", standing.life.destination),
        *(_event(scan) for scan in reversed(standing.scans)),
    )


def _offset(zone: str) -> str:
    return f"{zone[:3]}:{zone[3:5]}"


def _end(who: str, place: str) -> str:
    return tag(who, tag("City", city(place)), tag("CountryCode", country(place)))


def _event(scan: Scan) -> str:
    code, own = codes[scan.kind.name]
    area = f"{scan.city.upper()} - {country_name(scan.country).upper()}"
    return tag(
        "ShipmentEvent",
        tag("Date", f"{scan.at:%Y-%m-%d}"),
        tag("Time", f"{scan.at:%H:%M:%S}"),
        tag("ServiceEvent", tag("EventCode", code), tag("Description", words(scan, own))),
        tag("Signatory"),
        tag("ServiceArea", tag("ServiceAreaCode", scan.city[:3].upper()), tag("Description", area)),
    )


def _failure(code: str, text: str) -> Reply:
    return _response(tag("Response", _condition("Failure", code, text)), kind="ShipmentTrackingErrorResponse")


UNKNOWN = "No Shipments Found for AWBNumber : "
_DENIED = _failure("111", "Error Parsing incoming request XML Error: The SiteID or Password is wrong")
refusals = {
    Break.AUTH: _DENIED,
    Break.NOT_FOUND: _response(tag("AWBInfo", tag("AWBNumber"), _condition("No Shipments Found", "209", UNKNOWN))),
    Break.THROTTLED: says_xml("<error>Too Many Requests</error>", 429),
    Break.UNAVAILABLE: says_xml("<error>Service Unavailable</error>", 503),
    Break.ERROR_INSIDE: _failure("100", "Please try again later"),
}
