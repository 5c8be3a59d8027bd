"""Payloads are kept for the operator without people and secrets."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers.kit.masking import KEPT, masked


@pytest.mark.parametrize(
    "body",
    [
        '{"recipientName": "Jane Roe", "status": "DL"}',
        '{"a": {"signedBy":"Jane Roe"}, "status": "DL"}',
        '{"status": "DL", "phoneNumber": 4917012, "signatory": "Jane Roe',
        '{"phones": [{"number": "4917012", "additional": "9"}, {"number": "4917012"}], "status": "DL"}',
        '{"status": "DL", "phones": [{"number": "4917012"',
        '{"UpdateCode": "DL", "Comments": "Received by Jane Roe"}',
        "<r><status>DL</status><n:receiver x='1'>Jane Roe</n:receiver><Phone>4917012</Phone></r>",
        '<r status="DL" recipient-name="Jane Roe" phone="4917012"/>',
        '{"status": "DL", "note": "mail jane.roe@example.com"}',
    ],
)
def test_names_and_contacts_are_masked_and_the_rest_is_kept(body: str) -> None:
    shown = masked(body.encode()).decode()
    assert "DL" in shown
    assert not any(private in shown for private in ("Jane", "4917012", "jane.roe"))


def test_an_accounts_secrets_are_masked_wherever_they_stand() -> None:
    assert masked(b'{"note": "key S3CR3T is wrong"}', ["S3CR3T", ""]) == b'{"note": "key *** is wrong"}'


def test_only_the_beginning_is_kept() -> None:
    assert len(masked(b"x" * (KEPT * 2))) == KEPT


@given(st.text(max_size=40), st.binary(max_size=200))
def test_a_private_field_is_never_shown_whatever_it_holds(private: str, rest: bytes) -> None:
    body = json.dumps({"receiver_name": f"SECRET{private}TERCES"}).encode()
    assert b"SECRET" not in masked(body)
    masked(rest)
