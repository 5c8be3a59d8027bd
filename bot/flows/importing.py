"""`/import`: a CSV file is read, shown, and only then taken in; a row that is wrong stops no other."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from bot.domain.draft import Mode
from bot.domain.hours import day_there
from bot.flows import adding, dialogue, follow, shop_mode
from bot.flows.choosing import Chosen, NoAccount, NoCarrier, choose
from bot.flows.order_fields import FIELDS, Told, Unreadable, read
from bot.flows.ports import Vault
from bot.flows.table import NotATable, read_table
from bot.flows.turn import Answer, ShopView, Turn
from bot.store import accounts_admin, audit, merchants
from carriers.kit.numbers import Refusal

FORM = "import"
MOST_BYTES = 1_000_000
MOST_ROWS = 2_000
MANY_ROWS = 20
"""So many parcels at once are no shop's first."""
SHOWN = 10
COLUMNS = ("number", "carrier", *FIELDS)
NAMES: Mapping[str, str] = {
    "tracking": "number",
    "tracking_number": "number",
    "tracking number": "number",
    "order_number": "order",
    "order number": "order",
    "e-mail": "email",
    "language": "lang",
    "promised_on": "promised",
    "customer": "name",
}
"""Other heads of columns that mean one of ours."""


class Row(Struct, frozen=True):
    """A line of the file: what can be taken in, or why it cannot."""

    line: int
    said: dict[str, str]
    problem: str | None = None


def parse(content: bytes) -> list[dict[str, str]]:
    """The rows by column. Raises NotATable where there is no table, or none with a column `number`."""
    table = read_table(content)
    head = [NAMES.get(cell, cell) for cell in table.head]
    if "number" not in head:
        raise NotATable("number")
    rows = [dict(zip(head, row.cells, strict=False)) for row in table.rows]
    return [{name: cell for name, cell in row.items() if name in COLUMNS} for row in rows]


async def ask_file(turn: Turn, vault: Vault) -> Answer:
    """What the file must look like."""
    await dialogue.begin(turn, vault, FORM, {})
    return Answer("import_ask", {"columns": ",".join(COLUMNS)})


async def preview(turn: Turn, shop: ShopView, vault: Vault, content: bytes) -> Answer:
    """How many rows fit, which do not and why; nothing is taken in yet."""
    try:
        table = parse(content)
    except NotATable:
        return Answer("import_unreadable", {"columns": ",".join(COLUMNS)})
    if len(table) > MOST_ROWS:
        return Answer("import_unreadable", {"too_long": True})
    accounts = {row["slug"]: row for row in await accounts_admin.of_shop(shop.id)}
    rows = [_row(line, said, turn, shop, accounts) for line, said in enumerate(table, 2)]
    good = [row.said for row in rows if row.problem is None]
    bad = [_shown(row) for row in rows if row.problem is not None]
    await dialogue.begin(turn, vault, FORM, {"rows": good})
    facts = {"count": len(good), "rejected": len(bad), "rows": bad[:SHOWN], "none": not good}
    buttons = ((("import_all", "im:go"), ("give_up", "im:no")),) if good else ()
    return Answer("import_preview", facts, buttons)


def _shown(row: Row) -> dict[str, Any]:
    return {"line": row.line, "number": row.said.get("number", "")[:40] or None, str(row.problem): True}


def _row(line: int, said: dict[str, str], turn: Turn, shop: ShopView, accounts: Mapping[str, Any]) -> Row:
    judged = _judged(said, turn, shop, accounts)
    return Row(line, said, judged if isinstance(judged, str) else None)


def _judged(
    said: Mapping[str, str], turn: Turn, shop: ShopView, accounts: Mapping[str, Any]
) -> str | tuple[Chosen, Told]:
    """What to keep, or the key of the problem."""
    told = read({name: said[name] for name in FIELDS if name in said}, shop, day_there(turn.now, shop.zone))
    if isinstance(told, Unreadable):
        return f"bad_{told.field}"
    match choose(said.get("number") or "", (said.get("carrier") or "").strip() or None, accounts):
        case Chosen() as chosen:
            return chosen, told
        case Refusal(why=why):
            return f"number_{why.value}"
        case NoAccount() | NoCarrier():
            return "no_account"
        case _:
            return "which_carrier"


async def decide(turn: Turn, shop: ShopView, vault: Vault, go: bool, bot_name: str) -> Answer:
    """Take in what was previewed, or forget it."""
    told = await dialogue.current(turn, vault, FORM)
    await dialogue.end(turn)
    if told is None or not go or not told.get("rows"):
        return Answer("form_over")
    accounts = {row["slug"]: row for row in await accounts_admin.of_shop(shop.id)}
    today, mode = day_there(turn.now, shop.zone), (await merchants.find(shop.id))["mode"]
    first = mode == Mode.LIVE and _has_history(told["rows"], shop, today)
    judged = [_judged(said, turn, shop, accounts) for said in told["rows"]]
    orders = await adding.keep_all(turn, shop, [one for one in judged if not isinstance(one, str)], accounts)
    await audit.write(shop.id, turn.user_id, "shipment.import", str(shop.id), turn.now, str(len(orders)))
    links = [await _link(turn, shop, order_id, bot_name) for order_id in dict.fromkeys(orders[:SHOWN])]
    facts = {"count": len(orders), "rows": links, "shadow_first": first}
    return Answer("import_done", facts, shop_mode.FIRST if first else (), merchant_id=shop.id)


def _has_history(rows: Sequence[Mapping[str, str]], shop: ShopView, today: date) -> bool:
    """Whether the shop has shipped for a while: a day promised in the past, or many parcels at once."""
    promised = [read({"promised": row["promised"]}, shop, today) for row in rows if row.get("promised")]
    is_past = any(isinstance(one, Told) and one.promised_on is not None and one.promised_on < today for one in promised)
    return is_past or len(rows) >= MANY_ROWS


async def _link(turn: Turn, shop: ShopView, order_id: int, bot_name: str) -> dict[str, str]:
    token = await follow.make_link(order_id, shop.id, turn.now)
    return {"order": await adding.order_of(order_id), "link": f"https://t.me/{bot_name}?start={token}"}
