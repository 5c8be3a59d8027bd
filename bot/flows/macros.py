"""`/macro`: ready replies of a shop. Agents send them with one tap after a look; owners and leads write them."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from bot.domain.access import Deed, Role, may, role_of
from bot.flows import pending_replies, ready_replies, reply_doubts, text_preview
from bot.flows.agents import Agent, Place
from bot.flows.calls import without_markup
from bot.flows.saying import clean
from bot.flows.turn import Answer, Answers, ShopView, Turn
from bot.store import audit, customers, macros
from bot.store.macros import Macro
from bot.store.models import Merchant
from bot.texts import i18n
from bot.texts.forms import MissingFact
from bot.texts.i18n import resolve_language
from bot.texts.kinds.desk import TICKET_CAUSES
from bot.texts.kinds.slots import STATUSES
from bot.texts.macros import HOLES, check, fill, written_in
from bot.texts.messages import Reader

ABOUT = frozenset(TICKET_CAUSES) | frozenset(STATUSES)
"""What a macro may fit: causes of tickets, which findings are among, and statuses."""
MOST_SHOWN = 40
MOST_KEPT = 100
LONGEST_ABOUT = 160
_NAME = re.compile(r"[^\W_][\w-]{0,31}")
_LANGUAGE = re.compile(r"(en|ar|fa)\b\s*", re.IGNORECASE)


class Desk(Struct, frozen=True):
    """Whose macros, said by whom; `where` and `agent` in a customer's topic."""

    merchant: Merchant
    role: Role
    where: Place | None = None
    agent: Agent | None = None

    @property
    def zone(self) -> dict[str, Any]:
        """By whose clock it is answered."""
        return {"zone": self.merchant.zone, "country": self.merchant.country}


async def in_topic(turn: Turn, where: Place, agent: Agent) -> Answers:
    """`/macro …` in a customer's topic."""
    return await _said(turn, Desk(where.merchant, agent.role, where, agent))


async def in_shop(turn: Turn, shop: ShopView) -> Answers:
    """`/macro …` in private, or in General."""
    return await _said(turn, Desk(await customers.merchant(shop.id), role_of(shop.role)))


async def _said(turn: Turn, desk: Desk) -> Answers:
    verb, rest = (*turn.rest.split(maxsplit=1), "", "")[:2]
    if not verb:
        return await _listed(desk)
    if verb.lower() not in _EDITS:
        return await show(turn, desk, clean(turn.rest, 32))
    if not may(desk.role, Deed.EDIT_MACROS):
        return Answer("macro_not_yours")
    name, words = (*rest.split(maxsplit=1), "", "")[:2]
    return await _EDITS[verb.lower()](turn, desk, name, words)


async def _listed(desk: Desk) -> Answer:
    found = await macros.of_shop(desk.merchant.id)
    listed = [
        {"name": one.name, "languages": ", ".join(one.bodies), "about": ", ".join(sorted(one.about)) or None}
        for one in list(found.values())[:MOST_SHOWN]
    ]
    edits = may(desk.role, Deed.EDIT_MACROS)
    facts = {"macros": listed, "more": max(len(found) - MOST_SHOWN, 0), "none": not found, "edits": edits}
    return Answer("macros_shown", facts | ({"holes": _holes()} if edits else {}), reader=desk.zone)


def _holes() -> str:
    return " ".join(f"{{{name}}}" for name in HOLES)


# ---- used


async def show(turn: Turn, desk: Desk, name: str) -> Answers:
    """As this customer would read it, with Send; elsewhere as a sample order's customer would."""
    macro = (await macros.of_shop(desk.merchant.id)).get(name.lower())
    if macro is None:
        return Answer("macro_unknown", {"macro": name})
    if desk.where is None or desk.agent is None:
        return _sampled(turn, desk, macro)
    if desk.where.is_forgotten:
        return Answer("desk_forgotten")
    return await preview(turn, desk.where, desk.agent, macro)


async def preview(turn: Turn, where: Place, agent: Agent, macro: Macro) -> Answer:
    """Filled for this customer, with Send; or what is not known of him."""
    try:
        ready = await ready_replies.of_macro(macro, where, agent, turn.now)
    except MissingFact as error:
        return pending_replies.in_topic(turn, where, pending_replies.unfilled(macro.name, error))
    return await pending_replies.preview(turn, where, agent, ready)


# ---- written


