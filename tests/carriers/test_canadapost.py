"""Canada Post: the question, and what the zone labels mean."""

import pytest

from carriers import canadapost
from carriers.kit.drive import Session
from carriers.kit.model import Response, Status, TrackingResult
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, credentials, reply

PIN = "7023210039414604"


def told(day: str, hour: str, label: str) -> bytes:
    row = (
        f"<occurrence><event-identifier>0100</event-identifier><event-date>{day}</event-date>"
        f"<event-time>{hour}</event-time><event-time-zone>{label}</event-time-zone></occurrence>"
    )
    return f"<tracking-detail><significant-events>{row}</significant-events></tracking-detail>".encode()


async def test_one_number_is_asked_in_english_at_the_sandbox_if_so_set() -> None:
    wire = Wire(reply(told("2024-05-06", "07:30:00", "EST")))
    answers = await Session(canadapost, credentials({"environment": "sandbox"}), wire, lambda: NOW).track([PIN])
    assert kinds(answers) == {PIN: Status.IN_TRANSIT}
    (request,) = wire.asked
    assert request.url == f"https://ct.soa-gw.canadapost.ca/vis/track/pin/{PIN}/detail"
    assert request.headers["Accept"] == "application/vnd.cpc.track-v2+xml"
    assert request.headers["Accept-language"] == "en-CA"
    assert request.headers["Authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    ("label", "day", "offset"),
    [
        ("EST", "2024-01-10", "-05:00"),
        ("EST", "2024-07-10", "-04:00"),
        ("EDT", "2024-07-10", "-04:00"),
        ("CST", "2024-07-10", "-05:00"),
        ("CSTNO", "2024-07-10", "-06:00"),
        ("NST", "2024-07-10", "-02:30"),
        ("ISRAEL", "2024-07-10", ""),
        ("", "2024-07-10", ""),
    ],
)
def test_a_label_names_a_zone_all_year_round(label: str, day: str, offset: str) -> None:
    (result,) = canadapost.read(Response(200, told(day, "10:00:00", label)), [PIN])
    assert isinstance(result, TrackingResult)
    assert result.events[0].at is not None
    assert result.events[0].at.isoformat() == f"{day}T10:00:00{offset}"


def test_what_is_delivered_on_its_way_back_is_returned() -> None:
    rows = [("1496", "2024-05-09"), ("1482", "2024-05-06")]
    told = "".join(
        f"<occurrence><event-identifier>{code}</event-identifier><event-date>{day}</event-date></occurrence>"
        for code, day in rows
    )
    body = f"<tracking-detail><significant-events>{told}</significant-events></tracking-detail>".encode()
    (result,) = canadapost.read(reply(body), [PIN])
    assert isinstance(result, TrackingResult)
    assert (result.status, result.delivered_at) == (Status.RETURNED, None)
