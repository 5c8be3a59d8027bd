"""17TRACK v2.2, an aggregator: 40 numbers a question, each of which must be registered once.

Unverified against the service: the recipe of a push's `sign` (SHA-256 over the raw body, a slash and the API key).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256

import msgspec

from carriers.kit import proof, reading
from carriers.kit.codes import UNMAPPED, Meaning, table
from carriers.kit.contract import Answer, Auth, Conversation, Field, HeaderKey, Limits, Numbers
from carriers.kit.errors import CarrierError, NotFound, Rejected
from carriers.kit.faults import fault
from carriers.kit.model import Leg, Reason, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, entries, entry, joined, text, words

slug = "17track"
name = "17TRACK"
hosts: tuple[str, ...] = ("api.17track.net",)
batch_size = 40
limits = Limits(per_second=3)
fields: tuple[Field, ...] = (Field("api_key", "API key (security key)"),)
numbers = Numbers(patterns=(r"[A-Z0-9-]{5,50}",), any_other=True, links=(r"17track\.net/.*[#?&]nums=([^&,]+)",))
auth: Auth = HeaderKey("17token", "api_key")

ALREADY_REGISTERED, NOT_REGISTERED, NOTHING_YET = "-18019901", "-18019902", "-18019909"
Moment = datetime | date | None


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask; register what 17TRACK has not been told of and ask for that once more."""
    found = read((yield _post("gettrackinfo", numbers)), numbers)
    strange = [one.number for one in found if one.number and _is_strange(one)]
    if not strange:
        return found
    kept = [one for one in found if one.number not in strange]
    try:
        return [*kept, *(yield from _introduce(strange))]
    except CarrierError as error:
        if not kept:
            raise
        # A spent quota of registrations must not cost the answers about numbers long registered.
        return [*kept, *(error.about(number) for number in strange)]


def _introduce(strange: Sequence[str]) -> Conversation:
    refused = read((yield _post("register", strange)), strange)
    barred = [one for one in refused if isinstance(one, CarrierError)]
    told = [number for number in strange if number not in {one.number for one in barred}]
    if not told:
        return list(refused)
    again = read((yield _post("gettrackinfo", told)), told)
    return [*barred, *map(_patient, again)]


def receive(headers: Mapping[str, str], body: bytes, account: Mapping[str, str]) -> list[Answer]:
    """What 17TRACK pushes, signed with the API key itself."""
    key = proof.secret_of(account, "api_key")
    proof.demand(headers.get("sign"), sha256(body + b"/" + key.encode()).hexdigest())
    return read(Response(200, body), ())


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """An answer to a question, to a registration, or what 17TRACK pushes by itself."""
    reading.check(response)
    body = reading.decode(response)
    _raise_fault(body, response)
    reading.refuse(response, None)
    told = entry(body["data"])
    if "track_info" in told:
        return [_result(told)]
    if "event" in body:
        return []  # pushed word that 17TRACK has stopped following a number
    accepted, rejected = told.get("accepted"), told.get("rejected")
    if accepted is None and rejected is None:
        raise KeyError("accepted")
    # In the answer to a registration an accepted number has no track_info: nothing to report yet.
    followed = [one for one in entries(accepted) if "track_info" in one]
    taken = reading.each(followed, _result, response.body)
    refused = [answer for one in entries(rejected) for answer in _refused(one, response)]
    return [*_newest(taken), *refused]


def _post(verb: str, numbers: Sequence[str]) -> Request:
    body = msgspec.json.encode([{"number": number} for number in numbers])
    headers = {"Content-Type": "application/json"}
    return Request("POST", f"https://api.17track.net/track/v2.2/{verb}", headers=headers, body=body)


def _raise_fault(body: Entry, response: Response) -> None:
    faults = [text(body.get("code")), *(text(one.get("code")) for one in _faults(body))]
    code = next((fault for fault in faults if fault not in ("", "0")), None)
    if code is not None:
        raise fault(slug, code, None, response)


def _faults(body: Entry) -> list[Entry]:
    return entries(entry(body.get("data")).get("errors"))


def _refused(one: Entry, response: Response) -> Iterator[Answer]:
    number, code = text(one.get("number")), text(entry(one.get("error")).get("code"))
    if code == NOTHING_YET:
        yield _nothing_yet(number)
    elif code != ALREADY_REGISTERED:
        yield fault(slug, code, number or None, response)


def _nothing_yet(number: str) -> TrackingResult:
    # Not NotFound: 17TRACK follows the number and asks the carrier, so the caller goes on at its usual pace.
    # Not pre_transit either: nobody has said that the parcel is announced, it may well be under way.
    return TrackingResult(number, Status.UNKNOWN)


