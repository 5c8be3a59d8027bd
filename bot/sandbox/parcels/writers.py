"""Finds the writers: every module of this package that names a slug."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, cast

from bot.sandbox import parcels
from bot.sandbox.parcels.wire import Token, Writer


@cache
def writers() -> Mapping[str, Writer]:
    """Slug → writer."""
    modules = (import_module(one.name) for one in pkgutil.iter_modules(parcels.__path__, f"{parcels.__name__}."))
    return {module.slug: cast(Writer, module) for module in modules if hasattr(module, "slug")}


def token_of(writer: Writer) -> Token | None:
    """Where the carrier grants tokens, if it does."""
    return cast(Token | None, getattr(writer, "token", None))


def beside(writer: Writer, name: str, otherwise: Any) -> Any:
    """What a writer may say and need not: `most`, `otherwise`, `unsaid`, `closed`, `complaint` …"""
    return getattr(writer, name, otherwise)
