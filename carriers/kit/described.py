"""A carrier that has no module, described as data: an address, headers, expressions (JMESPath), a status table."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlsplit

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError
from msgspec import Struct

from carriers.kit import reading
from carriers.kit.auth import given
from carriers.kit.codes import UNMAPPED, Meaning
from carriers.kit.contract import Answer, Auth, Conversation, Field, Limits, Numbers
from carriers.kit.errors import NotFound
from carriers.kit.model import Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, text, words
from carriers.kit.xml import decode_xml

PREFIX = "x_"
"""Slugs of described carriers begin so; no module's does."""
NUMBER = "number"
_HOLE = re.compile(r"\{([a-z_]{1,32})\}")
_LONGEST = 2_000
_METHODS = ("GET", "POST")
_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")
_FORBIDDEN = frozenset({"host", "content-length", "transfer-encoding", "connection", "cookie"})


class Misdescribed(ValueError):
    """A description that cannot be used: the part, and why: missing | too_long | no_address | no_number | unreadable |
    header | method | status | secret."""

    def __init__(self, part: str, why: str) -> None:
        super().__init__(f"{part}: {why}")
        self.part = part
        self.why = why


class Description(Struct, frozen=True, omit_defaults=True):
    """How to ask a carrier and how to read it. `{number}` and `{secret names}` stand in url, headers and body.

    `events` and what is not of an event (`status`, `eta`, `delivered`, `missing`) are found from the top of the answer,
    `time`, `text`, `code`, `place` within an event. `time_format` is strptime's, for times that are not ISO. `missing`:
    true where the carrier does not know the number. `statuses`: a code, or words of a text, to our status.
    """

    name: str
    url: str
    method: str = "GET"
    headers: Mapping[str, str] = {}
    body: str = ""
    events: str = ""
    time: str = ""
    time_format: str = ""
    text: str = ""
    code: str = ""
    place: str = ""
    status: str = ""
    eta: str = ""
    delivered: str = ""
    missing: str = ""
    statuses: Mapping[str, str] = {}

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of what an account must give."""
        said = " ".join((self.url, self.body, *self.headers.values()))
        return tuple(dict.fromkeys(name for name in _HOLE.findall(said) if name != NUMBER))


EXPRESSIONS = ("events", "time", "text", "code", "place", "status", "eta", "delivered", "missing")


def slug_of(name: str) -> str:
    """The slug of a described carrier: letters and digits of its name, or of their code points."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
    return PREFIX + (plain or "".join(f"{ord(letter):x}" for letter in name if letter.isalnum()))[:22]


def check(description: Description) -> None:
    """Raises Misdescribed for the first part that cannot be used."""
    _check_address(description)
    for name, value in description.headers.items():
        if not _HEADER.fullmatch(name) or name.lower() in _FORBIDDEN or not value.isprintable():
            raise Misdescribed(f"header {name[:40]}", "header")
    for part in EXPRESSIONS:
        _compiled(part, getattr(description, part))
    for word, status in description.statuses.items():
        if status not in set(Status):
            raise Misdescribed(f"status {word[:40]}", "status")


def _check_address(description: Description) -> None:
    for part, value in (("name", description.name), ("url", description.url)):
        if not value.strip():
            raise Misdescribed(part, "missing")
    if any(len(value) > _LONGEST for value in (description.url, description.body, *description.headers.values())):
        raise Misdescribed("url", "too_long")
    if description.method not in _METHODS:
        raise Misdescribed("method", "method")
    host = _host(description.url)
    if not description.url.startswith("https://") or not host or "{" in host:
        raise Misdescribed("url", "no_address")
    if f"{{{NUMBER}}}" not in description.url + description.body:
        raise Misdescribed("url", "no_number")


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _compiled(part: str, expression: str) -> Any:
    if not expression:
        return None
    try:
        return jmespath.compile(expression)
    except JMESPathError as error:
        raise Misdescribed(part, "unreadable") from error


