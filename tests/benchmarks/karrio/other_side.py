"""karrio's half of the comparison, run by the Python of its own environment, which has nothing of ours.

Reads `{"carrier", "number", "body"}` a line, answers `{"microseconds", "fault"}` a line: the best of its full calls
fetch().from_(gateway).parse() with the network taken away, and what it complained of. Its log is off: it would cost
more than its work.
"""

import contextlib
import io
import json
import sys
import time
from typing import Any, ClassVar, Self

import attr  # type: ignore[import-not-found,unused-ignore]
import karrio.sdk as karrio  # type: ignore[import-not-found,unused-ignore]
from karrio.core.models import TrackingRequest  # type: ignore[import-not-found,unused-ignore]
from karrio.core.utils import helpers  # type: ignore[import-not-found,unused-ignore]
from loguru import logger  # type: ignore[import-not-found,unused-ignore]

TOKEN = {"access_token": "T", "token": "T", "expires_in": 36000, "issued_at": "1767600000000", "status": "approved"}
CALLS = 15


class Answer:
    """What urlopen returns."""

    status = 200
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, body: bytes) -> None:
        self._body = body

    def read(self) -> bytes:
        """The bytes."""
        return self._body

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to close."""


def gateway(name: str, body: str) -> Any:
    """A gateway whose every request is answered with the body, and whose every question for a token with one."""

    def opened(request: Any, **_: object) -> Answer:
        wants_token = any(word in request.full_url.lower() for word in ("oauth", "/token", "loginservice"))
        return Answer(json.dumps(TOKEN).encode() if wants_token else body.encode())

    helpers.urlopen = opened
    settings = karrio.gateway.providers[name].Settings
    wanted = {
        field.name: "X"
        for field in attr.fields(settings)
        if field.default is attr.NOTHING or (field.default is None and field.name not in ("id", "account_country_code"))
    }
    return karrio.gateway[name].create(wanted)


def call(one: Any, number: str) -> tuple[Any, list[Any]]:
    """What a shop would call: tracking details, messages."""
    request = TrackingRequest(tracking_numbers=[number])
    found: tuple[Any, list[Any]] = karrio.Tracking.fetch(request).from_(one).parse()
    return found


def measured(job: dict[str, str]) -> dict[str, object]:
    """The figures of one sample."""
    one = gateway(job["carrier"], job["body"])
    _, messages = call(one, job["number"])
    spans = []
    for _ in range(CALLS):
        began = time.perf_counter()
        call(one, job["number"])
        spans.append(time.perf_counter() - began)
    fault = messages[0].message if messages else None
    return {"microseconds": min(spans) * 1e6, "fault": str(fault)[:80] if fault else None}


def main() -> None:
    """Answer line by line; what karrio prints of unknown fields goes nowhere."""
    logger.remove()
    for line in sys.stdin:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                answer = measured(json.loads(line))
            except Exception as error:
                answer = {"microseconds": 0, "fault": repr(error)[:80]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
