"""UPS beyond its samples: requests, tables, several packages."""

from typing import Any

import msgspec
import pytest

from carriers import ups
from carriers.kit.codes import grouped, table
from carriers.kit.drive import Session
from carriers.kit.errors import AuthFailed, CarrierError, NotFound, Rejected, Unreadable
from carriers.kit.model import Duty, Piece, Reason, Response, Status, TrackingResult
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, credentials, reply

NUMBER = "1Z81WV380316886897"


def activity(**status: str) -> dict[str, Any]:
    return {"date": "20240312", "time": "101500", "gmtOffset": "+01:00", "status": status}


def package(number: str = NUMBER, *activities: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"trackingNumber": number, "activity": list(activities), **more}


def told(*packages: dict[str, Any], inquiry: str = NUMBER) -> Response:
    return reply({"trackResponse": {"shipment": [{"inquiryNumber": inquiry, "package": list(packages)}]}})


def read_one(*packages: dict[str, Any], asked: str = NUMBER, inquiry: str = NUMBER) -> TrackingResult:
    (result,) = ups.read(told(*packages, inquiry=inquiry), [asked])
    assert isinstance(result, TrackingResult)
    return result


def status_of(**said: str) -> Status:
    return read_one(package(NUMBER, activity(**said))).status


async def test_a_token_then_the_number_is_asked() -> None:
    wire = Wire(reply({"access_token": "T", "expires_in": "14399"}), told(package(NUMBER, activity(type="I"))))
    answers = await Session(ups, credentials(), wire, lambda: NOW).track([NUMBER])
    assert kinds(answers) == {NUMBER: Status.IN_TRANSIT}
    assert wire.paths == ["/security/v1/oauth/token", f"/api/track/v1/details/{NUMBER}"]
    assert wire.asked[1].headers["transId"]
    assert wire.asked[1].headers["transactionSrc"]


def test_a_number_cannot_leave_its_place_in_the_path() -> None:
    request = next(ups.track(["../../x?y"], {}))
    assert request.url.endswith("/reference/details/..%2F..%2Fx%3Fy")


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"type": "D", "code": "FS", "statusCode": "021"}, Status.OUT_FOR_DELIVERY),
        ({"type": "X", "code": "48", "statusCode": "005"}, Status.IN_TRANSIT),
        ({"type": "I", "code": "OT"}, Status.OUT_FOR_DELIVERY),
        ({"type": "I", "code": "NEW"}, Status.IN_TRANSIT),
        ({"type": "P", "code": "PU"}, Status.IN_TRANSIT),
        ({"type": "M", "code": "VP"}, Status.CANCELLED),
        ({"type": "MV", "code": "MP"}, Status.PRE_TRANSIT),
        ({"type": "X", "code": "53"}, Status.EXCEPTION),
        ({"type": "X", "code": "CG"}, Status.UNKNOWN),
        ({"type": "RS"}, Status.RETURNING),
        ({"code": "YC"}, Status.DELIVERED),
        ({"type": "DD", "statusCode": "012"}, Status.IN_TRANSIT),
        ({"type": "DD", "code": "050"}, Status.DELIVERED),
        ({"type": "X", "code": "02"}, Status.DELIVERY_ATTEMPTED),
        ({"type": "Q", "code": "NEW", "statusCode": "998"}, Status.UNKNOWN),
        ({"statusCode": "11"}, Status.DELIVERED),
    ],
)
def test_digits_come_before_the_code_and_the_code_before_the_type(said: dict[str, str], status: Status) -> None:
    assert status_of(**said) is status


def test_an_unmapped_row_keeps_its_digits() -> None:
    (event,) = read_one(package(NUMBER, activity(type="Q", statusCode="998"))).events
    assert (event.status, event.code) == (Status.UNKNOWN, "998")


def test_the_activity_code_says_who_must_act_where_the_digits_do_not() -> None:
    result = read_one(package(NUMBER, activity(type="X", code="AC", statusCode="013")))
    assert (result.status, result.reason) == (Status.EXCEPTION, Reason.CONSIGNEE)


def test_a_moving_parcel_has_no_reason() -> None:
    result = read_one(package(NUMBER, activity(type="X", code="BB", statusCode="014")))
    assert (result.status, result.reason) == (Status.IN_TRANSIT, None)


def test_several_packages_are_pieces_and_the_asked_one_speaks() -> None:
    other = "1Z81WV380316886888"
    result = read_one(
        package(other, activity(type="D", statusCode="011")), package(NUMBER, activity(type="I", statusCode="005"))
    )
    assert (result.number, result.status) == (NUMBER, Status.IN_TRANSIT)
    assert result.pieces == (Piece(other, Status.DELIVERED), Piece(NUMBER, Status.IN_TRANSIT))


def test_a_reference_finds_the_package_it_stands_for() -> None:
    result = read_one(package(NUMBER, activity(type="I")), asked="ORDER 7", inquiry="ORDER 7")
    assert result.number == NUMBER


