"""Counts of what was removed, by shop and month: nobody can be told from them. What each shop keeps for how long."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import msgspec
import structlog

from bot.domain.retention import LONGEST, Keeping, firm, keeping_of
from bot.store import bulk, sql

log = structlog.get_logger(__name__)

USUAL = keeping_of("{}")
_COLUMNS = {"merchant_id": "bigint", "month": "text", "what": "text", "count": "bigint"}
_MORE = "ON CONFLICT (merchant_id, month, what) DO UPDATE SET count = bygone.count + excluded.count"


class Counted(NamedTuple):
    """One more of something at a shop, in the month of `at`."""

    merchant_id: int
    at: datetime
    what: str


async def add(things: Iterable[Counted]) -> None:
    """They are counted, in the transaction that removes them."""
    counts = Counter((one.merchant_id, f"{one.at:%Y-%m}", one.what) for one in things)
    await bulk.insert("bygone", _COLUMNS, [(*key, many) for key, many in sorted(counts.items())], _MORE)


class Keepings:
    """What each shop keeps for how long: `settings` of those that chose. A choice of this very day removes nothing."""

    def __init__(self, settings: Mapping[int, str], now: datetime) -> None:
        self._own = {merchant_id: firm(_read(merchant_id, said), now) for merchant_id, said in settings.items()}

    def of(self, merchant_id: int | None) -> Keeping:
        """A shop's; that of one that nobody knows is ours."""
        return self._own.get(merchant_id or 0, USUAL)

    @property
    def shortest(self) -> Keeping:
        """What was made since then is past nowhere."""
        known = [USUAL, *self._own.values()]
        return Keeping(min(one.parcels for one in known), min(one.tickets for one in known))


@lru_cache(maxsize=1024)
def _read(merchant_id: int, settings: str) -> Keeping:
    """Where it cannot be read nobody knows what it chose: all is kept, and the others' goes as ever. Told once."""
    try:
        return keeping_of(settings)
    except (msgspec.MsgspecError, UnicodeError):
        log.exception("shop_keeping_unreadable", merchant=merchant_id)
        return LONGEST


async def keepings(now: datetime) -> Keepings:
    """As the shops' settings are now; ask when the rows are read, so that no shop of theirs is unknown."""
    chose = await sql.records("SELECT id, settings FROM merchant WHERE settings LIKE '%keep_%'")
    return Keepings(dict(chose), now)
