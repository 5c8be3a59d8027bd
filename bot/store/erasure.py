"""All that is kept of a person: shown to him, or erased."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.store import sql
from bot.store.ms import to_ms

SALT = "suppression.salt"
DELETABLE = timedelta(hours=47)
"""Telegram lets a bot delete messages for 48 hours."""

_OF_CUSTOMERS = {
    "shops": "SELECT m.name AS shop, c.name, c.locale, c.created_ms FROM customer c"
    " JOIN merchant m ON m.id = c.merchant_id WHERE {mine} ORDER BY c.id",
    "orders": "SELECT DISTINCT o.number, o.name, o.phone, o.email, o.created_ms FROM follow f"
    " JOIN customer c ON c.id = f.customer_id JOIN shipment s ON s.id = f.shipment_id"
    " JOIN shop_order o ON o.id = s.order_id WHERE {mine} ORDER BY o.created_ms",
    "parcels": "SELECT s.number, s.slug AS carrier, s.status, s.promised_on, s.needed_on, s.eta_on, s.created_ms"
    " FROM follow f JOIN customer c ON c.id = f.customer_id JOIN shipment s ON s.id = f.shipment_id"
    " WHERE {mine} ORDER BY s.id",
    "consents": "SELECT k.kind, k.wording, k.channel, k.given_ms, k.withdrawn_ms FROM consent k"
    " JOIN customer c ON c.id = k.customer_id WHERE {mine} ORDER BY k.id",
    "tickets": "SELECT t.cause, t.state, t.opened_ms, t.closed_ms FROM ticket t"
    " JOIN customer c ON c.id = t.customer_id WHERE {mine} ORDER BY t.id",
    "messages": "SELECT w.direction, w.text, w.media, w.created_ms FROM ticket_message w"
    " JOIN customer c ON c.id = w.customer_id WHERE {mine} AND w.direction <> 'note' ORDER BY w.id",
    "drafts": "SELECT d.kind, d.state, d.shown_ms, d.decided_ms FROM draft d"
    " JOIN customer c ON c.id = d.customer_id WHERE {mine} ORDER BY d.id",
    "promises": "SELECT p.kind, p.due_ms, p.kept_ms FROM promise p"
    " JOIN customer c ON c.id = p.customer_id WHERE {mine} ORDER BY p.id",
    "offers": "SELECT o.ways, o.chosen, o.made_ms, o.chosen_ms FROM loss_offer o"
    " JOIN customer c ON c.id = o.customer_id WHERE {mine} ORDER BY o.id",
    "ratings": "SELECT r.stars, r.comment, r.asked_ms, r.rated_ms FROM rating r"
    " JOIN customer c ON c.id = r.customer_id WHERE {mine} ORDER BY r.id",
    "gestures": "SELECT g.kind, g.amount, g.currency, g.code, g.made_ms FROM gesture g"
    " JOIN customer c ON c.id = g.customer_id WHERE {mine} AND g.state = 'made' ORDER BY g.id",
    "told": "SELECT t.kind, t.from_on, t.to_on, t.at_ms FROM told t"
    " JOIN customer c ON c.id = t.customer_id WHERE {mine} ORDER BY t.id",
    "troubles": "SELECT t.warned_ms, t.asked_ms FROM trouble t"
    " JOIN customer c ON c.id = t.customer_id WHERE {mine} ORDER BY t.id",
}
_MINE = "c.user_id = ?"


async def of_person(user_id: int) -> dict[str, list[dict[str, Any]]]:
    """What is kept of him, by table; what agents noted for themselves stays theirs."""
    person = await sql.rows(
        "SELECT user_id, name, username, locale, app_locale, zone, calendar, digits, quiet FROM person"
        " WHERE user_id = ?",
        (user_id,),
    )
    found = {name: await sql.rows(text.format(mine=_MINE), (user_id,)) for name, text in _OF_CUSTOMERS.items()}
    return {"person": person, **found}


async def relayed(customer_ids: Sequence[int], now: datetime) -> list[tuple[int, int]]:
    """(chat, message) of his words in the groups that Telegram still lets us delete."""
    if not customer_ids:
        return []
    his, ids = sql.among("customer_id", customer_ids)
    rows = await sql.rows(
        f"SELECT target_chat_id, target_message_id FROM ticket_message WHERE {his}"  # noqa: S608
        " AND direction = 'in' AND target_message_id IS NOT NULL AND created_ms > ?",
        (ids, to_ms(now - DELETABLE)),
    )
    return [(int(row["target_chat_id"]), int(row["target_message_id"])) for row in rows]


_ERASE_BY_CUSTOMER = (
    "UPDATE shop_order SET name = NULL, phone = NULL, email = NULL WHERE id IN (SELECT s.order_id FROM shipment s"
    " JOIN follow f ON f.shipment_id = s.id WHERE {his})",
    "DELETE FROM follow WHERE {his}",
    "DELETE FROM told WHERE {his}",
    "DELETE FROM trouble WHERE {his}",
    "DELETE FROM loss_offer WHERE {his}",
    "DELETE FROM pending_reply WHERE {his}",
    "UPDATE gesture SET code = NULL WHERE {his}",
    "UPDATE rating SET comment = '' WHERE {his}",
    "UPDATE consent SET withdrawn_ms = COALESCE(withdrawn_ms, {now}) WHERE {his}",
    "UPDATE ticket_message SET text = '', entities = NULL, reactions = NULL, user_id = 0 WHERE {his}",
    "UPDATE ticket SET evidence = '{{}}', state = 'closed', outcome = 'forgotten',"
    " closed_ms = COALESCE(closed_ms, {now}), due_ms = NULL, remind_ms = NULL, promised_ms = NULL WHERE {his}",
    "UPDATE wait SET cancelled_ms = {now} WHERE answered_ms IS NULL AND cancelled_ms IS NULL AND ticket_id IN"
    " (SELECT t.id FROM ticket t WHERE {his})",
    "UPDATE promise SET open = 0, cancelled_ms = COALESCE(cancelled_ms, {now}) WHERE {his} AND open = 1",
    "UPDATE draft SET state = 'void', edit_by = NULL WHERE {his} AND state IN ('waiting', 'open', 'allowed')",
    "DELETE FROM outbox WHERE {his} AND state = 'queued' AND act <> 'delete'",
)
_ERASE_BY_PERSON = (
    "DELETE FROM outbox WHERE chat_id = ? AND state = 'queued'",
    "UPDATE outbox SET payload = '{}' WHERE chat_id = ? AND state NOT IN ('queued', 'leaving')",
    "UPDATE customer SET name = '', locale = NULL, topic_name = NULL, topic_label = NULL,"
    " unreachable_reason = 'forgotten', user_id = -id"
    " WHERE user_id = ?",
    "UPDATE follow_link SET user_id = 0 WHERE user_id = ?",
    "DELETE FROM proof_try WHERE user_id = ?",
    "DELETE FROM dialogue WHERE user_id = ?",
    "UPDATE audit SET user_id = NULL WHERE user_id = ? AND deed LIKE 'customer.%'",
)


async def erase(user_id: int, customer_ids: Sequence[int], now: datetime) -> None:
    """Forget him, in the caller's transaction; a keyed hash remains, so that nobody writes to him unasked."""
    await _suppress(user_id, now)
    if customer_ids:
        his, ids = sql.among("customer_id", customer_ids)
        for text in _ERASE_BY_CUSTOMER:
            await sql.run(text.format(his=his, now=to_ms(now)), (ids,))
        his, ids = sql.among("id", customer_ids)
        await sql.run(f"UPDATE customer SET unreachable_ms = ? WHERE {his}", (to_ms(now), ids))  # noqa: S608
    for text in _ERASE_BY_PERSON:
        await sql.run(text, (user_id,))
    await sql.run(
        "DELETE FROM person WHERE user_id = ? AND NOT EXISTS (SELECT 1 FROM member m WHERE m.user_id = ?)",
        (user_id, user_id),
    )


async def _suppress(user_id: int, now: datetime) -> None:
    await sql.run(
        "INSERT INTO mark (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
        (await _suppression(user_id), str(to_ms(now))),
    )


async def is_suppressed(user_id: int) -> bool:
    """True where he was forgotten and has not come back."""
    return bool(await sql.rows("SELECT name FROM mark WHERE name = ?", (await _suppression(user_id),)))


async def unsuppress(user_id: int) -> None:
    """He came back by himself."""
    await sql.run("DELETE FROM mark WHERE name = ?", (await _suppression(user_id),))


async def _suppression(user_id: int) -> str:
    """A name that does not tell whose it is without this installation's salt."""
    await sql.run(
        "INSERT INTO mark (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", (SALT, secrets.token_hex(16))
    )
    found = await sql.rows("SELECT value FROM mark WHERE name = ?", (SALT,))
    key = bytes.fromhex(found[0]["value"])
    return "gone:" + hashlib.blake2b(str(user_id).encode(), key=key, digest_size=20).hexdigest()
