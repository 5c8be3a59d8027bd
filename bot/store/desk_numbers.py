"""What a desk did, as rules want it: one statement a figure, however many tickets."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.desk_numbers import OURS, Matter, Ratings, Spread, Standing, Word, spread
from bot.domain.measures import Share
from bot.store import sql
from bot.store.ms import to_ms

WON_WITHIN = timedelta(days=90)
"""So long after a low rating a new order says that the customer was won back."""
GIVEN, LET_GO = "desk.assign", "desk.left"
"""Deeds under which the audit log has to whom a ticket was given, and that he left."""
NOBODY = 0
DUE_BEFORE = timedelta(days=14)
"""A target may fall due so long after the message that set it, over holidays."""

_STANDING = (
    "SELECT count(*), coalesce(sum(CASE WHEN due_ms IS NOT NULL AND snoozed_ms IS NULL THEN 1 ELSE 0 END), 0),"
    " coalesce(sum(CASE WHEN due_ms < ? THEN 1 ELSE 0 END), 0) FROM ticket WHERE closed_ms IS NULL"
)
# Whoever was answered since then has a ticket that is open, or was closed since then.
_TICKETS = (
    "SELECT id, opened_ms, cause, solved_ms, closed_ms, reopened, assignee_id, customer_id FROM ticket"
    " WHERE merchant_id = ? AND (opened_ms >= ? OR closed_ms IS NULL OR closed_ms >= ?)"
)
# What did not arrive answers nobody.
_WORDS = (
    "SELECT w.ticket_id, w.created_ms, CASE WHEN w.direction = 'out' THEN w.user_id END FROM ticket t"
    " JOIN ticket_message w ON w.ticket_id = t.id AND w.direction IN ('in', 'out')"
    " WHERE t.merchant_id = ? AND (t.opened_ms >= ? OR t.closed_ms IS NULL OR t.closed_ms >= ?)"
    " AND NOT (w.direction = 'out' AND w.fate = 'failed') ORDER BY w.ticket_id, w.created_ms, w.id"
)
_GIVEN = (
    "SELECT target, at_ms, detail, deed FROM audit WHERE merchant_id = ? AND deed IN (?, ?) AND at_ms >= ? ORDER BY id"
)
_FIRSTS = "SELECT answered_ms - opened_ms FROM ticket WHERE answered_ms >= ?"
_SOLVED = "SELECT count(*), coalesce(sum(CASE WHEN reopened > 0 THEN 1 ELSE 0 END), 0) FROM ticket WHERE solved_ms >= ?"
_RATINGS = (
    "SELECT count(*), coalesce(sum(CASE WHEN stars IS NOT NULL THEN 1 ELSE 0 END), 0),"
    " coalesce(sum(CASE WHEN stars >= 4 THEN 1 ELSE 0 END), 0) FROM rating WHERE asked_ms >= ? AND asked_ms <= ?"
)
# Cases of recovery: won by a later good word of the same customer, or by an order of his within so long.
_RECOVERIES = (
    "SELECT count(*), coalesce(sum(CASE WHEN stars >= 4"
    " OR EXISTS (SELECT 1 FROM rating l WHERE l.customer_id = rating.customer_id AND l.id <> rating.id"
    " AND l.rated_ms > rating.rated_ms AND l.stars >= 4)"
    " OR EXISTS (SELECT 1 FROM follow f JOIN shipment s ON s.id = f.shipment_id JOIN shop_order o ON o.id = s.order_id"
    " WHERE f.customer_id = rating.customer_id AND o.created_ms > rating.rated_ms"
    " AND o.created_ms <= rating.rated_ms + ?)"
    " THEN 1 ELSE 0 END), 0) FROM rating WHERE recovery_id IS NOT NULL AND rated_ms >= ?"
)
_OF_SHOP = " AND merchant_id = ?"
_OF_TICKETS = " AND assignee_id = ?"
_OF_RATINGS = " AND agent_id = ?"


async def standing(merchant_id: int | None, now: datetime, agent: int | None = None) -> Standing:
    """What is open now: of a shop (None: of all together), of one colleague."""
    query, given = _of(_STANDING, [to_ms(now)], merchant_id, (_OF_TICKETS, agent))
    found = (await sql.records(query, given))[0]
    return Standing(int(found[0]), int(found[1]), int(found[2]))


async def matters(merchant_id: int, since: datetime, *, holders: bool = False) -> list[Matter]:
    """Every ticket of a shop that is open, or was opened, answered or solved since then, with people's words.

    `holders`: and with whom they were given to, which only the figures of one colleague need.
    """
    given = (merchant_id, to_ms(since - DUE_BEFORE), to_ms(since))
    words: dict[int, list[Word]] = {}
    for ticket_id, at, by in await sql.records(_WORDS, given):
        words.setdefault(ticket_id, []).append(Word(at, by))
    found = await sql.records(_TICKETS, given)
    to_whom = await _given(merchant_id, min((row[1] for row in found), default=0)) if holders else {}
    return [
        Matter(opened, cause, tuple(words.get(ticket_id, ())), solved, closed, reopened, assignee,
               tuple(one for one in to_whom.get(customer_id, ()) if opened <= one[0] <= (closed or one[0])))
        for ticket_id, opened, cause, solved, closed, reopened, assignee, customer_id in found
    ]  # fmt: skip


async def _given(merchant_id: int, since_ms: int) -> dict[int, list[tuple[int, int]]]:
    """Customer → (when, to whom) his tickets were given since then, as it was written down."""
    found: dict[int, list[tuple[int, int]]] = {}
    for target, at, detail, deed in await sql.records(_GIVEN, (merchant_id, GIVEN, LET_GO, since_ms)):
        whom = int(detail.rpartition(":")[2]) if deed == GIVEN else NOBODY
        found.setdefault(int(target.rpartition(":")[2]), []).append((at, whom))
    return found


async def ratings(merchant_id: int | None, since: datetime, now: datetime, agent: int | None = None) -> Ratings:
    """Of the questions that left since then; cases of recovery of what was rated since then."""
    query, given = _of(_RATINGS, [to_ms(since), to_ms(now)], merchant_id, (_OF_RATINGS, agent))
    asked, given_, good = (int(one) for one in (await sql.records(query, given))[0])
    within = WON_WITHIN // timedelta(milliseconds=1)
    query, given = _of(_RECOVERIES, [within, to_ms(since)], merchant_id, (_OF_RATINGS, agent))
    cases, won = (int(one) for one in (await sql.records(query, given))[0])
    return Ratings(Share(good, given_), Share(given_, asked), Share(won, cases))


def _of(
    query: str, given: Sequence[object], merchant_id: int | None, colleague: tuple[str, int | None]
) -> tuple[str, list[object]]:
    """The statement for a shop, for one colleague, where these are named."""
    wanted = [(_OF_SHOP, merchant_id), colleague]
    named = [(clause, one) for clause, one in wanted if one is not None]
    return query + "".join(clause for clause, _ in named), [*given, *(one for _, one in named)]


async def together(since: datetime) -> tuple[Spread, Share]:
    """Of all shops: how long first answers took by the clock, where customers had asked; who came back, of the solved.

    A duration by nearest rank, as rules count it.
    """
    ours, causes = sql.among("cause", sorted(OURS))
    of_customers = f" AND NOT ({ours}) ORDER BY 1"
    firsts = [int(row[0]) for row in await sql.records(_FIRSTS + of_customers, (to_ms(since), causes))]
    solved, came_back = (int(one) for one in (await sql.records(_SOLVED, (to_ms(since),)))[0])
    return spread(firsts), Share(came_back, solved)
