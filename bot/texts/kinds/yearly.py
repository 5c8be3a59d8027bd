"""The question to a shop before a feast that comes every year on other days."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, kind, line, say

_DAYS = ("from_on", "to_on")

KINDS: Mapping[str, Kind] = {
    "yearly_asked": kind(
        line((say("yearly_asked.ramadan", "ramadan", *_DAYS), say("yearly_asked.nowruz", "nowruz", *_DAYS))),
        line(say("yearly_asked.asks", "shop")),
        line(say("yearly_asked.how", "command")),
    ),
}
