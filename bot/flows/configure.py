"""A shop is made, described, paused, given rules."""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import available_timezones

import phonenumbers
from msgspec.structs import replace

from bot.domain.hours import WrongHours, day_there, default_staffed, parse_staffed
from bot.domain.zones import zone_of
from bot.flows import menus, shop_days, shop_keeping, shop_mode, shop_targets
from bot.flows.rules import set_rules
from bot.flows.saying import clean
from bot.flows.tokens import hashed, invite_token
from bot.flows.turn import Answer, Answers, ShopView, Turn, in_use_first, speak
from bot.store import audit, core, merchants, people
from bot.store.ms import to_ms

INVITE_HOLDS = timedelta(days=7)
LONGEST_HOURS = 256


async def create_invite(shop_name: str, now: datetime) -> str:
    """A token for `?start=`: whoever opens it first owns a new shop of this name. One short transaction."""
    token = invite_token()
    async with core.transaction():
        await merchants.add_invite(hashed(token), clean(shop_name) or "Shop", now + INVITE_HOLDS)
    return token


async def open_invite(turn: Turn, token: str) -> Answers:
    """Make the shop and its owner; a link works once, for its first opener again and again."""
    found = await merchants.invite(hashed(token))
    if found is None:
        return Answer("invite_unknown")
    if found["used_ms"] is not None:
        mine = found["used_by"] == turn.user_id
        return Answer("shop_again", {"shop": found["shop_name"]}) if mine else Answer("invite_used")
    if found["expires_ms"] <= to_ms(turn.now):
        return Answer("invite_expired")
    if not await merchants.use_invite(hashed(token), turn.user_id, turn.now):
        return Answer("invite_used")
    shop_id = await merchants.create(found["shop_name"], turn.person.locale, turn.now)
    await merchants.note_invited_shop(hashed(token), shop_id)
    turn.afterwards.append(menus.wake)
    await people.appoint(shop_id, turn.user_id, "owner", turn.now)
    await audit.write(shop_id, turn.user_id, "shop.open", str(shop_id), turn.now)
    return Answer("shop_opened", {"shop": found["shop_name"]}, merchant_id=shop_id)


# ---- /shop


def _name(said: str) -> dict[str, str] | None:
    name = clean(said)
    return {"name": name} if name else None


def _zone(said: str) -> dict[str, str] | None:
    wanted = said.strip().replace(" ", "_").lower()
    found = next((zone for zone in available_timezones() if zone.lower() == wanted), None)
    return {"zone": found} if found else None


def _language(said: str) -> dict[str, str] | None:
    found = speak(said.strip(), fallback="")
    return {"locale": found} if found else None


def _hours(said: str) -> dict[str, str] | None:
    try:
        shifts = parse_staffed(said.strip())
    except WrongHours:
        return None
    # cut, it could not be read any more
    return {"staffed": said.strip()} if shifts and len(said.strip()) <= LONGEST_HOURS else None


def _currency(said: str) -> dict[str, str] | None:
    word = clean(said, 9)
    return {"currency": word.upper()} if 2 <= len(word) <= 8 and word.isalpha() else None


def _country(said: str) -> dict[str, str] | None:
    code = said.strip().upper()
    return {"country": code} if code in phonenumbers.SUPPORTED_REGIONS else None


TRAITS: Mapping[str, Callable[[str], dict[str, str] | None]] = {
    "name": _name,
    "zone": _zone,
    "language": _language,
    "hours": _hours,
    "currency": _currency,
    "country": _country,
}
"""What /shop sets: each reads what was said and gives columns, or None where it cannot be read."""
SETTERS: Mapping[str, Callable[[Turn, ShopView, str, str], Awaitable[Answer | None]]] = {
    **dict.fromkeys(shop_days.DEEDS, shop_days.set_days),
    **dict.fromkeys(shop_targets.DEEDS, shop_targets.set_targets),
    **dict.fromkeys(shop_keeping.DEEDS, shop_keeping.set_keeping),
}
"""What has a module of its own: each gives what was wrong, or None."""
SETTABLE = frozenset({*TRAITS, "mode", *SETTERS})


async def show_shop(turn: Turn, shop: ShopView) -> Answer:
    """All traits, and the commands that set them."""
    row = await merchants.find(shop.id)
    facts = {
        "shop": row["name"],
        "zone": row["zone"],
        "language": row["locale"],
        "hours": row["staffed"] or default_staffed(row["country"]),
        "hours_own": bool(row["staffed"]),
        "apart": shop_days.shown(row["apart"], day_there(turn.now, row["zone"])),
        **shop_targets.shown(row["settings"]),
        **shop_keeping.shown(row["settings"]),
        "currency": row["currency"],
        "country": row["country"],
        "desk": row["desk_chat_id"] is not None,
        "paused": row["paused_ms"] is not None,
        "mode": row["mode"],
        **await shop_mode.figures(shop.id),
        "others": [{"name": one.name, "command": f"/shop use {one.id}"} for one in turn.person.shops[1:]],
    }
    return Answer("shop_shown", facts)


async def use_shop(turn: Turn, said: str) -> Answer:
    """Who works for several shops says which one he means from now on, by its number or name."""
    wanted = clean(said).casefold()
    found = next((one for one in turn.person.shops if wanted in (str(one.id), one.name.casefold())), None)
    if found is None:
        return Answer("shop_unknown")
    await people.use_shop(turn.user_id, found.id)
    turn.person = replace(turn.person, shops=in_use_first(turn.person.shops, found.id))
    return await show_shop(turn, found)


_SAID = re.compile(r"(\w+)\s*(?:=|\s)\s*(.*)", re.DOTALL)


def split(said: str) -> tuple[str, str]:
    """`zone Asia/Riyadh`, `mode=shadow`: the trait, in lower case, and what it shall be."""
    found = _SAID.fullmatch(said.strip())
    return (found[1].lower(), found[2].strip()) if found else (said.strip().lower(), "")


async def set_trait(turn: Turn, shop: ShopView, trait: str, said: str) -> Answer:
    """Set one trait of the shop; what cannot be read changes nothing."""
    if trait == "mode":
        return await shop_mode.set_mode(turn, shop, said)
    if trait in SETTERS:
        return await SETTERS[trait](turn, shop, trait, said) or await show_shop(turn, shop)
    columns = TRAITS[trait](said)
    if columns is None:
        return Answer("shop_unreadable", {"trait": trait})
    if "country" in columns and shop.zone == "UTC" and (zone := zone_of(columns["country"])):
        columns["zone"] = zone
    for column, value in columns.items():
        await merchants.set_column(shop.id, column, value)
    if "country" in columns:
        await set_rules(shop.id, {"home": columns["country"]})
    await audit.write(shop.id, turn.user_id, f"shop.{trait}", str(shop.id), turn.now)
    return await show_shop(turn, shop)
