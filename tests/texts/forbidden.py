"""Words that we do not say, as data, with how both sides are folded before they are compared."""

import re
import unicodedata
from collections.abc import Mapping

ENGLISH = """
oops|uh-oh|unfortunately|unforeseen circumstances|inconvenience|valued customer|rest assured|don't worry|kindly
please be patient|thank you for your patience|as per the carrier|your case is important|asap|shortly|soon
as soon as possible|any delay we may have|we apologise|we apologize|our apologies
contact the carrier|contact dhl|you were not at home|you weren't at home|you were out
meanwhile, have a look|check out|while you wait|discount
shipment|package|item|items|delivery exception|transit|consignee|regrettably
dear customer|apologise for any|may have caused
"""

ARABIC = """
اضغط|اضغطي|اختر|اختاري|اكتب|اكتبي|أخبرنا|أخبرينا|أرسل|أرسلي|انتظر|انتظري|تأكد|تأكدي|راجع|راجعي|تفضل|تفضلي
تستطيع|تستطيعين|تريد|تريدين|ترغب|ترغبين|تود|تودين|تختار|تختارين|تحتاج|تحتاجين|تواصل معنا|تواصلي
حضرتك|سيادتكم|أخي|أختي|عزيزي|عزيزتي|عميلنا|طلبكم|شحنتكم|لكم|يصلكم|نعلمكم|إليكم|عليكم|تفهمكم|صبركم
طرد|الطرد|باكج|خدمة العملاء|تاريخ التسليم المتوقع|أي إزعاج|نرجو تفهمكم|شاكرين
تم تأخير|تم التواصل|تم التسليم|تم تسليم|تم إرسال|تم إلغاء|تم استلام|تم تسجيل
نود إعلامكم|نحيطكم علما|يرجى|يرجى العلم|قيد المعالجة
خارجة عن إرادتنا|مشكلة تقنية|في أقرب وقت|قريبا|إن شاء الله|يا
تم|تمت|سيتم|يتم|جاري|جار العمل|نأسف|نأسف لأي|للأسف|مع الأسف|معذرة
تنتظر|تنتظرين|لم أكن موجودا|لم أكن موجودة|لم تكن في المنزل|العميل العزيز|سيدي|سيدتي|الأستاذ|الأستاذة
التواصل مع شركة الشحن|تسوق|خصم|كل عام وأنتم|عيد مبارك|رمضان كريم
"""

PERSIAN = """
می‌باشد|می‌باشند|گردید|گردیده|جهت|لذا|بدین‌وسیله|به استحضار|مقتضی|نسبت به|اقدام فرمایید|پوزش|شکیبایی|سپاسگزاریم
مشکلات فنی|به‌زودی|در اسرع وقت|ان‌شاءالله|انشاالله|مشتری گرامی|کاربر عزیز|گرامی|عزیز|جناب‌عالی|جنابعالی|سرکار|حضرت‌عالی
آقا|خانم|تو|مرسوله|می‌رسه|بسته‌تون|متأسفانه|لطفاً
می‌گردد|فرمایید|نمایید|می‌نماید|نموده|خواهشمند است|بدینوسیله|احتراما|به عرض می‌رساند|مراتب|ضمن عرض
عزیزم|جان|سرورم|حضورتان|خدمت شما عرض|شکیبا باشید|صبور باشید|صبوری شما|با شرکت حمل تماس بگیرید|در خانه نبودید
عید مبارک|نوروز مبارک|تخفیف|انشاءالله|اگر خدا بخواهد
"""

EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f]")

ARABIC_THIRD_PERSON: tuple[str, ...] = (
    "الجمارك تطلب",
    "شركة الشحن تطلب",
    "تنتظر الجمارك",
    "تحتاج إليه الجمارك",
    "شحنتك إلى جمارك {last_place}، وتنتظر",
)
"""Where a form of the list is not said to the reader."""


def folded(text: str) -> str:
    """Case, diacritics, tatweel and half-spaces off: what a reader takes for the same word."""
    flat = unicodedata.normalize("NFKD", text.casefold()).replace("\u0640", "").replace("\u200c", "")
    return "".join(char for char in flat if not unicodedata.combining(char))


def _list(text: str) -> tuple[str, ...]:
    return tuple(folded(word) for line in text.strip().splitlines() for word in line.split("|"))


WORDS: Mapping[str, tuple[str, ...]] = {
    "en": _list(ENGLISH),
    "ar": _list(ARABIC),
    "fa": _list(PERSIAN),
}


def found(text: str, language: str) -> list[str]:
    """The forbidden words in a text, as whole words."""
    said = folded(text)
    for allowed in ARABIC_THIRD_PERSON:
        said = said.replace(folded(allowed), "")
    joined = "[وف]?" if language == "ar" else ""
    return [word for word in WORDS[language] if re.search(rf"(?<!\w){joined}{re.escape(word)}(?!\w)", said)]
