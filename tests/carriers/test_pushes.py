"""What carriers send by themselves: believed only with its proof, read like an answer."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carriers.kit.contract import Answer, Pushing
from carriers.kit.conversation import MOST_EVENTS, hear
from carriers.kit.discovery import find
from carriers.kit.errors import AuthFailed, CarrierError, Unreadable
from carriers.kit.model import Status, TrackingResult
from carriers.kit.samples import body_of

KEY = "s3cret"
ACCOUNT = {"api_key": KEY, "webhook_secret": KEY}
Proof = Callable[[bytes], dict[str, str]]


def digest(body: bytes) -> "hmac.HMAC":
    return hmac.new(KEY.encode(), body, hashlib.sha256)


PUSHES: list[tuple[str, str, Proof]] = [
    ("17track", "webhook_updated", lambda body: {"sign": hashlib.sha256(body + b"/" + KEY.encode()).hexdigest()}),
    (
        "aftership",
        "webhook_in_transit_usps",
        lambda body: {"aftership-hmac-sha256": b64encode(digest(body).digest()).decode()},
    ),
    ("easypost", "hand_webhook", lambda body: {"x-hmac-signature": f"hmac-sha256-hex={digest(body).hexdigest()}"}),
    ("ship24", "webhook_delivered", lambda body: {"authorization": f"Bearer {KEY}"}),
]
ALL = pytest.mark.parametrize(("slug", "name", "proof"), PUSHES, ids=[slug for slug, _, _ in PUSHES])


def pushing(slug: str) -> Pushing:
    carrier = find(slug)
    assert isinstance(carrier, Pushing)
    return carrier


@ALL
def test_a_proven_push_is_read(slug: str, name: str, proof: Proof) -> None:
    body = body_of(slug, name)
    (result,) = pushing(slug).receive(proof(body), body, ACCOUNT)
    assert isinstance(result, TrackingResult)
    assert result.number
    assert result.status in (Status.IN_TRANSIT, Status.DELIVERED)


@ALL
def test_a_push_without_its_proof_is_refused(slug: str, name: str, proof: Proof) -> None:
    body = body_of(slug, name)
    carrier, (header, value) = pushing(slug), next(iter(proof(body).items()))
    for headers in ({}, {header: ""}, {header: value[:-1]}, {header: "ü\udcff"}):
        with pytest.raises(AuthFailed):
            carrier.receive(headers, body, ACCOUNT)
    for account in ({}, {"api_key": "other", "webhook_secret": "other"}, {"api_key": "", "webhook_secret": ""}):
        with pytest.raises(AuthFailed):
            carrier.receive(proof(body), body, account)


@pytest.mark.parametrize(("slug", "name", "proof"), PUSHES[:3], ids=[slug for slug, _, _ in PUSHES[:3]])
def test_a_signature_holds_for_its_body_only(slug: str, name: str, proof: Proof) -> None:
    body = body_of(slug, name)
    with pytest.raises(AuthFailed):
        pushing(slug).receive(proof(body), body + b" ", ACCOUNT)


def test_easyposts_secret_counts_in_its_decomposed_form() -> None:
    body = body_of("easypost", "hand_webhook")
    signed = hmac.new("cle\u0301".encode(), body, hashlib.sha256).hexdigest()
    headers = {"x-hmac-signature": f"hmac-sha256-hex={signed}"}
    assert pushing("easypost").receive(headers, body, {"webhook_secret": "cl\u00e9"})


@pytest.mark.parametrize(
    ("slug", "name", "at"),
    [
        ("17track", "webhook_updated", None),
        ("aftership", "webhook_in_transit_usps", "2021-05-17T09:05:32+00:00"),
        ("easypost", "hand_webhook", "2026-01-06T09:31:00+00:00"),
        ("ship24", "webhook_delivered", "2025-03-04T17:13:35+00:00"),
    ],
)
def test_a_push_says_when_it_was_written(slug: str, name: str, at: str | None) -> None:
    proof = next(proof for known, _, proof in PUSHES if known == slug)
    body = body_of(slug, name)
    (result,) = pushing(slug).receive(proof(body), body, ACCOUNT)
    assert isinstance(result, TrackingResult)
    assert (result.as_of.isoformat() if result.as_of else None) == at


def heard(slug: str, headers: Mapping[str, str], sent: bytes) -> list[Answer]:
    """What was pushed, or the error that it is."""
    try:
        return hear(pushing(slug), headers, sent, ACCOUNT)
    except CarrierError as error:
        return [error]


@ALL
@given(spoilt=st.binary(max_size=60), cut=st.floats(0, 1))
@settings(max_examples=40, deadline=None)
def test_whatever_is_pushed_with_a_proof_gives_answers_or_typed_errors(
    slug: str, name: str, proof: Proof, spoilt: bytes, cut: float
) -> None:
    body = body_of(slug, name)
    for sent in (spoilt, body[: int(len(body) * cut)] + spoilt, b"[]", b"{}", b'{"data": 1, "msg": 1, "result": []}'):
        found = heard(slug, proof(sent), sent)
        assert all(isinstance(one, TrackingResult | CarrierError) for one in found)
        assert not any(isinstance(one, AuthFailed) for one in found)


def test_header_names_are_read_in_any_case_and_a_flood_of_scans_is_unreadable() -> None:
    events = b",".join(b'{"time_iso":"2026-01-01T00:00:%02dZ","description":"%d"}' % (n % 60, n) for n in range(2001))
    body = (
        b'{"event":"TRACKING_UPDATED","data":{"number":"A1","track_info":{"tracking":{"providers":[{"events":[%s]}]}}}}'
    )
    sent = body % events
    sign = hashlib.sha256(sent + b"/" + KEY.encode()).hexdigest()
    (answer,) = hear(pushing("17track"), {"Sign": sign}, sent, ACCOUNT)
    assert MOST_EVENTS == 2000
    assert isinstance(answer, Unreadable)
