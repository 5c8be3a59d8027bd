"""DPD beyond its samples: the login, the token in the header, a token that holds no longer."""

import pytest

from carriers import dpd
from carriers.kit.drive import Session
from carriers.kit.errors import AuthFailed
from carriers.kit.model import Status
from carriers.kit.samples import body_of
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, reply

ACCOUNT = {"delis_id": "D&D", "password": "P<1>", "country": "be"}
NUMBER = "05308801410058"
ENVELOPE = (
    b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>%s</soap:Body></soap:Envelope>'
)
GRANTED = reply(ENVELOPE % b"<getAuthResponse><return><authToken>T&amp;1</authToken></return></getAuthResponse>")
FAULT = (
    b"<soap:Fault><faultcode>soap:Server</faultcode><faultstring>Fault</faultstring><detail><authenticationFault>"
    b"<errorCode>DELICOM_ERR_AUTHENTICATION</errorCode><errorMessage>Authentication failed</errorMessage>"
    b"</authenticationFault></detail></soap:Fault>"
)
EXPIRED = reply(ENVELOPE % FAULT, 500)
FOUND = reply(body_of("dpd", "returned_to_depot_after_failed_delivery"))


async def test_a_token_is_fetched_and_put_into_the_soap_header() -> None:
    wire = Wire(GRANTED, FOUND)
    answers = await Session(dpd, ACCOUNT, wire, lambda: NOW).track([NUMBER])
    assert kinds(answers) == {NUMBER: Status.DELIVERY_ATTEMPTED}
    login, question = wire.asked
    assert login.url == "https://wsshipper.dpd.be/soap/services/LoginService/V2_1"
    assert b"<delisId>D&amp;D</delisId><password>P&lt;1&gt;</password>" in (login.body or b"")
    assert question.url == "https://wsshipper.dpd.be/soap/services/ParcelLifeCycleService/V2_0"
    assert b"<authToken>T&amp;1</authToken>" in (question.body or b"")
    assert f"<parcelLabelNumber>{NUMBER}</parcelLabelNumber>".encode() in (question.body or b"")


async def test_a_token_that_holds_no_longer_is_renewed() -> None:
    wire = Wire(GRANTED, FOUND, EXPIRED, GRANTED, FOUND)
    session = Session(dpd, ACCOUNT, wire, lambda: NOW)
    await session.track([NUMBER])
    assert kinds(await session.track([NUMBER])) == {NUMBER: Status.DELIVERY_ATTEMPTED}
    assert [path.rpartition("/")[0].rpartition("/")[2] for path in wire.paths][2:] == [
        "ParcelLifeCycleService",
        "LoginService",
        "ParcelLifeCycleService",
    ]


async def test_a_wrong_password_is_told_at_the_login() -> None:
    with pytest.raises(AuthFailed) as refused:
        await Session(dpd, ACCOUNT, Wire(EXPIRED), lambda: NOW).track([NUMBER])
    assert refused.value.code == "DELICOM_ERR_AUTHENTICATION"


async def test_who_names_no_country_is_asked_in_the_netherlands() -> None:
    wire = Wire(GRANTED, FOUND)
    await Session(dpd, {"delis_id": "D", "password": "P"}, wire, lambda: NOW).track([NUMBER])
    assert {request.url.split("/")[2] for request in wire.asked} == {"wsshipper.dpd.nl"}
