"""La Poste's Suivi v2: Colissimo, letters and Chronopost, several numbers a question.

That ten numbers fit in a question is unverified: one that is refused as a whole is asked number by number. MD2 ("mis
en distribution") is said of a parcel still being prepared and of one on its round; only its wording tells.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import quote

from carriers.kit import reading
from carriers.kit.batches import together_or_alone
from carriers.kit.codes import UNMAPPED, Meaning, table
from carriers.kit.contract import Answer, Auth, Conversation, Field, HeaderKey, Limits, Numbers
from carriers.kit.errors import CarrierError, NotFound
from carriers.kit.faults import fault
from carriers.kit.model import Leg, Pickup, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, entries, entry, text, words

slug = "laposte"
name = "La Poste"
hosts: tuple[str, ...] = ("api.laposte.fr",)
batch_size = 10
limits = Limits()
fields: tuple[Field, ...] = (Field("api_key", "Okapi key"),)
numbers = Numbers(
    formats=("s10",),
    countries=("FR",),
    patterns=(r"\d[A-Z]\d{11}",),
    links=(r"(?:laposte|colissimo)\.fr/\S*?(?:code|idship|id|colispart|parcelnumber)=(\w{11,15})",),
)
auth: Auth = HeaderKey("X-Okapi-Key", "api_key")

ON_ITS_ROUND = frozenset({Status.OUT_FOR_DELIVERY})
REFINES: Mapping[str, frozenset[Status | None]] = {"MD2": ON_ITS_ROUND, "DI1": frozenset({Status.RETURNED})}
"""Codes whose wording may say more, and what."""
Moment = datetime | date | None


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about all at once, or about each alone where one spoils the question for the others."""
    return (yield from together_or_alone(_get, read, numbers))


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One answer for each number: a list of them, or a lone one."""
    reading.check(response)
    told = reading.listed(reading.decode_any(response))
    asked = numbers[0] if len(numbers) == 1 else None
    if not told or not any(told):
        reading.refuse(response, asked)
        raise NotFound(number=asked)
    return reading.each(told, lambda one: _answer(one, asked, response), response.body)


def _get(numbers: Sequence[str]) -> Request:
    url = "https://api.laposte.fr/suivi/v2/idships/" + ",".join(quote(number, safe="") for number in numbers)
    return Request("GET", url, headers={"Accept": "application/json"}, query={"lang": "en_GB"})


def _answer(one: Entry, asked: str | None, response: Response) -> Answer:
    shipment = entry(one.get("shipment"))
    number = text(shipment.get("idShip")) or text(one.get("idShip")) or asked
    return _result(shipment, number) if shipment else _fault(one, number, response)


def _fault(one: Entry, number: str | None, response: Response) -> CarrierError:
    """By the gateway's code, or by the HTTP status that stands in the answer itself."""
    status = text(one.get("returnCode"))
    inner = Response(int(status[:3]), response.body, response.headers) if status.isdigit() else response
    try:
        reading.check(inner)
        return fault(slug, text(one.get("code")) or status, number, inner)
    except CarrierError as error:
        return error.about(number) if number else error


def _result(shipment: Entry, number: str | None) -> TrackingResult:
    events = reading.newest_first([_event(row) for row in entries(shipment.get("event"))])
    last = reading.newest_movement(events)
    status = _standing(shipment, last)
    around = entry(shipment.get("contextData"))
    handed_over = reading.moment(shipment.get("deliveryDate"))
    return TrackingResult(
        number=number,
        status=status,
        events=events,
        eta=_expected(shipment, around),
        delivered_at=(reading.reached(events, status) or handed_over) if status is Status.DELIVERED else None,
        delay=None if status.is_final else reading.own_delay(events),
        reason=last.reason if last is not None else None,
        service=words(shipment.get("product")),
        origin=words(around.get("originCountry")),
        destination=words(around.get("arrivalCountry")),
        destination_country=words(around.get("arrivalCountry")),
        pickup=Pickup(_point(around)) if status is Status.AVAILABLE_FOR_PICKUP else None,
        next_leg=_next_leg(around),
    )


def _event(row: Entry) -> ScanEvent:
    code, said = text(row.get("code")), text(row.get("label"))
    meaning = _meaning(code, said)
    at = reading.moment(row.get("date"))
    return ScanEvent(at, code or None, said, "", meaning.status, meaning.reason, meaning.delay)


@lru_cache(maxsize=4096)
def _meaning(code: str, said: str) -> Meaning:
    """The published code; its wording where the code leaves open what the wording tells, or is not published."""
    low = said.lower().replace("’", "'")
    known = table("laposte_events").get(code.upper())
    spoken = next((meaning for phrase, meaning in table("laposte_texts").items() if phrase in low), UNMAPPED)
    if known is None:
        return spoken
    if spoken.delay and known.status is Status.EXCEPTION:
        return Meaning(known.status, known.reason, delay=True)
    return spoken if spoken.status in REFINES.get(code.upper(), ()) else known


def _standing(shipment: Entry, last: ScanEvent | None) -> Status:
    """The newest movement; the steps of the timeline where no movement can be read."""
    if last is not None and last.status not in (None, Status.UNKNOWN):
        return last.status or Status.UNKNOWN
    if shipment.get("isFinal") is True and shipment.get("deliveryDate"):
        return Status.DELIVERED
    begun = any(step.get("status") is True for step in entries(shipment.get("timeline")))
    return Status.IN_TRANSIT if begun and last is None else Status.UNKNOWN


def _expected(shipment: Entry, around: Entry) -> Moment:
    said = (shipment.get("estimDate"), around.get("deliveryDate"))
    return next((at for one in said if (at := reading.moment(one)) is not None), None)


def _point(around: Entry) -> str:
    return text(entry(around.get("removalPoint")).get("name"))


def _next_leg(around: Entry) -> Leg | None:
    partner = entry(around.get("partner"))
    number = text(partner.get("reference"))
    return Leg(number, text(partner.get("name"))) if number else None
