"""bpost: the question."""

from carriers import bpost
from carriers.kit.drive import Session
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, credentials, reply

ITEM = "323212345659900040669030"


async def test_a_number_stands_in_the_address_beside_a_login() -> None:
    state = b"<stateInfo><time>2024-05-06T07:11:18+02:00</time><stateCode>U01</stateCode></stateInfo>"
    wire = Wire(reply(b"<itemTracking>" + state + b"</itemTracking>"))
    answers = await Session(bpost, credentials(), wire, lambda: NOW).track([ITEM])
    assert kinds(answers) == {ITEM: "delivered"}
    assert wire.paths == [f"/services/trackedmail/item/{ITEM}/trackingInfo"]
    assert wire.asked[0].headers["Authorization"].startswith("Basic ")
