"""Where requests go when another server stands in a carrier's place: the operator's, or the carrier's own sandbox."""

from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from msgspec.structs import replace

from carriers.kit.contract import Carrier, Sandboxed
from carriers.kit.model import Request


def rebase(request: Request, base_url: str) -> Request:
    """The same request at `base_url`'s scheme, host and port; path and query stay."""
    base = urlsplit(base_url)
    if base.scheme not in ("http", "https") or not base.hostname:
        raise ValueError(f"not a base address: {base_url!r}")
    url = urlsplit(request.url)._replace(scheme=base.scheme, netloc=base.netloc)
    return replace(request, url=urlunsplit(url))


def to_environment(carrier: Carrier, account: Mapping[str, str], request: Request) -> Request:
    """The request as it is, or at the carrier's sandbox where the account says so."""
    if account.get("environment") != "sandbox" or not isinstance(carrier, Sandboxed):
        return request
    begins = max((live for live in carrier.sandbox if request.url.startswith(live)), key=len, default=None)
    if begins is None:
        return request
    return replace(request, url=carrier.sandbox[begins] + request.url[len(begins) :])
