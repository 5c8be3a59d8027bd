"""A shop's own text: said with the same care as ours, refused with its place and reason."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.flows.text_preview import longest
from bot.texts.i18n import PLURALS
from bot.texts.messages import render
from bot.texts.own import Flaw, read
from bot.texts.own_check import check
from bot.texts.own_shown import as_own, explained, too_long
from bot.texts.own_words import allowed, names
from tests.texts.reading_marks import bare
from tests.texts.test_every_message import assert_harmless, assert_whole
from tests.texts.worlds import HOSTILE, KINDS, LANGUAGES, READERS, at, everything, spoiled, told, two_parcels

GOOD = {
    "en": "<b>{order:Phrase} comes {eta_on:day}</b>[, {last_place} saw it last]\n{cause} {inquiry} Until {next_at:by}.",
    "ar": "<b>يصل {order:phrase} {eta_on:day}</b>[، وآخر مكان {last_place}]\n{cause} {inquiry} نكتب لك {next_at:by}.",
    "fa": "<b>{order:phrase} {eta_on:day} می‌رسد</b>[، آخرین جا {last_place}]\n{cause} {inquiry} {next_at:by} می‌نویسیم.",
}
DATE, NEXT = "{eta_on:day}", "{next_at:by}"
WORD = {"en": "Comes", "ar": "يصل", "fa": "رسیدن"}


def known(language: str, **more: Any) -> dict[str, Any]:
    return told(language, eta_on="2026-11-27", next_at=at(language, 26, 12), **more)


def said(language: str, body: str, facts: dict[str, Any], kind: str = "delay_slight") -> str:
    return bare(render(kind, facts, READERS[language], own=body).text)


def flaw(language: str, body: str, kind: str = "delay_slight") -> Flaw:
    found = check(kind, language, body)
    assert found is not None, body
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", names())
def test_our_own_text_as_it_is_shown_can_be_kept_and_says_the_same(kind: str, language: str) -> None:
    facts = everything(language) | {"repeat": None, "in_doubt": None, "eta_from_on": None}
    body = as_own(kind, facts, READERS[language])
    assert check(kind, language, body) is None
    assert render(kind, facts, READERS[language], own=body) == render(kind, facts, READERS[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_good_text_is_kept_and_said(language: str) -> None:
    assert check("delay_slight", language, GOOD[language]) is None
    text = render("delay_slight", known(language), READERS[language], own=GOOD[language]).text
    assert_whole(text)
    assert text != render("delay_slight", known(language), READERS[language]).text
    assert WORD["ar"] in text or language != "ar"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_claim_is_left_out_without_its_record(language: str) -> None:
    asked = {"en": "We've asked", "ar": "طلبنا", "fa": "خواسته‌ایم"}[language]
    inquiry = {"purpose": "trace", "at": at(language, 24, 8)}
    assert asked not in said(language, GOOD[language], known(language))
    assert asked in said(language, GOOD[language], known(language, inquiry=inquiry))
    place = {"en": "Leipzig", "ar": "الرياض", "fa": "تهران"}[language]
    assert place not in said(language, GOOD[language], known(language))
    assert place in said(language, GOOD[language], known(language, last_place=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_ours_is_said_where_a_value_outside_of_brackets_is_missing(language: str) -> None:
    facts = told(language, eta_on="2026-11-27")
    assert said(language, GOOD[language], facts) == bare(render("delay_slight", facts, READERS[language]).text)


def test_ours_is_said_of_several_parcels_and_where_only_a_window_is_known() -> None:
    for more in ({"parcels": two_parcels("en")}, {"eta_from_on": "2026-11-25"}):
        facts = known("en") | more
        assert said("en", GOOD["en"], facts) == bare(render("delay_slight", facts, READERS["en"]).text)


def test_the_first_part_that_can_be_said_is_said() -> None:
    body = "[Comes {eta_range:between}|Comes {eta_on:day}|No day yet]. Until {next_at:by}."
    assert check("delay_slight", "en", body) is None
    assert said("en", body, known("en")).startswith("Comes Friday 27 November.")
    assert said("en", body, known("en", eta_from_on="2026-11-25")).startswith("Comes between Wednesday")
    facts = {name: fact for name, fact in known("en").items() if name != "eta_on"}
    assert said("en", body, facts).startswith("No day yet.")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("n", [1, 2, 3, 11, 100])
def test_counted_words_take_the_form_of_their_number(n: int, language: str) -> None:
    forms = int(re.findall(r"nplurals=(\d)", PLURALS[language])[0])
    letters = "αβγδεζ"[:forms]
    body = f"{WORD[language]} {DATE} [days_late: {' | '.join(letters)}] {NEXT}"
    assert check("delay_slight", language, body) is None
    facts = {name: fact for name, fact in known(language, days_late=n).items() if name != "promised_on"}
    chosen = {"ar": {1: 1, 2: 2, 3: 3, 11: 5, 100: 4}}.get(language, {1: 0}).get(n, 1)
    assert letters[chosen] in said(language, body, facts)


def test_what_we_never_ask_for_is_said_with_every_payment() -> None:
    body = "Comes today."
    assert check("out_for_delivery", "en", body) is None
    assert "one-time codes" in said("en", body, told("en", cod=True), "out_for_delivery")
    assert "one-time codes" not in said("en", body, told("en"), "out_for_delivery")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_harm_no_text_of_a_shop(value: str, language: str) -> None:
    body = f"{GOOD[language]} & {{order}} {{last_place}} {{shop}}"
    assert check("delay_slight", language, body) is None
    facts = spoiled(known(language), HOSTILE[value])
    assert_harmless(render("delay_slight", facts, READERS[language], own=body).text)


def test_a_bare_order_number_needs_one() -> None:
    facts = known("en") | {"order": None}
    assert check("delay_slight", "en", "No. {order} comes {eta_on:day}, {next_at:by}") is None
    assert "None" not in said("en", "No. {order} comes {eta_on:day}, {next_at:by}", facts)
    assert said("en", "{order:Phrase} comes {eta_on:day}", facts).startswith("Your order comes")


# ---- refused

BAD = {
    "empty": " \n ",
    "brace": "{word} {date} {next} {oops",
    "bracket": "{word} {date} {next} [oops",
    "unknown": "{word} {date} {next} {oder}",
    "uncounted": "{word} {date} {next} {n}",
    "forms": "{word} {date} {next} [days_late: one | two | three]",
    "never": "{word} {date} {next} [one|{last_place}]",
    "tag": "{word} {date} {next} <h1>x</h1>",
    "unclosed": "<b>{word} {date} {next}",
    "link": "{word} {date} {next} https://pay.example/x",
    "no_date": "{word} {next}",
    "no_next": "{word} {date}",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("why", BAD)
def test_a_bad_text_is_refused_with_its_reason(why: str, language: str) -> None:
    body = BAD[why].replace("{word}", WORD[language]).replace("{date}", DATE).replace("{next}", NEXT)
    assert flaw(language, body).why == why


def test_an_unknown_value_is_told_with_its_place_and_what_was_meant() -> None:
    assert flaw("en", f"Comes {DATE}\nUntil {NEXT} {{oder}}") == Flaw("unknown", 2, 20, "{oder}", "{order}")
    assert flaw("en", f"Comes {{eta_on:dya}} {NEXT}") == Flaw("unknown", 1, 7, "{eta_on:dya}", "{eta_on:day}")
    assert flaw("en", f"Comes {DATE} {NEXT} [day_late: a | b]").meant == "[days_late:"


@pytest.mark.parametrize(
    "link", ["t.me/x", "@noor_shop", "http://a.b", "www.noor.sa", "noor.com", "me@noor.sa", "tg://user"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_link_or_name_stands_in_a_text(link: str, language: str) -> None:
    found = flaw(language, f"{WORD[language]} {DATE} {NEXT}\n{WORD[language]} {link}")
    assert (found.why, found.line) == ("link", 2)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "send your card number"), ("ar", "بانتظار رقم بطاقتك"), ("fa", "شمارهٔ کارت را بفرستید")],
)
def test_nobody_is_asked_for_money_or_codes(language: str, words: str) -> None:
    assert flaw(language, f"{WORD[language]} {DATE} {NEXT} {words}").why == "money"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "We've asked DHL"), ("ar", "طلبنا من أرامكس"), ("fa", "خواسته‌ایم بگردند")]
)
def test_a_claim_is_made_by_our_sentences_only(language: str, words: str) -> None:
    assert flaw(language, f"{WORD[language]} {DATE} {NEXT} {words}").why == "claim"


@pytest.mark.parametrize(
    ("language", "start"), [("ar", "DHL"), ("ar", "2"), ("fa", "Sara"), ("fa", "<b>۳ روز"), ("en", "سارة")]
)
def test_a_line_begins_in_its_own_direction(language: str, start: str) -> None:
    body = f"{WORD[language]} {DATE} {NEXT}\n{start}".replace("<b>۳ روز", "<b>۳ روز</b>")
    assert (flaw(language, body).why, flaw(language, body).line) == ("side", 2)


def test_a_line_may_begin_with_a_value() -> None:
    assert check("delay_slight", "ar", f"{{order:phrase}} DHL {DATE} {NEXT}") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_line_or_a_whole_that_is_too_long_is_refused(language: str) -> None:
    facts = known(language, silent_since=at(language, 21, 7))
    word = f"{WORD[language]} "
    first = too_long("delay_slight", word * 30, facts, longest(facts), READERS[language])
    assert first is not None
    assert (first.why, first.line, first.wanted) == ("first_long", 1, 110)
    body = f"{word}\n{word * 2000}"
    whole = too_long("delay_slight", body, facts, longest(facts), READERS[language])
    assert whole is not None
    assert whole.why == "long"
    assert too_long("delay_slight", GOOD[language], facts, longest(facts), READERS[language]) is None


@pytest.mark.parametrize("kind", names())
def test_every_value_and_sentence_that_may_stand_in_a_text_is_explained(kind: str) -> None:
    shown = dict(explained(kind, everything("en"), READERS["en"]))
    for hole in shown:
        assert not hole.startswith("{n}")
        read(hole)
    assert len(shown) == len(allowed(kind).sentences) + sum(map(len, allowed(kind).holes.values()))
    assert kind in KINDS


def test_names_of_sentences_and_facts_differ() -> None:
    for kind in names():
        may = allowed(kind)
        assert not [name for name in may.sentences.keys() & may.holes.keys() if "" in may.holes[name]], kind


@settings(max_examples=300, deadline=None)
@given(body=st.text("{}[]|:<>b/ \nnxorder_at@.", max_size=60), language=st.sampled_from(LANGUAGES))
def test_any_text_is_kept_or_refused_and_a_kept_one_is_whole(body: str, language: str) -> None:
    found = check("out_for_delivery", language, body)
    if found is None:
        render("out_for_delivery", known(language), READERS[language], own=body)


@settings(max_examples=150, deadline=None)
@given(known_=st.sets(st.sampled_from(sorted(everything("en")))), kind=st.sampled_from(names()), data=st.data())
def test_any_choice_of_facts_leaves_a_whole_message(known_: set[str], kind: str, data: st.DataObject) -> None:
    language = data.draw(st.sampled_from(LANGUAGES))
    body = as_own(kind, everything(language), READERS[language])
    facts = {name: fact for name, fact in everything(language).items() if name in known_}
    assert_whole(render(kind, facts, READERS[language], own=body).text)
