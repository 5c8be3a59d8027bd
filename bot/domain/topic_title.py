"""What a customer's topic is called and which icon it bears: how his ticket stands, the time left, his name."""

import re
import zlib
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate

from msgspec import Struct

from bot.domain.ticket import TicketState

LONGEST = 128
"""UTF-16 units of a topic's name."""
BETWEEN = " · "
_LONGEST_ORDER = 64
_ELLIPSIS = "…"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u061c\u2028-\u202e\u2060\u2066-\u2069\ufeff]+")
_SPACES = re.compile(r"\s+")


class Standing(StrEnum):
    """Whose turn it is, as a topic shows it."""

    NEW = "new"
    US = "us"
    CUSTOMER = "customer"
    PROMISED = "promised"
    RESTS = "rests"
    DONE = "done"


LATE = timedelta(minutes=-1)
"""The time left of what is overdue."""
UNDER = timedelta()
"""The time left of what is due before the shortest of STEPS has passed."""
STEPS = (
    timedelta(days=3),
    timedelta(days=2),
    timedelta(days=1),
    timedelta(hours=8),
    timedelta(hours=4),
    timedelta(hours=2),
    timedelta(hours=1),
    timedelta(minutes=30),
)
"""What the time left is rounded down to: each step is a rename, and those come out of the group's budget."""
_NEARLY = 0.9
"""So much of a step counts as all of it: two hours are shown as two hours when the words get there."""

ICONS: Mapping[Standing, tuple[str, ...]] = {
    Standing.NEW: ("❗️", "💡"),
    Standing.US: ("⚡️", "🔥"),
    Standing.CUSTOMER: ("💬", "👀", "💼"),
    Standing.PROMISED: ("📆", "📝", "🎙"),
    Standing.RESTS: ("☕️", "🏖"),
    Standing.DONE: ("✅", "🏁"),
}
"""Icons by which a topic tells it too: the first that Telegram offers."""
LATE_ICONS = ("🔥", "‼️")

_TURN: Mapping[TicketState, Standing] = {
    TicketState.NEW: Standing.NEW,
    TicketState.WAITING_US: Standing.US,
    TicketState.WAITING_CUSTOMER: Standing.CUSTOMER,
}


class Title(Struct, frozen=True):
    """What a topic says beside whose it is. `left`: one of STEPS, UNDER or LATE; None where nothing is due."""

    standing: Standing
    left: timedelta | None = None

    @property
    def digest(self) -> int:
        """The same for the same title, another for any other."""
        minutes = "" if self.left is None else int(self.left.total_seconds()) // 60
        return zlib.crc32(f"{self.standing}:{minutes}".encode())

    @property
    def icons(self) -> tuple[str, ...]:
        """Emoji in the order of preference."""
        return LATE_ICONS if self.left == LATE else ICONS[self.standing]


NO_TITLE = zlib.crc32(b"")
"""The digest where there never was a ticket."""


def title(
    state: TicketState | None,
    due_at: datetime | None,
    rests_until: datetime | None,
    now: datetime,
    *,
    promised: bool = False,
) -> Title | None:
    """The title that holds now. `state`: of his latest ticket; `due_at`: when a person's next word is owed.

    `promised`: an agent has named that hour to the customer. A rest is nobody's promise.
    """
    if state is None:
        return None
    if state is TicketState.CLOSED:
        return Title(Standing.DONE)
    if rests_until is not None and (rests_until > now or (due_at or rests_until) <= rests_until):
        left = (due_at or rests_until) - now
        return Title(Standing.RESTS, _left(left) if left > timedelta() else None)
    if due_at is None:
        return Title(_TURN[state])
    is_promise = promised and state is TicketState.WAITING_CUSTOMER
    ours = Standing.NEW if state is TicketState.NEW else Standing.US
    return Title(Standing.PROMISED if is_promise else ours, _left(due_at - now))


def _left(span: timedelta) -> timedelta:
    if span <= timedelta():
        return LATE
    return next((step for step in STEPS if span >= step * _NEARLY), UNDER)


def every_title() -> Iterator[Title]:
    """All there are."""
    yield Title(Standing.DONE)
    yield Title(Standing.CUSTOMER)
    for standing in (Standing.NEW, Standing.US, Standing.PROMISED, Standing.RESTS):
        for left in (None, LATE, UNDER, *STEPS):
            yield Title(standing, left)


def icon_of(found: Title | None, offered: Mapping[str, str]) -> str | None:
    """The id of the icon for a title; `offered`: emoji to id, as Telegram offers them. None where none fits."""
    if found is None:
        return None
    ids = {_bare(emoji): one for emoji, one in offered.items()}
    return next((ids[_bare(emoji)] for emoji in found.icons if _bare(emoji) in ids), None)


def _bare(emoji: str) -> str:
    return emoji.replace("\ufe0f", "")


def label(name: str, order: str | None, customer_id: int) -> tuple[str, str]:
    """Whose topic it is, and what is never cut off behind it: his name, his order."""
    first = cleaned(name) or f"#{customer_id}"
    number = cut(cleaned(order or ""), _LONGEST_ORDER)
    return first, f"{BETWEEN}{number}" if number else ""


def compose(mark: str, first: str, rest: str = "", *, repeat: bool = False) -> str:
    """The whole name, at most LONGEST units: the mark, the name (cut where it must be), the order.

    `repeat`: it may be the second topic of its kind.
    """
    before = f"{mark}{BETWEEN}" if mark else ""
    after = f"{rest} (2)" if repeat else rest
    return before + cut(first, LONGEST - units(before) - units(after)) + after


def own_part(said: str, marks: Collection[str]) -> str:
    """What a person has called a topic, without the marks of ours that he left in front of it."""
    name = cleaned(said)
    before = next((mark for mark in sorted(marks, key=len, reverse=True) if _begins(name, mark)), "")
    return name[len(before) :].removeprefix(BETWEEN.rstrip()).removeprefix(BETWEEN).strip(" ·")


def _begins(name: str, mark: str) -> bool:
    return bool(mark) and (name == mark or name.startswith((f"{mark} ·", f"{mark}·")))


def cleaned(text: str) -> str:
    """One line without direction marks and control characters."""
    return _SPACES.sub(" ", _CONTROL.sub(" ", text.encode("utf-16", "replace").decode("utf-16"))).strip()


def cut(text: str, most: int) -> str:
    """At most so many UTF-16 units; what is cut ends in an ellipsis, no pair of units is broken."""
    if units(text) <= most:
        return text
    ends = accumulate(map(units, text))
    kept = "".join(char for char, end in zip(text, ends, strict=True) if end < most)
    return f"{kept.rstrip()}{_ELLIPSIS}" if most > 0 else ""


def units(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
