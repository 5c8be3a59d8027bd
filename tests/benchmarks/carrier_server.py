"""A carrier's server as fast as asyncio gives: DHL's wire format, new events each round. Runs in its own process.

Its parcels are on their way in time: the newest of eight events is some hours old, one every three hours before that;
each round brings one more; expected in two days.
"""

import asyncio
import sys
from collections.abc import Mapping
from datetime import timedelta
from typing import cast
from zoneinfo import ZoneInfo

import orjson
import uvloop

from bot.clock import RunningClock

EVENTS = 8
_STARTED_AT = RunningClock().now().astimezone(ZoneInfo("Europe/Berlin")).replace(minute=0, second=0, microsecond=0)
_EIGHTH_AT = _STARTED_AT - timedelta(hours=7)
_NUMBER = b"@NUMBER@"
_bodies: dict[int, bytes] = {}


def body(rounds: int) -> bytes:
    """The answer after `rounds` new events, without its number."""
    known = _bodies.get(rounds)
    if known is None:
        events = [_event(step) for step in range(EVENTS + rounds, 0, -1)]
        known = _bodies[rounds] = orjson.dumps({"shipments": [_shipment(events)]})
    return known


def _event(step: int) -> Mapping[str, object]:
    return {
        "timestamp": (_EIGHTH_AT + (step - EVENTS) * timedelta(hours=3)).replace(tzinfo=None).isoformat(),
        "location": {"address": {"addressLocality": f"Leipzig {step}", "countryCode": "DE", "postalCode": "04435"}},
        "statusCode": "transit",
        "status": "transit",
        "description": f"The shipment has been processed in the parcel centre of the region of origin ({step})",
        "remark": "",
    }


def _shipment(events: list[Mapping[str, object]]) -> Mapping[str, object]:
    return {
        "id": _NUMBER.decode(),
        "service": "parcel-de",
        "origin": {"address": {"countryCode": "DE", "addressLocality": "Bonn"}},
        "destination": {"address": {"countryCode": "DE", "addressLocality": "Berlin"}},
        "status": events[0],
        "estimatedTimeOfDelivery": f"{_STARTED_AT + timedelta(days=2):%Y-%m-%d}T18:00:00",
        "details": {"product": {"productName": "DHL PAKET"}, "weight": {"value": 1.2, "unitText": "kg"}},
        "events": events,
    }


class Answering(asyncio.Protocol):
    """Keep-alive GETs only. `/round/K` sets how many rounds have passed; a fifth of all numbers moves in each."""

    rounds = 0
    latency = 0.0
    """Seconds until an answer leaves."""

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        *whole, self._rest = (self._rest + data).split(b"\r\n\r\n")
        assert self._transport is not None
        for head in whole:
            answer = self._answer(head.split(b" ", 2)[1])
            if self.latency:
                asyncio.get_running_loop().call_later(self.latency, self._transport.write, answer)
            else:
                self._transport.write(answer)

    def _answer(self, path: bytes) -> bytes:
        if path.startswith(b"/round/"):
            Answering.rounds = int(path[7:])
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        number = path.partition(b"trackingNumber=")[2][:20]
        said = body(moved(int(number), Answering.rounds)).replace(_NUMBER, number)
        return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(said), said)


def moved(number: int, rounds: int) -> int:
    """How many new events a number has had by then."""
    return sum((number + one) % 5 == 0 for one in range(1, rounds + 1))


async def main() -> None:
    """Serve on a free port of loopback; print it. The first argument is the latency in seconds."""
    if len(sys.argv) > 1:
        Answering.latency = float(sys.argv[1])
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
