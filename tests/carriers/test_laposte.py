"""La Poste: several numbers in one address."""

from carriers import laposte
from carriers.kit.drive import Session
from carriers.kit.errors import NotFound, Rejected
from carriers.kit.model import Status
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, credentials, reply


def told(number: str) -> dict[str, object]:
    return {"returnCode": 200, "shipment": {"idShip": number, "event": [{"code": "DI1", "label": "Livré"}]}}


async def test_several_numbers_stand_in_the_address() -> None:
    wire = Wire(reply([told("A1"), {"returnCode": 404, "idShip": "B2"}], status=207))
    answers = await Session(laposte, credentials(), wire, lambda: NOW).track(["A1", "B2"])
    assert kinds(answers) == {"A1": Status.DELIVERED, "B2": NotFound}
    assert wire.paths == ["/suivi/v2/idships/A1,B2"]
    assert wire.asked[0].headers["X-Okapi-Key"] == "K"
    assert wire.asked[0].query == {"lang": "en_GB"}


async def test_what_is_refused_together_is_asked_alone() -> None:
    wire = Wire(reply(status=400), reply(told("A1")), reply({"returnCode": 400}))
    answers = await Session(laposte, credentials(), wire, lambda: NOW).track(["A1", "B2"])
    assert kinds(answers) == {"A1": Status.DELIVERED, "B2": Rejected}
    assert [path.rpartition("/")[2] for path in wire.paths] == ["A1,B2", "A1", "B2"]
