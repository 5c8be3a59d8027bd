"""Bring beyond its samples: the question, shipments of several packages, what is pushed."""

from typing import Any

import msgspec
import pytest

from carriers import bring
from carriers.kit.drive import Session
from carriers.kit.errors import AuthFailed
from carriers.kit.model import Piece, Status, TrackingResult
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, credentials, reply

SHIPMENT, ONE, TWO = "70438100000000001", "370000000000123456", "370000000000123463"


def package(number: str, word: str) -> dict[str, Any]:
    return {"packageNumber": number, "eventSet": [{"status": word, "dateIso": "2024-03-12T10:15:00+01:00"}]}


def told(*packages: dict[str, Any]) -> bytes:
    return msgspec.json.encode({"consignmentSet": [{"consignmentId": SHIPMENT, "packageSet": packages}]})


async def test_user_key_and_shop_go_into_the_headers() -> None:
    wire = Wire(reply(told(package(ONE, "DELIVERED"))))
    answers = await Session(bring, credentials(), wire, lambda: NOW).track([ONE])
    assert kinds(answers) == {ONE: Status.DELIVERED}
    sent = wire.asked[0]
    assert dict(sent.query) == {"q": ONE, "lang": "en"}
    assert (sent.headers["X-Mybring-API-Key"], sent.headers["X-Mybring-API-Uid"]) == ("K", "X")
    assert sent.headers["X-Bring-Client-URL"]


def test_a_shipment_asked_for_is_delivered_only_when_all_its_packages_are() -> None:
    body = told(package(ONE, "DELIVERED"), package(TWO, "IN_TRANSIT"))
    (whole,) = bring.read(reply(body), [SHIPMENT])
    assert isinstance(whole, TrackingResult)
    assert (whole.number, whole.status, whole.delivered_at) == (SHIPMENT, Status.IN_TRANSIT, None)
    assert whole.pieces == (Piece(ONE, Status.DELIVERED), Piece(TWO, Status.IN_TRANSIT))
    (alone,) = bring.read(reply(body), [ONE])
    assert isinstance(alone, TrackingResult)
    assert (alone.number, alone.status, alone.pieces) == (ONE, Status.DELIVERED, ())


def test_pushed_word_needs_the_secret_of_the_webhook() -> None:
    body = b'{"status": "READY_FOR_PICKUP", "shipment": "S", "package": "P", "created": "2019-03-16T14:58:48+0000"}'
    account = {"webhook_secret": "s3cret"}
    (result,) = bring.receive({"x-herald-secret": "s3cret"}, body, account)
    assert isinstance(result, TrackingResult)
    assert (result.number, result.status) == ("P", Status.AVAILABLE_FOR_PICKUP)
    for headers, known in (({}, account), ({"x-herald-secret": "no"}, account), ({"x-herald-secret": ""}, {})):
        with pytest.raises(AuthFailed):
            bring.receive(headers, body, known)


def test_the_end_of_a_subscription_is_no_news_of_the_parcel() -> None:
    assert bring.read(reply({"status": "EXPIRED", "package": "P"}), []) == []
