"""What agents write to customers and had better not: patterns on normalised text (bot/flows/understand.py), as data.

Half-spaces and diacritics are gone by then, letters are folded to one spelling, apostrophes are dropped.
"""

import re
from collections.abc import Mapping


def _any(*rows: str) -> str:
    """Alternatives, a row of them a line."""
    return "(?:" + "|".join(rows) + ")"


_START, _END = r"(?<!\w)", r"(?!\w)"

COMING = re.compile(
    _any(
        r"\b(?:arrives?|will arrive|arriving|reach(?:es)? you|(?:be|is|its) with you|be delivered|will deliver)\b",
        r"\b(?:youll|you will|you should) (?:have|get|receive) (?:it|them|(?:your|the) (?:parcel|order|package))\b",
        r"\b(?:(?:is|its) (?:coming|expected|due)|comes|expect it|will come|gets? to you|at your door)\b",
        rf"{_START}[وف]?س?[یت]صل(?:ک|نا)?{_END}",
        rf"{_START}[وف]?(?:ستستلم|تستلمه?ا?|سیسلم|سنسلم(?:ه|ها)?|نسلم(?:ه|ها)|وصول(?:ه|ها)|نتوقع وصول\w*){_END}",
        rf"{_START}موعد(?:ه|ها)? الجدید{_END}",
        rf"{_START}(?:میرسد|میرسه|خواهد رسید|برسد|میرسانیم|دستتان است){_END}",
        rf"{_START}تحویل (?:میشود|میگیرید|میدهیم|داده میشود|خواهد شد){_END}",
    )
)
"""The parcel comes: a day beside it is one that somebody will hold us to."""

NOT_SO = re.compile(
    _any(
        r"\b(?:not|no|never|nor|wont|cant|cannot|doesnt|didnt|isnt|wasnt|hasnt|hadnt|wouldnt|couldnt)\b",
        r"\b(?:instead of|was|were|had|would|should have|arrived|promised|planned|originally|sorry)\b",
        r"\b(?:if|unless|whether|could|hope|hoped|after)\b",
        rf"{_START}[وف]?(?:لن|لم|لا|لیس|لیست|ما|کان|کانت|کنا|بدلا|وعدنا(?:ک)?|لو|ان|اذا|هل|بعد|یفترض|المفترض){_END}",
        rf"{_START}(?:ن(?:می|خواه)\w*|نرسید\w*|نشد\w*|بود|بودند|بودیم|قرار|به جای|اگر|شاید){_END}",
        rf"{_START}(?:ایا|مگر|بعد از|پس از|کاش){_END}",
    )
)
"""Beside these the sentence speaks of what was, might be, or will not be."""

WINDOW = re.compile(rf"\bbetween\b|\bfrom\b.*\bto\b|{_START}(?:بین|من .*{_START}الی|از .*{_START}تا){_END}")
"""Two ends of a span, also where only one of them can be read as a day."""

_CARRIERS: Mapping[str, str] = {
    "en": r"(?:the |your |local )*"
    + _any(
        r"carriers?|couriers?|delivery (?:company|service|firm)|shipping (?:company|line)|postal service|post office",
        r"dhl|ups|fedex|dpd|gls|hermes|royal mail|usps|aramex|smsa|evri|inpost",
    ),
    "ar": _any(
        r"شرکه (?:ال)?(?:شحن|توصیل|نقل|برید)|البرید|المندوب|الشاحن",
        r"ارامکس|سمسا|دی اتش ال|فیدکس|یو بی اس|dhl|aramex|smsa|ups|fedex",
    ),
    "fa": _any(
        r"شرکت (?:حمل\w*|پست)(?: و نقل)?|پست|پیک|مامور(?: تحویل)?",
        r"تیپاکس|چاپار|ماهکس|دی اچ ال|فدکس|ارامکس|dhl|ups|tipax",
    ),
}
_TOLD_TO = _any(
    r"please|kindly|and|or|then|just|simply|to find out|try to|try|best to|ask you to|up to you to",
    r"you (?:can|could|should|must|may|might|need to|have to|will need to|will have to|ought to|would need to)",
    r"youll (?:need to|have to)|(?:advise|recommend|suggest)(?: that)? you(?: to)?",
)
_ADDRESS = _any(
    r"contact|call|phone|ring|email|e mail|message|write to|reach out to|get in touch with|speak (?:to|with)",
    r"talk (?:to|with)|ask|check with|follow up with|complain to|turn to",
)
_ORDERED_AR = _any(
    r"[وف]?(?:تواصلی?|تواصلوا|اتصلی?|راجعی?|راسلی?|اسالی?|کلمی?|خاطبی?)",
    _any(r"یمکنک|علیک|یرجی|نرجو|الرجاء|رجاء|الافضل|یفضل|یلزمک|ننصحک ب|انصحک ب|بامکانک|تقدر|تستطیع|فضلا")
    + r"(?: ان)? ?"
    + _any(r"ب?ال(?:تواصل|اتصال)", r"تتواصلی?|تتصلی?|تراجعی?|تسالی?|مراجعه|سوال|مراسله"),
)
_ASK_FA = _any(
    r"تماس (?:بگیرید|بگیر|حاصل (?:کنید|فرمایید))|زنگ (?:بزنید|بزن)|مراجعه (?:کنید|بفرمایید)|پیگیری کنید",
    r"پیگیر (?:باشید|شوید)|صحبت کنید|بپرسید|سوال کنید|استعلام کنید|پیام بدهید|ایمیل بزنید",
)

