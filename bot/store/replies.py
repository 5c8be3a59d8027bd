"""What the records say of whom an agent writes to."""

from msgspec import Struct

from bot.store import sql


class SpokenOf(Struct, frozen=True):
    """A parcel under way that he follows: the last day expected, the day he was told last, how often it slipped."""

    shipment_id: int
    eta_on: str | None
    told_on: str | None
    slips: int


async def spoken_of(customer_id: int, about: int | None) -> list[SpokenOf]:
    """The parcel his ticket is about, if it is under way, else all that are."""
    found = await sql.rows(
        "SELECT s.id, s.eta_on, f.told_on, f.slips FROM follow f JOIN shipment s ON s.id = f.shipment_id"
        " WHERE f.customer_id = ? AND s.open = 1 ORDER BY s.id",
        (customer_id,),
    )
    rows = [SpokenOf(row["id"], row["eta_on"], row["told_on"], row["slips"]) for row in found]
    return [one for one in rows if one.shipment_id == about] or rows


async def names_of(customer_id: int) -> list[str]:
    """The names on his orders, the newest first."""
    found = await sql.rows(
        "SELECT DISTINCT o.id, o.name FROM follow f JOIN shipment s ON s.id = f.shipment_id"
        " JOIN shop_order o ON o.id = s.order_id WHERE f.customer_id = ? AND o.name IS NOT NULL ORDER BY o.id DESC",
        (customer_id,),
    )
    return [str(row["name"]) for row in found]
