"""Persons and their roles in shops."""

from datetime import datetime
from typing import Any

from bot.store import sql
from bot.store.ms import to_ms

_COLUMNS = "user_id, name, username, locale, app_locale, zone, calendar, digits, quiet, private_ms"


async def meet(user_id: int, name: str, username: str | None, app_locale: str | None) -> dict[str, Any]:
    """The person's row; written only when Telegram tells something new of him."""
    found = await sql.rows(f"SELECT {_COLUMNS} FROM person WHERE user_id = ?", (user_id,))  # noqa: S608
    told = (name, username, app_locale)
    if found and (found[0]["name"], found[0]["username"], found[0]["app_locale"]) == told:
        return found[0]
    await sql.run(
        "INSERT INTO person (user_id, name, username, app_locale) VALUES (?, ?, ?, ?) ON CONFLICT (user_id)"
        " DO UPDATE SET name = excluded.name, username = excluded.username, app_locale = excluded.app_locale",
        (user_id, *told),
    )
    blank: dict[str, Any] = dict.fromkeys(_COLUMNS.split(", "))
    known = found[0] if found else blank
    return known | {"user_id": user_id, "name": name, "username": username, "app_locale": app_locale}


async def writes_in_private(user_id: int, now: datetime) -> None:
    """He can be written to in private since now."""
    await sql.run("UPDATE person SET private_ms = ? WHERE user_id = ?", (to_ms(now), user_id))


async def shops_of(user_id: int) -> list[dict[str, Any]]:
    """The shops a person has a role in: id, role, name, locale, zone; the longest first."""
    return await sql.rows(
        "SELECT m.merchant_id AS id, m.role, s.name, s.locale, s.zone, s.country FROM member m"
        " JOIN merchant s ON s.id = m.merchant_id WHERE m.user_id = ? AND m.role <> 'none' ORDER BY m.id",
        (user_id,),
    )


async def shop_in_use(user_id: int) -> int | None:
    """Which of his shops a person means."""
    found = await sql.rows("SELECT value FROM mark WHERE name = ?", (f"shop_of:{user_id}",))
    return int(found[0]["value"]) if found else None


async def use_shop(user_id: int, merchant_id: int) -> None:
    """Remember which shop he means."""
    await sql.run(
        "INSERT INTO mark (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (f"shop_of:{user_id}", str(merchant_id)),
    )


async def spoken_to(user_id: int) -> dict[str, Any] | None:
    """The language and zone in which shops know a customer: his own, his order's, the shop's; newest first."""
    found = await sql.rows(
        "SELECT c.locale, o.locale AS order_locale, m.locale AS shop_locale, h.zone, m.zone AS shop_zone, h.country"
        " FROM customer c JOIN merchant m ON m.id = c.merchant_id LEFT JOIN follow f ON f.customer_id = c.id"
        " LEFT JOIN shipment h ON h.id = f.shipment_id LEFT JOIN shop_order o ON o.id = h.order_id"
        " WHERE c.user_id = ? ORDER BY coalesce(f.id, 0) DESC, c.id DESC LIMIT 1",
        (user_id,),
    )
    return found[0] if found else None


async def find(username: str) -> dict[str, Any] | None:
    """A person who has spoken to us, by @name."""
    found = await sql.rows("SELECT user_id, name, username FROM person WHERE lower(username) = ?", (username.lower(),))
    return found[0] if found else None


_KNOWN = (
    "SELECT EXISTS (SELECT 1 FROM member m WHERE m.user_id = p.user_id AND m.merchant_id = ?)"
    " OR EXISTS (SELECT 1 FROM customer c WHERE c.user_id = p.user_id AND c.merchant_id = ?)"
    " OR NOT (EXISTS (SELECT 1 FROM member m WHERE m.user_id = p.user_id)"
    " OR EXISTS (SELECT 1 FROM customer c WHERE c.user_id = p.user_id)) AS known FROM person p WHERE p.user_id = ?"
)


async def is_known_to(merchant_id: int, user_id: int) -> bool:
    """Whether a shop knows a person: as one of its own, as its customer, or as somebody who is no shop's."""
    found = await sql.rows(_KNOWN, (merchant_id, merchant_id, user_id))
    return bool(found and found[0]["known"])


async def owners(merchant_id: int) -> list[dict[str, Any]]:
    """The owners of a shop with the language each reads, oldest first."""
    return await sql.rows(
        "SELECT m.user_id, p.locale, p.app_locale, p.calendar, p.digits, s.locale AS shop_locale, s.zone, s.name"
        " FROM member m JOIN merchant s ON s.id = m.merchant_id LEFT JOIN person p ON p.user_id = m.user_id"
        " WHERE m.merchant_id = ? AND m.role = 'owner' ORDER BY m.id",
        (merchant_id,),
    )


async def members(merchant_id: int) -> list[dict[str, Any]]:
    """Everybody with a role in a shop, oldest first."""
    return await sql.rows(
        "SELECT m.user_id, m.role, m.alias, p.name, p.username FROM member m"
        " LEFT JOIN person p ON p.user_id = m.user_id WHERE m.merchant_id = ? ORDER BY m.id",
        (merchant_id,),
    )


async def appoint(merchant_id: int, user_id: int, role: str, now: datetime) -> None:
    """Give a person a role (or another one) in a shop."""
    await sql.run(
        "INSERT INTO member (merchant_id, user_id, role, created_ms) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (merchant_id, user_id) DO UPDATE SET role = excluded.role",
        (merchant_id, user_id, role, to_ms(now)),
    )


async def call(merchant_id: int, user_id: int, alias: str | None, now: datetime) -> None:
    """The name he goes by in a shop; who has no role of his own there stays the agent that he is."""
    await sql.run(
        "INSERT INTO member (merchant_id, user_id, role, alias, created_ms) VALUES (?, ?, 'agent', ?, ?)"
        " ON CONFLICT (merchant_id, user_id) DO UPDATE SET alias = excluded.alias",
        (merchant_id, user_id, alias, to_ms(now)),
    )


async def dismiss(merchant_id: int, user_id: int) -> bool:
    """Take his role and name in a shop away; False where he had none."""
    return await sql.run("DELETE FROM member WHERE merchant_id = ? AND user_id = ?", (merchant_id, user_id)) > 0
