"""What a carrier proves its pushes with: compared in constant time, AuthFailed where it does not hold."""

import hashlib
import hmac
from collections.abc import Mapping

from carriers.kit.errors import AuthFailed

SECRET = "webhook_secret"  # noqa: S105 (a field's name)


def secret_of(account: Mapping[str, str], field: str = SECRET) -> str:
    """The secret that pushes are proved with. Raises AuthFailed where the account has none: nothing would be proved."""
    secret = account.get(field, "")
    if not secret:
        raise AuthFailed(f"the account has no {field}")
    return secret


def signature(secret: str, body: bytes) -> "hmac.HMAC":
    """HMAC-SHA256 over the raw body: `.hexdigest()` or `.digest()`, as the carrier writes it."""
    return hmac.new(secret.encode(), body, hashlib.sha256)


def demand(given: str | None, expected: str) -> None:
    """Raise AuthFailed unless what came with the push is what is expected."""
    came = (given or "").strip().encode(errors="surrogateescape")
    if not hmac.compare_digest(came, expected.encode(errors="surrogateescape")):
        raise AuthFailed("the push does not prove where it comes from")
