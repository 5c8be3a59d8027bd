"""DHL beyond its samples: requests, which shipment counts, what refines a generic code."""

from typing import Any

import pytest

from carriers import dhl_unified
from carriers.kit.codes import grouped, table
from carriers.kit.drive import Session
from carriers.kit.errors import AuthFailed, CarrierError, NotFound, Unavailable
from carriers.kit.model import Reason, Response, Status, TrackingResult
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, credentials, reply

NUMBER = "00340434161094042557"


def shipment(code: str = "transit", words: str = "", **more: Any) -> dict[str, Any]:
    said = {"timestamp": "2024-03-12T10:15:00", "statusCode": code, "description": words}
    return {"id": NUMBER, "service": "parcel-de", "status": said, **more}


def told(*shipments: dict[str, Any]) -> Response:
    return reply({"shipments": list(shipments)})


def read_one(*shipments: dict[str, Any]) -> TrackingResult:
    (result,) = dhl_unified.read(told(*shipments), [NUMBER])
    assert isinstance(result, TrackingResult)
    return result


async def test_the_number_is_asked_with_the_key_in_a_header() -> None:
    wire = Wire(told(shipment()))
    answers = await Session(dhl_unified, credentials(), wire, lambda: NOW).track([NUMBER])
    assert kinds(answers) == {NUMBER: Status.IN_TRANSIT}
    assert wire.asked[0].headers["DHL-API-Key"] == "K"
    assert wire.asked[0].query["trackingNumber"] == NUMBER
    assert wire.asked[0].query["language"] == "en"


@pytest.mark.parametrize(
    ("code", "words", "status", "reason"),
    [
        ("failure", "The recipient refused the shipment", Status.EXCEPTION, Reason.CONSIGNEE),
        ("failure", "Delivery attempt was not successful", Status.DELIVERY_ATTEMPTED, Reason.CONSIGNEE),
        ("failure", "The shipment was destroyed", Status.LOST, Reason.CARRIER),
        ("failure", "Returned to shipper", Status.RETURNING, None),
        ("failure", "", Status.EXCEPTION, None),
        ("delivered", "Delivered back to the sender", Status.RETURNED, None),
        ("delivered", "Delivered - out for delivery earlier", Status.DELIVERED, None),
        ("transit", "The parcel is lost", Status.IN_TRANSIT, None),
        ("transit", "Shipment is out with courier for delivery", Status.OUT_FOR_DELIVERY, None),
        ("transit", "Die Sendung liegt zur Abholung bereit", Status.AVAILABLE_FOR_PICKUP, None),
        ("transit", "przesyłka przyjęta w terminalu nadawczym DHL", Status.IN_TRANSIT, None),
        ("pre-transit", "Out for delivery", Status.PRE_TRANSIT, None),
        ("unknown", "", Status.UNKNOWN, None),
        ("", "Out for delivery", Status.OUT_FOR_DELIVERY, None),
        ("brand-new", "", Status.UNKNOWN, None),
    ],
)
def test_words_refine_the_generic_code_but_never_contradict_it(
    code: str, words: str, status: Status, reason: Reason | None
) -> None:
    result = read_one(shipment(code, words))
    assert (result.status, result.reason) == (status, reason)


def test_a_remark_tells_what_the_description_does_not() -> None:
    said = shipment("transit", "On its way")
    said["status"]["remark"] = "The shipment is pending completion of customs inspection."
    assert read_one(said).status is Status.CUSTOMS


def test_the_units_code_beats_its_words() -> None:
    row = {"statusCode": "transit", "statusDetailed": "WC", "description": "Customs"}
    result = read_one(shipment("transit", service="express", events=[row]))
    assert [(one.status, one.code) for one in result.events] == [(Status.OUT_FOR_DELIVERY, "WC")]


def test_an_undocumented_code_is_kept_under_the_generic_one() -> None:
    row = {"statusCode": "transit", "statusDetailed": "ZZZ", "timestamp": "2024-03-12T10:15:00"}
    (event,) = read_one(shipment(events=[row])).events
    assert (event.status, event.code) == (Status.IN_TRANSIT, "ZZZ")


