"""Between which days a carrier takes a claim: `/rules claim.usps 15-60` where a shop knows better than we do."""

import re
from collections.abc import Mapping
from typing import Any

from bot.domain.claim import ASSUMED, terms_for
from bot.flows.rule import Rule
from bot.flows.saying import digits
from bot.store import accounts_admin
from carriers.kit.discovery import slugs

PREFIX = "claim."
LONGEST = 400
"""Days after the hand-over: no carrier waits longer than a year and a bit."""
_SPAN = re.compile(r"(\d{1,3})\s*[-–]\s*(\d{1,3})")


def rule_of(name: str) -> Rule | None:
    """The rule of a carrier that exists."""
    slug = name.removeprefix(PREFIX)
    return Rule(("claims", slug), _days, "claim") if name.startswith(PREFIX) and slug in slugs() else None


def _days(said: str) -> list[int] | None:
    """First and last day after the hand-over."""
    found = _SPAN.fullmatch(digits(said).strip())
    opens, closes = (int(found[1]), int(found[2])) if found else (0, 0)
    return [opens, closes] if 1 <= opens < closes <= LONGEST else None


async def shown(shop_id: int, own: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A line for each carrier at which the shop has an account."""
    said = own.get("claims") or {}
    lines = [shown_of(one["slug"], said) for one in await accounts_admin.of_shop(shop_id)]
    return [line for line in lines if line is not None]


def shown_of(slug: str, said: Mapping[str, list[int]]) -> dict[str, Any] | None:
    """The facts of a carrier's terms, the shop's own if it `said` any; None where nobody claims."""
    terms = terms_for(slug, said)
    if terms is None:
        return None
    return {
        "rule": "claim",
        "slug": slug,
        "since": f"{terms.since}{'_working' if terms.working else ''}",
        "opens": terms.opens,
        "closes": terms.closes,
        "assumed": None if terms.closes else ASSUMED,
        "own": slug in said,
    }
