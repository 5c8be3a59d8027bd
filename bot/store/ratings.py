"""What customers said of matters that were solved."""

from datetime import datetime

from bot.store import sql
from bot.store.models import Rating, Ticket
from bot.store.ms import to_ms


async def make(ticket: Ticket, now: datetime, *, asked: bool) -> Rating | None:
    """A question about a ticket, once; None where there was one before. `asked`: he reads it at this moment."""
    found = await sql.rows(
        "INSERT INTO rating (merchant_id, customer_id, ticket_id, agent_id, comment, made_ms, asked_ms)"
        " VALUES (?, ?, ?, ?, '', ?, ?) ON CONFLICT (ticket_id) DO NOTHING RETURNING id",
        (
            ticket.merchant_id,
            ticket.customer_id,
            ticket.id,
            ticket.assignee_id,
            to_ms(now),
            to_ms(now) if asked else None,
        ),
    )
    return await Rating.get(id=found[0]["id"]) if found else None


async def of_ticket(ticket_id: int) -> Rating | None:
    """The question about a ticket."""
    return await Rating.get_or_none(ticket_id=ticket_id)


async def of_person(rating_id: int, user_id: int) -> Rating | None:
    """A question that this person was asked; None for anybody else's."""
    found = await sql.rows(
        "SELECT r.id FROM rating r JOIN customer c ON c.id = r.customer_id WHERE r.id = ? AND c.user_id = ?",
        (rating_id, user_id),
    )
    return await Rating.get(id=rating_id) if found else None


async def of_customer(customer_id: int, limit: int = 5) -> list[Rating]:
    """What he said, the latest first."""
    return await Rating.filter(customer_id=customer_id, stars__not_isnull=True).order_by("-rated_ms").limit(limit)


async def call_off(ticket_id: int) -> None:
    """The question has not left and is not to."""
    await Rating.filter(ticket_id=ticket_id, asked_ms=None, stars=None).delete()


async def is_open(rating_id: int) -> bool:
    """True while its ticket is over, its customer at the desk's, and he has not said."""
    found = await sql.rows(
        "SELECT r.id FROM rating r JOIN ticket t ON t.id = r.ticket_id JOIN customer c ON c.id = r.customer_id"
        " WHERE r.id = ? AND r.stars IS NULL AND t.closed_ms IS NOT NULL AND c.banned_ms IS NULL",
        (rating_id,),
    )
    return bool(found)


async def left(rating_id: int, now: datetime) -> None:
    """The question has reached him."""
    await Rating.filter(id=rating_id, asked_ms=None).update(asked_ms=to_ms(now))


async def rate(rating_id: int, stars: int, now: datetime) -> None:
    """So many of five; the first time is dated."""
    await sql.run(
        "UPDATE rating SET stars = ?, rated_ms = COALESCE(rated_ms, ?) WHERE id = ?", (stars, to_ms(now), rating_id)
    )


async def comment(rating_id: int, text: str) -> None:
    """What he added in words."""
    await Rating.filter(id=rating_id).update(comment=text)


async def recover(rating_id: int, ticket_id: int) -> None:
    """The ticket in which a lead makes up for it."""
    await Rating.filter(id=rating_id).update(recovery_id=ticket_id)
