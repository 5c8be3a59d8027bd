"""FedEx beyond its samples: what the words beside a delivery say, who signed what."""

from typing import Any

import pytest

from carriers import fedex
from carriers.kit.model import Status, TrackingResult
from tests.fakes.wire import reply

NUMBER = "738488882438"


def read_one(code: str, words: str, exception: str = "", **more: Any) -> TrackingResult:
    scan = {"date": "2024-05-02T08:00:00-04:00", "eventType": code, "eventDescription": words}
    told = {
        "scanEvents": [{**scan, "exceptionDescription": exception}],
        "latestStatusDetail": {"code": code, "description": words},
        **more,
    }
    complete = {"trackingNumber": NUMBER, "trackResults": [told]}
    (result,) = fedex.read(reply({"output": {"completeTrackResults": [complete]}}), [NUMBER])
    assert isinstance(result, TrackingResult)
    return result


@pytest.mark.parametrize(
    ("exception", "status"),
    [
        ("Package returned to shipper: 999", Status.RETURNED),
        ("Left at front door. Signature Service not requested.", Status.DELIVERED),
        ("", Status.DELIVERED),
    ],
)
def test_a_delivery_to_the_shipper_is_a_return(exception: str, status: Status) -> None:
    result = read_one("DL", "Delivered", exception)
    assert (result.status, result.events[0].status) == (status, status)
    assert (result.delivered_at is None) is (status is Status.RETURNED)


def test_nobody_has_signed_before_the_delivery() -> None:
    assert read_one("OD", "On FedEx vehicle for delivery", deliveryDetails={"receivedByName": "X"}).signed_by is None
    assert read_one("DL", "Delivered", deliveryDetails={"receivedByName": "X"}).signed_by == "X"
