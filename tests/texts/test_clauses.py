"""A clause is said if and only if its record exists; whatever is left out, what stays is whole."""

import re
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.texts.kinds import Clause, only, say
from bot.texts.messages import render
from tests.texts.reading_marks import bare
from tests.texts.test_every_message import assert_whole
from tests.texts.worlds import KINDS, LANGUAGES, READERS, WORLDS, at, everything, told, two_parcels

# Ten thousands of choices of the same few ways, which others cover.
pytestmark = pytest.mark.no_cover

CLAIMS = {
    "inquiry": {"en": r"(We've|we've|we) asked", "ar": r"طلبنا", "fa": r"خواسته‌ایم|خواستیم"},
    "agent": {"en": r"Sara", "ar": r"سارة", "fa": r"سارا"},
    "cause": {"en": r"weather", "ar": r"الأحوال الجوية", "fa": r"هوای بد"},
    "moving": {"en": r"on its way again|moving again", "ar": r"من جديد، وسُجّلت|إليك من جديد", "fa": r"دوباره در راه"},
    "turn_up": {"en": r"often travel unscanned", "ar": r"كثيرًا ما تكون", "fa": r"خیلی وقت‌ها بسته"},
    "policy": {
        "en": r"money|send it again|new parcel",
        "ar": r"حقك محفوظ|المبلغ|إرسال",
        "fa": r"پولتان|ارسال دوباره|دوباره ارسال|وجه",
    },
    "next_at": {"en": r"[Bb]y 12:00", "ar": r"قبل الساعة 12", "fa": r"تا ساعت ۱۲"},
}  # fmt: skip
"""Record to the words that claim it."""

SAYS = {
    "hint": {"inquiry", "cause", "next_at"},
    "delay_slight": {"inquiry", "cause", "moving", "next_at"},
    "delay_serious": {"inquiry", "cause", "moving", "agent", "next_at"},
    "delay_again": {"inquiry", "cause", "moving", "agent", "next_at"},
    "late": {"inquiry", "cause", "moving", "agent", "next_at"},
    "stalled": {"inquiry", "cause", "turn_up", "agent", "next_at"},
    "lost_probable": {"inquiry", "agent", "policy", "next_at"},
    "attempt": {"inquiry", "cause", "agent", "next_at"},
    "returning": {"inquiry", "cause", "agent", "policy", "next_at"},
    "not_left_yet": {"next_at"},
    "address_problem": {"agent", "next_at"},
    "still_nothing": {"agent", "policy", "next_at"},
    "promise_moved": {"inquiry", "cause", "moving", "agent", "next_at"},
    "promise_broken": {"agent", "next_at"},
    "turned_up": {"moving", "agent", "next_at"},
    "state": {"inquiry", "cause", "agent", "next_at"},
    "not_received": {"inquiry", "agent", "next_at"},
    "sooner_noted": {"inquiry", "agent", "next_at"},
}
"""Which of those records a kind speaks of; of the others it must be silent."""

NEEDS_TOO = {("still_nothing", "policy"): "next_at"}
"""A claim that is only made together with another record."""


def records(language: str) -> dict[str, Any]:
    return {
        "inquiry": {"purpose": "hurry", "at": at(language, 23, 8)},
        "agent": WORLDS[language]["agent"],
        "cause": "weather",
        "moving": True,
        "turn_up": True,
        "policy": {"resend": True, "refund": True},
        "next_at": at(language, 26, 12),
    }


def claimed(kind: str, given_: set[str], language: str) -> set[str]:
    known = {name: fact for name, fact in records(language).items() if name in given_}
    facts = told(language, last_place=True, last_at=at(language, 23, 7), silent_since=at(language, 21, 7), **known)
    text = render(kind, facts, READERS[language]).text
    assert_whole(text)
    return {name for name, words in CLAIMS.items() if re.search(words[language], bare(text))}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SAYS)
def test_each_claim_is_made_exactly_when_its_record_exists(kind: str, language: str) -> None:
    for chosen in product([False, True], repeat=len(CLAIMS)):
        known = {name for name, is_known in zip(CLAIMS, chosen, strict=True) if is_known}
        expected = {name for name in known & SAYS[kind] if NEEDS_TOO.get((kind, name), name) in known}
        assert claimed(kind, known, language) == expected, (kind, known)


@pytest.mark.parametrize("language", LANGUAGES)
def test_resend_and_refund_are_each_offered_only_if_allowed(language: str) -> None:
    words = {"en": ("send it again", "money"), "ar": ("إرسال", "المبلغ"), "fa": ("ارسال", "پول")}[language]
    for resend, refund in product([False, True], repeat=2):
        facts = told(language, cause="address", policy={"resend": resend, "refund": refund})
        text = render("returning", facts, READERS[language]).text
        assert (words[0] in text, words[1] in text) == (resend, refund)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["lost_probable", "returning", "returned"])
