"""Who belongs to a group now: asked of Telegram, remembered shortly, forgotten as soon as somebody comes or goes."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from msgspec import Struct

from bot.flows.ports import MemberView, Telegram, TelegramRefused

HOLDS = timedelta(seconds=60)
MOST = 5000


class _Seen(Struct, frozen=True):
    asked: Telegram
    at: datetime
    view: MemberView


class Standings:
    """What Telegram said of people in groups. Raises TelegramRefused where it says nothing."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, int], _Seen] = {}
        self._changes = 0

    async def of(self, telegram: Telegram, chat_id: int, user_id: int, now: datetime) -> MemberView:
        """Somebody's standing, at most a minute old."""
        seen = self._seen.get((chat_id, user_id))
        if seen is not None and seen.asked is telegram and timedelta() <= now - seen.at <= HOLDS:
            return seen.view
        before = self._changes
        view = await telegram.member(chat_id, user_id)
        if len(self._seen) >= MOST:
            self._seen.clear()
        if before == self._changes:  # else he may have gone while Telegram answered
            self._seen[chat_id, user_id] = _Seen(telegram, now, view)
        return view

    def forget(self, chat_id: int, user_id: int) -> None:
        """He came, went, or is something else now."""
        self._changes += 1
        self._seen.pop((chat_id, user_id), None)


standings = Standings()
"""Those of this process."""


async def is_inside(telegram: Telegram, groups: Iterable[int], user_id: int, now: datetime) -> bool:
    """Whether he is in one of these groups; where Telegram does not say, he is not."""
    for group in groups:
        with suppress(TelegramRefused):
            if (await standings.of(telegram, group, user_id, now)).is_inside:
                return True
    return False
