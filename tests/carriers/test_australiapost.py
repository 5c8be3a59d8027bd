"""Australia Post: the question, and a number that spoils it for the others."""

from typing import Any

from carriers import australiapost
from carriers.kit.drive import Session
from carriers.kit.errors import NotFound, RateLimited, Rejected
from carriers.kit.model import Status
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, credentials, reply

REFUSED = reply({"errors": [{"code": "51104", "name": "INVALID_TRACKING_ID"}]}, status=400)


def told(*numbers: str) -> Any:
    return reply({"tracking_results": [{"tracking_id": number, "status": "Delivered"} for number in numbers]})


def session(wire: Wire) -> Session:
    return Session(australiapost, credentials({"environment": "sandbox"}), wire, lambda: NOW)


async def test_ten_numbers_are_asked_at_once_with_the_accounts_number() -> None:
    wire = Wire(told("7XX1000"))
    answers = await session(wire).track(["7XX1000"])
    assert kinds(answers) == {"7XX1000": Status.DELIVERED}
    (request,) = wire.asked
    assert request.url == "https://digitalapi.auspost.com.au/test/shipping/v1/track"
    assert request.query == {"tracking_ids": "7XX1000"}
    assert request.headers["Account-Number"] == "X"
    assert request.headers["Authorization"].startswith("Basic ")


async def test_a_number_that_spoils_the_question_is_asked_alone_like_the_others() -> None:
    wire = Wire(REFUSED, told("A"), REFUSED, reply(status=429))
    answers = await session(wire).track(["A", "B", "C", "D"])
    assert kinds(answers) == {"A": Status.DELIVERED, "B": NotFound, "C": RateLimited, "D": RateLimited}
    assert [request.query["tracking_ids"] for request in wire.asked] == ["A,B,C,D", "A", "B", "C"]


async def test_a_lone_number_is_not_asked_twice() -> None:
    wire = Wire(reply({"errors": [{"code": "51100"}]}, status=400))
    assert kinds(await session(wire).track(["A"])) == {"A": Rejected}
    assert len(wire.asked) == 1
