"""PostNord's question, and an item asked for among several."""

from typing import Any

from carriers import postnord
from carriers.kit.drive import Session
from carriers.kit.model import Piece, Status, TrackingResult
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, credentials, reply

SHIPMENT, ONE, TWO = "UA123456789SE", "00373500489530470001", "00373500489530470018"


def item(number: str, word: str) -> dict[str, Any]:
    return {"itemId": number, "events": [{"eventTime": "2024-07-31T11:24:00", "eventCode": "1", "status": word}]}


def told(*items: dict[str, Any]) -> dict[str, Any]:
    return {"TrackingInformationResponse": {"shipments": [{"shipmentId": SHIPMENT, "items": items}]}}


async def test_the_key_goes_into_the_query() -> None:
    wire = Wire(reply(told(item(ONE, "DELIVERED"))))
    answers = await Session(postnord, credentials(), wire, lambda: NOW).track([ONE])
    assert kinds(answers) == {ONE: Status.DELIVERED}
    assert dict(wire.asked[0].query) == {"id": ONE, "apikey": "K", "locale": "en"}


def test_an_item_stands_for_itself_and_a_shipment_for_all_its_items() -> None:
    body = told(item(ONE, "DELIVERED"), item(TWO, "EN_ROUTE"))
    pieces = (Piece(ONE, Status.DELIVERED), Piece(TWO, Status.IN_TRANSIT))
    for asked, status in ((ONE, Status.DELIVERED), (TWO, Status.IN_TRANSIT), (SHIPMENT, Status.IN_TRANSIT)):
        (result,) = postnord.read(reply(body), [asked])
        assert isinstance(result, TrackingResult)
        assert (result.number, result.status, result.pieces) == (asked, status, pieces)
