"""Admins who do not show themselves: whether their words reach customers, and under which name."""

import zlib
from collections.abc import Mapping
from typing import Any

import orjson

from bot.domain.access import Role
from bot.domain.alias import unfit
from bot.flows.agents import Agent, Place

SETTING, LETS_ANONYMOUS = "team", "anonymous"
"""Where in a shop's settings it says whether they may answer."""


def lets_anonymous(settings: Mapping[str, Any]) -> bool:
    """Whether a shop lets admins who do not show themselves answer its customers."""
    return bool((settings.get(SETTING) or {}).get(LETS_ANONYMOUS))


def agent(where: Place, title: str) -> Agent | None:
    """An anonymous admin, under his `title` in the group, else the shop's name; None where the shop does not want it.

    Each title is a person of its own: a customer reads each once.
    """
    if not lets_anonymous(orjson.loads(where.merchant.settings)):
        return None
    name = title.strip() if unfit(title.strip()) is None else ""
    return Agent(-1 - zlib.crc32(name.encode()), name, Role.AGENT)
