"""What customers' free text is understood as."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows.understand import LONGEST, Intent, compact, normalise, understand

OWN = ("1001", "RB123456785GB")

WHERE = [
    "Where is my parcel?", "wheres my pacel", "WHERE IS MY PACKAGE???", "were is my order", "when will it arrive",
    "hello, where is my order please", "shipment status", "any news?", "my order?", "where is 1001", "1001", "١٠٠١",
    "RB 123 456 785 GB", "where is rb123456785gb", "أين شحنتي؟", "وين طلبي", "فين الأوردر بتاعي", "متى توصل الشحنة",
    "أَيْنَ طَلَبِي", "اين طـــلبي لو سمحت", "وین شحنتی", "بسته‌ام کجاست؟", "بسته ام کجاست", "بستم کجاس", "کی میرسه",
    "سفارش من کی می‌رسه", "سلام، سفارشم چی شد", "بسته من كجاست", "basteye man kojast", "wein talabi",
]  # fmt: skip
NOT_ARRIVED = ["my parcel has not arrived", "I didn't receive my order", "لم تصل شحنتي", "بسته‌ام نرسیده", "هنوز نرسیده"]
ROBOT = ["are you a robot?", "am I talking to a real person?", "هل أنت روبوت؟", "شما ربات هستید؟", "is this a bot"]
ANSWER = [
    "where is my answer?", "when will I get an answer", "nobody answered yet", "still no reply",
    "I haven't received a reply",
    "أين الرد؟", "متى تردون علي", "لم يصلني رد", "لسه ما رديتوا", "جوابم چی شد، هنوز جواب ندادید", "کی جواب می‌دهید؟",
]  # fmt: skip
THANKS = ["thanks", "ok", "شكرا جزيلا", "ممنون", "Thank you!!"]
GREETING = ["hello", "السلام عليكم", "سلام", "good morning"]
OTHER = [
    "my parcel is broken", "I want my money back", "cancel my order", "I did not order this", "can I talk to a human",
    "could you get me a human", "where is a real person",
    "Where is my parcel that my aunt Layla ordered from your shop yesterday evening", "أريد استرداد المبلغ",
    "آدرسم عوض شده", "Do you ship to Kuwait?", "", "🙂", "?", "please deliver to the neighbour",
]  # fmt: skip
CASES = {
    Intent.WHERE: WHERE, Intent.NOT_ARRIVED: NOT_ARRIVED, Intent.ANSWER: ANSWER, Intent.ROBOT: ROBOT,
    Intent.THANKS: THANKS, Intent.GREETING: GREETING, Intent.OTHER: OTHER,
}  # fmt: skip


@pytest.mark.parametrize(("intent", "text"), [(intent, text) for intent, texts in CASES.items() for text in texts])
def test_text_is_understood_as_what_it_asks(intent: Intent, text: str) -> None:
    assert understand(text, OWN).intent is intent


@pytest.mark.parametrize("text", ["where is #1001?", "١٠٠١ وين", "سفارش ۱۰۰۱ کجاست", "1001"])
def test_his_own_number_is_found_in_any_digits(text: str) -> None:
    assert understand(text, OWN).numbers == ("1001",)


@pytest.mark.parametrize("text", ["rb-123-456-785-gb", "RB１２３４５６７８５GB", "number rb123456785gb please"])
def test_his_tracking_number_is_found_however_it_is_written(text: str) -> None:
    assert understand(text, OWN).numbers == ("RB123456785GB",)


def test_a_short_number_is_not_found_inside_a_longer_one() -> None:
    assert understand("+966 55 100 1234", OWN).numbers == ()


def test_a_long_story_is_for_a_person_even_if_it_asks_where() -> None:
    assert understand("where is my parcel " * 100, OWN).intent is Intent.OTHER


@given(st.text())
def test_any_text_is_understood_without_an_error(text: str) -> None:
    assert understand(text, [*OWN, text]).intent in Intent


@given(st.text(max_size=80))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.sampled_from(WHERE[:10]), st.sampled_from(["", " ", "!", "??", " .", "؟", "\u200f"]), st.booleans())
def test_case_punctuation_and_marks_do_not_matter(text: str, end: str, upper: bool) -> None:
    assert understand((text.upper() if upper else text) + end, OWN).intent is Intent.WHERE


@given(st.text(max_size=2 * LONGEST))
def test_a_number_compares_as_ascii_letters_and_digits_only(text: str) -> None:
    assert all(c.isascii() and c.isalnum() for c in compact(text))
