"""Accounts whose polling fails by a fault of ours are left alone, longer each time: they must not stop the others."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.store import accounts
from bot.store.accounts import Due

log = structlog.get_logger(__name__)

FIRST = timedelta(seconds=30)
LONGEST = timedelta(hours=1)


def pause(failures: int) -> timedelta:
    """After so many in a row."""
    return min(LONGEST, FIRST * (1 << min(failures - 1, 10)))


class Setbacks:
    """How often in a row this process failed at an account. The tables say until when it is left alone, but of the
    shops' own couriers, who have no row there."""

    def __init__(self) -> None:
        self._failures: dict[int | None, int] = {}
        self._own_until: datetime | None = None

    async def more(self, account_id: int | None, now: datetime) -> None:
        """It failed, which is told with its cause the first time. Raises StoreUnavailable."""
        failures = self._failures[account_id] = self._failures.get(account_id, 0) + 1
        until = now + pause(failures)
        is_first = failures == 1
        log.error("chunk_failed", account=account_id, failures=failures, until=f"{until:%FT%TZ}", exc_info=is_first)
        if account_id is None:
            self._own_until = until
        else:
            await accounts.put_off(account_id, until)

    def over(self, account_id: int | None) -> None:
        """It went well."""
        self._failures.pop(account_id, None)
        if account_id is None:
            self._own_until = None

    def heeded(self, dues: Sequence[Due]) -> list[Due]:
        """The same, with the shops' own couriers put off."""
        return [self._later(one) if one.account_id is None else one for one in dues]

    def _later(self, due: Due) -> Due:
        return due if self._own_until is None else Due(None, max(due.at, self._own_until))