def _is_strange(answer: Answer) -> bool:
    return isinstance(answer, NotFound) and answer.code == NOT_REGISTERED


def _patient(answer: Answer) -> Answer:
    """A number registered a moment ago may still count as unregistered: that is "nothing yet" as well."""
    return _nothing_yet(answer.number or "") if _is_strange(answer) else answer


def _newest(answers: list[Answer]) -> list[Answer]:
    """One answer for each number: registered with two carriers it comes twice; the one with events counts."""
    best: dict[str | None, Answer] = {}
    for answer in answers:
        rival = best.get(answer.number)
        if rival is None or isinstance(rival, CarrierError) or _weight(answer) > _weight(rival):
            best[answer.number] = answer
    return list(best.values())


def _weight(answer: Answer) -> int:
    return len(answer.events) if isinstance(answer, TrackingResult) else -1


def _result(one: Entry) -> Answer:
    number, told = text(one["number"]), entry(one["track_info"])
    latest = entry(told.get("latest_status"))
    main, sub = text(latest.get("status")), text(latest.get("sub_status"))
    events = _events(told)
    if main == "NotFound" and not events:
        return (Rejected if sub == "NotFound_InvalidCode" else NotFound)(number=number, code=sub)
    if not main and not events:
        return _nothing_yet(number)
    status, reason, delay = _standing(main, sub, text(latest.get("sub_status_descr")), events)
    eta, opens = _window(told)
    misc = entry(told.get("misc_info"))
    shipper, recipient = _party(told, "shipper_address"), _party(told, "recipient_address")
    return TrackingResult(
        number=number,
        status=status,
        events=events,
        eta=eta,
        eta_from=opens,
        delivered_at=reading.reached(events, Status.DELIVERED) if status is Status.DELIVERED else None,
        delay=None if status.is_final else delay,
        reason=reason,
        service=words(misc.get("service_type")),
        origin=words(_where(shipper)),
        destination=words(_where(recipient)),
        destination_country=words(recipient.get("country")),
        next_leg=_next_leg(misc, number),
    )


def _events(told: Entry) -> tuple[ScanEvent, ...]:
    providers = entries(entry(told.get("tracking")).get("providers"))
    rows = [row for provider in providers for row in entries(provider.get("events"))]
    return reading.newest_first([_event(row) for row in rows or entries(told.get("latest_event"))])


def _event(row: Entry) -> ScanEvent:
    get = row.get
    sub, stage = text(get("sub_status")), text(get("stage"))
    meaning = _meaning(sub, stage)
    return ScanEvent(
        _moment(row),
        sub or stage or None,
        text(get("description")),
        text(get("location")) or _where(entry(get("address"))),
        meaning.status,
        meaning.reason,
        meaning.delay,
    )


def _standing(
    main: str, sub: str, said: str, events: tuple[ScanEvent, ...]
) -> tuple[Status, Reason | None, str | None]:
    now, last = _meaning(sub, main), reading.newest_movement(events)
    if now.status is Status.UNKNOWN and last is not None:
        return last.status or Status.UNKNOWN, last.reason, reading.own_delay(events)
    delay = said or sub if now.delay else reading.own_delay(events)
    return now.status or Status.UNKNOWN, now.reason, delay


@lru_cache(maxsize=1024)
def _meaning(sub: str, main: str) -> Meaning:
    """The sub status; a new one falls back on its documented main status, which stands before the `_`."""
    known = table("17track_statuses")
    found = known.get(sub) or known.get(sub.partition("_")[0]) if sub else None
    return found or known.get(main, UNMAPPED)


def _moment(row: Entry) -> Moment:
    return reading.moment(row.get("time_iso")) or reading.moment(row.get("time_utc")) or _raw_moment(row)


def _raw_moment(row: Entry) -> Moment:
    raw = entry(row.get("time_raw"))
    day, hour = text(raw.get("date")), text(raw.get("time"))
    return reading.moment(row.get("time_raw")) or reading.moment(f"{day}T{hour}" if hour else day)


def _window(told: Entry) -> tuple[Moment, Moment]:
    frame = entry(entry(told.get("time_metrics")).get("estimated_delivery_date"))
    opens, closes = reading.moment(frame.get("from")), reading.moment(frame.get("to"))
    return (closes or opens), (opens if closes else None)


def _party(told: Entry, kind: str) -> Entry:
    return entry(entry(told.get("shipping_info")).get(kind))


def _where(address: Entry) -> str:
    return joined(address.get("city"), address.get("state"), address.get("country"))


def _next_leg(misc: Entry, number: str) -> Leg | None:
    local = text(misc.get("local_number"))
    return Leg(local, text(misc.get("local_provider"))) if local and local != number else None
