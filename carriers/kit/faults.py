"""Carriers' own error codes into typed errors, by a table: one line a code."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from carriers.kit.codes import rows
from carriers.kit.errors import (
    AuthFailed,
    CarrierError,
    NotFound,
    RateLimited,
    Rejected,
    Unavailable,
    Unreadable,
)
from carriers.kit.model import Response
from carriers.kit.reading import refuse

KINDS: dict[str, type[CarrierError]] = {
    kind.__name__: kind for kind in (AuthFailed, NotFound, RateLimited, Rejected, Unavailable)
}


def fault(carrier: str, code: str, number: str | None, response: Response) -> CarrierError:
    """What the code means; an unlisted one means what the HTTP status does, and with a success it is Unreadable."""
    kind = _known(carrier).get(code)
    if kind is not None:
        return kind(number=number, code=code)
    refuse(response, number)
    return Unreadable(f"unlisted error code {code}", number=number, code=code, payload=response.body)


@cache
def _known(carrier: str) -> Mapping[str, type[CarrierError]]:
    return MappingProxyType({row["code"]: KINDS[row["error"]] for row in rows("errors") if row["carrier"] == carrier})