class Described:
    """A carrier as `carriers.kit.contract.Carrier` has it, made from a description. Raises Misdescribed."""

    batch_size = 1
    limits = Limits(per_second=1)
    auth: Auth = None

    def __init__(self, description: Description) -> None:
        check(description)
        self.description = description
        self.slug = slug_of(description.name)
        self.name = description.name
        self.hosts: tuple[str, ...] = (_host(description.url),)
        self.fields = tuple(Field(name, name.replace("_", " ")) for name in description.secrets)
        self.numbers = Numbers(patterns=(r"[A-Z0-9/_]{3,50}",))

    def track(self, numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
        """Ask about the one number of the batch."""
        (number,) = numbers
        return self.read((yield self.question(number, account)), numbers)

    def question(self, number: str, account: Mapping[str, str]) -> Request:
        """The question about a number. Raises AuthFailed where a secret is missing."""
        description = self.description
        url = _filled(description.url, number, account, _in_url)
        headers = {name: _filled(value, number, account, str) for name, value in description.headers.items()}
        body = _filled(description.body, number, account, _in_json).encode() if description.body else None
        return Request(description.method, url, headers=headers, body=body)

    def read(self, response: Response, numbers: Sequence[str]) -> list[Answer]:
        """One result, or what the carrier says instead."""
        reading.check(response)
        said = decoded(response)
        number = numbers[0] if len(numbers) == 1 else None
        if self._find("missing", said):
            raise NotFound(number=number)
        reading.refuse(response, number)
        events = reading.newest_first([self._event(row) for row in self._rows(said)])
        overall = self._meaning(text(self._find("status", said)), "") if self.description.status else UNMAPPED
        last = reading.newest_movement(events)
        status = overall.status if overall is not UNMAPPED else last.status if last is not None else None
        delivered = self._moment(self._find("delivered", said)) or reading.reached(events, Status.DELIVERED)
        return [
            TrackingResult(
                number=number,
                status=status or Status.UNKNOWN,
                events=events,
                eta=self._moment(self._find("eta", said)),
                delivered_at=delivered if status is Status.DELIVERED else None,
            )
        ]

    def _rows(self, said: Any) -> list[Entry]:
        return reading.entries(self._find("events", said))

    def _event(self, row: Entry) -> ScanEvent:
        code, said = text(self._find("code", row)), text(self._find("text", row))
        return ScanEvent(
            self._moment(self._find("time", row)),
            code or None,
            said,
            words(self._find("place", row)) or "",
            self._meaning(code, said).status,
        )

    def _meaning(self, code: str, said: str) -> Meaning:
        """By the code, by the whole text, by the longest words of it that are listed."""
        listed = self._listed
        found = listed.get(code.casefold()) or listed.get(said.casefold())
        if found is not None:
            return found
        within = [word for word in listed if word and word in said.casefold()]
        return listed[max(within, key=len)] if within else UNMAPPED

    @cached_property
    def _listed(self) -> Mapping[str, Meaning]:
        return {word.casefold(): Meaning(Status(status)) for word, status in self.description.statuses.items()}

    @cached_property
    def _expressions(self) -> Mapping[str, Any]:
        return {part: _compiled(part, getattr(self.description, part)) for part in EXPRESSIONS}

    def _find(self, part: str, within: Any) -> Any:
        expression = self._expressions[part]
        return None if expression is None else expression.search(within)

    def _moment(self, value: Any) -> datetime | date | None:
        form = self.description.time_format
        if form and (at := reading.local_time(value, form)) is not None:
            return at
        if isinstance(value, int | float):
            return reading.epoch(value / 1000 if value > 1e11 else value)
        return reading.moment(text(value))


def decoded(response: Response) -> Any:
    """The answer as dictionaries and lists, whether it is JSON or XML; ValueError for anything else."""
    if not reading.is_html(response.body):
        return msgspec.json.decode(response.body) if response.body.strip() else {}
    return decode_xml(response)


def _filled(template: str, number: str, account: Mapping[str, str], safe: Any) -> str:
    values = {NUMBER: number}
    return _HOLE.sub(lambda hole: safe(values.get(hole[1]) or given(account, hole[1])), template)


def _in_url(value: str) -> str:
    return quote(value, safe="")


def _in_json(value: str) -> str:
    return msgspec.json.encode(value).decode()[1:-1]
