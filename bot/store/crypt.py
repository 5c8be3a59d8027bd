"""Sealing secrets and people's words at rest: Fernet with rotation."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class CannotOpen(Exception):
    """Sealed with a key we do not have, or altered."""


class BadKey(ValueError):
    """Not a Fernet key; the key itself is not shown."""


class Vault:
    """The first key seals, any key opens. Shows nothing of itself."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise BadKey("no key given")
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise BadKey("a key is not 32 bytes in URL-safe base64") from None

    def seal(self, text: str) -> str:
        """The text as a token that only these keys open."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, token: str) -> str:
        """The text. Raises CannotOpen."""
        try:
            return self._fernet.decrypt(token).decode()
        except InvalidToken as error:
            raise CannotOpen("sealed with another key, or altered") from error

    def rotate(self, token: str) -> str:
        """The same, sealed anew with the first key. Raises CannotOpen."""
        try:
            return self._fernet.rotate(token).decode()
        except InvalidToken as error:
            raise CannotOpen("sealed with another key, or altered") from error

    def __repr__(self) -> str:
        return "Vault()"


def new_key() -> str:
    """A fresh key."""
    return Fernet.generate_key().decode()
