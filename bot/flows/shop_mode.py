"""`/shop mode=shadow|live`: whether a shop's warnings leave by themselves or are shown to its people first."""

from collections.abc import Mapping
from typing import Any

from bot.domain.draft import Held, Mode, Part
from bot.domain.finding import Finding
from bot.domain.outgoing import Act, Leaving, Priority
from bot.flows import draft_words, facts, heard, shadow
from bot.flows.draft_sending import APPROVED
from bot.flows.turn import Answer, ShopView, Turn
from bot.store import audit, draft_scores, drafts, findings, merchants, recalled
from bot.store.drafts import Wanted
from bot.store.ms import from_day
from bot.store.recalled import Unsent

VERB = "sm"
SEND_ALL, DROP_ALL, SHADOW_FIRST = "send", "drop", "shadow"
OFFER = ((("drafts_send_all", f"{VERB}:{SEND_ALL}"), ("drafts_drop_all", f"{VERB}:{DROP_ALL}")),)
FIRST = ((("shadow_first", f"{VERB}:{SHADOW_FIRST}"),),)


async def figures(merchant_id: int) -> dict[str, Any]:
    """How right the drafts of a shop were, as texts want it."""
    return {"tally": (await draft_scores.tally(merchant_id)).figures}


async def set_mode(turn: Turn, shop: ShopView, said: str) -> Answer:
    """What cannot be read changes nothing."""
    wanted = next((one for one in Mode if one == said.strip().lower()), None)
    if wanted is None:
        return Answer("shop_unreadable", {"trait": "mode"})
    row = await merchants.find(shop.id)
    if row["mode"] == wanted:
        return await _shown(shop, wanted, {"already": True})
    await merchants.set_column(shop.id, "mode", wanted.value)
    await audit.write(shop.id, turn.user_id, "shop.mode", str(shop.id), turn.now, wanted.value)
    return await (_to_shadow if wanted is Mode.SHADOW else _to_live)(turn, shop)


async def _shown(shop: ShopView, mode: Mode, more: Mapping[str, Any]) -> Answer:
    return Answer("shop_mode", {mode.value: True, **more, **await figures(shop.id)}, merchant_id=shop.id)


# ---- to shadow


async def _to_shadow(turn: Turn, shop: ShopView) -> Answer:
    """What was to leave and has not becomes drafts, for the hour at which it would have left."""
    unsent = await recalled.take_back(shop.id, facts.WARNINGS, but=APPROVED)
    known = {one.id: one for one in await findings.among({one for row in unsent for one in _findings(row)})}
    for row in unsent:
        await heard.forget(_leaving(row, shop.id), turn.now)
    wanted = [_wanted(row, shop.id, known) for row in unsent]
    await drafts.add([one for one in wanted if one.parts])
    return await _shown(shop, Mode.SHADOW, {"held": sum(bool(one.parts) for one in wanted)})


def _findings(row: Unsent) -> list[int]:
    several = row.payload.get("findings") or [row.payload.get("finding")]
    return [one for one in several if one]


def _wanted(row: Unsent, merchant_id: int, known: Mapping[int, Any]) -> Wanted:
    told = {one["shipment_id"]: one for one in row.payload.get("told", ())}
    parts = tuple(
        Part(
            found.shipment_id,
            found.id,
            shadow.mark_of(Finding(found.kind, found.severity, found.evidence.get("mark", ""))),
            from_day(told.get(found.shipment_id, {}).get("told_on")),
            told.get(found.shipment_id, {}).get("slips", 0),
        )
        for number in _findings(row)
        if (found := known.get(number)) is not None
    )
    return Wanted(merchant_id, row.customer_id, row.payload["kind"], row.cause, row.collapse, row.due_at, parts)


def _leaving(row: Unsent, merchant_id: int) -> Leaving:
    return Leaving(
        row.id, Act.NOTICE, row.payload, row.cause, Priority.WARNING, "", 0, row.due_at,
        customer_id=row.customer_id, merchant_id=merchant_id,
    )  # fmt: skip


# ---- to live


async def _to_live(turn: Turn, shop: ShopView) -> Answer:
    """What nobody has decided is offered once; whoever does not press finds the drafts where they stand."""
    undecided = await drafts.count_undecided(shop.id)
    shown = await _shown(shop, Mode.LIVE, {"undecided": undecided})
    return Answer(shown.kind, shown.facts, OFFER if undecided else (), merchant_id=shop.id)


async def press(turn: Turn, shop: ShopView, what: str) -> Answer:
    """The buttons: all drafts that still hold leave, or none; or shadow from now on."""
    if what == SHADOW_FIRST:
        return await set_mode(turn, shop, Mode.SHADOW)
    if what not in (SEND_ALL, DROP_ALL):
        return Answer("not_for_you")
    state = Held.ALLOWED if what == SEND_ALL else Held.DROPPED
    decided = await drafts.decide_all(shop.id, state, turn.user_id, turn.now)
    await audit.write(shop.id, turn.user_id, f"draft.{what}_all", str(shop.id), turn.now, str(len(decided)))
    if decided and state is Held.DROPPED:
        await draft_words.refresh(decided, f"u{turn.update_id}", turn.now)
    told = {"count": len(decided), what: True} if decided else {}
    return Answer("drafts_decided", told, edit=turn.message_id, merchant_id=shop.id)
