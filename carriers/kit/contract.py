"""What a carrier module declares. A module with a `slug` is a carrier; nothing is registered."""

from collections.abc import Generator, Mapping, Sequence
from typing import Protocol, TypeVar, runtime_checkable

from msgspec import Struct

from carriers.kit.errors import CarrierError
from carriers.kit.model import Field as Field
from carriers.kit.model import Limits as Limits
from carriers.kit.model import Request, Response, TrackingResult

Answer = TrackingResult | CarrierError
Conversation = Generator[Request, Response, list[Answer]]
Found = TypeVar("Found")


class HeaderKey(Struct, frozen=True):
    """An API key sent in a header of each request."""

    header: str
    field: str
    prefix: str = ""


class BasicLogin(Struct, frozen=True):
    """User and password (HTTP Basic) in each request."""

    user_field: str
    password_field: str


class ClientCredentials(Struct, frozen=True):
    """OAuth 2 client credentials: a token is fetched first and kept until shortly before it expires."""

    url: str
    id_field: str
    secret_field: str
    in_body: bool = False
    scope: str | None = None


Auth = HeaderKey | BasicLogin | ClientCredentials | None


class Numbers(Struct, frozen=True):
    """Which numbers a carrier takes: shipped formats (with check digits) and own patterns (without).

    `formats` names a file of codes/numbers ("ups") or one format of it ("fedex/fedex_12");
    `countries` narrows S10 numbers to the posts of these countries; `any_other` marks an aggregator.
    """

    formats: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    any_other: bool = False


@runtime_checkable
class Carrier(Protocol):
    """One carrier: a module with these names. `batch_size` is how many numbers fit in one question."""

    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def hosts(self) -> tuple[str, ...]: ...
    @property
    def batch_size(self) -> int: ...
    @property
    def limits(self) -> Limits: ...
    @property
    def fields(self) -> tuple[Field, ...]: ...
    @property
    def numbers(self) -> Numbers: ...
    @property
    def auth(self) -> Auth: ...

    def track(self, numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
        """Ask about at most `batch_size` numbers: yield requests, be sent answers, return what was read."""
        ...

    def read(self, response: Response, numbers: Sequence[str]) -> list[Answer]:
        """Read one tracking answer; `numbers` are those asked, empty when unknown."""
        ...
