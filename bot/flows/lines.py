"""The lines of the accounts that this process asks; one that it has not asked for a day goes out."""

from datetime import datetime, timedelta
from typing import NamedTuple

import orjson

from bot.clock import Clock
from bot.flows.carrier_of import carrier_for
from bot.flows.line import Line
from bot.flows.ports import Vault
from bot.flows.seen import Seen
from bot.store.accounts import Account
from carriers.kit.drive import Send

IDLE = timedelta(days=1)
"""Longer than a token is good for; what comes later has a new line: another process asks now, or nobody."""


class _Kept(NamedTuple):
    line: Line
    asked_at: datetime


class Lines:
    """By account, the longest idle first."""

    def __init__(self, send: Send, vault: Vault, clock: Clock) -> None:
        self._send = send
        self._vault = vault
        self._clock = clock
        self._seen = Seen()
        self._kept: dict[int, _Kept] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def to(self, account: Account, now: datetime) -> Line:
        """An account's line, a new one where its secrets have changed.

        Raises UnknownCarrier, CannotOpen and JSONDecodeError.
        """
        kept = self._kept.pop(account.id, None)
        line = kept.line if kept is not None and kept.line.secrets == account.secrets else self._laid(account)
        self._kept[account.id] = _Kept(line, now)
        while (idlest := next(iter(self._kept))) != account.id and now - self._kept[idlest].asked_at > IDLE:
            del self._kept[idlest]
        return line

    def _laid(self, account: Account) -> Line:
        credentials = orjson.loads(self._vault.open(account.secrets))
        carrier = carrier_for(account.slug, credentials)
        return Line(account, carrier, credentials, self._send, self._clock, self._seen)
