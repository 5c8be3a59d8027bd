"""A carrier's server as a function: DHL's wire format, spoken to the polling without a socket."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson

from carriers.kit.errors import CarrierError
from carriers.kit.model import Request, Response

Said = bytes | int | CarrierError
"""What a number is answered: a body, a bare HTTP status, or a transport fault."""


def dhl(number: str, at: datetime, steps: int = 1, eta: str | None = None, code: str = "transit") -> bytes:
    """`steps` events, six hours apart, the newest at `at`."""
    events = [_event(at - step * timedelta(hours=6), code if step == 0 else "transit") for step in range(steps)]
    shipment = {"id": number, "service": "parcel-de", "status": events[0], "events": events}
    return orjson.dumps({"shipments": [shipment | ({"estimatedTimeOfDelivery": eta} if eta else {})]})


def _event(at: datetime, code: str) -> dict[str, object]:
    place = {"address": {"addressLocality": "Leipzig", "countryCode": "DE"}}
    return {"timestamp": at.isoformat(), "location": place, "statusCode": code, "status": code, "description": f"{at}"}


@dataclass
class Wire:
    """Implements carriers.kit.drive.Send; unknown numbers are 404. Counts what is asked, and how many at a time."""

    says: dict[str, Said] = field(default_factory=dict)
    default: Said = 404
    asked: list[str] = field(default_factory=list)
    at: list[datetime] = field(default_factory=list)
    now: Callable[[], datetime] | None = None
    open: int = 0
    most_open: int = 0

    async def __call__(self, request: Request) -> Response:
        number = request.query["trackingNumber"]
        self.asked.append(number)
        if self.now:
            self.at.append(self.now())
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        await asyncio.sleep(0)
        self.open -= 1
        said = self.says.get(number, self.default)
        if isinstance(said, CarrierError):
            raise said
        return Response(said, b"{}") if isinstance(said, int) else Response(200, said)
