"""17TRACK's conversation: numbers it has not been told of."""

from typing import Any

import pytest

from carriers import seventeentrack
from carriers.kit.drive import Session
from carriers.kit.errors import NotFound, RateLimited, Rejected, Unreadable
from carriers.kit.model import Response, Status, TrackingResult
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, credentials, reply


def said(accepted: list[dict[str, Any]] | None = None, **rejected: int) -> Response:
    refused = [{"number": number, "error": {"code": code}} for number, code in rejected.items()]
    return reply({"code": 0, "data": {"accepted": accepted or [], "rejected": refused}})


def moving(number: str, status: str = "InTransit") -> dict[str, Any]:
    return {"number": number, "track_info": {"latest_status": {"status": status, "sub_status": None}}}


async def asked(wire: Wire, *numbers: str) -> dict[str, Any]:
    return kinds(await Session(seventeentrack, credentials(), wire, lambda: NOW).track(numbers))


async def test_known_numbers_are_asked_once() -> None:
    wire = Wire(said([moving("A1")]))
    assert await asked(wire, "A1") == {"A1": Status.IN_TRANSIT}
    assert wire.paths == ["/track/v2.2/gettrackinfo"]
    assert wire.asked[0].headers["17token"] == "K"
    assert wire.body(0) == [{"number": "A1"}]


async def test_a_number_not_registered_is_registered_and_asked_again() -> None:
    wire = Wire(said([moving("A1")], A2=-18019902), said([{"number": "A2"}]), said([moving("A2", "Delivered")]))
    assert await asked(wire, "A1", "A2") == {"A1": Status.IN_TRANSIT, "A2": Status.DELIVERED}
    assert [path.rsplit("/")[-1] for path in wire.paths] == ["gettrackinfo", "register", "gettrackinfo"]
    assert wire.body(1) == wire.body(2) == [{"number": "A2"}]


async def test_a_number_already_registered_goes_on() -> None:
    wire = Wire(said(A1=-18019902), said(A1=-18019901), said([moving("A1")]))
    assert await asked(wire, "A1") == {"A1": Status.IN_TRANSIT}


async def test_a_number_just_registered_may_have_nothing_to_tell_yet() -> None:
    for code in (-18019902, -18019909):
        wire = Wire(said(A1=-18019902), said([{"number": "A1"}]), said(A1=code))
        assert await asked(wire, "A1") == {"A1": Status.UNKNOWN}


async def test_a_refused_registration_is_the_answer() -> None:
    wire = Wire(said(A1=-18019902, A2=-18019902), said(A1=-18019903, A2=-18019908))
    assert await asked(wire, "A1", "A2") == {"A1": Rejected, "A2": RateLimited}
    assert len(wire.asked) == 2


async def test_a_spent_quota_does_not_cost_the_answers_about_known_numbers() -> None:
    spent = reply({"code": -18019908, "data": {}})
    assert await asked(Wire(said([moving("A1")], A2=-18019902), spent), "A1", "A2") == {
        "A1": Status.IN_TRANSIT,
        "A2": RateLimited,
    }
    with pytest.raises(RateLimited):
        await asked(Wire(said(A2=-18019902), spent), "A2")


async def test_one_refused_registration_does_not_stop_the_others() -> None:
    wire = Wire(said(A1=-18019902, A2=-18019902), said([{"number": "A2"}], A1=-18019903), said([moving("A2")]))
    assert await asked(wire, "A1", "A2") == {"A1": Rejected, "A2": Status.IN_TRANSIT}


async def test_forty_numbers_fit_one_question() -> None:
    wire = Wire(lambda request: said([moving(f"N{place}") for place in range(41)]))
    answers = await asked(wire, *(f"N{place}" for place in range(41)))
    assert len(answers) == 41
    assert [len(wire.body(place)) for place in range(2)] == [40, 1]


async def test_a_number_passed_over_is_unreadable() -> None:
    assert await asked(Wire(said([moving("A1")])), "A1", "A2") == {"A1": Status.IN_TRANSIT, "A2": Unreadable}


async def test_a_number_followed_with_two_carriers_has_one_answer() -> None:
    event = {"time_iso": "2024-03-12T10:15:00Z", "sub_status": "Delivered_Other"}
    told = moving("A1", "Delivered")
    told["track_info"]["latest_event"] = event
    for pair in ([moving("A1", "NotFound"), told], [told, moving("A1", "NotFound")], [told, moving("A1")]):
        assert await asked(Wire(said(pair)), "A1") == {"A1": Status.DELIVERED}


async def test_nothing_found_is_not_nothing_yet() -> None:
    empty = {"number": "A1", "track_info": {}}
    assert await asked(Wire(said([moving("A1", "NotFound")])), "A1") == {"A1": NotFound}
    assert await asked(Wire(said([empty])), "A1") == {"A1": Status.UNKNOWN}


def test_addresses_and_service_are_read() -> None:
    info = {
        "shipping_info": {
            "shipper_address": {"city": "SHENZHEN", "country": "CN"},
            "recipient_address": {"city": "RIYADH", "country": "SA"},
        },
        "misc_info": {"service_type": "EMS"},
        "latest_status": {"status": "InTransit"},
        "time_metrics": {"estimated_delivery_date": {"from": "2024-03-12", "to": None}},
    }
    (result,) = seventeentrack.read(said([{"number": "A1", "track_info": info}]), [])
    assert isinstance(result, TrackingResult)
    assert (result.origin, result.destination, result.service) == ("SHENZHEN, CN", "RIYADH, SA", "EMS")
    assert result.destination_country == "SA"
    assert str(result.eta) == "2024-03-12"
    assert result.eta_from is None
