"""Landmark's question and its two legs."""

from carriers import landmark
from carriers.kit.drive import Session
from carriers.kit.model import Leg, Piece, Response, Status, TrackingResult
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, credentials

OWN, END = "LTN450000001N1", "RR123456789IE"


def package(own: str, end: str, code: str) -> str:
    event = f"<Event><Status>-</Status><DateTime>2025-02-21 10:00:00</DateTime><EventCode>{code}</EventCode></Event>"
    numbers = f"<TrackingNumber>{end}</TrackingNumber><LandmarkTrackingNumber>{own}</LandmarkTrackingNumber>"
    return f"<Package>{numbers}<Events>{event}</Events></Package>"


def told(*packages: str, carrier: str = "An Post") -> Response:
    details = f"<ShipmentDetails><EndDeliveryCarrier>{carrier}</EndDeliveryCarrier></ShipmentDetails>"
    inner = f"<Success>true</Success>{details}<Packages>{''.join(packages)}</Packages>"
    return Response(200, f"<TrackResponse><Result>{inner}</Result></TrackResponse>".encode())


def read_one(response: Response, asked: str) -> TrackingResult:
    (result,) = landmark.read(response, [asked])
    assert isinstance(result, TrackingResult)
    return result


async def test_the_login_travels_in_the_body_and_nothing_in_it_can_break_out() -> None:
    wire = Wire(told(package(OWN, END, "500")))
    account = credentials({"password": "<&P>", "client_id": "218"})
    assert kinds(await Session(landmark, account, wire, lambda: NOW).track([OWN])) == {OWN: Status.DELIVERED}
    body = (wire.asked[0].body or b"").decode()
    assert "<Password>&lt;&amp;P&gt;</Password>" in body
    assert f"<ClientID>218</ClientID><TrackingNumber>{OWN}</TrackingNumber>" in body
    assert "<RetrievalType>Historical</RetrievalType>" in body


def test_the_end_carriers_number_is_the_second_leg() -> None:
    result = read_one(told(package(OWN, END, "275")), OWN)
    assert (result.number, result.next_leg) == (OWN, Leg(END, "An Post"))
    assert read_one(told(package(OWN, END, "50"), carrier="To Be Routed"), OWN).next_leg is None


def test_a_shipment_of_two_packages_is_delivered_only_when_both_are() -> None:
    both = told(package(OWN, END, "500"), package("LTN450000001N2", "RR123456790IE", "300"))
    whole = read_one(both, "ORDER-1")
    assert (whole.number, whole.status, whole.delivered_at) == ("ORDER-1", Status.OUT_FOR_DELIVERY, None)
    assert whole.pieces == (Piece(END, Status.DELIVERED), Piece("RR123456790IE", Status.OUT_FOR_DELIVERY))
    assert read_one(both, END).status is Status.DELIVERED
