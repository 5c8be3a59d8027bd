"""Two shops in one database: ours with its people, and another one whose every row has one number."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import orjson
from tortoise import Model
from tortoise.fields import Field

from bot.store import models, sql
from bot.store.models import (
    Account,
    Audit,
    Customer,
    DraftPart,
    DraftPost,
    DraftRow,
    FindingRow,
    Follow,
    HeadsUp,
    Incident,
    LossOffer,
    Member,
    Merchant,
    Order,
    OwnTextRow,
    Person,
    Promise,
    Shipment,
    Ticket,
    TicketMessage,
)
from bot.store.ms import to_ms
from tests.fakes.database import tables
from tests.fakes.desk import OMAR, Desk, join, own
from tests.fakes.rows import NOON
from tests.fakes.talk import Who

THEIRS, NOBODYS = 7_000_001, 7_999_999
"""The number of whatever is the other shop's; a number that nothing has."""
THEIR_GROUP, THEIR_TOPIC = -100700, 777
NUMBER, UNKNOWN_NUMBER = "RB700000014GB", "RB799999992GB"
ORDER, UNKNOWN_ORDER = "T7001", "T7999"
MARKS = ("Violet", "Zaynab", "theirwords", NUMBER, ORDER, "theirnote")
"""What stands in the other shop's rows and nowhere else."""
ZAYNAB = Who(7301, "Zaynab", "en", "zaynab")
THEIR_AGENT = Who(7302, "Violetta", "en", "violetta")
NADIA = Who(6003, "Nadia", "en", "nadia")
RAMI = Who(6005, "Rami", "en", "rami")
"""Theirs: a customer and an agent. Ours: the owner, and a customer who knows no other shop."""
_IDS: dict[str, Any] = {"id": THEIRS, "merchant_id": THEIRS}


_CODE = re.compile(r"/desk [A-Z0-9-]+")
"""A fresh one each time."""


async def open_both(desk: Desk) -> None:
    """Beside Layla's desk the owner and a customer of that shop; and another shop with one row of everything."""
    shop = desk.parcel.merchant
    await own(shop, NADIA)
    _ = await Customer.create(merchant_id=shop.id, user_id=RAMI.id, name="Rami", created_ms=0)
    await join(desk.talk, NADIA)
    await _shop()
    await _desk()
    await _waiting()
    await join_theirs(desk)


async def join_theirs(desk: Desk) -> None:
    """Their agent is in their group."""
    view = desk.talk.telegram.members
    await join(desk.talk, OMAR)
    view[THEIR_GROUP, THEIR_AGENT.id] = view[next(iter(view))]


async def _shop() -> None:
    _ = await Merchant.create(id=THEIRS, name="Violet", desk_chat_id=THEIR_GROUP, created_ms=0)
    for who in (ZAYNAB, THEIR_AGENT):
        _ = await Person.create(user_id=who.id, name=who.name, username=who.username)
    _ = await Member.create(**_IDS, user_id=THEIR_AGENT.id, role="lead", alias="Violetta", created_ms=0)
    _ = await Account.create(**_IDS, slug="ups", secrets="sealed", created_ms=0)
    _ = await Order.create(**_IDS, number=ORDER, name="Zaynab", created_ms=0)
    _ = await Shipment.create(
        **_IDS, order_id=THEIRS, slug="ups", number=NUMBER, status="in_transit", next_poll_ms=0, created_ms=0,
        known_ms=0, promised_on="2026-11-25", account_id=THEIRS,
    )  # fmt: skip
    _ = await OwnTextRow.create(**_IDS, kind="late", language="en", body="theirwords", saved_ms=0)
    _ = await Audit.create(**_IDS, user_id=THEIR_AGENT.id, deed="desk.note", detail="theirnote", at_ms=0)


async def _desk() -> None:
    _ = await Customer.create(
        **_IDS, user_id=ZAYNAB.id, name="Zaynab", created_ms=0, topic_chat_id=THEIR_GROUP, topic_id=THEIR_TOPIC,
        card_message_id=778,
    )  # fmt: skip
    _ = await Follow.create(id=THEIRS, shipment_id=THEIRS, customer_id=THEIRS, created_ms=0)
    _ = await Ticket.create(**_IDS, customer_id=THEIRS, shipment_id=THEIRS, cause="human", opened_ms=to_ms(NOON))
    _ = await TicketMessage.create(
        id=THEIRS, customer_id=THEIRS, ticket_id=THEIRS, direction="out", user_id=THEIR_AGENT.id, text="theirwords",
        source_chat_id=THEIR_GROUP, source_message_id=THEIRS, target_chat_id=ZAYNAB.id, target_message_id=THEIRS,
        fate="failed", created_ms=to_ms(NOON),
    )  # fmt: skip
    due = to_ms(NOON + timedelta(hours=2))
    _ = await Promise.create(
        **_IDS, customer_id=THEIRS, ticket_id=THEIRS, kind="answer", due_ms=due, made_ms=0, by_person=True
    )


