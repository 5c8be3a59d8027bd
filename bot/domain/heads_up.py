"""When the people of a shop hear of a parcel, and how much later its customer does."""

from datetime import datetime, timedelta

from bot.domain.finding import Finding, FindingKind
from bot.domain.hours import default_staffed, staffed, waking
from bot.domain.telling import Shop

SHOP_FIRST = frozenset({FindingKind.NOT_HANDED_OVER, FindingKind.FIRST_SCAN_LATE, FindingKind.ADDRESS_PROBLEM})
"""Findings that the shop can still mend: it hears of them before its customers."""


def shop_first(finding: Finding) -> bool:
    """Whether the shop is to hear of it before its customer, or alone."""
    return finding.kind in SHOP_FIRST or bool(finding.evidence.get("inside"))


GATHERED_FOR = timedelta(minutes=15)
"""So long more of them are waited for: many make one message."""
APART = timedelta(hours=1)
"""Between two such messages to a shop."""
LEAD = timedelta(hours=2)
"""What the shop has to act before a customer whose day is concerned hears of it."""


def shop_hears_at(now: datetime, shop: Shop, *, touches: bool) -> datetime:
    """In staffed hours; where a customer's day is concerned (`touches`), by the next morning at the latest."""
    at = now + GATHERED_FOR
    if touches:
        return waking(at, shop.zone, None)
    return staffed(at, shop.zone, shop.staffed or default_staffed(shop.country), shop.holidays)


def customer_hears_from(now: datetime, shop: Shop) -> datetime:
    """Not before the shop has had its time."""
    return shop_hears_at(now, shop, touches=True) + LEAD
