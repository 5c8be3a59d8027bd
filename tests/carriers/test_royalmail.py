"""Royal Mail's two ways to ask."""

from typing import Any

from carriers import royalmail
from carriers.kit.drive import Session
from carriers.kit.errors import NotFound, Unreadable
from carriers.kit.model import Status
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, credentials, reply


def piece(number: str, code: str) -> dict[str, Any]:
    return {"mailPieceId": number, "status": "200", "summary": {"lastEventCode": code}}


async def test_one_number_is_asked_for_its_history() -> None:
    wire = Wire(reply({"mailPieces": piece("AA123456785GB", "EVKOP")}))
    answers = await Session(royalmail, credentials(), wire, lambda: NOW).track(["AA123456785GB"])
    assert kinds(answers) == {"AA123456785GB": Status.DELIVERED}
    assert wire.paths == ["/mailpieces/v2/AA123456785GB/events"]
    headers = wire.asked[0].headers
    assert (headers["X-IBM-Client-Id"], headers["X-IBM-Client-Secret"]) == ("I", "S")
    assert headers["X-Accept-RMG-Terms"] == "yes"


async def test_several_numbers_are_asked_in_one_call_under_whichever_of_their_barcodes() -> None:
    long = "090367574000000FE1E1B"
    other = piece(long, "EVGPD")
    other["summary"]["oneDBarcode"] = "FQ087430672GB"
    missing = {"mailPieceId": "CC123456785GB", "status": "404", "error": {"errorCode": "E1142"}}
    wire = Wire(reply({"mailPieces": [other, missing, piece("DD123456785GB", "EVKOP")]}))
    asked = ["AA123456785GB", "FQ087430672GB", "CC123456785GB"]
    answers = await Session(royalmail, credentials(), wire, lambda: NOW).track(asked)
    assert kinds(answers) == {
        "AA123456785GB": Unreadable,
        "FQ087430672GB": Status.OUT_FOR_DELIVERY,
        "CC123456785GB": NotFound,
    }
    assert wire.asked[0].query == {"mailPieceId": ",".join(asked)}
