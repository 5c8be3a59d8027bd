"""`/team log`: what was done in a shop, newest first, with the names and by the clock that hold there."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.flows.agents import ANONYMOUS
from bot.flows.turn import Answer, ShopView, Turn
from bot.store import audit
from bot.store.ms import from_ms

VERB = "tl"
"""Of the button: `tl:<line>`; older lines than that, 0 for the newest."""
PAGE = 12
TARGETS = ("customer", "shipment", "user")
_SIGNED = re.compile(r"(?P<detail>.*?) ?«(?P<title>.+)»")
"""As `Turn.signed` writes it."""
Names = Mapping[tuple[str, int], str]


async def show(turn: Turn, shop: ShopView, before: int = 0, edit: int | None = None) -> Answer:
    """One page; a button leads to what is older."""
    found = await audit.page(shop.id, before or None, PAGE + 1)
    shown = found[:PAGE]
    names = await _names(shop.id, shown)
    entries = [_entry(row, names) for row in shown]
    older = ((("log_older", f"{VERB}:{shown[-1]['id']}"),),) if len(found) > PAGE else ()
    zone = {"zone": shop.zone, "country": shop.country}
    return Answer("team_log", {"entries": entries, "empty": not entries}, older, edit=edit, reader=zone)


async def _names(merchant_id: int, rows: Sequence[Mapping[str, Any]]) -> Names:
    """What all that is mentioned there is called: one look a sort."""
    meant = {one for row in rows for one in (_target(row["target"]), _target(_unsigned(row)[0])) if one is not None}
    found: dict[tuple[str, int], str] = {}
    for kind in TARGETS:
        ids = sorted(number for of, number in meant if of == kind)
        found |= {(kind, number): name for number, name in (await audit.names(merchant_id, kind, ids)).items()}
    return found


def _target(text: str) -> tuple[str, int] | None:
    """`customer:12`; None for what is no number of ours."""
    kind, _, number = text.partition(":")
    return (kind, int(number)) if number.isascii() and number.isdecimal() and len(number) <= 18 else None


def _entry(row: Mapping[str, Any], names: Names) -> dict[str, Any]:
    family, _, what = row["deed"].partition(".")
    told = {"at": from_ms(row["at_ms"]).isoformat(), "deed": row["deed"], "family": family, "what": what}
    detail, title = _unsigned(row)
    told |= ({"who": title} if title else _who(row, family)) | _mentioned(_target(row["target"]), names)
    about = _target(detail)
    if about is not None:
        return told | _mentioned(about, names)
    return told | ({"detail": detail} if detail else {})


def _unsigned(row: Mapping[str, Any]) -> tuple[str, str]:
    """The detail, and the title of an admin who did not show himself."""
    signed = _SIGNED.fullmatch(row["detail"]) if row["user_id"] == ANONYMOUS else None
    return (signed["detail"], signed["title"]) if signed is not None else (row["detail"], "")


def _who(row: Mapping[str, Any], family: str) -> dict[str, Any]:
    if row["user_id"] is None:
        return {"gone": True} if family == "customer" else {}
    if row["user_id"] == ANONYMOUS:
        return {"hidden": True}
    return {"who": row["alias"] or row["name"] or str(row["user_id"])}


def _mentioned(target: tuple[str, int] | None, names: Names) -> dict[str, Any]:
    """What it was done to, under its sort; by its number where it has no name (any more)."""
    if target is None or target[0] not in TARGETS:
        return {}
    return {target[0]: names.get(target) or str(target[1])}
