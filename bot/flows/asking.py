"""Asks a carrier at once, for a test call: implements bot.flows.ports.Carriers over the same driver as polling."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot import tracing
from bot.flows.carrier_of import carrier_for
from carriers.kit.drive import Answers, Send, Session
from carriers.kit.model import Request, Response


class AskCarriers:
    """One session a question: what a test learns must not depend on a token cached before."""

    def __init__(self, send: Send, now: Callable[[], datetime]) -> None:
        self._send = send
        self._now = now

    async def ask(self, slug: str, credentials: Mapping[str, str], numbers: Sequence[str]) -> Answers:
        """One entry a number. Raises UnknownCarrier, AuthFailed, RateLimited, Unavailable."""
        with tracing.span("carrier.ask", carrier=slug, parcels=len(numbers)):
            return await Session(carrier_for(slug, credentials), credentials, self._send, self._now).track(numbers)

    async def fetch(self, request: Request) -> Response:
        """One question and its answer, unread. Raises CarrierError."""
        return await self._send(request)