async def _waiting() -> None:
    of: dict[str, Any] = {"customer_id": THEIRS, "shipment_id": THEIRS}
    _ = await FindingRow.create(
        **_IDS, shipment_id=THEIRS, kind="lost", occurrence=1, severity="serious", raised_ms=0, evidence="{}"
    )
    due = to_ms(NOON)
    draft: dict[str, Any] = {
        "kind": "late",
        "state": "open",
        "cause": "theirs",
        "due_ms": due,
        "shown_ms": due,
        "batch_id": THEIRS,
    }
    _ = await DraftRow.create(**_IDS, customer_id=THEIRS, **draft)
    _ = await DraftPart.create(id=THEIRS, draft_id=THEIRS, shipment_id=THEIRS, finding_id=THEIRS)
    _ = await DraftPost.create(
        **_IDS, batch_id=THEIRS, chat_id=THEIR_GROUP, draft_id=THEIRS, message_id=40, made_ms=due
    )
    _ = await Incident.create(**_IDS, symptom="silent", opened_ms=due, since_ms=due)
    _ = await LossOffer.create(**_IDS, **of, ways="sm", made_by=THEIR_AGENT.id, made_ms=0)
    _ = await HeadsUp.create(**_IDS, shipment_id=THEIRS, finding_id=THEIRS, due_ms=2**50)
    await _of_every_other_table()


async def _of_every_other_table() -> None:
    """Whatever tables there are: their row in each, so that no press finds nothing by chance."""
    found = [one for one in vars(models).values() if isinstance(one, type) and issubclass(one, Model)]
    tables = [one for one in found if one is not models.OutboxRow]  # its numbers are what tests count from
    for table in tables:
        fields = table._meta.fields_map
        if {"id", "merchant_id"} <= fields.keys() and not await table.filter(id=THEIRS).exists():
            _ = await table.create(**{name: _something(name, field) for name, field in fields.items()})


def _something(name: str, field: Field[Any]) -> Any:
    if name == "id" or name.endswith("_id"):
        return THEIRS
    if field.null or name.endswith("_ms"):
        return None if field.null else 0
    return field.default if field.default is not None else {str: "x", bool: False}.get(field.field_type, 1)


async def theirs() -> dict[str, list[dict[str, Any]]]:
    """Every row of the other shop's, by table."""
    found = {}
    for name in await tables():
        rows = [dict(row) for row in await sql.rows(f'SELECT * FROM "{name}"')]
        found[name] = sorted((row for row in rows if _is_theirs(row)), key=str)
    return {name: rows for name, rows in found.items() if rows and name not in ("inbox", "tortoise_migrations")}


def _is_theirs(row: Mapping[str, Any]) -> bool:
    numbers = {THEIRS, THEIR_GROUP, ZAYNAB.id, THEIR_AGENT.id}
    return any(isinstance(value, int) and value in numbers for value in row.values())


def plain(rows: list[Any], *said: str) -> list[str]:
    """What was answered, without what names the one thing or the other (`said`) and without what tells two updates
    apart."""
    told = [row for row in rows if row["payload"].get("kind") != "flood_noted"]  # nobody says all this in a minute
    return [_without(orjson.dumps(list(_told(row))).decode(), said) for row in told]


def _told(row: Mapping[str, Any]) -> Iterator[Any]:
    payload = row["payload"]
    yield from (row["act"], row["chat_id"], payload.get("kind"), payload.get("buttons"), payload.get("text"))
    yield {name: fact for name, fact in (payload.get("facts") or {}).items() if name != "at"}


def _without(text: str, said: tuple[str, ...]) -> str:
    for one in sorted(said, key=len, reverse=True):
        text = re.sub(re.escape(one), "#", text, flags=re.IGNORECASE)
    return _CODE.sub("CODE", text)
