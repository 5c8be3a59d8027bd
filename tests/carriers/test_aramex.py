"""Aramex's question: credentials in the body, all waybills at once."""

from carriers import aramex
from carriers.kit.drive import Session
from carriers.kit.errors import NotFound, Unreadable
from carriers.kit.model import Status
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, credentials, reply


async def test_credentials_travel_in_the_body_and_a_waybill_passed_over_is_unreadable() -> None:
    row = {"WaybillNumber": "A1", "UpdateCode": "SH005", "UpdateDateTime": "/Date(1706788140000+0300)/"}
    told = {"HasErrors": False, "TrackingResults": [{"Key": "A1", "Value": [row]}], "NonExistingWaybills": ["A2"]}
    wire = Wire(reply(told))
    answers = await Session(aramex, credentials({"password": "P"}), wire, lambda: NOW).track(["A1", "A2", "A3"])
    assert kinds(answers) == {"A1": Status.DELIVERED, "A2": NotFound, "A3": Unreadable}
    sent = wire.body(0)
    assert sent["Shipments"] == ["A1", "A2", "A3"]
    assert (sent["ClientInfo"]["Password"], sent["GetLastTrackingUpdateOnly"]) == ("P", False)
