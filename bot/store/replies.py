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


async def parcel_meant(customer_id: int, about: int | None) -> int | None:
    """The parcel one speaks of with him: the ticket's, else the newest under way, else the newest."""
    found = await sql.rows(
        "SELECT s.id, s.open FROM follow f JOIN shipment s ON s.id = f.shipment_id WHERE f.customer_id = ?"
        " ORDER BY s.open DESC, f.id DESC",
        (customer_id,),
    )
    ids = [int(row["id"]) for row in found]
    return about if about in ids else next(iter(ids), None)
