"""What the desk reads of parcels for which a person must act: what happened, what the carrier says, by when."""

from collections.abc import Mapping

from bot.texts.kinds import Clause, Kind, Line, Slot, kind, line, say
from bot.texts.kinds.lookup import SCANS
from bot.texts.kinds.slots import NUMBER

_WORD_BY = line(say("desk.word_by", "next_at"))
_WHERE = line(say("desk.pickup_place", "pickup.place"), say("desk.pickup_until", "pickup.until_on"))

_DUTY = line((say("desk.duty_by", "duty.amount", "duty.due_on"), say("desk.duty", "duty.amount")))


def _desk(first: Slot, *more: Line) -> Kind:
    return kind(line(first), *more, *SCANS, NUMBER)


def _asked(key: str) -> Clause:
    return say(key, "order")


KINDS: Mapping[str, Kind] = {
    "desk_how_to_pay": _desk(_asked("desk.how_to_pay"), _DUTY),
    "desk_what_they_need": _desk(_asked("desk.what_they_need")),
    "desk_damaged": _desk(_asked("desk.damaged"), _WORD_BY),
    "desk_rather_later": _desk((say("desk.rather_day", "order", "promised_on", "eta_on"), _asked("desk.rather_later"))),
    "desk_found_it": _desk(_asked("desk.found_it")),
    "desk_other_collects": _desk(_asked("desk.other_collects"), _WHERE),
    "desk_pickup_over": _desk(
        (say("desk.pickup_over", "order", "collect_over_on"), _asked("desk.pickup_over_undated")), _WHERE, _WORD_BY
    ),
}
