"""Which message of a customer's says where his ticket stands."""

from bot.store.models import Ticket
from bot.store.tickets import open_of


async def find(ticket_id: int) -> Ticket | None:
    """The ticket."""
    return await Ticket.get_or_none(id=ticket_id)


async def latest(customer_id: int) -> Ticket | None:
    """The ticket that a customer's place is about: the one that is open, else his last one."""
    return await open_of(customer_id) or await Ticket.filter(customer_id=customer_id).order_by("-id").first()


async def stands(ticket_id: int, message_id: int) -> None:
    """It is this message from now on."""
    await Ticket.filter(id=ticket_id).update(place_message_id=message_id)
