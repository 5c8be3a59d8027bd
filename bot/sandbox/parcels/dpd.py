"""DPD NL and BE as they answer: SOAP with nested lines, American clock times without a zone, faults with HTTP 500."""

from collections.abc import Sequence

from bot.sandbox.parcels.life import Scan, Standing
from bot.sandbox.parcels.wire import Break, Element, Known, Question, Reply, Token, says_xml, tag, words

slug = "dpd"
routes = (("POST", "/soap/services/ParcelLifeCycleService/V2_0"),)
unsaid = frozenset({"eta"})
# Status, words.
codes = {
    "label": ("SHIPMENT", "Order information has been transmitted to DPD."),
    "picked_up": ("PickedUp", "DPD has received your parcel."),
    "departed": ("ON_THE_ROAD", "The parcel is in transit on its way to its final destination."),
    "arrived": ("BetweenDepots", "The parcel is at the parcel dispatch centre."),
    "customs": ("", "The parcel is with customs."),
    "out": ("Courier", "The parcel has left the parcel delivery centre and is on its way to the consignee."),
    "attempt": ("DeliveryFailure", "Unfortunately we have not been able to deliver your parcel."),
    "pickup": ("ParcelShop", "Delivered by driver to Pickup parcelshop."),
    "delivered": ("Delivered", "The parcel has been delivered."),
    "delay": ("", "There is a delay in the delivery of your parcel."),
    "weather": ("", "There is a delay in the delivery of your parcel."),
    "damaged": ("", "The parcel is damaged."),
    "refused": ("", "The parcel was refused."),
    "returning": ("", "The parcel is on its way back to the sender."),
    "returned": ("", "The parcel has been returned to the sender."),
    "cancelled": ("", "The parcel was cancelled."),
}


def key(question: Question) -> str | None:
    return question.xml.findtext(".//authToken")


def _login(question: Question) -> str | None:
    user = question.xml.findtext(".//delisId")
    return f"{user}:{question.xml.findtext('.//password')}" if user else None


def _granted(token: str, seconds: int) -> Reply:
    told = tag("return", tag("delisId", "sandbox"), tag("authToken", token), tag("depot", "0512"))
    return _soap(tag("getAuthResponse", told, xmlns="http://dpd.com/common/service/types/LoginService/2.1"))


token = Token("/soap/services/LoginService/V2_1", _login, _granted, 12 * 3600)


def numbers(question: Question) -> Sequence[str]:
    return [question.xml.findtext(".//parcelLabelNumber") or ""]


def answer(question: Question, known: Known) -> Reply:
    (standing,) = known.values()
    if standing is None:
        return refusals[Break.NOT_FOUND]
    rows = [_row(scan, current=scan is standing.newest) for scan in reversed(standing.scans)]
    result = tag("trackingresult", _shipment(standing), *(rows or [_ahead()]))
    name = "http://dpd.com/common/service/types/ParcelLifeCycleService/2.0"
    return _soap(tag("getTrackingDataResponse", result, xmlns=name))


def _shipment(standing: Standing) -> str:
    service = tag("serviceDescription", tag("content", _line(standing.life.service or "DPD CLASSIC")))
    return tag("shipmentInfo", service, tag("status", "SHIPMENT"), tag("statusHasBeenReached", "false"))


def _ahead() -> str:
    """A step that is still to come: DPD lists those too."""
    return tag("statusInfo", tag("status", "Delivered"), tag("statusHasBeenReached", "false"))


def _row(scan: Scan, *, current: bool) -> str:
    status, own = codes[scan.kind.name]
    place = f"{scan.city} ({scan.country})" if scan.country else scan.city
    return tag(
        "statusInfo",
        tag("status", status),
        tag("label", _line("In transit")),
        tag("description", tag("content", _line(words(scan, own)))),
        tag("statusHasBeenReached", "true"),
        tag("isCurrentStatus", str(current).lower()),
        tag("location", _line(place)),
        tag("date", _line(f"{scan.at.month}/{scan.at.day}/{scan.at:%Y} {scan.at:%I:%M:%S %p}".replace(" 0", " "))),
    )


def _line(text: str) -> str:
    return tag("content", text)


def _soap(body: str, status: int = 200) -> Reply:
    name = "http://schemas.xmlsoap.org/soap/envelope/"
    return says_xml(tag("soap:Envelope", tag("soap:Body", body), **{"xmlns:soap": name}), status)


def _fault(detail: str, status: int = 500) -> Reply:
    said = tag("faultcode", "soap:Server"), tag("faultstring", "Fault occured"), tag("detail", detail)
    return _soap(tag("soap:Fault", *said), status)


_DENIED = Element("<errorCode>DELICOM_ERR_AUTHENTICATION</errorCode><errorMessage>Authentication failed</errorMessage>")
_UNKNOWN = Element("<faultCode>X_1</faultCode><message>Parcel not found</message>")
refusals = {
    Break.AUTH: _fault(tag("authenticationFault", _DENIED)),
    Break.NOT_FOUND: _fault(tag("faults", _UNKNOWN)),
    Break.THROTTLED: says_xml("<error>Too Many Requests</error>", 429),
    Break.UNAVAILABLE: says_xml("<error>Service Unavailable</error>", 503),
    Break.ERROR_INSIDE: _fault(tag("authenticationFault", _DENIED), 200),
}
