"""The one calm word to customers whose parcels are held up together, once a person has confirmed it."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, Line, Slot, kind, line, say
from bot.texts.kinds.slots import parcels

_WAIT: Slot = (say("held_up.next", "next_at"), say("held_up.nothing"))
_ITEM: Slot = (
    say("held_up.item_day", "eta_on", "promised_on", "days_late"),
    say("held_up.item_unsure", "promised_on", "!promised_over"),
    say("held_up.item"),
)


def _where(prefix: str, count: str | None = None) -> Line:
    """The place, as far as it is one."""
    return line(
        (
            say(f"{prefix}_at", "hub", count=count),
            say(f"{prefix}_between", "start", "end", count=count),
            say(prefix, count=count),
        )
    )


KINDS: Mapping[str, Kind] = {
    "held_up": kind(
        _where("held_up.one"),
        line(
            (
                say("held_up.day", "eta_on", "promised_on", "days_late"),
                say("held_up.unsure", "promised_on", "!promised_over"),
            ),
            _WAIT,
        ),
        many=(_where("held_up.many", "several"), parcels(_ITEM), line(_WAIT)),
    )
}
