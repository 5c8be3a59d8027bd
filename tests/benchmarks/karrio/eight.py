"""Answers with exactly eight events a result, made of genuine ones: cut to their newest, or grown by their own.

Which answer: the carrier's with a number of events a result nearest to eight; one that has eight stays as it came. An
answer grows by its own events once more, a year older each time round, so that none is a repeat of another; nothing
else in it changes. Readings of codes and places are warm, as they are for a carrier whose parcels are polled.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from carriers.kit.conversation import parse
from carriers.kit.discovery import find
from carriers.kit.reading import in_utf8, is_html
from carriers.kit.samples import body_of, expected_of, samples

EIGHT = 8
EVENTS: Mapping[str, str] = {
    "17track": "events",
    "aftership": "checkpoints",
    "aramex": "TrackingResult",
    "australiapost": "events",
    "bring": "eventSet",
    "cdek": "statuses",
    "correios": "eventos",
    "dhl_express": "events",
    "dhl_unified": "events",
    "easypost": "tracking_details",
    "fedex": "scanEvents",
    "gls": "events",
    "hermes": "status",
    "inpost": "tracking_details",
    "laposte": "event",
    "postnord": "events",
    "royalmail": "events",
    "ship24": "events",
    "smsa": "Scans",
    "ups": "activity",
    "usps": "trackingEvents",
}
"""Under which key a JSON carrier lists events. Nova Poshta tells one state and no list."""
WHOSE = {"aramex": "WaybillNumber"}
"""What tells the parcel of an event where a list holds those of several."""
_YEAR = re.compile(r"\b20\d\d(?=-?\d\d-?\d\d)|(?<=\d\d\.\d\d\.)20\d\d\b")
_ISO = re.compile(r"20\d\d-\d\d-\d\d[^,]*")
_MILLISECONDS = re.compile(r"(?<=/Date\()\d+")
_YEAR_MS = 365 * 86_400_000


class Sample(Struct, frozen=True):
    """An answer about parcels: how many results it has, and how many events they have together."""

    slug: str
    name: str
    number: str
    body: bytes
    events: int
    results: int

    @property
    def each(self) -> float:
        """Events a result."""
        return self.events / self.results


def genuine() -> list[Sample]:
    """The samples with results that are not hand-made."""
    found = []
    for slug, name in samples():
        expected = expected_of(slug, name)
        results = expected["results"]
        if results and not name.startswith("hand_"):
            number = results[0]["tracking_number"] or "A1"
            events = sum(len(one["events"]) for one in results)
            found.append(Sample(slug, name, number, body_of(slug, name), events, len(results)))
    return found


def nearest(known: Iterable[Sample]) -> dict[str, Sample]:
    """Of each JSON carrier the answer whose results have a number of events nearest to eight; the first of equals."""
    best: dict[str, Sample] = {}
    for one in known:
        if one.events and one.slug in EVENTS and not is_html(one.body):
            best[one.slug] = min(best.get(one.slug, one), one, key=_far)
    return best


def exactly_eight(sample: Sample) -> Sample:
    """The answer with eight events a result. Raises ValueError if that is not what is read of it then."""
    if sample.events == EIGHT * sample.results:
        return sample
    whole = json.loads(in_utf8(sample.body))
    _fit(whole, EVENTS[sample.slug], WHOSE.get(sample.slug))
    body = _laid_out(whole, sample.body)
    results, _ = parse(find(sample.slug), body, 200, {}, [])
    told = [len(one.events) for one in results if one.events]
    if set(told) != {EIGHT}:
        raise ValueError(f"{sample.slug}/{sample.name} is read as {told} events")
    return Sample(sample.slug, sample.name, sample.number, body, sum(told), len(told))


def _laid_out(whole: Any, as_in: bytes) -> bytes:
    """With the blanks that the genuine answer has: they are read, too."""
    indent = re.match(rb"\s*[\[{]\r?\n( +)", as_in)
    separators = "," if indent or b", " not in as_in else ", ", ": " if b'": ' in as_in else ":"
    text = json.dumps(whole, ensure_ascii=False, indent=len(indent[1]) if indent else None, separators=separators)
    return text.encode()


def _far(sample: Sample) -> float:
    return abs(sample.each - EIGHT)


def _fit(said: Any, key: str, whose: str | None) -> None:
    for name, value in list(said.items()) if isinstance(said, dict) else enumerate(said):
        if name == key and isinstance(value, list):
            said[name] = _eight_each(value, whose)
        elif name == key and isinstance(value, dict) and "eventCode" in value:
            said[name] = _eight_each([value], whose)
        elif isinstance(value, dict | list):
            _fit(value, key, whose)


def _eight_each(rows: list[dict[str, Any]], whose: str | None) -> list[dict[str, Any]]:
    parcels: dict[object, list[dict[str, Any]]] = {}
    for row in rows:
        parcels.setdefault(row.get(whose) if whose else None, []).append(row)
    return [row for own in parcels.values() for row in _eight(own)]


def _eight(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """In the order in which the carrier tells them: newest first, unless the first is older than the last."""
    is_rising = _day(rows[0]) < _day(rows[-1])
    falling = rows[::-1] if is_rising else rows
    newest = [_older(row, years) for years in range(EIGHT) for row in falling][:EIGHT]
    return newest[::-1] if is_rising else newest


def _day(row: dict[str, Any]) -> str:
    found = _ISO.search(json.dumps(row))
    return found[0] if found else ""


def _older(row: dict[str, Any], years: int) -> dict[str, Any]:
    said = _YEAR.sub(lambda found: str(int(found[0]) - years), json.dumps(row))
    said = _MILLISECONDS.sub(lambda found: str(int(found[0]) - years * _YEAR_MS), said)
    older: dict[str, Any] = json.loads(said)
    return older
