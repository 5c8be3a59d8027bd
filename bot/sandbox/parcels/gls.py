"""GLS Track And Trace v1 as it answers: ten parcels a question, each with its own error or its events."""

from collections.abc import Sequence

from bot.sandbox.parcels.life import Scan, Standing
from bot.sandbox.parcels.wire import Break, Json, Known, Question, Reply, Token, basic, bearer, oauth, says, words

slug = "gls"
routes = (("GET", "/track-and-trace-v1/tracking/simple/{kind}/{numbers}"),)
key = bearer
token = Token("/oauth2/v2/token", basic, oauth, 4 * 3600)
most = 10
unsaid = frozenset({"eta"})
# Code, words, the status above them.
codes = {
    "label": ("INTIAL.PREADVICE", "The parcel data was entered into the GLS IT system.", "PREADVICE"),
    "picked_up": ("INTIAL.NORMAL", "The parcel was handed over to GLS.", "INTRANSIT"),
    "departed": ("OUTBOD.NORMAL", "The parcel has left the parcel center.", "INTRANSIT"),
    "arrived": ("INBOUD.NORMAL", "The parcel has reached the parcel center.", "INTRANSIT"),
    "out": ("OUTDEL.NORMAL", "The parcel is expected to be delivered during the day.", "INDELIVERY"),
    "attempt": ("NODELV.ABSENT", "The consignee was not at home.", "NOTDELIVERED"),
    "pickup": ("DELIVD.PARCELSHOP", "The parcel has been delivered at the ParcelShop.", "DELIVEREDPS"),
    "delivered": ("DELIVD.NORMAL", "The parcel has been delivered.", "DELIVERED"),
    "cancelled": ("CANCEL.NORMAL", "The parcel data have been deleted from the GLS IT system.", "CANCELED"),
}


def numbers(question: Question) -> Sequence[str]:
    return question.parts["numbers"].split(",")


def answer(question: Question, known: Known) -> Reply:
    return says({"parcels": [_parcel(number, standing) for number, standing in known.items()]})


def _parcel(number: str, standing: Standing | None) -> Json:
    if standing is None:
        return {"requested": number, "errorCode": "E_404_01", "errorMessage": "Resource Not Found"}
    newest = standing.newest
    told: Json = {
        "requested": number,
        "unitno": number,
        "status": codes[newest.kind.name][2] if newest else "PREADVICE",
    }
    if newest:
        told["statusDateTime"] = _at(newest)
    return {**told, "events": [_event(scan) for scan in standing.scans]}


def _event(scan: Scan) -> Json:
    code, own, _ = codes[scan.kind.name]
    return {
        "code": code,
        "city": scan.city,
        "postalCode": "",
        "country": scan.country,
        "description": words(scan, own),
        "eventDateTime": _at(scan),
    }


def _at(scan: Scan) -> str:
    return f"{scan.at:%Y-%m-%dT%H:%M:%S%z}"


def _fault(text: str, code: str, status: int) -> Reply:
    return says({"fault": {"faultstring": text, "detail": {"errorcode": code}}}, status)


bad_client = says({"error": "invalid_client", "error_description": "Client credentials are invalid"}, 401)
refusals = {
    Break.AUTH: _fault("The Token has expired: policy(Verify-JWT)", "steps.jwt.TokenExpired", 401),
    Break.NOT_FOUND: says({"parcels": []}),
    Break.THROTTLED: _fault("Rate limit quota violation.", "policies.ratelimit.QuotaViolation", 429),
    Break.UNAVAILABLE: says({"message": "Service Unavailable"}, 503),
    Break.ERROR_INSIDE: _fault("Rate limit quota violation.", "policies.ratelimit.QuotaViolation", 200),
}
