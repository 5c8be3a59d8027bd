"""Compares what an adapter returns with what a sample expects; the rules stand in the samples' README."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from carriers.kit.conversation import parse
from carriers.kit.discovery import find
from carriers.kit.errors import CarrierError
from carriers.kit.model import Pickup, ScanEvent, TrackingResult, written

FOLDER = Path(__file__).parents[2] / "tests" / "carriers" / "samples"
"""Of a checkout; an installed wheel has none."""
ASKED_FOR = ("reason", "delay", "signed_by")


def samples() -> list[tuple[str, str]]:
    """All samples as (slug, name)."""
    found = sorted(FOLDER.glob("*/*.expected.json"))
    return [(path.parent.name, path.name.removesuffix(".expected.json")) for path in found]


def faults(slug: str, name: str) -> list[str]:
    """What is wrong with the reading of a sample; nothing when it is right."""
    expected = expected_of(slug, name)
    results, errors = parse(
        find(slug), body_of(slug, name), expected.get("http_status") or 200, expected.get("headers", {}), []
    )
    return [f"{slug}/{name}: {fault}" for fault in compared(expected, results, errors)]


def compared(
    expected: Mapping[str, Any], results: Sequence[TrackingResult], errors: Sequence[CarrierError]
) -> list[str]:
    """How what was read differs from what was expected."""
    return [*_wrong_results(expected["results"], results), *_wrong_errors(expected["errors"], errors)]


def expected_of(slug: str, name: str) -> dict[str, Any]:
    """What a sample says it must be read as, and where it comes from."""
    expected: dict[str, Any] = json.loads((FOLDER / slug / f"{name}.expected.json").read_bytes())
    return expected


def body_of(slug: str, name: str) -> bytes:
    """The payload of a sample."""
    (path,) = (one for one in (FOLDER / slug).glob(f"{name}.*") if not one.name.endswith(".expected.json"))
    return path.read_bytes()


def _wrong_results(expected: Sequence[Mapping[str, Any]], results: Sequence[TrackingResult]) -> list[str]:
    if len(expected) != len(results):
        return [f"{len(results)} results instead of {len(expected)}"]
    return [fault for wanted, got in zip(expected, results, strict=True) for fault in _wrong_result(wanted, got)]


def _wrong_result(wanted: Mapping[str, Any], got: TrackingResult) -> list[str]:
    pairs: dict[str, tuple[object, object]] = {
        "tracking_number": (wanted["tracking_number"], got.number),
        "estimated_delivery": (wanted.get("estimated_delivery"), written(got.eta)),
        "delivered_at": (wanted.get("delivered_at"), written(got.delivered_at)),
        "events": (len(wanted["events"]), len(got.events)),
        **{key: (wanted[key], getattr(got, key)) for key in ASKED_FOR if key in wanted},
    }
    waits = got.pickup or Pickup(place="nowhere")
    pickup = {"pickup_place": waits.place, "pickup_until": written(waits.until)}
    pairs |= {key: (wanted[key], value) for key, value in pickup.items() if key in wanted}
    if "next_attempt_on" in wanted:
        pairs["next_attempt_on"] = (wanted["next_attempt_on"], written(got.next_attempt_on))
    found = _differences(pairs)
    if got.status not in [wanted["status"], *wanted.get("status_accept", ())]:
        found.append(f"status is {got.status}, not {wanted['status']}")
    for event, scan in zip(wanted["events"], got.events, strict=False):
        found += _wrong_event(event, scan)
    return found


def _wrong_event(wanted: Mapping[str, Any], got: ScanEvent) -> list[str]:
    pairs: dict[str, tuple[object, object]] = {
        "time": (wanted["time"], written(got.at)),
        "code": (wanted["code"], got.code),
        "description": (wanted["description"].strip(), got.description),
        "location": (_parts(wanted["location"]), _parts(got.place)),
        "status": (wanted.get("status"), got.status),
    }
    return [f"event {wanted['time']}: {fault}" for fault in _differences(pairs)]


def _wrong_errors(expected: Sequence[Mapping[str, Any]], errors: Sequence[CarrierError]) -> list[str]:
    serious = [one for one in expected if not one.get("benign")]
    if len(serious) != len(errors):
        return [f"{len(errors)} errors instead of {len(serious)}: {[one.kind for one in errors]}"]
    found = []
    for wanted, got in zip(serious, errors, strict=True):
        if got.kind not in [wanted["kind"], *wanted.get("kind_accept", ())]:
            found.append(f"error is {got.kind}, not {wanted['kind']}")
        if wanted.get("tracking_number") not in (None, got.number):
            found.append(f"error is about {got.number}, not {wanted['tracking_number']}")
    return found


def _differences(pairs: Mapping[str, tuple[object, object]]) -> list[str]:
    return [f"{key} is {got!r}, not {wanted!r}" for key, (wanted, got) in pairs.items() if wanted != got]


def _parts(place: str | None) -> list[str]:
    return sorted("".join(part.split()).casefold() for part in (place or "").split(",") if part.strip())
