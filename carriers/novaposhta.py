"""Nova Poshta (Ukraine): TrackingDocument.getStatusDocuments, a hundred numbers a question, always HTTP 200.

An answer holds the parcel's present status only, no history: it becomes one scan. Times are Kyiv's wall clock, in four
notations. Unverified: how often one may ask. The key may be left out; the shop's phone unlocks details.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from carriers.kit import reading
from carriers.kit.codes import UNMAPPED, Meaning, table
from carriers.kit.contract import Answer, Auth, Conversation, Field, Limits, Numbers
from carriers.kit.errors import AuthFailed, CarrierError, NotFound, RateLimited, Rejected, Unavailable
from carriers.kit.faults import fault
from carriers.kit.model import Leg, Pickup, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, Moment, joined, text, words

slug = "novaposhta"
name = "Nova Poshta"
hosts: tuple[str, ...] = ("api.novaposhta.ua",)
batch_size = 100
limits = Limits()
fields: tuple[Field, ...] = (
    Field("api_key", "API key", required=False),
    Field("phone", "Phone of the shop, as on the waybills", pattern=r"\+?\d{9,15}", required=False),
)
numbers = Numbers(patterns=(r"\d{14}",), links=(r"(?:novaposhta\.ua|novapost(?:\.\w+)+)/.*?(\d{14})(?!\d)",))
auth: Auth = None

NOT_FOUND = "3"
_KYIV = ZoneInfo("Europe/Kyiv")
_INVALID = "Invalid DocumentNumber:"
# Wordings of refusals that come without a code.
_SAID: dict[str, type[CarrierError]] = {
    "api key": AuthFailed,
    "apikey": AuthFailed,
    "many requests": RateLimited,
    "not found": NotFound,
    "not correct": Rejected,
    "documentnumber": Rejected,
    "unavailable": Unavailable,
}
_AT_SENDER = frozenset({"1", "4", "12"})
_NOWHERE = frozenset({"2", "5"})
_TURNED = ("return", "redirect")


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about all numbers; one of a wrong form spoils the question, so the others are asked again without it."""
    found = read((yield _question(numbers, account)), numbers)
    spoilt = {one.number for one in found if isinstance(one, Rejected)}
    rest = [number for number in numbers if number not in spoilt]
    if not spoilt or len(found) > len(spoilt) or not rest:
        return found
    return [*found, *read((yield _question(rest, account)), rest)]


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One result for each document; numbers of a wrong form are named in warnings."""
    reading.check(response)
    body = reading.decode(response)
    found = reading.each(reading.listed(body.get("data")), _answer, response.body)
    found += [Rejected(number=number) for number in _spoilt(body.get("warnings"))]
    if found:
        return found
    asked = numbers[0] if len(numbers) == 1 else None
    reading.refuse(response, asked)
    if body["success"] is not True:
        raise _refusal(body, response, asked)
    return [NotFound(number=number) for number in numbers or (None,)]


def _question(numbers: Sequence[str], account: Mapping[str, str]) -> Request:
    phone = account.get("phone", "")
    question = {
        "apiKey": account.get("api_key", ""),
        "modelName": "TrackingDocument",
        "calledMethod": "getStatusDocuments",
        "methodProperties": {"Documents": [{"DocumentNumber": number, "Phone": phone} for number in numbers]},
    }
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    return Request("POST", "https://api.novaposhta.ua/v2.0/json/", headers, body=msgspec.json.encode(question))


def _spoilt(warnings: object) -> Iterator[str]:
    for said in _words(warnings):
        if said.startswith(_INVALID):
            yield said.removeprefix(_INVALID).strip()


def _words(told: object) -> list[str]:
    return [one for one in map(text, told if isinstance(told, list) else [told]) if one]


def _refusal(body: Entry, response: Response, asked: str | None) -> CarrierError:
    codes, said = _words(body.get("errorCodes")), " ".join(_words(body.get("errors"))).lower()
    kind = next((kind for phrase, kind in _SAID.items() if phrase in said), None)
    if kind is not None:
        return kind(number=asked, code=codes[0] if codes else None)
    return fault(slug, codes[0] if codes else "", asked, response)


def _answer(document: Entry) -> Answer:
    get = document.get
    number, code = text(get("Number")), text(get("StatusCode"))
    if code == NOT_FOUND:
        return NotFound(number=number or None, code=code)
    meaning = table("novaposhta_statuses").get(code, UNMAPPED)
    at, said = _at(document, meaning.status), text(get("Status"))
    event = ScanEvent(at, code or None, said, _place(document, code), meaning.status, meaning.reason, meaning.delay)
    return TrackingResult(
        number=number or None,
        status=meaning.status or Status.UNKNOWN,
        events=(event,) if code or said else (),
        eta=_moment(get("ScheduledDeliveryDate")),
        delivered_at=at if meaning.status is Status.DELIVERED else None,
        delay=said if meaning.delay else None,
        reason=meaning.reason,
        origin=words(get("CitySender")),
        destination=words(get("CityRecipient")),
        pickup=_pickup(document) if meaning.status is Status.AVAILABLE_FOR_PICKUP else None,
        next_leg=_leg(document, meaning),
    )


def _at(document: Entry, status: Status | None) -> Moment:
    keys = ("TrackingUpdateDate", "DateScan", "DateCreated")
    if status is Status.DELIVERED:
        keys = ("RecipientDateTime", "ActualDeliveryDate", "TrackingUpdateDate")
    return next((at for key in keys if (at := _moment(document.get(key)))), None)


def _place(document: Entry, code: str) -> str:
    """Where the status was set: the answer names the two ends only."""
    if code in _NOWHERE:
        return ""
    return text(document.get("CitySender" if code in _AT_SENDER else "CityRecipient"))


def _moment(written: object) -> Moment:
    """`dd-mm-yyyy HH:MM:SS`, `yyyy-mm-dd HH:MM:SS`, `HH:MM dd.mm.yyyy`, or the day alone; None for zeros."""
    parts = text(written).replace(".", "-").split()
    day = next((part for part in parts if "-" in part), "")
    hour = next((part for part in parts if ":" in part), "")
    iso = day if day[4:5] == "-" else f"{day[6:10]}-{day[3:5]}-{day[:2]}"
    at = reading.moment(f"{iso}T{hour}" if hour else iso)
    return at.replace(tzinfo=_KYIV) if isinstance(at, datetime) else at


def _pickup(document: Entry) -> Pickup:
    get = document.get
    where = text(get("WarehouseRecipient")) or text(get("RecipientAddress"))
    until = reading.day_of(_moment(get("DateReturnCargo")))
    return Pickup(joined(where, get("CityRecipient")), until=until)


def _leg(document: Entry, meaning: Meaning) -> Leg | None:
    """The waybill on which a parcel goes on, back or elsewhere; money sent back has one too and is none."""
    kind, number = (text(document.get(f"LastCreatedOnTheBasis{part}")) for part in ("DocumentType", "Number"))
    goes_on = any(word in kind.lower() for word in _TURNED) and meaning.status is not Status.DELIVERED
    return Leg(number, name) if number and goes_on else None
