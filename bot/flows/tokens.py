"""Bearer words: links that make an owner, codes that bind a desk, addresses of hooks. Only their hash is stored."""

import hashlib
import re
import secrets

INVITE_PREFIX = "i"
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that are read as one another: I and 1, O and 0."""


def invite_token() -> str:
    """192 random bits; Telegram takes at most 64 letters after ?start=."""
    return INVITE_PREFIX + secrets.token_urlsafe(24)


def hook_token() -> str:
    """192 random bits at the end of an address that a carrier sends its news to."""
    return secrets.token_urlsafe(24)


def desk_code() -> str:
    """Eight letters to be typed, forty bits: enough for an hour."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def folded_code(said: str) -> str:
    """The code as it was made, whatever case and dashes it is typed with; empty where it cannot be one."""
    letters = re.sub(r"[^A-Z0-9]", "", said.upper())
    return f"{letters[:4]}-{letters[4:]}" if len(letters) == 8 else ""


def hashed(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
