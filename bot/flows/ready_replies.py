"""Ready words for a customer, composed anew when they are shown and when they leave: from the records, or a macro."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from msgspec import Struct

from bot.domain.hours import day_there
from bot.domain.offer import allowed_by, ways
from bot.flows import reply_doubts
from bot.flows.agents import Agent, Place
from bot.flows.offered import FACTS
from bot.flows.reply_facts import Spoken, spoken_of
from bot.store import loss_offers, macros, replies
from bot.store.macros import Macro
from bot.store.models import Merchant, PendingReply, Shipment
from bot.store.pending import MACRO, SUGGESTED
from bot.texts import i18n
from bot.texts.i18n import resolve_language
from bot.texts.kinds.suggested import MATTERS
from bot.texts.macros import fill, holes_in, signed
from bot.texts.marked import with_entities
from bot.texts.messages import Reader, render

SAID_BY_HIM = ("not_received", "nobody_came")
"""Causes of tickets that come before any finding of ours."""
ASKS_WHICH = frozenset({"lost", "damaged", "returning"})
"""Matters in which there is a choice to offer."""


class Ready(Struct, frozen=True):
    """Words in Telegram's HTML as they hold now; `next_at`: the hour of our next ones that they name.

    `doubts`: what an agent had better look at in them. `fallback`: their language where it is not the customer's.
    """

    why: str
    subject: str
    words: str
    next_at: datetime | None = None
    name: str | None = None
    fallback: str | None = None
    doubts: tuple[dict[str, Any], ...] = ()


async def again(row: PendingReply, where: Place, agent: Agent, now: datetime) -> Ready | None:
    """What was shown, as it reads by now; None where the macro is gone. Raises MissingFact."""
    if row.why == SUGGESTED:
        return await suggested(where, agent, now)
    macro = (await macros.of_shop(where.merchant.id)).get(row.subject)
    return None if macro is None else await of_macro(macro, where, agent, now)


async def _looked_at(where: Place, agent: Agent, ready: Ready, now: datetime) -> Ready:
    """With what the records hold against it, as for words that an agent writes himself."""
    plain = with_entities(signed(ready.words, agent.name))[0]
    doubts = await reply_doubts.facts_of(plain, where, now)
    return Ready(**{name: getattr(ready, name) for name in Ready.__struct_fields__} | {"doubts": tuple(doubts)})


def _next_of(spoken: Spoken) -> datetime | None:
    named = spoken.facts.get("next_at")
    return datetime.fromisoformat(named) if named else None


# ---- a macro


async def of_macro(macro: Macro, where: Place, agent: Agent, now: datetime) -> Ready:
    """Filled for this customer. Raises MissingFact where something is not known of him."""
    spoken = await spoken_of(where, now)
    language = language_for(macro, spoken.reader.locale, where.merchant.locale)
    body = macro.bodies[language]
    same = language == resolve_language(spoken.reader.locale)
    reader = spoken.reader if same else Reader(language, spoken.reader.zone, country=spoken.reader.country)
    next_at = _next_of(spoken) if "next" in holes_in(body) else None
    words, name = fill(body, spoken.facts, reader), spoken.facts.get("name")
    ready = Ready(MACRO, macro.name, words, next_at, name, None if same else language)
    return await _looked_at(where, agent, ready, now)


def language_for(macro: Macro, locale: str, of_shop: str) -> str:
    """The customer's language, else the shop's, else English, else any."""
    wished = [resolve_language(locale), resolve_language(of_shop), i18n.DEFAULT, *macro.bodies]
    return next(one for one in wished if one in macro.bodies)


# ---- from the records


async def suggested(where: Place, agent: Agent, now: datetime) -> Ready:
    """The parcel, what is wrong and why, what the policy allows, the next word."""
    spoken = await spoken_of(where, now)
    greets = not await replies.has_written(
        where.customer.id, agent.user_id, spoken.ticket.id if spoken.ticket else None
    )
    facts = await _facts(where, spoken, now) | ({"greets": True} if greets and agent.name else {})
    words, about = render("suggested", facts, spoken.reader).text, str(facts.get("about", ""))
    ready = Ready(SUGGESTED, about, words, _next_of(spoken), spoken.facts.get("name"))
    return await _looked_at(where, agent, ready, now)


async def _facts(where: Place, spoken: Spoken, now: datetime) -> dict[str, Any]:
    facts = dict(spoken.facts)
    about = await _about(spoken)
    if about:
        facts["about"] = about
    _leave_out_what_is_no_news(facts, await _told(where, spoken), day_there(now, spoken.reader.zone).isoformat())
    if about in ASKS_WHICH and spoken.shipment is not None and not await _was_asked(where, spoken.shipment):
        facts["offer"] = _allowed(where.merchant, spoken.shipment)
    return facts


async def _was_asked(where: Place, shipment: Shipment) -> bool:
    return await loss_offers.of(where.customer.id, shipment.id) is not None


async def _about(spoken: Spoken) -> str | None:
    """What he says himself, else the gravest that we found."""
    if spoken.ticket is not None and spoken.ticket.cause in SAID_BY_HIM:
        return spoken.ticket.cause
    found = await replies.matters_of(spoken.shipment.id) if spoken.shipment is not None else frozenset()
    return next((matter for matter in MATTERS if matter in found), None)


async def _told(where: Place, spoken: Spoken) -> replies.SpokenOf | None:
    about = spoken.shipment.id if spoken.shipment is not None else None
    return next((one for one in await replies.spoken_of(where.customer.id, about) if one.shipment_id == about), None)


def _leave_out_what_is_no_news(facts: dict[str, Any], told: replies.SpokenOf | None, today: str) -> None:
    """A day that is over; after a slip one more single day: from then on a span is said, or none."""
    eta_on = facts.get("eta_on")
    is_span = bool(facts.get("eta_from_on")) and facts["eta_from_on"] < (eta_on or "")
    is_second = told is not None and told.slips > 0 and not is_span and eta_on != told.told_on
    if eta_on and (eta_on < today or is_second):
        for name in ("eta_on", "eta_from_on", "days_late"):
            facts.pop(name, None)


def _allowed(merchant: Merchant, shipment: Shipment) -> Mapping[str, bool]:
    allowed, worth = allowed_by(orjson.loads(merchant.settings)), shipment.value_amount
    unpaid = shipment.cod_amount is not None
    return {FACTS[way]: True for way in ways(allowed, worth, unpaid=unpaid, out_of_stock=False)}
