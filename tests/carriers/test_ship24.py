"""Ship24's conversation: one number a question, whose tracker is made with it."""

from carriers import ship24
from carriers.kit.drive import Session
from carriers.kit.model import Leg, Status, TrackingResult
from carriers.kit.samples import body_of
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, credentials, reply


async def test_a_number_is_asked_by_its_own_question() -> None:
    tracking = {"tracker": {"trackingNumber": "A1"}, "shipment": {"statusMilestone": "in_transit"}, "events": []}
    wire = Wire(reply({"data": {"trackings": [tracking]}}))
    found = await Session(ship24, credentials(), wire, lambda: NOW).track(["A1"])
    assert kinds(found) == {"A1": Status.IN_TRANSIT}
    assert wire.paths == ["/public/v1/trackers/track"]
    assert wire.asked[0].headers["Authorization"] == "Bearer K"
    assert wire.body(0) == {"trackingNumber": "A1"}


def test_the_other_number_of_a_parcel_is_its_next_leg() -> None:
    (result,) = ship24.read(reply(body_of("ship24", "webhook_delivered")), [])
    assert isinstance(result, TrackingResult)
    assert result.next_leg == Leg("S24DEMO169411", "us-post")
    assert (result.origin, result.destination_country) == ("US", "CN")
