"""What may be offered for a lost parcel: by the shop's policy, the payment and the sum."""

from datetime import date

import pytest

from bot.domain.offer import Allowed, Way, allowed_by, done_on, ways

ALL = Allowed(resend=True, refund=True)
FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("allowed", "value", "unpaid", "out_of_stock", "found"),
    [
        (ALL, "64.00", False, False, (Way.AGAIN, Way.MONEY)),
        (ALL, None, False, False, (Way.AGAIN, Way.MONEY)),
        (ALL, "64.00", True, False, (Way.AGAIN, Way.CANCEL)),
        (ALL, "64.00", False, True, (Way.MONEY,)),
        (ALL, "64.00", True, True, (Way.CANCEL,)),
        (Allowed(), "64.00", False, False, ()),
        (Allowed(), "64.00", True, False, (Way.CANCEL,)),
        (Allowed(refund=True, most=64), "64.00", False, False, (Way.MONEY,)),
        (Allowed(refund=True, most=63), "64.00", False, False, ()),
        (Allowed(refund=True, most=500), None, False, False, ()),
        (Allowed(refund=True, most=500), "much", False, False, ()),
    ],
)
def test_only_what_the_policy_allows_is_offered(
    allowed: Allowed, value: str | None, unpaid: bool, out_of_stock: bool, found: tuple[Way, ...]
) -> None:
    assert ways(allowed, value, unpaid=unpaid, out_of_stock=out_of_stock) == found


def test_days_are_working_days_of_where_it_happens() -> None:
    allowed = Allowed(resend_days=1, refund_days=1)
    countries = {Way.AGAIN: "IR", Way.MONEY: "DE"}
    assert done_on(Way.AGAIN, allowed, FRIDAY, countries, ()) == date(2026, 11, 28)
    assert done_on(Way.MONEY, allowed, FRIDAY, countries, ()) == date(2026, 11, 30)
    assert done_on(Way.CANCEL, allowed, FRIDAY, countries, ()) is None
    assert done_on(Way.AGAIN, Allowed(), FRIDAY, countries, ()) is None


def test_what_a_shop_has_not_said_is_not_allowed() -> None:
    assert allowed_by({}) == Allowed()
    assert allowed_by({"policy": {"resend": True, "most": 500, "unknown": 1}}) == Allowed(resend=True, most=500)
