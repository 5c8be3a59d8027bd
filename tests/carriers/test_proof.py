"""What pushes are proved with, and countries in two letters."""

import pytest

from carriers.kit.auth import basic
from carriers.kit.countries import alpha2
from carriers.kit.errors import AuthFailed, CarrierError, NotFound, Unreadable
from carriers.kit.model import Status, TrackingResult
from carriers.kit.proof import demand, secret_of, signature
from carriers.kit.reading import Entry, each


def test_a_proof_that_holds_passes_and_any_other_is_refused() -> None:
    right = signature("s3cret", b"{}").hexdigest()
    demand(f" {right} ", right)
    for wrong in (None, "", right[:-1], right.upper(), "ü", "\udcff"):
        with pytest.raises(AuthFailed):
            demand(wrong, right)


def test_an_account_without_a_secret_proves_nothing() -> None:
    assert secret_of({"webhook_secret": "s"}) == "s"
    for account in ({}, {"webhook_secret": ""}):
        with pytest.raises(AuthFailed):
            secret_of(account)


@pytest.mark.parametrize(
    ("code", "country"),
    [
        ("SAU", "SA"),
        ("usa", "US"),
        ("DE", "DE"),
        (" de ", "DE"),
        ("ZZZ", None),
        ("", None),
        ("Germany", None),
        ("1A", None),
    ],
)
def test_countries_have_two_letters(code: str, country: str | None) -> None:
    assert alpha2(code) == country


def test_a_login_without_a_password_has_an_empty_one() -> None:
    assert basic({"api_key": "K"}, "api_key", None) == "Basic Szo="


def test_an_entry_that_cannot_be_read_harms_no_other() -> None:
    def read(one: Entry) -> TrackingResult | CarrierError:
        if one["n"] == "none":
            raise NotFound(number="none")
        return TrackingResult(one["n"], Status.DELIVERED)

    first, missing, spoilt, last = each([{"n": "A"}, {"n": "none"}, {}, {"n": "B"}], read, b"{}")
    assert isinstance(first, TrackingResult)
    assert isinstance(last, TrackingResult)
    assert isinstance(missing, NotFound)
    assert isinstance(spoilt, Unreadable)
    assert isinstance(spoilt.__cause__, KeyError)
    assert spoilt.payload == b"{}"