def test_a_number_of_no_known_shape_is_asked_as_a_reference() -> None:
    request = next(ups.track(["ORDER 7"], {}))
    assert request.url.endswith("/api/track/v1/reference/details/ORDER%207")


@pytest.mark.parametrize(
    ("way_back", "at", "status"),
    [(True, "SALEM", Status.RETURNED), (True, "NEWARK", Status.DELIVERED), (False, "SALEM", Status.DELIVERED)],
)
def test_delivered_at_its_origin_on_the_way_back_is_returned(way_back: bool, at: str, status: Status) -> None:
    home = activity(type="D", statusCode="011") | {"location": {"address": {"city": at}}}
    turned = activity(type="X", statusCode="036" if way_back else "013") | {"time": "080000"}
    ends = [
        {"type": kind, "address": {"city": city}} for kind, city in (("ORIGIN", "Salem"), ("DESTINATION", "Newark"))
    ]
    assert read_one(package(NUMBER, home, turned, packageAddress=ends)).status is status


def test_unmapped_codes_are_told_once_each() -> None:
    rows = [activity(type="Q", statusCode="998"), activity(type="Q", statusCode="998", description="again")]
    result = read_one(package(NUMBER, *rows, activity(type="I"), activity(type="Q")))
    assert result.unmapped == ("998",)


def test_nonsense_dates_are_no_dates() -> None:
    dates = [{"type": "SDD", "date": "string"}, {"type": "RDD", "date": "soon"}]
    result = read_one(package(NUMBER, activity(type="I"), deliveryDate=dates))
    assert (result.eta, result.delay) == (None, None)


def test_a_date_brought_forward_is_no_delay() -> None:
    dates = [{"type": "SDD", "date": "20240315"}, {"type": "RDD", "date": "20240313"}]
    result = read_one(package(NUMBER, activity(type="I"), deliveryDate=dates))
    assert (str(result.eta), result.delay) == ("2024-03-13", None)


def test_a_delivery_told_by_its_date_alone_has_that_date() -> None:
    said = {
        "currentStatus": {"code": "011"},
        "deliveryDate": [{"type": "DEL", "date": "20240312"}],
        "deliveryTime": {"type": "DEL", "endTime": "93000"},
    }
    assert str(read_one(package(NUMBER, **said)).delivered_at) == "2024-03-12 09:30:00"


def test_a_window_opens_and_closes() -> None:
    window = {"type": "EDW", "startTime": "090000", "endTime": "130000"}
    dates = [{"type": "SDD", "date": "20240312"}]
    result = read_one(package(NUMBER, activity(type="I"), deliveryDate=dates, deliveryTime=window))
    assert (str(result.eta_from), str(result.eta)) == ("2024-03-12 09:00:00", "2024-03-12 13:00:00")


def test_addresses_and_service_are_read() -> None:
    address = {"city": "CAIRNS", "stateProvince": "", "countryCode": "AU"}
    said = {
        "packageAddress": [{"type": "DESTINATION", "address": address}],
        "service": {"description": "UPS Express®"},
    }
    result = read_one(package(NUMBER, activity(type="I"), **said))
    assert (result.destination, result.destination_country) == ("CAIRNS, AU", "AU")
    assert (result.origin, result.service) == (None, "UPS Express®")


def test_a_street_is_part_of_where_a_parcel_waits() -> None:
    row = activity(type="I", statusCode="161")
    row["location"] = {"address": {"addressLine1": "Calle 1", "city": "Madrid", "country": "ES"}}
    result = read_one(package(NUMBER, row))
    assert result.pickup is not None
    assert result.pickup.place == "Calle 1, Madrid, ES"
    assert result.events[0].place == "Madrid, ES"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply({"trackResponse": {"shipment": []}}), NotFound),
        (reply({"response": {"errors": [{"code": "X1"}]}}, 404), NotFound),
        (reply({"response": {"errors": [{"code": "X1"}]}}, 400), Rejected),
        (reply({}, 404), NotFound),
        (reply(b"", 400), Rejected),
        (reply({"response": {"errors": [{"code": "X1"}]}}), Unreadable),
    ],
)
def test_a_refusal_is_typed_by_its_code_else_by_its_status(answer: Response, kind: type[CarrierError]) -> None:
    with pytest.raises(kind) as caught:
        ups.read(answer, [NUMBER])
    assert caught.value.number == NUMBER


def test_a_warning_in_a_success_is_about_the_number() -> None:
    shipment = {"inquiryNumber": NUMBER, "warnings": [{"code": "TW0001"}]}
    (error,) = ups.read(reply({"trackResponse": {"shipment": [shipment]}}), [])
    assert isinstance(error, NotFound)
    assert error.number == NUMBER


def test_the_tables_are_whole() -> None:
    assert len(table("ups_statuses")) == 160
    assert len(grouped("ups_activities", "type")["X"]) > 650
    assert all(len(code) == 3 and code.isdigit() for code in table("ups_statuses"))


