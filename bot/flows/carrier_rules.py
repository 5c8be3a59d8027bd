"""Thresholds of one carrier beside those of the shop: `/rules ups.stalled 96`; and what was learnt of its losses."""

from collections.abc import Iterator, Mapping, Set
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from bot.domain import tails
from bot.domain.carriage import CarrierKind, kind_of
from bot.domain.loss import LEAST_SEEN, Experience
from bot.domain.policy import CARRIERS, policy_for
from bot.flows import claim_rules
from bot.flows.experience import silences
from bot.flows.rule import Rule
from bot.flows.rule_table import RULES, look_up, numbers, rule_named, shown_as
from bot.flows.turn import Answer, ShopView
from bot.store import accounts_admin
from carriers.kit.discovery import slugs
from carriers.kit.model import Status

PER_CARRIER = (
    "unannounced", "unscanned", "stalled", "stalled_abroad", "lost", "lost_abroad", "serious", "serious_unpaid",
    "very_sure", "fairly_sure", "near", "last_day",
)  # fmt: skip
"""Rules that differ from carrier to carrier; the others are about the shop's people."""
_HERE = frozenset({*PER_CARRIER, "quiet"})
_LEARNT = ("lost", "lost_abroad")

Experiences = Mapping[CarrierKind, Experience]


async def known(shop_id: int) -> Set[str]:
    """Carriers that can have thresholds: all we ask, and those that the shop has described."""
    return {*slugs()} | {one["slug"] for one in await accounts_admin.of_shop(shop_id)}


async def rule_of(shop_id: int, name: str) -> Rule | None:
    """The rule of a carrier that is known, as `ups.stalled`."""
    slug, _, rule = name.rpartition(".")
    base = rule_named(rule) if rule in _HERE else None
    if base is None or slug not in await known(shop_id):
        return None
    return replace(base, path=(CARRIERS, slug, *base.path))


# ---- what is shown


async def of_shop(shop_id: int, own: Mapping[str, Any], now: datetime) -> list[dict[str, Any]]:
    """Where the shop's carriers differ from what holds in general: a head a carrier, then its lines."""
    listed: list[dict[str, Any]] = []
    seen = await _experiences(shop_id, now)
    accounts = [one["slug"] for one in await accounts_admin.of_shop(shop_id)]
    for slug in [*accounts, *(one for one in own.get(CARRIERS) or {} if one not in accounts)]:
        lines = [line for line in _lines(slug, own, seen.get(slug, {})) if line.get("here") or line.get("learnt")]
        listed += [{"slug": slug}, *lines] if lines else []
    return listed


async def show(shop: ShopView, slug: str, own: Mapping[str, Any], now: datetime) -> Answer:
    """Every threshold of a carrier, and where each comes from."""
    lines = list(_lines(slug, own, (await _experiences(shop.id, now)).get(slug, {})))
    claims = claim_rules.shown_of(slug, own.get("claims") or {})
    return Answer("rules_carrier", {"slug": slug, "rules": [*lines, *([claims] if claims else [])]})


async def _experiences(shop_id: int, now: datetime) -> dict[str, dict[CarrierKind, Experience]]:
    """What the shop's own silences taught, by carrier and kind of service."""
    found: dict[str, dict[CarrierKind, Experience]] = {}
    for (merchant_id, slug, kind), experience in tails.experiences(await silences(now)).items():
        if merchant_id == shop_id:
            found.setdefault(slug, {})[kind] = experience
    return found


def _lines(slug: str, own: Mapping[str, Any], seen: Experiences) -> Iterator[dict[str, Any]]:
    """What holds for its usual service, and what was learnt of its postal one."""
    usual, postal = kind_of(slug, None), CarrierKind.POST
    yield from (_line(slug, name, own, seen.get(usual)) for name in PER_CARRIER)
    if usual is CarrierKind.EXPRESS and postal in seen:
        lines = (_line(slug, name, own, seen[postal], "post") for name in _LEARNT)
        yield from (line | {"postal": True} for line in lines if "learnt" in line)


def _line(
    slug: str, name: str, own: Mapping[str, Any], seen: Experience | None, service: str | None = None
) -> dict[str, Any]:
    rule, held = RULES[name], numbers(policy_for(slug, service, own, seen))
    is_here = look_up(own, (CARRIERS, slug, *rule.path)) is not None
    is_own = not is_here and look_up(own, rule.path) is not None
    line = shown_as(name, rule, look_up(held, rule.path)) | {"here": is_here, "own": is_own}
    n = 0 if is_here or is_own else _seen(name, seen)
    return line | {"learnt": n} if n >= LEAST_SEEN else line


def _seen(name: str, seen: Experience | None) -> int:
    """Of how many silences the limit of a parcel on the move was learnt."""
    if seen is None or name not in _LEARNT:
        return 0
    tail = (seen.domestic if name == "lost" else seen.international).get(Status.IN_TRANSIT)
    return 0 if tail is None else tail.n