def test_who_pays_on_delivery_is_never_offered_a_refund(kind: str, language: str) -> None:
    facts = told(language, cod=True, policy={"resend": True, "refund": True})
    text = render(kind, facts, READERS[language]).text
    assert not re.search("money back|lose any money|نعيد إليك المبلغ|حقك محفوظ|پولتان", text)
    assert re.search("You haven't paid|owe nothing|لم يُدفع|لا يلزمك أي مبلغ|پولی نداده|بدهکار نیستید", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["out_for_delivery", "ready", "attempt", "live"])
def test_a_message_about_a_payment_says_what_we_never_ask_for(kind: str, language: str) -> None:
    paid = render(kind, told(language), READERS[language]).text
    due = render(kind, told(language, cod=True), READERS[language]).text
    never = {"en": "one-time codes", "ar": "رمز تحقق", "fa": "یک‌بارمصرف"}[language]
    assert never not in paid
    assert never in due


def test_a_sum_of_nothing_is_no_sum() -> None:
    facts = told("en", cod={"amount": "0.00", "currency": "EUR"})
    assert "pay" not in render("out_for_delivery", facts, READERS["en"]).text


FACTS = sorted(everything("en"))


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=250, deadline=None)
@given(kind=st.sampled_from(sorted(KINDS)), known=st.sets(st.sampled_from(FACTS)), many=st.booleans())
def test_any_choice_of_facts_leaves_whole_sentences(language: str, kind: str, known: set[str], many: bool) -> None:
    facts = {name: fact for name, fact in everything(language).items() if name in known}
    if many:
        facts["parcels"] = two_parcels(language)
    text = render(kind, facts, READERS[language]).text
    assert_whole(text)
    assert all(sentence_ends(line) for line in text.split("\n")[1:])


def sentence_ends(line: str) -> bool:
    """Labels with a value, list entries and headlines need no full stop."""
    said = bare(line)
    return said.endswith((".", "?", "؟", ":")) or said.startswith("•") or ": " in said or line.startswith("<b>")


def test_days_that_are_over_are_not_announced() -> None:
    facts = told("en", eta_on="2026-11-20", next_attempt_on="2026-11-23", promised_on="2026-11-20")
    assert render("late", facts, READERS["en"]).text.split("\n")[1].startswith("We don't have a new date yet.")
    assert "next visit" not in render("attempt", facts, READERS["en"]).text
    assert "count on" not in render("stalled", facts, READERS["en"]).text


def test_a_promised_word_that_is_past_is_not_promised() -> None:
    facts = told("en", next_at=at("en", 24, 8))
    assert "by " not in render("delay_slight", facts, READERS["en"]).text


def test_a_window_that_has_begun_starts_today() -> None:
    facts = told("en", eta_from_on="2026-11-20", eta_on="2026-11-26")
    assert "between Tuesday 24 November and Thursday 26 November" in render("late", facts, READERS["en"]).text


def test_days_late_follow_the_dates_that_are_shown() -> None:
    facts = told("en", eta_on="2026-11-27", days_late=9)
    assert "2 days later than planned" in render("delay_slight", facts, READERS["en"]).text


def test_a_date_after_the_day_it_is_needed_is_owned_up_to() -> None:
    late, early = (told("en", eta_on="2026-11-30", needed_on=day) for day in ("2026-11-28", "2026-12-02"))
    assert "You need it by Saturday 28 November" in render("delay_serious", late, READERS["en"]).text
    assert "You need it" not in render("delay_serious", early, READERS["en"]).text


@pytest.mark.parametrize(
    ("need", "facts", "holds"),
    [
        ("a", {}, False),
        ("a", {"a": []}, False),
        ("a", {"a": 1}, True),
        ("!a", {}, True),
        ("!a", {"a": "x"}, False),
        ("a.b", {"a": {"b": 1}}, True),
        ("a.b", {"a": "x"}, False),
        ("a=x", {"a": "x"}, True),
        ("a=x", {}, False),
        ("a=true", {"a": True}, True),
        ("a=2", {"a": 2}, True),
        ("a!=x", {}, True),
        ("a!=x", {"a": "x"}, False),
        ("a!=x", {"a": "y"}, True),
        ("a>1", {"a": 2}, True),
        ("a>1", {"a": 1}, False),
        ("a>1", {}, False),
    ],
)
def test_a_need_holds_as_it_reads(need: str, facts: dict[str, Any], holds: bool) -> None:
    assert say("key", need).fits(facts) is holds


def test_needs_can_be_added_to_a_slot() -> None:
    more = only((say("one", "a"), say("two")), "b")
    assert [clause.fits({"a": 1}) for clause in more] == [False, False]
    assert [clause.fits({"a": 1, "b": 1}) for clause in more] == [True, True]
    assert isinstance(more[0], Clause)