async def _put(turn: Turn, desk: Desk, said: str, words: str) -> Answers:
    name = said.lower()
    language, body = _language(words, turn.person.locale)
    if not _NAME.fullmatch(name) or name in _EDITS or not body:
        return Answer("macro_usage", {"holes": _holes()})
    flaw = check(language, body)
    if flaw is not None:
        facts = asdict(flaw) | {flaw.why: True, f"in_{language}": True}
        return Answer("own_refused", {key: fact for key, fact in facts.items() if fact})
    known = await macros.of_shop(desk.merchant.id)
    if name not in known and len(known) >= MOST_KEPT:
        return Answer("macro_too_many", {"most": MOST_KEPT})
    await macros.put(desk.merchant.id, name, language, body, turn.user_id, turn.now)
    await audit.write(desk.merchant.id, turn.user_id, "macro.put", f"macro:{name}", turn.now, language)
    return _kept(turn, desk, Macro(0, name, {language: body}, frozenset()), known.get(name))


def _language(words: str, speaks: str) -> tuple[str, str]:
    """`fa TEXT`, or the language that the words tell."""
    rows = [line for row in words.strip().split("\n") if (line := clean(row, 4096))]
    body = "\n".join(rows)
    named = _LANGUAGE.match(body)
    if named is None:
        return written_in(body, resolve_language(speaks)), body
    return named[1].lower(), body[named.end() :].strip()


def _kept(turn: Turn, desk: Desk, macro: Macro, before: Macro | None) -> Answer:
    language, written = next(iter(macro.bodies)), {*macro.bodies, *(before.bodies if before else ())}
    missing = {f"no_{one}": True for one in i18n.languages() if one not in written}
    shown = _sample(turn, desk, macro, language)
    doubts = reply_doubts.of_any("\n".join(shown), turn.now)
    facts = {"macro": macro.name, f"in_{language}": True, "lines": shown, "doubts": doubts}
    return Answer("macro_kept", {name: fact for name, fact in facts.items() if fact} | missing)


def _sampled(turn: Turn, desk: Desk, macro: Macro) -> list[Answer]:
    return [
        Answer("macro_shown", {"macro": macro.name, f"in_{one}": True, "lines": _sample(turn, desk, macro, one)})
        for one in macro.bodies
    ]


def _sample(turn: Turn, desk: Desk, macro: Macro, language: str) -> list[str]:
    """Filled for a sample order; every hole has something to say."""
    shop = desk.merchant
    view = ShopView(shop.id, Role.OWNER, shop.name, shop.locale, shop.zone, shop.country)
    names = {"en": ("Layla", "Sara"), "ar": ("ليلى", "سارة"), "fa": ("لیلا", "سارا")}[language]
    place = {"last_place": shop.country or "—", "name": names[0], "agent": names[1], "carrier": None}
    facts = text_preview.sample(turn.now, view) | place
    return without_markup(fill(macro.bodies[language], facts, Reader(language, shop.zone, country=shop.country))).split(
        "\n"
    )


async def _delete(turn: Turn, desk: Desk, said: str, words: str) -> Answers:
    name, tag = said.lower(), words.strip().lower()
    language = tag if tag in i18n.languages() else None
    if (tag and language is None) or not await macros.drop(desk.merchant.id, name, language):
        return Answer("macro_unknown", {"macro": clean(f"{said} {words}", 32)})
    await audit.write(desk.merchant.id, turn.user_id, "macro.delete", f"macro:{name}", turn.now, tag)
    return Answer("macro_deleted", {"macro": name} | ({f"in_{language}": True} if language else {}))


async def _about(turn: Turn, desk: Desk, said: str, words: str) -> Answers:
    """What it fits: there it is offered under the card. Nothing takes it away."""
    name = said.lower()
    wanted = list(dict.fromkeys(words.lower().replace(",", " ").split()))
    about = " ".join(one for one in wanted if one in ABOUT)
    if name not in await macros.of_shop(desk.merchant.id):
        return Answer("macro_unknown", {"macro": clean(said, 32)})
    if any(one not in ABOUT for one in wanted) or len(about) > LONGEST_ABOUT:
        return Answer("macro_about_usage", {"names": ", ".join(sorted(ABOUT))})
    await macros.set_about(desk.merchant.id, name, about)
    await audit.write(desk.merchant.id, turn.user_id, "macro.about", f"macro:{name}", turn.now, about)
    return Answer("macro_about", {"macro": name, "about": about.replace(" ", ", ") or None})


_EDITS: Mapping[str, Callable[[Turn, Desk, str, str], Awaitable[Answers]]] = {
    "new": _put,
    "edit": _put,
    "delete": _delete,
    "about": _about,
}
"""Also no names of macros."""
