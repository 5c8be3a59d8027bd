"""The carriers of a soak: a process that answers in each carrier's own form and keeps its own record of the questions.

`python -m tests.soak.carriers BEGAN_AT COUNT VARIETY CLOCK_FILE` prints a port for each account, then one for
`GET /record`. Times are those of the clock that all processes follow.
"""

import asyncio
import re
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import cast as as_a
from urllib.parse import parse_qsl, urlsplit

import orjson
import uvloop
from msgspec import Struct

from bot.clock import Clock, FollowedClock
from bot.sandbox.parcels.wire import Question
from carriers.kit.discovery import find
from carriers.kit.model import Limits
from tests.soak.cast import MARK, WRITERS, Cast, whole

TOKEN = b'{"access_token":"t","token_type":"bearer","expires_in":3600}'
LENGTH = re.compile(r"(?i)\r\ncontent-length: *(\d+)")


class Record(Struct):
    """What one account was asked, in seconds since the beginning.

    `asked`: numbers by the status they were in; `gaps`: the shortest time between two questions about one parcel, by
    its status at the first of them; `waits`: between two of all those asked about twice; `parcels`: all asked for.
    """

    at: list[float] = []
    asked: Counter[str] = Counter()
    gaps: dict[str, float] = {}
    waits: list[float] = []
    parcels: list[int] = []


def most_at_once(at: Sequence[float], span: float) -> int:
    """The most questions in any span of so many seconds."""
    return max((place + 1 - bisect_left(at, one - span, 0, place) for place, one in enumerate(at)), default=0)


def over(at: Sequence[float], limits: Limits, slack: float) -> dict[str, list[float]]:
    """What was asked too often: a span to [questions, allowed]. `slack`: seconds by which a question may be late."""
    found = {}
    for span in (60.0, 600.0, 3600.0):
        if limits.per_second:
            allowed = limits.per_second * (span + slack) + limits.burst
            found[f"{span:.0f} s"] = [most_at_once(at, span), allowed]
    if limits.per_day:
        found["a day"] = [most_at_once(at, 86400.0), limits.per_day]
    return found


class Carriers:
    """All of them."""

    def __init__(self, cast: Cast, clock: Clock) -> None:
        self.cast = cast
        self.clock = clock
        self.records = [Record([], Counter(), {}, [], []) for _ in cast.accounts]
        self._last: dict[int, tuple[float, str]] = {}

    def answer(self, place: int, question: Question) -> bytes:
        """What this account's carrier says."""
        if "token" in question.path:
            return TOKEN
        slug, now = self.cast.accounts[place].slug, self.clock.now()
        asked = [int(one) for one in WRITERS[slug].numbers(question)]
        record, seconds = self.records[place], (now - self.cast.began_at).total_seconds()
        record.at.append(seconds)
        return whole(slug, [self._piece(record, one, now, seconds) for one in asked])

    def _piece(self, record: Record, number: int, now: datetime, seconds: float) -> bytes:
        model = self.cast.model_of(number)
        life, at = self.cast.life_of(model), self.cast.scanned_at(model, now)
        status = next((one.status.value for one in reversed(life.events) if one.at <= now), "")
        record.asked[status] += 1
        record.parcels.append(number)
        before = self._last.get(number)
        if before is not None:
            gap = seconds - before[0]
            record.waits.append(gap)
            record.gaps[before[1]] = min(gap, record.gaps.get(before[1], gap))
        self._last[number] = seconds, status
        return self.cast.said(model, at).replace(MARK.encode(), b"%012d" % number)

    def told(self, slack: float) -> list[Mapping[str, object]]:
        """The record of each account."""
        return [
            {
                "slug": account.slug,
                "questions": len(record.at),
                "asked": record.asked,
                "gaps": record.gaps,
                "again": len(record.waits),
                "parcels": record.parcels if account.is_short else [],
                "over": over(sorted(record.at), find(account.slug).limits, slack),
            }
            for account, record in zip(self.cast.accounts, self.records, strict=True)
        ]


class Answering(asyncio.Protocol):
    """Keep-alive HTTP, as little of it as our client needs. `place`: the account, None for the record."""

    def __init__(self, carriers: Carriers, place: int | None) -> None:
        self._carriers = carriers
        self._place = place
        self._transport: asyncio.WriteTransport | None = None
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = as_a(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while (end := self._rest.find(b"\r\n\r\n")) >= 0:
            head = self._rest[:end].decode("latin-1")
            length = next(
                (int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:")), 0
            )
            if len(self._rest) < end + 4 + length:
                return
            body, self._rest = self._rest[end + 4 : end + 4 + length], self._rest[end + 4 + length :]
            self._answer(head.split(" ", 2)[1], body)

    def _answer(self, target: str, body: bytes) -> None:
        assert self._transport is not None
        url = urlsplit(target)
        query = dict(parse_qsl(url.query))
        if self._place is None:
            said = orjson.dumps(self._carriers.told(float(query.get("slack", 0))))
        else:
            said = self._carriers.answer(self._place, Question("", url.path, {}, query, {}, body))
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(said), said)
        )


async def main(began_at: str, count: str, variety: str, clock_file: str) -> None:
    """Serve on free ports of loopback; print them."""
    cast = Cast(datetime.fromisoformat(began_at), int(count), int(variety))
    carriers = Carriers(cast, FollowedClock(Path(clock_file)))
    loop, ports = asyncio.get_running_loop(), []
    for place in (*range(len(cast.accounts)), None):
        server = await loop.create_server(lambda place=place: Answering(carriers, place), "127.0.0.1", 0)  # type: ignore[misc]
        ports.append(server.sockets[0].getsockname()[1])
    print(*ports, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
