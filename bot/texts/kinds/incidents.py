"""What agents are asked about an incident, and told of it: facts, numbers, the decision asked for."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, Line, Slot, kind, line, say

_PLACES = (("hub", ("hub",)), ("lane", ("start", "end")), ("carrier", ()))
"""Narrow to wide: the name of the text, the facts it needs."""


def _which(prefix: str, *needs: str) -> tuple[Slot, ...]:
    """How many parcels, and where."""
    return tuple(say(f"{prefix}_{name}", *places, "stuck", *needs, count="stuck") for name, places in _PLACES)


def _first(*slots: Slot) -> Slot:
    """The first of several that fits."""
    return tuple(one for slot in slots for one in (slot if isinstance(slot, tuple) else (slot,)))


_ABOUT: Line = line(_first(*_which("incident.about"), say("incident.about_many", "stuck", count="stuck")))
_TOLD: Slot = (say("incident.told", "told", count="told"), say("incident.nobody"))
_ASKING: tuple[Line, ...] = (
    line(say("incident.warn", "stuck", count="stuck"), _TOLD),
    line(say("incident.waits"), say("incident.asks", "ask_at")),
)
_AGAIN: Line = line(say("incident.again", "again"))
_PROMISED: Slot = say("incident.promised", "promised", count="promised")
_CARRIER: Line = line(say("incident.carrier", "carrier"))


def _headline(*slots: Slot) -> Line:
    """What is asked about, and in the same sentence how many are promised for tomorrow."""
    return Line((_first(*slots, *_which("incident.bare")), _PROMISED), glue="")


KINDS: Mapping[str, Kind] = {
    "incident_silent": kind(
        _AGAIN,
        _headline(*_which("incident_silent.usual", "hours", "usual"), *_which("incident_silent.hours", "hours")),
        *_ASKING,
        _CARRIER,
    ),
    "incident_slipped": kind(
        _AGAIN,
        _headline(*_which("incident_slipped.since", "since")),
        *_ASKING,
        _CARRIER,
    ),
    "incident_many": kind(
        _AGAIN,
        line(say("incident_many.first"), say("incident_many.waiting", "stuck", count="stuck")),
        line(say("incident_many.send"), say("incident_many.why")),
        line(say("incident.asks", "ask_at")),
    ),
    "incident_said_warn": kind(
        _ABOUT,
        line((say("incident_said.warn", "who", "customers", count="customers"), say("incident_said.warn_none", "who"))),
        line(say("incident_means.warn")),
    ),
    "incident_said_wait": kind(_ABOUT, line(say("incident_said.wait", "who", "ask_at")), line(say("incident.waits"))),
    "incident_said_theirs": kind(_ABOUT, line(say("incident_said.theirs", "who")), line(say("incident_means.theirs"))),
    "incident_said_send": kind(_ABOUT, line(say("incident_said.send", "who")), line(say("incident_means.send"))),
    "incident_said_drop": kind(_ABOUT, line(say("incident_said.drop", "who")), line(say("incident_means.drop"))),
    "incident_decided": kind(
        _ABOUT,
        line(
            (
                say("incident_decided.over", "over"),
                say("incident_decided.warned", "warned", "who", "decided_at"),
                say("incident_decided.waiting", "waiting", "who", "decided_at"),
                say("incident_decided.theirs", "theirs", "who", "decided_at"),
                say("incident_decided.other"),
            )
        ),
    ),
    "incident_over": kind(
        line(
            (
                say("incident_over.hub", "hub"),
                say("incident_over.lane", "start", "end"),
                say("incident_over.carrier"),
            ),
            say("incident_over.moved", "moved", count="moved"),
        ),
        line(say("incident_over.left", "left", count="left"), say("incident_over.waiting", "waiting", count="waiting")),
    ),
    "incident_not_yours": kind(line(say("incident_not_yours"))),
}
