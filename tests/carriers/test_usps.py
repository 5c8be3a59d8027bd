"""USPS beyond its samples: requests, the token's scope, what it pushes."""

import hashlib
import hmac
from base64 import b64encode
from datetime import datetime

import msgspec
import pytest

from carriers import usps
from carriers.kit.drive import Session
from carriers.kit.errors import AuthFailed
from carriers.kit.model import Status, TrackingResult
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, credentials, reply

NUMBER = "9400109104250532908587"
EVENT = {
    "eventCode": "OF",
    "eventType": "Out for Delivery",
    "eventTimestamp": "2024-11-22T09:10:00",
    "GMTOffset": "-5:00",
}
BODY = msgspec.json.encode({"trackingNumber": NUMBER, "trackingEvents": [EVENT]})
ACCOUNT = {"webhook_secret": "S"}


def signed(body: bytes) -> "hmac.HMAC":
    return hmac.new(b"S", body, hashlib.sha256)


async def test_a_token_for_tracking_then_the_number_in_detail() -> None:
    wire = Wire(reply({"access_token": "T", "expires_in": 28799}), reply(BODY))
    answers = await Session(usps, credentials(), wire, lambda: NOW).track([NUMBER])
    assert kinds(answers) == {NUMBER: Status.OUT_FOR_DELIVERY}
    assert wire.paths == ["/oauth2/v3/token", f"/tracking/v3/tracking/{NUMBER}"]
    assert b"scope=tracking" in (wire.asked[0].body or b"")
    assert wire.asked[1].query == {"expand": "DETAIL"}


@pytest.mark.parametrize("proof", [signed(BODY).hexdigest(), b64encode(signed(BODY).digest()).decode()])
def test_a_push_is_read_when_its_proof_holds(proof: str) -> None:
    (result,) = usps.receive({"x-hmac": proof}, BODY, ACCOUNT)
    assert isinstance(result, TrackingResult)
    assert (result.number, result.status) == (NUMBER, Status.OUT_FOR_DELIVERY)


@pytest.mark.parametrize("headers", [{}, {"x-hmac": ""}, {"x-hmac": "0" * 64}, {"x-hmac": signed(b"{}").hexdigest()}])
def test_a_push_without_its_proof_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(AuthFailed):
        usps.receive(headers, BODY, ACCOUNT)


def test_a_push_is_refused_where_the_account_has_no_secret() -> None:
    with pytest.raises(AuthFailed):
        usps.receive({"x-hmac": signed(BODY).hexdigest()}, BODY, {})


def test_a_sentence_may_name_the_day_before_the_hour() -> None:
    line = "Your item arrived at our USPS facility in JACKSONVILLE FL on November 20, 2024 at 5:13 pm. It goes on."
    (result,) = usps.read(reply({"trackingNumber": "1", "statusCategory": "In Transit", "eventSummaries": [line]}), [])
    assert isinstance(result, TrackingResult)
    (event,) = result.events
    assert event.at == datetime.fromisoformat("2024-11-20T17:13")
    assert event.place == "JACKSONVILLE FL"