def test_an_older_answer_gives_the_units_code_as_the_status_code() -> None:
    row = {"statusCode": "OK", "location": "Oslo", "timestamp": "2024-03-12T10:15:00"}
    (event,) = read_one(shipment(service="express", events=[row])).events
    assert (event.status, event.code, event.place) == (Status.DELIVERED, "OK", "Oslo")


@pytest.mark.parametrize(
    ("code", "status"),
    [("delivered", Status.RETURNED), ("transit", Status.RETURNING), ("pre-transit", Status.PRE_TRANSIT)],
)
def test_the_return_flag_turns_the_way_round(code: str, status: Status) -> None:
    assert read_one(shipment(code, returnFlag=True)).status is status


def test_of_several_business_units_the_asked_number_then_the_newest_counts() -> None:
    def moved(day: int, number: str = NUMBER) -> dict[str, Any]:
        row = {"timestamp": f"2024-03-{day:02}T10:00:00", "statusCode": "transit"}
        return {**shipment("delivered" if day == 9 else "transit"), "id": number, "events": [row]}

    assert read_one(moved(3), moved(9), moved(5)).status is Status.DELIVERED
    assert read_one(moved(3), moved(9, "another")).status is Status.IN_TRANSIT


def test_without_a_number_asked_every_shipment_is_told() -> None:
    assert len(dhl_unified.read(told(shipment(), shipment()), [])) == 2


def test_the_end_of_the_window_stands_in_for_an_estimate() -> None:
    frame = {"estimatedFrom": "2024-03-13T09:00:00", "estimatedThrough": "2024-03-13T12:00:00"}
    result = read_one(shipment(estimatedDeliveryTimeFrame=frame))
    assert (str(result.eta_from), str(result.eta)) == ("2024-03-13 09:00:00", "2024-03-13 12:00:00")


def test_a_remark_that_names_an_hour_is_no_delay() -> None:
    assert read_one(shipment(estimatedTimeOfDeliveryRemark="By End of Day")).delay is None


def test_a_delay_is_told_in_dhls_own_words() -> None:
    assert read_one(shipment("transit", "Shipment delayed by weather")).delay == "Shipment delayed by weather"
    assert read_one(shipment("delivered", "Delivered, was delayed")).delay is None


def test_the_signature_and_time_of_a_delivery_are_read() -> None:
    proof = {"timestamp": "2024-03-12T10:20:00Z", "signedBy": "J. DOE"}
    result = read_one(shipment("delivered", details={"proofOfDelivery": proof}))
    assert (result.signed_by, str(result.delivered_at)) == ("J. DOE", "2024-03-12 10:20:00+00:00")
    named = read_one(shipment("delivered", details={"proofOfDelivery": {"signed": {"name": "Jane"}}}))
    assert (named.signed_by, str(named.delivered_at)) == ("Jane", "2024-03-12 10:15:00")


def test_pieces_are_told_once_each() -> None:
    result = read_one(shipment(details={"pieceIds": ["A", 7, "A", ""], "product": {"productName": "Paket"}}))
    assert [piece.number for piece in result.pieces] == ["A", "7"]
    assert result.service == "Paket"
    assert read_one(shipment(details={"pieceIds": ["A"]})).pieces == ()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply({"status": 503, "title": "?"}), Unavailable),
        (reply({"status": "401", "title": "?"}), AuthFailed),
        (reply(b"", 404), NotFound),
        (told(), NotFound),
    ],
)
def test_an_error_inside_a_success_is_an_error(answer: Response, kind: type[CarrierError]) -> None:
    with pytest.raises(kind):
        dhl_unified.read(answer, [NUMBER])


def test_the_tables_are_whole() -> None:
    units = grouped("dhl_checkpoints", "service")
    assert {"express", "parcel-de", "parcel-nl", "parcel-pl", "ecommerce", "ecommerce-europe"} <= set(units)
    assert sum(len(codes) for codes in units.values()) > 1050
    assert len(table("dhl_texts")) > 60


def test_the_generic_code_said_twice_hides_no_words() -> None:
    said = {"timestamp": "2024-03-12T10:15:00", "statusCode": "transit", "status": "transit"}
    result = read_one(shipment(service="express", status={**said, "description": "Shipment is on hold"}))
    assert (result.status, result.delay) == (Status.EXCEPTION, "Shipment is on hold")
