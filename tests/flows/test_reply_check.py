"""What an agent is warned of before his words leave; and that innocent words leave at once, in three languages."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows.reply_check import Doubt, Known, distance, doubts

TUESDAY = date(2026, 11, 24)
SATURDAY = date(2026, 11, 28)
KNOWN = Known(TUESDAY, expected=SATURDAY, told=SATURDAY, slips=1, names=("Layla Haddad", "ليلى"))


def why(text: str, known: Known = KNOWN) -> list[str]:
    return [doubt.why for doubt in doubts(text, known)]


HITS = [
    ("past", "It arrives on Monday 23 November."),
    ("past", "Good news: your parcel will be delivered on November 21st"),
    ("past", "يصلك الطلب الاثنين 23 نوفمبر."),
    ("past", "بسته دوشنبه ۲ آذر می‌رسد."),
    ("early", "Don't worry. You'll have it by Thursday."),
    ("early", "It's with you tomorrow!"),
    ("early", "سيصلك الطلب غدًا"),
    ("early", "تصلك الشحنة الخميس 26 نوفمبر."),
    ("early", "فردا به دستتان می‌رسد."),
    ("early", "بسته پنجشنبه ۵ آذر تحویل داده می‌شود"),
    ("early", "It arrives between 25 and 26 November"),
    ("second", "It now arrives on Monday 30 November."),
    ("second", "تصلك الشحنة الاثنين 30 نوفمبر."),
    ("second", "دوشنبه ۹ آذر می‌رسد"),
    ("carrier", "Please contact the carrier."),
    ("carrier", "You can call DHL directly for more."),
    ("carrier", "You should get in touch with the delivery company about this"),
    ("carrier", "Ask your local post office, they know."),
    ("carrier", "يرجى التواصل مع شركة الشحن"),
    ("carrier", "يمكنك الاتصال بأرامكس مباشرة"),
    ("carrier", "تواصل مع شركة الشحن من فضلك"),
    ("carrier", "لطفاً با شرکت حمل تماس بگیرید."),
    ("carrier", "از تیپاکس بپرسید"),
    ("carrier", "با پست مستقیم تماس بگیرید"),
    ("card", "Please send me your card number."),
    ("card", "Could I have the last four digits of your card?"),
    ("card", "We need the verification code you got by SMS"),
    ("card", "What's your CVV?"),
    ("card", "أرسل لنا رقم البطاقة"),
    ("card", "نحتاج إلى رمز التحقق الذي وصلك"),
    ("card", "لطفاً شمارهٔ کارتتان را بفرستید"),
    ("card", "کد تأیید را برایم بنویسید"),
    ("name", "Hello Lyla, Sara here."),
    ("name", "Hi Laila!"),
    ("name", "مرحبًا ليلا، معك سارة."),
]


@pytest.mark.parametrize(("expected", "text"), HITS)
def test_what_is_better_not_sent_is_seen(expected: str, text: str) -> None:
    assert why(text) == [expected], text


INNOCENT = [
    # English
    "Hello Layla, Sara from Noor here. I've read everything, so you needn't explain it again.",
    "Hi Layla,\nthanks for waiting. It arrives on Saturday 28 November.",
    "Hello, thanks for letting us know.",
    "Good morning Mrs Haddad, I'm on it.",
    "Dear Layla, your parcel is with the carrier.",
    "It was scanned in Leipzig on Monday 23 November.",
    "We promised you Wednesday 25 November and can't keep that; it won't arrive tomorrow.",
    "It was supposed to arrive yesterday, and we're sorry.",
    "Would it suit you if it arrives on Thursday?",
    "Does Thursday suit you? It could be delivered then.",
    "It arrives between Saturday 28 November and Tuesday 1 December.",
    "I'll write to you tomorrow by noon.",
    "You'll hear from me on Thursday at 12:00.",
    "You'll have an answer by tomorrow, 12:00.",
    "I've contacted the carrier and asked them to trace it.",
    "We'll call DHL for you this afternoon.",
    "I asked DHL to move it forward.",
    "No need to contact the carrier, we do that.",
    "You don't have to call UPS; that's ours to do.",
    "Our courier will call you before he comes.",
    "The carrier asked for your flat number: which is it?",
    "Could the courier call you? Which phone number may I give them?",
    "We never ask for card details or one-time codes here.",
    "Please don't send your card number in this chat.",
    "Your money is back on the card you paid with by Tuesday 1 December.",
    "The refund goes to the card you paid with.",
    "Your coupon code is THANKS10.",
    "Your pick-up code is 482913; please bring your ID.",
    "What's your postal code?",
    "Could you send me a photo of the damaged box?",
    "Please send the right address, and the phone number of somebody who is in.",
    "I need your order number to look it up.",
    "It sat at customs over the weekend; the sun is out again here.",
    "We've sent it again today by express.",
    "Ask me anything, I'm here until 18:00.",
    "Let me check with the warehouse and write back.",
    "Please tell me which day suits you.",
    # العربية
    "مرحبًا ليلى، معك سارة من متجر نور. قرأت كل ما سبق، فلا داعي لشرحه من جديد.",
    "أهلًا بك، الأمر الآن لدى الفريق.",
    "السلام عليكم، تصلك الشحنة السبت 28 نوفمبر.",
    "سُجّلت الشحنة في الرياض الاثنين 23 نوفمبر.",
    "وعدناك بيوم الأربعاء ولن تصلك الشحنة غدًا، ونعتذر لك.",
    "يصل طلبك بين السبت 28 نوفمبر والثلاثاء 1 ديسمبر.",
    "هل يناسبك الخميس؟",
    "تواصلنا مع شركة الشحن وطلبنا البحث عنها.",
    "سأتواصل مع أرامكس اليوم وأكتب لك.",
    "سنتصل بشركة الشحن نيابة عنك.",
    "لا داعي للتواصل مع شركة الشحن، فهذا علينا.",
    "سيتصل بك المندوب قبل وصوله.",
    "لا نطلب أبدًا بيانات بطاقة أو رمز تحقق في هذه المحادثة.",
    "نعيد إليك المبلغ كاملًا إلى البطاقة نفسها في موعد أقصاه الثلاثاء 1 ديسمبر.",
    "رمز الاستلام: 482913",
    "يكفي إرسال العنوان الصحيح ورقم الجوال.",
    "أكتب لك غدًا قبل الساعة 12 ظهرًا.",
    "شكرًا لك، أرسلنا الطلب من جديد بالشحن السريع.",
    "نحتاج إلى صورة للصندوق المتضرر.",
    "رقم طلبك 1001 وصل إلينا.",
    # فارسی
    "سلام، سارا هستم از فروشگاه نور. همه را خوانده‌ام؛ لازم نیست دوباره توضیح بدهید.",
    "سلام وقت بخیر، پیگیر بسته هستم.",
    "سلام خانم حداد، ممنون که گفتید.",
    "بسته شنبه ۷ آذر می‌رسد.",
    "بسته دوشنبه ۲ آذر در تهران ثبت شده است.",
    "قرار بود چهارشنبه برسد و نمی‌رسد؛ عذر می‌خواهیم.",
    "فردا نمی‌رسد، ولی شنبه می‌رسد.",
    "بین شنبه ۷ و سه‌شنبه ۱۰ آذر می‌رسد.",
    "پنجشنبه برایتان مناسب است؟",
    "فردا تا ساعت ۱۲ برایتان می‌نویسم.",
    "با تیپاکس تماس گرفتم و خواستم دنبالش بگردند.",
    "امروز با شرکت حمل تماس می‌گیریم.",
    "لازم نیست با پست تماس بگیرید؛ این کار ماست.",
    "مأمور تحویل پیش از رسیدن با شما تماس می‌گیرد.",
    "در این گفت‌وگو هرگز شمارهٔ کارت، رمز یا کد یک‌بارمصرف نمی‌خواهیم.",
    "کل مبلغ تا سه‌شنبه ۱۰ آذر به همان کارت برمی‌گردد.",
    "لطفاً شمارهٔ کارت نفرستید.",
    "کد تحویل ۴۸۲۹۱۳ است.",
    "لطفاً نشانی درست و شمارهٔ تلفن را بفرستید.",
    "یک عکس از جعبهٔ آسیب‌دیده برایم بفرستید.",
    "سفارش ۱۰۰۱ را دوباره با ارسال فوری فرستادیم.",
    # bare
    "", "👍", "1001", "https://example.com/24/11", "ok",
]  # fmt: skip


@pytest.mark.parametrize("text", INNOCENT)
def test_innocent_words_are_let_go(text: str) -> None:
    assert doubts(text, KNOWN) == (), text


@pytest.mark.parametrize("text", INNOCENT)
def test_innocent_words_are_let_go_where_little_is_known(text: str) -> None:
    assert doubts(text, Known(TUESDAY)) == (), text


def test_a_doubt_names_the_day_or_the_words() -> None:
    assert doubts("It arrives tomorrow.", KNOWN) == (Doubt("early", day=date(2026, 11, 25)),)
    assert doubts("Hello Lyla!", KNOWN) == (Doubt("name", "Lyla"),)
    assert doubts("Well. Please call DHL!", KNOWN) == (Doubt("carrier", "Please call DHL"),)


def test_each_doubt_is_told_once() -> None:
    text = "Hello Lyla. It arrives tomorrow. It arrives today. Please call DHL. Please contact the carrier."
    assert why(text) == ["name", "early", "carrier"]


def test_the_first_slip_may_name_a_day() -> None:
    first = Known(TUESDAY, expected=SATURDAY, told=TUESDAY, slips=0)
    assert why("It now arrives on Saturday 28 November.", first) == []
    assert why("It now arrives on Saturday 28 November.", Known(TUESDAY, SATURDAY, TUESDAY, 1)) == ["second"]


def test_a_persian_name_is_compared_as_persian_writes_it() -> None:
    known = Known(TUESDAY, names=("لیلا حداد",))
    assert why("سلام لیلی، سارا هستم.", known) == ["name"]
    assert why("سلام ليلا، سارا هستم.", known) == []


def test_a_name_in_another_script_is_not_compared() -> None:
    assert why("Hello Leila", Known(TUESDAY, names=("ليلى",))) == []


def test_another_name_altogether_is_what_his_friends_call_him() -> None:
    assert why("Hello Maryam", KNOWN) == []


@given(st.text(max_size=300), st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(0, 3))
def test_any_words_can_be_looked_at(text: str, today: date, slips: int) -> None:
    for doubt in doubts(text, Known(today, today, today, slips, ("Layla", "ليلى"))):
        assert doubt.said or doubt.day


@given(st.text(max_size=12), st.text(max_size=12))
def test_a_distance_is_the_same_both_ways_and_none_to_itself(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) is (one == other)
    assert abs(len(one) - len(other)) <= distance(one, other) <= max(len(one), len(other))
