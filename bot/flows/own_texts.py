"""Shops' own texts as messages are worded: held in memory, read again only when the shop's mark has changed."""

from datetime import datetime

import structlog

from bot.apart import Own
from bot.flows import owners
from bot.store import outbox, own_texts
from bot.store.own_texts import Texts
from bot.texts.i18n import resolve_language
from bot.texts.own_check import check
from bot.texts.own_words import names

log = structlog.get_logger(__name__)

MOST_HELD = 10_000
"""Shops whose texts are held; beyond that all are read anew."""
_held: Own[dict[str, Texts]] = Own(dict)
"""Mark to texts: a mark is never used twice, so nothing here grows stale."""


async def wording(merchant_id: int, mark: str, kind: str, locale: str) -> str | None:
    """The shop's own text of this kind in the reader's language; no statement where its mark is known."""
    if not mark:
        return None
    held = _held.here
    if mark not in held:
        if len(held) >= MOST_HELD:
            held.clear()
        held[mark] = await own_texts.of_shop(merchant_id)
    return held[mark].get((kind, resolve_language(locale)))


async def tell_stale(now: datetime) -> int:
    """Owners hear once of each text that no longer can be said, since ours has changed; ours is said instead."""
    stale = [row for row in await own_texts.untold() if row[2] not in names() or check(*row[2:]) is not None]
    for text_id, merchant_id, kind, language, _ in stale:
        log.warning("own_text_stale", merchant=merchant_id, kind=kind, language=language)
        facts = {"kind": kind, "language": language, "command": f"/texts {kind} {language}"}
        await outbox.put(await owners.rows_for(merchant_id, "own_stale", facts, f"own_stale:{text_id}", now))
        await own_texts.told(text_id, now)
    return len(stale)
