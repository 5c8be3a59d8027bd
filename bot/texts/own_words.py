"""What a shop's own text may speak of, kind by kind: the holes and sentences of our own text, with their names."""

from collections.abc import Iterator, Mapping
from functools import cache

from msgspec import Struct

from bot.texts.i18n import catalogue, languages
from bot.texts.kinds import Clause, Kind, Slot, kinds, slots
from bot.texts.template import Hole, compile_template

REWRITABLE: Mapping[str, tuple[str, ...]] = {
    "late": ("hint", "delay_slight", "delay_serious", "delay_again", "late", "not_left_yet", "on_its_way"),
    "lost": ("stalled", "lost_probable", "turned_up", "still_nothing"),
    "door": ("attempt", "address_problem", "returning"),
    "good": ("out_for_delivery", "ready", "delivered", "returned", "withdrawn"),
    "promise": ("promise_moved", "promise_broken"),
}
"""Subject to the notices that a shop may say in its own words."""

DAYS = frozenset({"day", "short_day", "weekday", "on", "month", "between", "moment", "at_time", "at_weekday", "time"})
"""Forms that tell a date or an hour."""
_SAME = (
    frozenset({"day", "short_day", "weekday", "on", "month"}),
    frozenset({"moment", "at_time", "at_weekday", "time"}),
    frozenset({"by", "by_weekday", "by_near", "by_time", "by_hour"}),
    frozenset({"phrase", "Phrase"}),
    frozenset({"carrier", "Carrier"}),
)
"""Forms that can stand for one another."""
ARRIVAL = frozenset({"eta_on", "eta_range", "window"})
NEXT = "next_at"
_BESIDE = frozenset({NEXT, "cause_since", "remind_on"})
"""Hours and days that are not what a message is about."""
_NEEDS_NO_WORD = frozenset({"ready"})
"""Kinds that wait for the reader: whoever collects needs no further word of ours."""
_ANYWHERE = (("order", ""), ("order", "phrase"), ("number", ""), ("carrier", ""), ("carrier", "Carrier"), ("shop", ""))
_OTHERWISE: Mapping[str, str] = {"AGENT": "agent_has_it"}
"""Where the usual name is that of a fact."""
_SHARED: Mapping[str, Slot] = {
    _OTHERWISE.get(name, name.lower()): slot
    for name, slot in vars(slots).items()
    if isinstance(slot, Clause) or (isinstance(slot, tuple) and slot and all(isinstance(one, Clause) for one in slot))
}
"""Choices that several kinds share, by the name they have here."""


class Allowed(Struct, frozen=True):
    """Of one kind: facts with their forms, sentences of ours by name, facts that are counted."""

    holes: Mapping[str, frozenset[str]]
    sentences: Mapping[str, Slot]
    counts: frozenset[str]
    says_date: frozenset[str]
    says_next: bool

    def dates_of(self, hole: Hole) -> bool:
        """True where the hole tells the date that this kind is about."""
        if not hole.form and hole.name in self.sentences:
            return any(is_date(one, self.says_date) for one in holes_of(self.sentences[hole.name]))
        return is_date(hole, self.says_date)

    def next_of(self, hole: Hole) -> bool:
        """True where the hole tells when we write next."""
        if not hole.form and hole.name in self.sentences:
            return any(one.name == NEXT for one in holes_of(self.sentences[hole.name]))
        return hole.name == NEXT


def names() -> tuple[str, ...]:
    """All kinds that may be rewritten, in the order of their subjects."""
    return tuple(name for listed in REWRITABLE.values() for name in listed)


@cache
def allowed(kind: str) -> Allowed:
    """What a text of this kind may speak of."""
    found = kinds()[kind]
    forms: dict[str, set[str]] = {}
    for name, form in [*_ANYWHERE, *((hole.name, hole.form) for hole in _holes(found))]:
        forms.setdefault(name, set()).update(_alike(form))
    forms.pop("n", None)
    sentences = dict(_named(found))
    counts = frozenset(clause.count for clause in _clauses(found) if clause.count)
    return Allowed(
        {name: frozenset(every) for name, every in forms.items()},
        sentences,
        counts,
        _dates(found),
        kind not in _NEEDS_NO_WORD and any(hole.name == NEXT for hole in _holes(found)),
    )


def _alike(form: str) -> frozenset[str]:
    return frozenset({form}).union(*(same for same in _SAME if form in same))


def _dates(kind: Kind) -> frozenset[str]:
    """The facts of which a text of this kind must tell one: the arrival, else whatever day or hour ours names."""
    told = {hole.name for hole in _holes(kind) if hole.form in DAYS} - _BESIDE
    return frozenset(told & ARRIVAL or told)


def is_date(hole: Hole, dates: frozenset[str]) -> bool:
    """True where the hole is one of these dates."""
    return hole.name in dates


def slots_of(kind: Kind) -> Iterator[Slot]:
    """Its choices of sentences, paragraph by paragraph."""
    return (slot for line in kind.lines if line.each is None for slot in line.slots)


def clauses_of(slot: Slot) -> tuple[Clause, ...]:
    """The sentences of a choice."""
    return slot if isinstance(slot, tuple) else (slot,)


def _clauses(kind: Kind) -> Iterator[Clause]:
    return (clause for slot in slots_of(kind) for clause in clauses_of(slot))


def _named(kind: Kind) -> Iterator[tuple[str, Slot]]:
    return ((name_of(slot), slot) for slot in slots_of(kind))


def name_of(slot: Slot) -> str:
    """Its name for shops: that of a shared choice, else of its last sentence, which fits most often."""
    shared = next((name for name, one in _SHARED.items() if one == slot), None)
    return shared or clauses_of(slot)[-1].key


def holes_of(slot: Slot) -> Iterator[Hole]:
    """Every hole of its sentences, in any language and form."""
    for clause in clauses_of(slot):
        for language in languages():
            for form in catalogue(language).forms(clause.key):
                yield from compile_template(form).holes


def _holes(kind: Kind) -> Iterator[Hole]:
    return (hole for slot in slots_of(kind) for hole in holes_of(slot))
