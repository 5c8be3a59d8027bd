"""The one calm word, as tone and counting have it; the agents' questions in every language."""

from typing import Any

import pytest

from bot.domain.incident import REPLIES, Symptom
from bot.flows.incident_words import LABELS, VERB
from bot.texts.kinds.incidents import KINDS
from bot.texts.messages import render
from tests.texts.reading_marks import bare, first_letter_is_own
from tests.texts.test_every_message import assert_harmless, assert_whole
from tests.texts.worlds import HOSTILE, LANGUAGES, READERS, WORLDS, at, told

MODEL = {
    "en": "Order 1001 is caught up in this week's delays at Leipzig.\n"
    "Expect it by Saturday 28 November instead of Wednesday. "
    "There's nothing you need to do; we'll write by 12:00 on Thursday.",
    "ar": "طلبك 1001 من بين الشحنات المتأخرة هذا الأسبوع في جدة.\n"
    "نتوقع وصوله في موعد أقصاه السبت 28 نوفمبر بدلًا من الأربعاء. "
    "لا يلزمك القيام بأي شيء، ونكتب لك قبل الساعة 12 ظهر الخميس.",
    "fa": "سفارش ۱۰۰۱ هم جزو بسته‌هایی است که این هفته در اصفهان عقب افتاده‌اند.\n"
    "به‌جای چهارشنبه، تا شنبه ۷ آذر می‌رسد. لازم نیست کاری بکنید؛ تا ساعت ۱۲ ظهر پنجشنبه خبر می‌دهیم.",
}
COUNTS = (0, 1, 2, 3, 10, 11, 99, 100, 101, 102, 103, 111)
PLACES: tuple[dict[str, Any], ...] = ({"hub": "Riyadh"}, {"start": "Riyadh", "end": "Jeddah"}, {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_calm_word_is_said_as_the_model_has_it(language: str) -> None:
    facts = told(
        language,
        hub=WORLDS[language]["cause_place"],
        eta_on="2026-11-28",
        next_at=at(language, 26, 12),
        last_place=True,
    )
    assert bare(render("held_up", facts, READERS[language]).text) == MODEL[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_several_parcels_are_one_message_with_each_order_once(language: str) -> None:
    parcels = [told(language, order=order, number=f"A{order}") for order in ("7", "8", "9")]
    facts = told(language, parcels=parcels, next_at=at(language, 26, 12))
    text = bare(render("held_up", facts, READERS[language]).text)
    assert {"en": "3 of your parcels", "ar": "لك 3 شحنات", "fa": "۳ بسته"}[language] in text
    assert all(f"A{order}" in text for order in "789")


def facts(language: str, **more: Any) -> dict[str, Any]:
    """Whatever an incident's messages may know."""
    now = at(language, 24, 9)
    counts = dict.fromkeys(("stuck", "customers", "promised", "told", "joined", "moved", "left", "waiting"), 11)
    times = {"since": at(language, 21, 8), "ask_at": at(language, 24, 14), "decided_at": now, "at": now}
    return counts | times | {"hours": 48, "usual": 9, "who": "Sara", "carrier": WORLDS[language]["carrier"]} | more


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_what_agents_read_of_an_incident_is_whole_whatever_is_known(kind: str, language: str) -> None:
    for place in PLACES:
        for count in COUNTS:
            known = facts(language, **place, stuck=count, promised=count, moved=count, again=count % 2 == 0)
            text = render(kind, known, READERS[language]).text
            assert_whole(text)
            assert all(first_letter_is_own(line, language) for line in text.split("\n")), text
    for hostile in HOSTILE.values():
        assert_harmless(render(kind, facts(language, hub=hostile, who=hostile), READERS[language]).text)
    assert_whole(render(kind, {"stuck": 12}, READERS[language]).text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("symptom", Symptom)
def test_a_question_has_a_button_for_each_answer_and_says_when_it_is_asked_again(symptom: str, language: str) -> None:
    rows = [[(LABELS[reply], f"{VERB}:1:{reply}") for reply in REPLIES[Symptom(symptom)]]]
    asked = render(f"incident_{symptom}", facts(language), READERS[language], rows)
    assert len({button.label for button in asked.buttons[0]}) == len(REPLIES[Symptom(symptom)])
    assert {"en": "14:00", "ar": "2 بعد الظهر", "fa": "۱۴"}[language] in bare(asked.text)
