"""What was offered for a lost parcel, and what the customer chose."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.offer import Way
from bot.store import sql
from bot.store.models import LossOffer
from bot.store.ms import to_ms


async def of(customer_id: int, shipment_id: int) -> LossOffer | None:
    """The offer made to a customer about a parcel."""
    return await LossOffer.get_or_none(customer_id=customer_id, shipment_id=shipment_id)


async def make(
    merchant_id: int,
    customer_id: int,
    shipment_id: int,
    ways: Sequence[Way],
    out_of_stock: bool,
    by: int,
    now: datetime,
) -> LossOffer:
    """The offer as it holds from now on; a newer one takes the place of one that nobody has answered."""
    await LossOffer.filter(customer_id=customer_id, shipment_id=shipment_id, chosen=None).delete()
    return await LossOffer.create(
        merchant_id=merchant_id,
        customer_id=customer_id,
        shipment_id=shipment_id,
        ways=",".join(ways),
        out_of_stock=out_of_stock,
        made_by=by,
        made_ms=to_ms(now),
    )


async def choose(offer: LossOffer, way: Way, now: datetime) -> bool:
    """The customer's choice; False where he has chosen before."""
    changed = await LossOffer.filter(id=offer.id, chosen=None).update(chosen=way.value, chosen_ms=to_ms(now))
    return changed > 0


async def is_lost(shipment_id: int) -> bool:
    """Whether a parcel is thought lost now."""
    return bool(
        await sql.records(
            "SELECT 1 FROM finding WHERE shipment_id = ? AND kind = 'lost' AND closed_ms IS NULL", (shipment_id,)
        )
    )
