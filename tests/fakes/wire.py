"""A carrier's server without a network: answers in order, remembers what it was asked."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from carriers.kit.discovery import everyone
from carriers.kit.model import Request, Response

Reply = Response | Exception | Callable[[Request], Response]


def reply(body: Any = None, status: int = 200, **headers: str) -> Response:
    """A response with a JSON body; `retry_after="30"` is the header retry-after."""
    return Response(
        status,
        body if isinstance(body, bytes) else msgspec.json.encode(body),
        {name.replace("_", "-"): value for name, value in headers.items()},
    )


class Wire:
    """The `send` of a driver; the last reply is given again and again."""

    def __init__(self, *replies: Reply) -> None:
        self._replies = list(replies)
        self.asked: list[Request] = []

    async def __call__(self, request: Request) -> Response:
        self.asked.append(request)
        said = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        if isinstance(said, Exception):
            raise said
        return said if isinstance(said, Response) else said(request)

    @property
    def paths(self) -> list[str]:
        """Where each request went, without the host."""
        return ["/" + request.url.split("/", 3)[3] for request in self.asked]

    def body(self, place: int) -> Any:
        """The JSON body of a request."""
        return msgspec.json.decode(self.asked[place].body or b"null")


def credentials(fields: Mapping[str, str] | None = None) -> dict[str, str]:
    """Something for every field that any carrier knows."""
    known = {field.name: "X" for carrier in everyone() for field in carrier.fields if field.name != "environment"}
    return known | {"api_key": "K", "client_id": "I", "client_secret": "S", **(fields or {})}
