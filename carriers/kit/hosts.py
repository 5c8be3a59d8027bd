"""Where requests go when the operator puts another server in a carrier's place."""

from urllib.parse import urlsplit, urlunsplit

from msgspec.structs import replace

from carriers.kit.model import Request


def rebase(request: Request, base_url: str) -> Request:
    """The same request at `base_url`'s scheme, host and port; path and query stay."""
    base = urlsplit(base_url)
    if base.scheme not in ("http", "https") or not base.hostname:
        raise ValueError(f"not a base address: {base_url!r}")
    url = urlsplit(request.url)._replace(scheme=base.scheme, netloc=base.netloc)
    return replace(request, url=urlunsplit(url))