def test_only_what_is_really_over_is_final() -> None:
    lost = {code for code, meaning in table("ups_statuses").items() if meaning.status is Status.LOST}
    assert lost == {"068", "147", "149"}


def alert(**status: str) -> bytes:
    return msgspec.json.encode(
        {
            "trackingNumber": f" {NUMBER}",
            "localActivityDate": "20240423",
            "localActivityTime": "091519",
            "gmtActivityDate": "20240423",
            "gmtActivityTime": "131519",
            "activityLocation": {"city": "Charlotte", "stateProvince": "NC", "postalCode": "", "country": "US"},
            "activityStatus": status,
            "scheduledDeliveryDate": "20240424",
            "deliveryEndTime": "",
            "actualDeliveryDate": "",
        }
    )


def pushed(**status: str) -> TrackingResult:
    (result,) = ups.receive({"credential": "C"}, alert(**status), {"webhook_secret": "C"})
    assert isinstance(result, TrackingResult)
    return result


def test_a_pushed_event_is_read() -> None:
    result = pushed(type="I", code="OT", description="Out for Delivery", descriptionCode="021")
    assert (result.number, result.status, str(result.eta)) == (NUMBER, Status.OUT_FOR_DELIVERY, "2024-04-24")
    (event,) = result.events
    assert result.as_of == event.at
    assert (str(event.at), event.code, event.place) == ("2024-04-23 09:15:19-04:00", "OT", "Charlotte, NC, US")


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"type": "D", "code": "FS", "description": "Delivered", "descriptionCode": "011"}, Status.DELIVERED),
        (
            {"type": "D", "code": "OF", "description": "Out For Delivery", "descriptionCode": "021"},
            Status.OUT_FOR_DELIVERY,
        ),
        ({"type": "D", "code": "", "description": "Out for Delivery"}, Status.OUT_FOR_DELIVERY),
        ({"type": "D", "code": "", "description": "Loaded on Delivery Vehicle"}, Status.IN_TRANSIT),
        ({"type": "D", "code": "", "description": "DELIVERED"}, Status.DELIVERED),
        ({"type": "D", "code": "", "description": "Something new"}, Status.UNKNOWN),
    ],
)
def test_type_d_of_an_alert_is_not_always_delivered(said: dict[str, str], status: Status) -> None:
    assert pushed(**said).status is status


@pytest.mark.parametrize("headers", [{}, {"credential": ""}, {"credential": "D"}])
def test_an_alert_without_the_credential_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(AuthFailed):
        ups.receive(headers, alert(type="I", code="OT"), {"webhook_secret": "C"})
    with pytest.raises(AuthFailed):
        ups.receive({"credential": "C"}, alert(type="I", code="OT"), {})


def test_a_code_borrowed_from_another_list_says_no_less_than_the_type() -> None:
    assert status_of(type="X", code="EB") is Status.EXCEPTION


def test_a_place_is_town_state_and_country() -> None:
    address = {"addressLine1": "100 Main St", "city": "", "stateProvince": "", "country": "US", "countryCode": ""}
    event = {**activity(type="I", code="OR"), "location": {"address": address}}
    assert read_one(package(NUMBER, event)).events[0].place == "US"


@pytest.mark.parametrize(
    ("destination", "status"), [("Salem", Status.DELIVERED), ("Boston", Status.RETURNED), (None, Status.RETURNED)]
)
def test_what_was_turned_back_is_delivered_only_at_its_destination(destination: str | None, status: Status) -> None:
    home = {"location": {"address": {"city": "Salem", "countryCode": "US"}}, "date": "20240320"}
    told = [activity(type="D", statusCode="011") | home, activity(type="I", statusCode="035")]
    where = {"type": "DESTINATION", "address": {"city": destination, "countryCode": "US"}}
    more = {"packageAddress": [where]} if destination else {}
    assert read_one(package(NUMBER, *told, **more)).status is status


def test_one_shipment_that_cannot_be_read_harms_no_other() -> None:
    good = {"inquiryNumber": NUMBER, "package": [package(NUMBER, activity(type="I"))]}
    found = ups.read(reply({"trackResponse": {"shipment": [{"package": 5}, good]}}), [])
    assert [type(one) for one in found] == [Unreadable, TrackingResult]


CHARGES = {"amount": "243.5", "currency": "EUR", "id": "x", "paid": False, "paymentMethod": "C0", "type": "ImportFees"}


@pytest.mark.parametrize(
    ("entry", "duty"),
    [
        (CHARGES, Duty("243.5", "EUR")),
        (CHARGES | {"paid": True}, None),
        (CHARGES | {"type": "COD"}, None),
        (CHARGES | {"currency": ""}, None),
    ],
)
def test_open_import_charges_are_named_while_customs_have_it(entry: dict[str, object], duty: Duty | None) -> None:
    at_customs = activity(type="X", code="1C")
    assert read_one(package(NUMBER, at_customs, paymentInformation=[entry])).duty == duty
    assert read_one(package(NUMBER, activity(type="I"), paymentInformation=[entry])).duty is None
