"""Facts that follow from other facts; outside values made plain; what is over by now left out."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.texts.bidi import fold_digits, plain
from bot.texts.dates import NEAR, part_of_day
from bot.texts.reading import Reading, as_day, as_utc

Facts = dict[str, Any]

SETTLED = frozenset({"available_for_pickup", "delivered", "returning", "returned", "lost", "cancelled"})
"""Statuses in which no arrival is expected."""

AHEAD = ("eta_on", "eta_to_on", "next_attempt_on", "return_until_on", "warranty_until_on")
"""Days that are only worth a word while they are not over."""

SEVERAL = 2
"""From so many parcels on, a message speaks of several."""


def derived(facts: Mapping[str, Any], reading: Reading) -> Facts:
    """A copy of the facts: empty values gone, days that are over gone, what follows added."""
    found = _kept(facts)
    _drop_what_is_over(found, reading)
    for name, follow in FOLLOWING.items():
        value = follow(found, reading)
        if value:
            found[name] = value
    return found


def _kept(facts: Mapping[str, Any]) -> Facts:
    kept = ((name, _plain(value)) for name, value in facts.items())
    return {name: value for name, value in kept if value is not None and value != "" and value != {}}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, Mapping):
        return _kept(value)
    if isinstance(value, (list, tuple)):
        return [_plain(element) for element in value]
    return value


def _drop_what_is_over(facts: Facts, reading: Reading) -> None:
    """Days before today, a promised word that is due, a sum of nothing."""
    over = [name for name in AHEAD if name in facts and _is_over(facts[name], reading)]
    if "next_at" in facts and reading.now is not None and as_utc(facts["next_at"]) <= reading.now:
        over.append("next_at")
    if "cause_weekend" in facts and not _was_lately(facts.get("cause_since"), reading):
        over.append("cause_weekend")
    until_on = (facts.get("pickup") or {}).get("until_on")
    if until_on is not None and _is_over(until_on, reading):
        facts["collect_over_on"] = facts["pickup"].pop("until_on")
    if "cod" in facts and _is_nothing(facts["cod"]):
        over.append("cod")
    for name in over:
        del facts[name]
    if "eta_on" not in facts and "eta_to_on" not in facts:
        facts.pop("eta_from_on", None)


def _was_lately(day: Any, reading: Reading) -> bool:
    """Near enough that "the weekend" is the last one."""
    return day is not None and reading.today is not None and reading.today - as_day(day) <= NEAR


def _is_over(day: Any, reading: Reading) -> bool:
    return reading.today is not None and as_day(day) < reading.today


def _is_nothing(money: Any) -> bool:
    return isinstance(money, Mapping) and not fold_digits(str(money.get("amount", ""))).strip("0.,٫٬ ")


def _days_late(facts: Facts, reading: Reading) -> int | None:
    """By the dates that the message shows; the given number only where one of them is missing."""
    if "eta_on" in facts and "promised_on" in facts:
        facts.pop("days_late", None)
        return max((as_day(facts["eta_on"]) - as_day(facts["promised_on"])).days, 0)
    return None


def _eta_range(facts: Facts, reading: Reading) -> Facts | None:
    """A window of days, if it is more than one."""
    first, last = facts.get("eta_from_on"), facts.get("eta_to_on") or facts.get("eta_on")
    if not (first and last) or as_day(first) >= as_day(last):
        return None
    start = max(as_day(first), reading.today) if reading.today else as_day(first)
    return {"from": start, "to": last} if start < as_day(last) else None


def _compare(first: str, other: str, holds: Callable[[date, date], bool]) -> Callable[[Facts, Reading], bool]:
    def compared(facts: Facts, reading: Reading) -> bool:
        if first not in facts or other not in facts:
            return False
        return holds(as_day(facts[first]), as_day(facts[other]))

    return compared


def _promised_over(facts: Facts, reading: Reading) -> bool:
    return "promised_on" in facts and _is_over(facts["promised_on"], reading)


def _settled(facts: Facts, reading: Reading) -> bool:
    return facts.get("status") in SETTLED


def _inquiry(facts: Facts, reading: Reading) -> Facts | None:
    """When the carrier was asked, in words that hold today only."""
    inquiry = facts.get("inquiry")
    if not (isinstance(inquiry, Mapping) and inquiry.get("at") and reading.relative):
        return None
    at = as_utc(inquiry["at"]).astimezone(reading.zone)
    today = at.date() == reading.today
    return {**inquiry, "today": today, "morning": today and at.hour < 12}


def _days_left(facts: Facts, reading: Reading) -> int | None:
    """Days after today on which it can still be collected."""
    until_on = (facts.get("pickup") or {}).get("until_on")
    return (as_day(until_on) - reading.today).days if until_on and reading.today else None


def _last_day(facts: Facts, reading: Reading) -> bool:
    return _days_left(facts, reading) == 0


def _days_early(facts: Facts, reading: Reading) -> int | None:
    if "eta_on" not in facts or "promised_on" not in facts:
        return None
    return max((as_day(facts["promised_on"]) - as_day(facts["eta_on"])).days, 0)


def _tomorrow(facts: Facts, reading: Reading) -> bool:
    """Whether it comes tomorrow, and may be said so."""
    eta = facts.get("eta_on")
    return bool(eta and reading.relative and reading.today and (as_day(eta) - reading.today).days == 1)


def _answer_that_day(facts: Facts, reading: Reading) -> bool:
    if "back_at" not in facts or "next_at" not in facts:
        return False
    back, answer = (as_utc(facts[name]).astimezone(reading.zone) for name in ("back_at", "next_at"))
    return back.date() == answer.date()


def _answer_that_part(facts: Facts, reading: Reading) -> bool:
    """Whether the answer comes in the part of the day in which the team is back: it is named once."""
    if not _answer_that_day(facts, reading):
        return False
    parts = {part_of_day(as_utc(facts[name]).astimezone(reading.zone).hour) for name in ("back_at", "next_at")}
    return len(parts) == 1


def _asked_with_cause(facts: Facts, reading: Reading) -> bool:
    """Whether what held it up and what we did about it go into one sentence."""
    inquiry = facts.get("inquiry")
    asked = isinstance(inquiry, Mapping) and inquiry.get("purpose") == "hurry" and inquiry.get("morning")
    return bool(asked and facts.get("cause") == "backlog" and facts.get("cause_hub") and facts.get("cause_weekend"))


def _parcels(facts: Facts, reading: Reading) -> list[Facts]:
    return [derived(parcel, reading) for parcel in facts.get("parcels", ()) if isinstance(parcel, Mapping)]


def _several(facts: Facts, reading: Reading) -> int | None:
    count = len(facts.get("parcels", ()))
    return count if count >= SEVERAL else None


FOLLOWING: Mapping[str, Callable[[Facts, Reading], Any]] = {
    "days_late": _days_late,
    "eta_range": _eta_range,
    "needed_missed": _compare("eta_on", "needed_on", date.__gt__),
    "as_promised": _compare("eta_on", "promised_on", date.__eq__),
    "promised_over": _promised_over,
    "settled": _settled,
    "days_left": _days_left,
    "days_early": _days_early,
    "tomorrow": _tomorrow,
    "last_day": _last_day,
    "inquiry": _inquiry,
    "answer_that_day": _answer_that_day,
    "answer_that_part": _answer_that_part,
    "asked_with_cause": _asked_with_cause,
    "parcels": _parcels,
    "several": _several,
    "boxes_count": lambda facts, reading: len(facts.get("boxes", ())),
}
"""Fact to how it follows; a falsy result adds nothing."""
