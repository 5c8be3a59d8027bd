"""Carriers described as data."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from carriers.kit.contract import Carrier
from carriers.kit.conversation import open_with, parse
from carriers.kit.described import Described, Description, Misdescribed, slug_of
from carriers.kit.errors import AuthFailed, CarrierError
from carriers.kit.guessing import propose
from carriers.kit.model import Request, Status, TrackingResult

BODY = {
    "parcel": {"id": "A1", "expectedDelivery": "2026-11-26"},
    "history": [
        {"at": "2026-11-24T09:40:00+03:00", "status": "HUB", "message": "Sorted", "city": "Riyadh"},
        {"at": "2026-11-25T08:00:00+03:00", "status": "VAN", "message": "With the courier", "city": "Jeddah"},
    ],
}
LOCAL = Description(
    name="Fastlo Express",
    url="https://api.fastlo.example/v1/track/{number}?lang=ar",
    headers={"Authorization": "Bearer {token}"},
    events="history",
    time="at",
    text="message",
    code="status",
    place="city",
    eta="parcel.expectedDelivery",
    missing="error == 'unknown'",
    statuses={"HUB": "in_transit", "VAN": "out_for_delivery", "handed to": "delivered"},
)


def read(body: Any, description: Description = LOCAL, status: int = 200) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    results, errors = parse(Described(description), raw, status, {}, ["A1"])
    return (results or errors)[0]


def test_it_is_a_carrier_like_any_other() -> None:
    carrier = Described(LOCAL)
    assert isinstance(carrier, Carrier)
    assert carrier.slug == "x_fastlo_express"
    assert [field.name for field in carrier.fields] == ["token"]
    assert all(field.secret for field in carrier.fields)


def test_it_asks_with_the_number_and_the_secrets_in_their_places() -> None:
    request = open_with(Described(LOCAL).track(["A/1"], {"token": "S"}))
    assert isinstance(request, Request)
    assert request.url == "https://api.fastlo.example/v1/track/A%2F1?lang=ar"
    assert request.headers == {"Authorization": "Bearer S"}


def test_a_body_is_filled_as_json_text() -> None:
    posting = replace(LOCAL, url="https://a.example/t", method="POST", body='{"awb": "{number}", "key": "{token}"}')
    request = Described(posting).question("A1", {"token": 'a"b'})
    assert json.loads(request.body or b"") == {"awb": "A1", "key": 'a"b'}


def test_a_missing_secret_is_an_auth_failure() -> None:
    with pytest.raises(AuthFailed):
        Described(LOCAL).question("A1", {})


def test_what_it_says_is_read_by_the_expressions() -> None:
    result = read(BODY)
    assert result.status is Status.OUT_FOR_DELIVERY
    assert result.eta == date(2026, 11, 26)
    assert [(scan.code, scan.place) for scan in result.events] == [("VAN", "Jeddah"), ("HUB", "Riyadh")]


def test_words_of_a_text_are_enough_and_an_unlisted_code_is_unknown() -> None:
    rows = [{"at": "2026-11-25T09:00:00Z", "status": "X9", "message": "Handed to Layla"}]
    assert read({"history": rows}).status is Status.DELIVERED
    assert read({"history": rows}).delivered_at == datetime(2026, 11, 25, 9, tzinfo=UTC)
    unlisted = read({"history": [{"at": "2026-11-25T09:00:00Z", "status": "X9", "message": "?"}]})
    assert (unlisted.status, unlisted.unmapped) == (Status.UNKNOWN, ("X9",))


def test_a_number_it_does_not_know_is_not_found() -> None:
    assert read({"error": "unknown"}).kind == "not_found"
    assert read({}, status=404).kind == "not_found"


def test_times_may_be_written_in_any_form_or_as_seconds() -> None:
    formed = replace(LOCAL, time_format="%d/%m/%Y %H:%M")
    assert read({"history": [{"at": "25/11/2026 09:30"}]}, formed).events[0].at == datetime(2026, 11, 25, 9, 30)  # noqa: DTZ001
    assert read({"history": [{"at": 1764060000}]}).events[0].at == datetime(2025, 11, 25, 8, 40, tzinfo=UTC)


def test_xml_is_read_by_the_same_expressions() -> None:
    body = b"<r><history><at>2026-11-25T09:00:00Z</at><status>HUB</status></history></r>"
    assert read(body, replace(LOCAL, events="r.history")).status is Status.IN_TRANSIT


@pytest.mark.parametrize(
    ("changes", "part", "why"),
    [
        ({"name": " "}, "name", "missing"),
        ({"url": "http://a.example/{number}"}, "url", "no_address"),
        ({"url": "https://{number}.example/"}, "url", "no_address"),
        ({"url": "https://["}, "url", "no_address"),
        ({"url": "https://a.example/"}, "url", "no_number"),
        ({"method": "DELETE"}, "method", "method"),
        ({"events": "history[", "time": "at"}, "events", "unreadable"),
        ({"headers": {"Host": "x"}}, "header Host", "header"),
        ({"headers": {"A": "a\r\nB: b"}}, "header A", "header"),
        ({"statuses": {"HUB": "flying"}}, "status HUB", "status"),
        ({"body": "x" * 3000}, "url", "too_long"),
    ],
)
def test_a_description_that_cannot_be_used_says_which_part_and_why(
    changes: dict[str, Any], part: str, why: str
) -> None:
    with pytest.raises(Misdescribed) as caught:
        Described(replace(LOCAL, **changes))
    assert (caught.value.part, caught.value.why) == (part, why)


@given(st.text(max_size=60))
def test_every_name_has_a_slug(name: str) -> None:
    assert slug_of(name).startswith("x_")
    assert len(slug_of(name)) <= 24


@given(st.binary(max_size=200))
def test_any_bytes_give_answers_only(body: bytes) -> None:
    assert isinstance(read(body), TrackingResult | CarrierError)


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
)


@given(JSON)
def test_any_json_gives_answers_and_proposals_that_can_be_used(tree: Any) -> None:
    read(tree)
    Described(replace(LOCAL, **propose(tree)))


def test_where_the_scans_are_is_proposed() -> None:
    assert propose(BODY) == {
        "events": "history",
        "time": "at",
        "code": "status",
        "text": "message",
        "place": "city",
        "eta": "parcel.expectedDelivery",
    }
    assert propose([{"date-time": "2026-11-25", "event": "HUB"}])["time"] == '"date-time"'
    assert propose({"nothing": "here"}) == {}
