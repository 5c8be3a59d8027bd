"""AfterShip's conversation: a page of numbers, and those it must be told of."""

from typing import Any

import pytest

from carriers import aftership
from carriers.kit.drive import Session
from carriers.kit.errors import NotFound, RateLimited, Rejected
from carriers.kit.model import Leg, Response, Status, TrackingResult
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, credentials, reply


def page(*numbers: str) -> Response:
    return reply({"meta": {"code": 200}, "data": {"trackings": [moving(number) for number in numbers]}})


def moving(number: str, **more: Any) -> dict[str, Any]:
    return {"tracking_number": number, "tag": "InTransit", "subtag": "InTransit_001", "checkpoints": [], **more}


def made(number: str, tag: str = "Pending") -> Response:
    return reply({"meta": {"code": 201}, "data": {"tracking_number": number, "tag": tag}}, 201)


def refused(code: int, status: int = 400) -> Response:
    return reply({"meta": {"code": code}, "data": {}}, status)


async def asked(wire: Wire, *numbers: str) -> dict[str, Any]:
    return kinds(await Session(aftership, credentials({"version": ""}), wire, lambda: NOW).track(numbers))


async def test_known_numbers_are_asked_once() -> None:
    wire = Wire(page("A1", "A2"))
    assert await asked(wire, "A1", "A2") == {"A1": Status.IN_TRANSIT, "A2": Status.IN_TRANSIT}
    (request,) = wire.asked
    assert (request.method, request.headers["as-api-key"]) == ("GET", "K")
    assert request.url == f"https://api.aftership.com/tracking/{aftership.VERSION}/trackings"
    assert request.query["tracking_numbers"] == "A1,A2"


async def test_a_missing_number_is_told_and_others_of_the_page_are_not_ours() -> None:
    wire = Wire(page("A1", "Z9"), made("A2"))
    assert await asked(wire, "A1", "A2") == {"A1": Status.IN_TRANSIT, "A2": Status.UNKNOWN}
    assert wire.body(1) == {"tracking_number": "A2"}


async def test_a_number_followed_already_has_nothing_to_tell_yet() -> None:
    assert await asked(Wire(page(), refused(4003)), "A1") == {"A1": Status.UNKNOWN}


async def test_a_refused_number_does_not_stop_the_others() -> None:
    wire = Wire(page("A1"), refused(4012), refused(4004, 404), made("A4", "InTransit"))
    assert await asked(wire, "A1", "A2", "A3", "A4") == {
        "A1": Status.IN_TRANSIT,
        "A2": Rejected,
        "A3": NotFound,
        "A4": Status.IN_TRANSIT,
    }


async def test_a_spent_allowance_does_not_cost_the_answers_about_known_numbers() -> None:
    wire = Wire(page("A1"), refused(429, 429))
    assert await asked(wire, "A1", "A2", "A3") == {"A1": Status.IN_TRANSIT, "A2": RateLimited, "A3": RateLimited}
    assert len(wire.asked) == 2
    with pytest.raises(RateLimited):
        await asked(Wire(page(), refused(429, 429)), "A2")


async def test_the_version_of_the_api_can_be_set() -> None:
    wire = Wire(page("A1"))
    await Session(aftership, credentials({"version": "2026-01"}), wire, lambda: NOW).track(["A1"])
    assert wire.paths == ["/tracking/2026-01/trackings"]


def test_the_ends_of_the_way_and_the_last_mile_are_read() -> None:
    told = moving(
        "A1",
        origin_country_iso3="CHN",
        destination_country_region="SAU",
        destination_city="Jeddah",
        shipment_type="Express",
        last_mile={"tracking_number": "LM1", "slug": "spl"},
    )
    (result,) = aftership.read(reply({"data": {"trackings": [told]}}), [])
    assert isinstance(result, TrackingResult)
    assert (result.origin, result.destination, result.service) == ("CHN", "Jeddah, SAU", "Express")
    assert (result.destination_country, result.next_leg) == ("SA", Leg("LM1", "spl"))
