"""EasyPost's conversation: a batch of trackers, and those that must be made."""

from typing import Any

import pytest

from carriers import easypost
from carriers.kit.drive import Session
from carriers.kit.errors import RateLimited, Rejected
from carriers.kit.model import Leg, Response, Status, TrackingResult
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, credentials, reply


def tracker(number: str, status: str = "in_transit", **more: Any) -> dict[str, Any]:
    return {"object": "Tracker", "tracking_code": number, "status": status, "status_detail": status, **more}


def batch(*numbers: str) -> Response:
    return reply({"trackers": [tracker(number) for number in numbers], "has_more": False})


def refused(code: str, status: int = 422) -> Response:
    return reply({"error": {"code": code, "message": "", "errors": []}}, status)


async def asked(wire: Wire, *numbers: str) -> dict[str, Any]:
    return kinds(await Session(easypost, credentials(), wire, lambda: NOW).track(numbers))


async def test_known_numbers_are_asked_once_with_the_key_as_user() -> None:
    wire = Wire(batch("A1", "A2"))
    assert await asked(wire, "A1", "A2") == {"A1": Status.IN_TRANSIT, "A2": Status.IN_TRANSIT}
    assert wire.paths == ["/v2/trackers/batch"]
    assert wire.asked[0].headers["Authorization"] == "Basic Szo="
    assert wire.body(0) == {"tracking_codes": ["A1", "A2"]}


async def test_a_missing_tracker_is_made() -> None:
    wire = Wire(batch("A1"), reply(tracker("A2", "unknown"), 201))
    assert await asked(wire, "A1", "A2") == {"A1": Status.IN_TRANSIT, "A2": Status.UNKNOWN}
    assert wire.body(1) == {"tracker": {"tracking_code": "A2"}}


async def test_a_refused_tracker_does_not_stop_the_others() -> None:
    wire = Wire(batch(), refused("TRACKER.CREATE.ERROR"), reply(tracker("A2", "delivered"), 201))
    assert await asked(wire, "A1", "A2") == {"A1": Rejected, "A2": Status.DELIVERED}


async def test_a_spent_allowance_does_not_cost_the_answers_about_known_numbers() -> None:
    wire = Wire(batch("A1"), refused("RATE_LIMITED", 429))
    assert await asked(wire, "A1", "A2", "A3") == {"A1": Status.IN_TRANSIT, "A2": RateLimited, "A3": RateLimited}
    with pytest.raises(RateLimited):
        await asked(Wire(batch(), refused("RATE_LIMITED", 429)), "A1")


def test_a_parcel_handed_over_has_a_second_number() -> None:
    detail = {
        "alternate_identifier": "LOCAL77",
        "destination_tracking_location": {"city": "OSLO", "state": None, "country": "NO"},
        "origin_location": "HOUSTON TX, 77001",
    }
    body = tracker("A1", carrier_detail=detail)
    (before,) = easypost.read(reply(body), [])
    (after,) = easypost.read(reply(body | {"status_detail": easypost.HANDED_OVER}), [])
    assert isinstance(before, TrackingResult)
    assert isinstance(after, TrackingResult)
    assert (before.next_leg, after.next_leg) == (None, Leg("LOCAL77"))
    assert (after.origin, after.destination, after.destination_country) == ("HOUSTON TX, 77001", "OSLO, NO", "NO")
