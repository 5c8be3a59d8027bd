"""Finds carriers: every module of the package that declares a slug is one, whatever its file is called."""

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import cast

from carriers.kit.contract import Carrier

_PACKAGE = Path(__file__).parent.parent
_SLUG = re.compile(r"""^slug(?:\s*:[^=\n]+)?\s*=\s*["']([^"'\n]+)["']""", re.MULTILINE)


class UnknownCarrier(LookupError):
    """No module declares this slug."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"no carrier {slug!r}; there are: {', '.join(slugs())}")


def slugs() -> tuple[str, ...]:
    """The slugs of all carriers, sorted; imports none of them."""
    return tuple(sorted(declared()))


def find(slug: str) -> Carrier:
    """The carrier of this slug; imports only its module. Raises UnknownCarrier."""
    module = declared().get(slug)
    if module is None:
        raise UnknownCarrier(slug)
    return cast(Carrier, import_module(f"carriers.{module}"))


def everyone() -> tuple[Carrier, ...]:
    """All carriers, by slug; imports them all."""
    return tuple(find(slug) for slug in slugs())


@cache
def declared() -> MappingProxyType[str, str]:
    """Slug → module name, read from the sources: a poll worker must not import 29 modules to find one."""
    found = {}
    for path in sorted(_PACKAGE.glob("*.py")):
        said = _SLUG.search(path.read_text(encoding="utf-8"))
        if said is not None:
            found[said[1]] = path.stem
    return MappingProxyType(found)
