"""bpost: Tracked mail v1, one number a question, XML.

Its list of states is not public; what is known of a code comes from answers and public clients. The description
("BoundToRound - out_for_distribution") is read where a code is not known well enough.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import quote

from carriers.kit import reading
from carriers.kit.codes import UNMAPPED, Meaning, table
from carriers.kit.contract import Answer, Auth, BasicLogin, Conversation, Field, Limits, Numbers
from carriers.kit.errors import AuthFailed, CarrierError, NotFound, Rejected, Unavailable
from carriers.kit.model import Pickup, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, entries, entry, joined, text, words
from carriers.kit.xml import inside, said_xml

slug = "bpost"
name = "bpost"
hosts: tuple[str, ...] = ("api.parcel.bpost.cloud",)
batch_size = 1
limits = Limits()
fields: tuple[Field, ...] = (
    Field("account_id", "Account id", secret=False),
    Field("passphrase", "Passphrase"),
)
numbers = Numbers(
    formats=("s10",),
    countries=("BE",),
    patterns=(r"32\d{22}",),
    links=(r"bpost\.(?:be|cloud)/\S*?(?:itemCode|itemIdentifier|item)=(\w{13,24})",),
)
auth: Auth = BasicLogin("account_id", "passphrase")

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SAID: Mapping[str, type[CarrierError]] = {
    "authori": AuthFailed,
    "authenti": AuthFailed,
    "access denied": AuthFailed,
    "credential": AuthFailed,
    "invalid": Rejected,
    "not valid": Rejected,
}
"""What an exception without a telling code says."""
_UNKNOWN = ("not found", "unknown", "does not exist", "no item", "no such", "no information")

Moment = datetime | date | None


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about the one number of the batch."""
    (number,) = numbers
    url = f"https://api.parcel.bpost.cloud/services/trackedmail/item/{quote(number, safe='')}/trackingInfo"
    return read((yield Request("GET", url, headers={"Accept": "application/xml"})), numbers)


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One result, or what bpost calls an exception."""
    parts = inside(said_xml(response), "itemTracking", "businessException", "systemException")
    asked = numbers[0] if len(numbers) == 1 else None
    if parts["itemTracking"]:
        return reading.each(parts["itemTracking"], lambda told: _result(told, asked), response.body)
    for said in parts["businessException"] + parts["systemException"]:
        raise _fault(said, asked, response)
    reading.check(response)
    reading.refuse(response, asked)
    raise KeyError("itemTracking")


def _fault(said: Entry, number: str | None, response: Response) -> CarrierError:
    """By the HTTP status that stands in the answer or before it, else by its words."""
    code, low = text(said.get("code")), text(said.get("message")).lower()
    if any(word in low for word in _UNKNOWN):
        return NotFound(number=number, code=code or None)
    inner = Response(int(code), response.body, response.headers) if re.fullmatch("[45][0-9]{2}", code) else response
    reading.check(inner)
    reading.refuse(inner, number)
    kind = next((kind for word, kind in _SAID.items() if word in low), Unavailable)
    return kind(number=number, code=code or None)


def _result(told: Entry, asked: str | None) -> TrackingResult:
    events = reading.newest_first([_event(row) for row in entries(told["stateInfo"])])
    last = reading.newest_movement(events)
    status = (last.status if last is not None else None) or Status.UNKNOWN
    opens, closes = _window(entry(told.get("deliveryTimeWindow")))
    handed_over = reading.reached(events, status) or reading.moment(told.get("deliveryTime"))
    return TrackingResult(
        number=words(told.get("itemCode")) or asked,
        status=status,
        events=events,
        eta=closes,
        eta_from=opens,
        delivered_at=handed_over if status is Status.DELIVERED else None,
        delay=None if status.is_final else reading.own_delay(events),
        reason=last.reason if last is not None else None,
        service=words(entry(told.get("itemDetail")).get("productCode")),
        origin=words(told.get("cityOrCountryOfdeparture")) or words(told.get("cityOrCountryOfDeparture")),
        destination=words(told.get("cityOrCountryOfDestination")),
        destination_country=words(entry(entry(told.get("addressee")).get("address")).get("countryCode")),
        pickup=_pickup(entry(told.get("pickupPoint")), last) if status is Status.AVAILABLE_FOR_PICKUP else None,
    )


def _event(row: Entry) -> ScanEvent:
    get = row.get
    code, said = text(get("stateCode")), " ".join(text(get("stateDescription")).split())
    meaning = _meaning(code, said)
    at, where = reading.moment(get("time")), text(get("location"))
    return ScanEvent(at, code or None, said, where, meaning.status, meaning.reason, meaning.delay)


@lru_cache(maxsize=1024)
def _meaning(code: str, said: str) -> Meaning:
    """The code; its wording where the code tells nothing, or a delivery was one back to the sender."""
    low = _HUMP.sub(" ", said).replace("_", " ").lower()
    spoken = next((meaning for phrase, meaning in table("bpost_texts").items() if phrase in low), UNMAPPED)
    known = table("bpost_states").get(code.upper(), UNMAPPED)
    returned = known.status is Status.DELIVERED and spoken.status is Status.RETURNED
    return spoken if returned or known.status is Status.UNKNOWN else known


def _window(frame: Entry) -> tuple[Moment, Moment]:
    opens = reading.moment(frame.get("plannedDeliveryDateWindowStart"))
    closes = reading.moment(frame.get("plannedDeliveryDateWindowEnd"))
    return (opens if closes else None), closes or opens


def _pickup(point: Entry, last: ScanEvent | None) -> Pickup:
    get = point.get
    street = f"{text(get('streetName'))} {text(get('houseNumber'))}".strip()
    town = f"{text(get('postalCode'))} {text(get('city'))}".strip()
    place = joined(text(get("name")), street, town) or (last.place if last is not None else "")
    return Pickup(place)
