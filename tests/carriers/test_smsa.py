"""SMSA's questions: one waybill or several, another host of SMSA's, what a batch passes over."""

import pytest

from carriers import smsa
from carriers.kit.drive import Session
from carriers.kit.errors import NotFound
from carriers.kit.model import Status
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, credentials, reply

DELIVERED = {"AWB": "231200021000", "Scans": [{"ScanType": "DL", "ScanDateTime": "2024-01-10T11:00:00"}]}


async def test_one_waybill_is_got_and_several_are_posted() -> None:
    wire = Wire(reply(DELIVERED), reply([DELIVERED]))
    session = Session(smsa, credentials(), wire, lambda: NOW)
    assert kinds(await session.track(["231200021000"])) == {"231200021000": Status.DELIVERED}
    both = await session.track(["231200021000", "231200022222"])
    assert kinds(both) == {"231200021000": Status.DELIVERED, "231200022222": NotFound}
    assert wire.paths == ["/api/track/single/231200021000", "/api/track/bulk/"]
    assert wire.asked[0].headers["ApiKey"] == "K"
    assert wire.body(1) == ["231200021000", "231200022222"]


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        ("api.smsaexpress.com", "https://api.smsaexpress.com/"),
        ("evil.example", "https://ecomapis.smsaexpress.com/"),
        ("", "https://ecomapis.smsaexpress.com/"),
    ],
)
def test_another_host_is_asked_only_within_smsas_domain(host: str, asked: str) -> None:
    request = next(smsa.track(["231200021000"], {"host": host}))
    assert request.url.startswith(asked)