SENT_AWAY: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(
        rf"(?:^|\b{_TOLD_TO}(?: (?:also|please|directly|first|now|maybe|kindly))* ){_ADDRESS} {_CARRIERS['en']}\b"
    ),
    "ar": re.compile(
        rf"{_START}{_ORDERED_AR}(?: (?:مباشره|فورا|انت|مع|ب|من|الی|علی|عند))* ?[بل]?{_CARRIERS['ar']}{_END}"
    ),
    "fa": re.compile(rf"{_START}(?:با|از|به) {_CARRIERS['fa']}(?: \w+){{0,3}} {_ASK_FA}{_END}"),
}
"""He is sent to the carrier, which is ours to do."""

NEVER = re.compile(
    _any(
        r"\b(?:never|not|dont|do not|wont|no one|nobody|no need|without|neither|cannot|cant|isnt|arent|neednt)\b",
        rf"{_START}[وف]?(?:لا|لن|لم|ابدا|دون|بدون|لیس|عدم|ما){_END}",
        rf"{_START}(?:هرگز|هیچ\w*|ن(?:می|فرست|ده|نویس|گو|گذار|دار|خواه)\w*|بدون|لازم نیست|نیازی نیست|نه){_END}",
    )
)
"""Beside these the sentence says that we do not ask for it."""

_WANTED_EN = _any(
    r"send|give|tell|share|provide|write|type|enter|confirm|need|want|forward|reply with|let (?:me|us) have|require",
    r"what is|whats|(?:may|can|could) (?:i|we) (?:have|get)|(?:photo|picture|copy) of",
)
_WANTED_AR = r"[وف]?" + _any(
    r"ارسلی?|ارسال|ابعثی?|زودن[ای]|زودینا|اعطن[ای]|اعطاونا|اکتبی?|شارکنا|تزوید(?:نا|ی)|ادخلی?|صوره|تاکید",
    r"نحتاج(?: الی)?|احتاج(?: الی)?|نرید|ارید|یلزمنا|مطلوب|یرجی|نرجو|ما ه[وی]",
)

CARD: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(
        rf"\b{_WANTED_EN}(?: \w+){{0,5}} "
        + _any(
            r"(?:(?:credit|debit|bank|payment) )?cards? (?:number|no|details|data|information|info|expiry|pin)",
            r"(?:last|all) (?:four|4|16) digits|cvv2?|cvc|pin number|one time password|otp|password|passcode",
            r"(?:one time|verification|sms|security|3d secure|bank) (?:pass)?code|(?:credit|debit|bank) card",
        )
        + r"\b"
    ),
    "ar": re.compile(
        rf"{_START}{_WANTED_AR}(?: \w+){{0,4}} "
        + _any(
            r"[بلو]?(?:ال)?(?:رقم|ارقام|بیانات|معلومات|تفاصیل|صوره|تاریخ انتهاء) (?:ال)?(?:بطاقه|بطاقتک|فیزا|ماستر)\w*",
            r"[بلو]?(?:ال)?رمز (?:ال)?(?:تحقق|تاکید|سری|امان)|[بلو]?(?:ال)?رقم (?:ال)?سری",
            r"[بلو]?کلمه (?:ال)?(?:سر|مرور)\w*|cvv|cvc|otp",
        )
        + _END
    ),
    "fa": re.compile(
        _START
        + _any(
            r"(?:شماره|اطلاعات|مشخصات|عکس|تاریخ انقضای?) (?:ی )?کارت\w*|cvv2?",
            r"رمز (?:دوم|پویا|کارت|یک بار مصرف|یکبار مصرف|عبور\w*|اینترنتی)",
            r"کد (?:تایید|یک بار مصرف|یکبار مصرف|پیامکی|پیامک شده)",
        )
        + _END
    ),
}
"""Something that opens an account, asked for."""
ASKED_FA = re.compile(
    _START
    + _any(
        r"بفرست\w*|ارسال (?:کن|بفرما|نما)\w*|بده\w*|بدین|بنویس\w*|بگ(?:ویید|ین|و)|اعلام (?:کن|بفرما)\w*",
        r"لازم دار\w*|میخواه\w*|نیاز دار\w*|وارد کن\w*|لطف کن\w*|چند است|چیست|لطفا",
    )
    + _END
)
"""Persian asks at the end of the sentence."""

_GREETINGS = _any(
    r"hello|hi|hey|dear|good (?:morning|afternoon|evening)|thanks?(?: you)?",
    r"مرحبًا|مرحبا|أهلًا|أهلا|اهلا|صباح الخير|مساء الخير|عزيزي|عزيزتي",
    r"سلام|درود|وقت بخیر|ممنون",
)
_TITLES = _any(r"mr\.?|mrs\.?|ms\.?", r"يا|الأستاذ|الأستاذة", r"خانم|آقای|جناب")
GREETED = re.compile(
    rf"(?:^|[\n.!?؟،,])\s*{_GREETINGS}[\s,،]+(?:{_TITLES}\s+)?([^\W\d_][\w'’\u200c-]{{2,30}})", re.IGNORECASE
)
"""The word behind a greeting, as it was written."""
