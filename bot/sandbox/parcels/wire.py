"""What a carrier's writer is made of: the question as it came, the answer as it goes, keys and tokens, words of XML."""

import hashlib
import hmac
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, Protocol
from urllib.parse import parse_qsl
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

import orjson
from babel import Locale
from msgspec import Struct

from bot.sandbox.parcels.life import Scan, Standing
from carriers.kit.model import Status

Json = dict[str, Any]
JSON, XML = "application/json", "text/xml"


class Break(StrEnum):
    """What goes wrong."""

    AUTH = "auth"
    NOT_FOUND = "not_found"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    HTML = "html"
    HALF = "half"
    ERROR_INSIDE = "error_inside"
    HUGE = "huge"
    REDIRECT = "redirect"
    HANG = "hang"
    DROP = "drop"


class Reply(Struct, frozen=True):
    """An answer."""

    body: bytes
    status: int = 200
    kind: str = JSON


class Push(Struct, frozen=True):
    """What a carrier sends by itself, with its proof."""

    body: bytes
    headers: Mapping[str, str] = {}


class Question(Struct, frozen=True):
    """What a carrier was asked; `parts` are the named pieces of the path, header names are in lower case,
    `search` is the query as it came.
    """

    method: str
    path: str
    parts: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    search: str = ""

    @property
    def json(self) -> Any:
        """The body read as JSON, None where it is none."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None

    @property
    def form(self) -> Mapping[str, str]:
        """The body read as a form."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace")))

    @property
    def xml(self) -> ElementTree.Element:
        """The body read as XML, its namespaces dropped; an empty element where it is none."""
        try:
            return bare(self.body)
        except ElementTree.ParseError:
            return ElementTree.Element("nothing")


Known = Mapping[str, Standing | None]
Key = Callable[[Question], str | None]


class Token(Struct, frozen=True):
    """Where tokens are asked for: by what key, and how a granted one is told (the token, its seconds)."""

    path: str
    key: Key
    granted: Callable[[str, int], Reply]
    seconds: int = 3600


class Writer(Protocol):
    """A module of this package with a `slug` is one carrier's way of writing.

    `codes`: its own words for the kinds of scans (a kind that is not there it never tells), `otherwise`: the kinds
    that it means differently; `unsaid`: eta, place or history where its wire has no room for them; `most`: numbers a
    question; `closed` False: it asks for no key; `token`: where it grants tokens.
    """

    @property
    def slug(self) -> str: ...
    @property
    def routes(self) -> Sequence[tuple[str, str]]: ...
    @property
    def codes(self) -> Mapping[str, Any]: ...
    @property
    def refusals(self) -> Mapping[Break, Reply]: ...

    def key(self, question: Question) -> str | None: ...
    def numbers(self, question: Question) -> Sequence[str]: ...
    def answer(self, question: Question, known: Known) -> Reply: ...


Otherwise = Mapping[str, Status]


def says(body: Any, status: int = 200) -> Reply:
    """A JSON answer."""
    return Reply(orjson.dumps(body), status)


def says_xml(text: str, status: int = 200, kind: str = XML) -> Reply:
    """An XML answer."""
    return Reply(f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode(), status, kind)


def tag(name: str, /, *inside: object, **attributes: object) -> str:
    """An element: what is inside stands as it is if it is an element already, else it is escaped."""
    said = "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items())
    held = "".join(one if isinstance(one, Element) else escape(str(one)) for one in inside)
    return Element(f"<{name}{said}>{held}</{name}>")


class Element(str):
    """XML that is written already."""

    __slots__ = ()


def bare(body: bytes) -> ElementTree.Element:
    """XML without its namespaces. Raises ParseError."""
    root = ElementTree.fromstring(body)  # noqa: S314 (what an adapter of ours has written)
    for one in root.iter():
        one.tag = one.tag.rpartition("}")[2]
    return root


# Pushes


def signed(secret: str, body: bytes) -> "hmac.HMAC":
    """HMAC-SHA256 over the body."""
    return hmac.new(secret.encode(), body, hashlib.sha256)


# Keys


def header(name: str, prefix: str = "") -> Key:
    """A key in a header."""

    def found(question: Question) -> str | None:
        said = question.headers.get(name.lower(), "")
        return said.removeprefix(prefix) or None if said.startswith(prefix) else None

    return found


bearer = header("Authorization", "Bearer ")


def basic(question: Question) -> str | None:
    """`user:password` of HTTP Basic."""
    try:
        return (
            b64decode(question.headers.get("authorization", "").removeprefix("Basic "), validate=True).decode() or None
        )
    except ValueError:
        return None


def in_form(question: Question) -> str | None:
    """`id:secret` of a form."""
    said = question.form
    return f"{said['client_id']}:{said.get('client_secret', '')}" if said.get("client_id") else None


def nobody(_: Question) -> str | None:
    """A carrier that asks for no key."""
    return "open"


def oauth(token: str, seconds: int) -> Reply:
    """A token as OAuth tells it."""
    return says({"access_token": token, "token_type": "Bearer", "expires_in": seconds})


# Words, places, times


def words(scan: Scan, own: str) -> str:
    """The step's own words, else the carrier's for this kind, else anybody's."""
    return scan.words if scan.spoken or not own else own


@cache
def country_name(code: str) -> str:
    """The country in English."""
    return str(Locale("en").territories.get(code, code))


def local(at: datetime) -> str:
    """The wall clock, to the second."""
    return f"{at:%Y-%m-%dT%H:%M:%S}"


def offset(at: datetime) -> str:
    """With its offset, to the second."""
    return at.replace(microsecond=0).isoformat()
