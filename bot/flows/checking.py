"""A customer says that he has done his part: the carrier is asked at once, and he hears how it stands."""

from datetime import datetime

from bot.domain.finding import Severity
from bot.domain.hours import default_staffed, next_word
from bot.store import promises, shipments
from bot.store.customers import Followed

KIND = "customs_noted"


async def check_again(known: Followed, zone: str, quiet: str | None, now: datetime) -> None:
    """In the caller's transaction; said twice, the word owed is the newer one."""
    shop = known.merchant
    due_at = next_word(
        KIND, Severity.SERIOUS, now, zone, quiet, shop.zone, shop.staffed or default_staffed(shop.country)
    )
    await shipments.ask_soon(known.shipment.id, now)
    await promises.make(shop.id, known.customer.id, known.shipment.id, None, KIND, due_at, False, 0, now)
