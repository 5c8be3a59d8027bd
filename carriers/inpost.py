"""InPost (Poland): ShipX tracking, one number a question, no login. It gives no day of delivery.

Unverified: how often one may ask, and how an unknown number is answered besides HTTP 404.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from carriers.kit import reading
from carriers.kit.codes import UNMAPPED, Meaning, table
from carriers.kit.contract import ENVIRONMENT, Answer, Auth, Conversation, Field, Limits, Numbers
from carriers.kit.faults import fault
from carriers.kit.model import Pickup, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, entries, entry, joined, text, words

slug = "inpost"
name = "InPost"
hosts: tuple[str, ...] = ("api-shipx-pl.easypack24.net", "sandbox-api-shipx-pl.easypack24.net")
sandbox: Mapping[str, str] = {"https://api-shipx-pl.easypack24.net": "https://sandbox-api-shipx-pl.easypack24.net"}
batch_size = 1
limits = Limits()
fields: tuple[Field, ...] = (ENVIRONMENT,)
numbers = Numbers(patterns=(r"\d{24}",), links=(r"inpost\.\w+/.*?number=(\w{10,30})",))
auth: Auth = None


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about the one number of the batch."""
    url = f"https://api-shipx-pl.easypack24.net/v1/tracking/{quote(numbers[0], safe='')}"
    return read((yield Request("GET", url, headers={"Accept": "application/json"})), numbers)


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One result; a refusal names its reason under `error`."""
    reading.check(response)
    body = reading.decode(response)
    asked = numbers[0] if len(numbers) == 1 else None
    if "error" in body:
        raise fault(slug, text(body["error"]), asked, response)
    reading.problem(body, response, asked)
    reading.refuse(response, asked)
    return [_result(body, text(body["tracking_number"]) or asked)]


def _result(told: Entry, number: str | None) -> TrackingResult:
    events = reading.newest_first([_event(row) for row in entries(told.get("tracking_details"))])
    last, summary = reading.newest_movement(events), _meaning(told.get("status"))
    known = last is not None and last.status is not Status.UNKNOWN
    status: Status = (last.status if last is not None and known else summary.status) or Status.UNKNOWN
    return TrackingResult(
        number=number,
        status=status,
        events=events,
        delivered_at=reading.reached(events, Status.DELIVERED) if status is Status.DELIVERED else None,
        delay=None if status.is_final else reading.own_delay(events),
        reason=last.reason if last is not None and known else summary.reason,
        service=words(told.get("service")),
        pickup=_pickup(entry(told.get("custom_attributes"))) if status is Status.AVAILABLE_FOR_PICKUP else None,
    )


def _event(row: Entry) -> ScanEvent:
    get = row.get
    meaning, at, said = _meaning(get("status")), reading.moment(get("datetime")), text(get("origin_status"))
    return ScanEvent(at, words(get("status")), said, text(get("agency")), meaning.status, meaning.reason, meaning.delay)


def _meaning(status: object) -> Meaning:
    return table("inpost_statuses").get(text(status).lower(), UNMAPPED)


def _pickup(told: Entry) -> Pickup:
    point = entry(told.get("target_machine_detail"))
    address = entry(point.get("address")).get
    place = joined(point.get("name") or told.get("target_machine_id"), address("line1"), address("line2"))
    return Pickup(place, hours=text(point.get("opening_hours")))
