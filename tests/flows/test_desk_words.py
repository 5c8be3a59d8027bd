"""Whatever is put before the desk has words in every language: facts first, whole sentences, no apology."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.flows.pressed import TICKETS
from bot.texts.bidi import FSI, PDI, utf16_len, visible
from bot.texts.i18n import catalogue
from bot.texts.kinds import claims, kinds
from bot.texts.kinds.desk import KINDS as SAID_AT_THE_DESK
from bot.texts.kinds.desk import TICKET_CAUSES
from bot.texts.messages import Reader, render

SOURCES = Path(__file__).parents[2] / "bot"
NO_KINDS = frozenset({"desk_chat_id", "desk_opened"})
"""Names that begin like a kind: a column, a function."""
KINDS = {**SAID_AT_THE_DESK, **claims.KINDS}
LANGUAGES = ("en", "ar", "fa")
AT = "2026-11-24T10:00:00+00:00"
LATER = "2026-11-24T15:00:00+00:00"
ENTRIES: list[dict[str, Any]] = [
    {"is": "parcel", "order": "1001", "carrier": "dhl_unified", "status": "in_transit", "boxes": 2},
    {"is": "number", "number": "00340434161094042557"},
    {"is": "days", "promised_on": "2026-11-25", "eta_on": "2026-11-27", "days_late": 2, "needed_on": "2026-11-26"},
    {"is": "money", "cod": {"amount": "240", "currency": "SAR"}},
    {"is": "finding", "finding": "stalled", "silent_since": AT, "silent_hours": 50, "threshold_hours": 48},
    {"is": "asked", "purpose": "trace", "asked_at": AT},
    {"is": "claim", "carrier": "ups", "claim_open": True, "claim_closes_on": "2026-12-30", "claim_insured": True},
    {"is": "scan", "at": AT, "place": "Leipzig", "text": "Departed", "status": "in_transit"},
]


def everything(name: str = "Layla") -> dict[str, Any]:
    """All facts that any of these kinds may be given."""
    moments = ("since", "opened_at", "unreachable_at", "banned_at")
    later = ("next_at", "until_at", "snoozed_until", "owed_at")
    return {
        **dict.fromkeys(moments, AT),
        **dict.fromkeys(later, LATER),
        **dict.fromkeys(("name", "shop", "agent", "who", "order", "number", "there"), name),
        **dict.fromkeys(("note", "take", "assign", "ban", "repeat_mark"), True),
        "at": AT,
        "speaks": "ar",
        "zone": "Asia/Riyadh +03:00",
        "ticket": "nobody_came",
        "state": "waiting_us",
        "again": 2,
        "more": 3,
        "purpose": "trace",
        "carrier": "ups",
        "status": "in_transit",
        "last_place": name,
        "last_at": AT,
        "claim_open": True,
        "claim_made_on": "2026-11-24",
        "claim_way": "phone",
        "reason": "blocked",
        "entries": ENTRIES,
        "owed": [{"due_at": LATER, "by_person": True}],
        "earlier": [{"opened_at": AT, "cause": "sooner", "outcome": name}],
        "parcels": [{"number": "1Z"}, {"number": "2Z"}],
    }


def test_every_kind_that_the_desk_is_sent_exists() -> None:
    paths = [*SOURCES.glob("flows/*.py"), *SOURCES.glob("chat/*.py")]
    named = {name for path in paths for name in re.findall(r'"(desk_[a-z_]*)"', path.read_text("utf-8"))} - NO_KINDS
    pressed = {f"desk_{one.cause}" for one in TICKETS.values()}
    promised = {"desk_silence", "desk_promise_broken"}
    assert len(named) > 40
    assert (named | pressed | promised) - kinds().keys() == set()


def test_every_cause_that_a_button_records_has_words_on_the_card() -> None:
    pressed = {one.cause for one in TICKETS.values()}
    assert len(pressed) > 5
    assert pressed | {"words", "human", "sooner", "lost", "silence", "promise_broken"} <= set(TICKET_CAUSES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_whole_with_every_fact_and_with_none(kind: str, language: str) -> None:
    for facts in (everything(), {"at": AT}):
        said = render(kind, facts, Reader(language, "Asia/Riyadh")).text
        assert "{" not in said
        assert not re.search(r"  | [،؛؟.,;]", said)
        assert all(line.strip() for line in said.split("\n") if said)
        assert utf16_len(visible(said)) <= 4096


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["<b>Layla", "\u202eLayla\u2066", "x" * 500, "ليلى"])
def test_a_hostile_name_harms_nothing(name: str, language: str) -> None:
    for kind in KINDS:
        said = render(kind, everything(name), Reader(language, "Asia/Riyadh")).text
        assert said.count(FSI) == said.count(PDI)
        assert not re.search("[\u200e\u200f\u202a-\u202e\u2066\u2067]", said)
        assert said.count("<b>") == said.count("</b>")


@pytest.mark.parametrize("language", ["ar", "fa"])
def test_every_line_for_colleagues_begins_in_their_own_script(language: str) -> None:
    own = re.compile("[\u0600-\u06ff]")
    for kind in KINDS.keys() - {"agent_named"}:
        for line in visible(render(kind, everything(), Reader(language, "Asia/Riyadh")).text).split("\n"):
            outside = re.sub(f"{FSI}[^{PDI}]*{PDI}", "", line)
            first = re.search(r"[^\W\d_]", outside)
            assert first is None or own.match(first[0]), (kind, line)


def test_colleagues_get_no_apology_and_no_cheer() -> None:
    sorry = {"en": r"sorry|apolog|please", "ar": r"نعتذر|نأسف|عذر", "fa": r"عذر|متأسف|پوزش|ببخشید|لطف"}
    for language, words in sorry.items():
        found = catalogue(language)
        keys = [key for key in sorted(found.keys()) if key.startswith(("desk", "card.", "claim.", "promise_overdue"))]
        texts = [form for key in keys for form in found.forms(key)]
        assert len(texts) > 100
        assert [text for text in texts if re.search(words, text, re.IGNORECASE) or "!" in text] == []
