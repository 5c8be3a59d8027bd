"""Hermes beyond its samples: the password grant, many numbers in one question, a token that holds no longer."""

from urllib.parse import parse_qs

from carriers import hermes
from carriers.kit.drive import Session
from carriers.kit.model import Status
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, credentials, reply

ACCOUNT = credentials({"username": "U", "password": "P"})
TOKEN = reply({"access_token": "T", "expires_in": 3600})
FOUND = reply({"shipmentinfo": [{"shipmentID": one, "status": [{"code": "3000"}]} for one in ("H1", "H2")]})
EXPIRED = reply({"listOfResultCodes": [{"code": "e903", "message": "Token is expired."}]}, 400)


async def test_a_password_buys_a_token_and_all_numbers_are_asked_at_once() -> None:
    wire = Wire(TOKEN, FOUND)
    answers = await Session(hermes, ACCOUNT, wire, lambda: NOW).track(["H1", "H2"])
    assert kinds(answers) == {"H1": Status.OUT_FOR_DELIVERY, "H2": Status.OUT_FOR_DELIVERY}
    login, question = wire.asked
    form = parse_qs((login.body or b"").decode())
    assert {key: value[0] for key, value in form.items()} == {
        "grant_type": "password",
        "username": "U",
        "password": "P",
        "client_id": "I",
        "client_secret": "S",
    }
    assert question.url.endswith("/services/hsi/shipmentinfo?shipmentID=H1&shipmentID=H2")
    assert question.headers["Authorization"] == "Bearer T"


async def test_a_token_that_hermes_calls_expired_is_renewed() -> None:
    wire = Wire(TOKEN, FOUND, EXPIRED, TOKEN, FOUND)
    session = Session(hermes, ACCOUNT, wire, lambda: NOW)
    await session.track(["H1", "H2"])
    assert kinds(await session.track(["H1", "H2"])) == {"H1": Status.OUT_FOR_DELIVERY, "H2": Status.OUT_FOR_DELIVERY}
    assert len(wire.asked) == 5
