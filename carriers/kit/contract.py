"""What a carrier module declares. A module with a `slug` is a carrier; nothing is registered."""

from collections.abc import Callable, Generator, Mapping, Sequence
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
    """User and password (HTTP Basic) in each request; without a password's field it is empty."""

    user_field: str
    password_field: str | None = None


class ClientCredentials(Struct, frozen=True):
    """OAuth 2 client credentials: a token is fetched first and kept until shortly before it expires."""

    url: str
    id_field: str
    secret_field: str
    in_body: bool = False
    scope: str | None = None


def is_unauthorized(response: Response) -> bool:
    """True for HTTP 401."""
    return response.status == 401


class Granted(Struct, frozen=True):
    """A token and for how many seconds it holds (0: for this question only); not to be shown."""

    token: str
    seconds: float

    def __repr__(self) -> str:
        return f"Granted(seconds={self.seconds})"


class Login(Struct, frozen=True):
    """A token by the carrier's own call, kept like an OAuth token.

    `ask` makes the question from the account, `read` finds the token in the answer (raises CarrierError), `place` puts
    it where the carrier wants it in each request; `refuses` knows the answer to a token that holds no longer.
    """

    ask: Callable[[Mapping[str, str]], Request]
    read: Callable[[Response], Granted]
    place: Callable[[Request, str], Request]
    refuses: Callable[[Response], bool] = is_unauthorized


TokenAuth = ClientCredentials | Login
Auth = HeaderKey | BasicLogin | TokenAuth | None
ENVIRONMENT = Field(
    "environment", "live or sandbox (live if left out)", secret=False, pattern="live|sandbox", required=False
)
"""The field of a carrier that has a sandbox: see Sandboxed."""


class Numbers(Struct, frozen=True):
    """Which numbers a carrier takes: shipped formats (with check digits) and own patterns (without).

    `formats` names a file of codes/numbers ("ups") or one format of it ("fedex/fedex_12");
    `countries` narrows S10 numbers to the posts of these countries; `any_other` marks an aggregator. `links` are
    patterns of its tracking pages' addresses, whose group is the number.
    """

    formats: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    any_other: bool = False
    links: tuple[str, ...] = ()


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


@runtime_checkable
class Sandboxed(Protocol):
    """A carrier with a test system: what its live addresses begin with → what stands for that in the sandbox.

    It lists ENVIRONMENT among its fields; the sandbox's hosts stand in `hosts` too.
    """

    @property
    def sandbox(self) -> Mapping[str, str]: ...


@runtime_checkable
class Pushing(Protocol):
    """A carrier that sends news by itself; it is polled only as a safety net."""

    def receive(self, headers: Mapping[str, str], body: bytes, account: Mapping[str, str]) -> list[Answer]:
        """Read what was sent (header names in lower case). Raises AuthFailed where its proof does not hold."""
        ...
