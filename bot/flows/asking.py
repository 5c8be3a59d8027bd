"""Asks a carrier at once, for a test call: implements bot.flows.ports.Carriers over the same driver as polling."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from carriers.kit.discovery import find
from carriers.kit.drive import Answers, Send, Session


class AskCarriers:
    """One session a question: what a test learns must not depend on a token cached before."""

    def __init__(self, send: Send, now: Callable[[], datetime]) -> None:
        self._send = send
        self._now = now

    async def ask(self, slug: str, credentials: Mapping[str, str], numbers: Sequence[str]) -> Answers:
        """One entry a number. Raises UnknownCarrier, AuthFailed, RateLimited, Unavailable."""
        return await Session(find(slug), credentials, self._send, self._now).track(numbers)
