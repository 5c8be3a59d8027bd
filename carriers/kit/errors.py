"""What can go wrong with a question to a carrier, one class for each thing the caller can do about it."""

import copy
from datetime import datetime, timedelta
from typing import ClassVar, Self


class CarrierError(Exception):
    """Any failed question; `number` is None when the whole question failed, not one parcel of it.

    The message never holds a credential, a body or a name: it may be logged.
    """

    kind: ClassVar[str] = "server"
    default: ClassVar[str] = "the carrier's answer is of no use"

    def __init__(self, message: str = "", *, number: str | None = None, code: str | None = None) -> None:
        super().__init__(message or self.default)
        self.number = number
        self.code = code

    def about(self, number: str) -> Self:
        """The same error, said of one parcel."""
        twin = copy.copy(self)
        twin.number = number
        twin.__cause__ = self.__cause__
        return twin


class NotFound(CarrierError):
    """The carrier does not know the number (yet): poll slower."""

    kind = "not_found"
    default = "the carrier does not know this number"


class AuthFailed(CarrierError):
    """The account is refused: stop it and tell the merchant once."""

    kind = "auth"
    default = "the carrier refuses these credentials"


class RateLimited(CarrierError):
    """Asked too often or the allowance is spent; when to come back, if the carrier says so."""

    kind = "throttled"
    default = "the carrier asks us to slow down"

    def __init__(
        self,
        message: str = "",
        *,
        number: str | None = None,
        code: str | None = None,
        retry_after: timedelta | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(message, number=number, code=code)
        self.retry_after = retry_after
        self.retry_at = retry_at


class Unavailable(CarrierError):
    """The carrier is down or out of reach: back off."""

    default = "the carrier is out of order"


class Unreadable(CarrierError):
    """An answer we cannot read: keep the payload (masked), tell the operator. It is never in repr or str."""

    default = "the carrier's answer cannot be read"

    def __init__(
        self, message: str = "", *, number: str | None = None, code: str | None = None, payload: bytes = b""
    ) -> None:
        super().__init__(message, number=number, code=code)
        self.payload = payload


class Rejected(CarrierError):
    """The number cannot be this carrier's: asking again is of no use."""

    kind = "invalid"
    default = "this cannot be a number of this carrier"
