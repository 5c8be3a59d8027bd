"""What the records say of whom an agent writes to."""

from msgspec import Struct

from bot.store import sql

_NAMES = (
    "SELECT DISTINCT o.id, o.name FROM follow f JOIN shipment s ON s.id = f.shipment_id"
    " JOIN shop_order o ON o.id = s.order_id WHERE f.customer_id = ? AND o.name IS NOT NULL ORDER BY o.id DESC"
)
_MATTERS = (
    "SELECT kind FROM finding WHERE shipment_id = ? AND closed_ms IS NULL AND evidence NOT LIKE ?"
    " UNION SELECT status FROM shipment WHERE id = ?"
)
_WROTE = (
    "SELECT 1 AS one FROM ticket_message WHERE customer_id = ? AND user_id = ? AND direction = 'out'"
    " AND ticket_id = ? LIMIT 1"
)
_UNDER_WAY = (
    "SELECT s.id, s.eta_on, f.told_on, f.slips FROM follow f JOIN shipment s ON s.id = f.shipment_id"
    " WHERE f.customer_id = ? AND s.open = 1 ORDER BY s.id"
)
_FOLLOWED = (
    "SELECT s.id, s.open FROM follow f JOIN shipment s ON s.id = f.shipment_id WHERE f.customer_id = ?"
    " ORDER BY s.open DESC, f.id DESC"
)


class SpokenOf(Struct, frozen=True):
    """A parcel under way that he follows: the last day expected, the day he was told last, how often it slipped."""

    shipment_id: int
    eta_on: str | None
    told_on: str | None
    slips: int


async def spoken_of(customer_id: int, about: int | None) -> list[SpokenOf]:
    """The parcel his ticket is about, if it is under way, else all that are."""
    found = await sql.rows(_UNDER_WAY, (customer_id,))
    rows = [SpokenOf(row["id"], row["eta_on"], row["told_on"], row["slips"]) for row in found]
    return [one for one in rows if one.shipment_id == about] or rows


async def names_of(customer_id: int) -> list[str]:
    """The names on his orders, the newest first."""
    return [str(row["name"]) for row in await sql.rows(_NAMES, (customer_id,))]


async def parcel_meant(customer_id: int, about: int | None) -> int | None:
    """The parcel one speaks of with him: the ticket's, else the newest under way, else the newest."""
    ids = [int(row["id"]) for row in await sql.rows(_FOLLOWED, (customer_id,))]
    return about if about in ids else next(iter(ids), None)


async def matters_of(shipment_id: int) -> frozenset[str]:
    """What is found wrong with it now (what only the shop must do left out), and its status."""
    found = await sql.rows(_MATTERS, (shipment_id, '%"inside":true%', shipment_id))
    return frozenset(str(row["kind"]) for row in found)


async def has_written(customer_id: int, user_id: int, ticket_id: int | None) -> bool:
    """Whether this agent has written to him in this ticket."""
    return bool(await sql.rows(_WROTE, (customer_id, user_id, ticket_id or 0)))
