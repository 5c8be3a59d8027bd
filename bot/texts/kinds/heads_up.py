"""What the people of a shop hear before their customers: parcels that do not set out, addresses that keep one."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, Line, Slot, each, kind, line, say

_ITEM: tuple[Slot, ...] = (
    (
        say("heads_up.item_promised", "order", "number", "promised_on"),
        say("heads_up.item", "order", "number"),
        say("heads_up.more", "more"),
    ),
    say("heads_up.touches", "touches"),
)
SORTS = ("unsent", "unscanned", "address", "customs", "asks")
"""By what is to be done about them."""


def _section(sort: str) -> tuple[Line, Line]:
    return line(say(f"heads_up.{sort}", sort)), each(sort, *_ITEM, most=11)


KINDS: Mapping[str, Kind] = {
    "heads_up": kind(
        line(say("heads_up.first", "count", count="count")),
        *(part for sort in SORTS for part in _section(sort)),
        line(say("heads_up.all", "count")),
    ),
}
