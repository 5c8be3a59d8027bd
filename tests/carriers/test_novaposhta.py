"""Nova Poshta's question: a hundred numbers, a wrong one among them, the waybill on which a parcel goes back."""

from typing import Any

import pytest

from carriers import novaposhta
from carriers.kit.drive import Session
from carriers.kit.errors import Rejected
from carriers.kit.model import Leg, Status, TrackingResult
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, reply

ONE, TWO = "20450777813966", "20450777813967"


def document(number: str, code: str, **more: str) -> dict[str, Any]:
    return {"Number": number, "StatusCode": code, "Status": "…", **more}


def refused(*numbers: str) -> dict[str, Any]:
    warnings = [f"Invalid DocumentNumber: {number}" for number in numbers]
    return {"success": False, "data": [], "errors": ["Document number is not correct"], "warnings": warnings}


async def test_a_number_of_a_wrong_form_does_not_spoil_the_others() -> None:
    wire = Wire(reply(refused("1")), reply({"success": True, "data": [document(ONE, "9")]}))
    answers = await Session(novaposhta, {"phone": "380671234567"}, wire, lambda: NOW).track([ONE, "1"])
    assert kinds(answers) == {ONE: Status.DELIVERED, "1": Rejected}
    first, again = (wire.body(place) for place in range(2))
    assert (first["apiKey"], first["calledMethod"]) == ("", "getStatusDocuments")
    assert [one["DocumentNumber"] for one in first["methodProperties"]["Documents"]] == [ONE, "1"]
    assert again["methodProperties"]["Documents"] == [{"DocumentNumber": ONE, "Phone": "380671234567"}]


async def test_only_wrong_numbers_are_not_asked_again() -> None:
    wire = Wire(reply(refused("1", "2")))
    answers = await Session(novaposhta, {}, wire, lambda: NOW).track(["1", "2"])
    assert kinds(answers) == {"1": Rejected, "2": Rejected}
    assert len(wire.asked) == 1


@pytest.mark.parametrize(
    ("code", "kind", "leg"),
    [
        ("102", "CargoReturn", Leg(TWO, "Nova Poshta")),
        ("104", "Redirecting", Leg(TWO, "Nova Poshta")),
        ("106", "MoneyTransfer", None),
        ("9", "CargoReturn", None),
    ],
)
def test_a_parcel_that_goes_on_under_another_number_says_so(code: str, kind: str, leg: Leg | None) -> None:
    more = {"LastCreatedOnTheBasisDocumentType": kind, "LastCreatedOnTheBasisNumber": TWO}
    (result,) = novaposhta.read(reply({"success": True, "data": [document(ONE, code, **more)]}), [ONE])
    assert isinstance(result, TrackingResult)
    assert result.next_leg == leg
