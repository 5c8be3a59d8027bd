"""Facts that follow from other facts, and outside values made plain."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.texts.bidi import plain
from bot.texts.reading import as_day

AT_LEAST = 2
"""From so many parcels on, a message speaks of several."""


def derived(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts with empty values dropped and what follows from them added; what was given is never changed."""
    found = _kept(facts)
    for name, value in _following(found).items():
        if value:
            found[name] = value if name == "parcels" else found.get(name, value)
    return found


def _kept(facts: Mapping[str, Any]) -> dict[str, Any]:
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


def _following(facts: Mapping[str, Any]) -> dict[str, Any]:
    parcels = [derived(parcel) for parcel in facts.get("parcels", ()) if isinstance(parcel, Mapping)]
    return {
        "days_late": _days_late(facts),
        "eta_range": _range(facts),
        "needed_missed": _after(facts, "eta_on", "needed_on"),
        "several": len(parcels) if len(parcels) >= AT_LEAST else None,
        **({"parcels": parcels} if parcels else {}),
    }


def _days_late(facts: Mapping[str, Any]) -> int | None:
    late = _between(facts, "promised_on", "eta_on")
    return late.days if late and late.days > 0 else None


def _between(facts: Mapping[str, Any], first: str, last: str) -> timedelta | None:
    if not (facts.get(first) and facts.get(last)):
        return None
    return as_day(facts[last]) - as_day(facts[first])


def _range(facts: Mapping[str, Any]) -> dict[str, Any] | None:
    """A window of days, if it is more than one day."""
    first, last = facts.get("eta_from_on"), facts.get("eta_to_on") or facts.get("eta_on")
    if not (first and last) or as_day(first) >= as_day(last):
        return None
    return {"from": first, "to": last}


def _after(facts: Mapping[str, Any], day: str, limit: str) -> bool:
    span = _between(facts, limit, day)
    return bool(span and span.days > 0)
