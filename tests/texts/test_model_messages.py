"""The model messages, word for word, each in its own world on Tuesday 24 November 2026."""

from typing import Any

import pytest

from bot.texts.messages import render
from tests.texts.reading_marks import bare
from tests.texts.worlds import LANGUAGES, READERS, WORLDS, at, told

Moment = tuple[int, int, int]
MODELS: dict[str, tuple[str, dict[str, Any], dict[str, str]]] = {
    "slight": (
        "delay_slight",
        {"eta_on": "2026-11-26", "next_at": (26, 10, 0), "moving": True, "left": {"days": 1}},
        {
            "en": "Order 1001 now arrives Thursday 26 November, a day later than planned\n"
            "It left Leipzig a day late and is on its way again. Sorry for the wait; "
            "there's nothing you need to do.\n"
            "Our next message comes by 10:00 on Thursday, sooner if anything changes.",
            "ar": "طلبك 1001 يصل الخميس 26 نوفمبر، بتأخير يوم واحد\n"
            "غادرت الشحنة الرياض بعد موعدها بيوم، وهي الآن في طريقها إليك. نعتذر لك عن التأخير، "
            "ولا يلزمك القيام بأي شيء.\n"
            "رسالتنا القادمة قبل الساعة 10 صباح الخميس، وقبل ذلك إن تغيّر شيء.",
            "fa": "سفارش ۱۰۰۱ پنجشنبه ۵ آذر می‌رسد، یک روز دیرتر از قرارمان\n"
            "بسته با یک روز تأخیر از تهران راه افتاد و حالا در مسیر است. عذر می‌خواهیم؛ لازم نیست شما کاری بکنید.\n"
            "پیام بعدی ما پنجشنبه تا ساعت ۱۰ صبح می‌رسد؛ اگر چیزی عوض شد، زودتر.",
        },
    ),
    "serious": (
        "delay_serious",
        {"eta_from_on": "2026-11-29", "eta_on": "2026-12-01", "next_at": (26, 12, 0)},
        {
            "en": "Order 1001 is badly delayed: expect it between Sunday 29 November and Tuesday 1 December\n"
            "We promised you Wednesday and we can't keep that. We're sorry.\n"
            "If that's too late, tell us now and we'll find another way. "
            "Either way you'll hear from us by 12:00 on Thursday 26 November.",
            "ar": "سيتأخر طلبك 1001، ونتوقع وصوله بين الأحد 29 نوفمبر والثلاثاء 1 ديسمبر\n"
            "وعدناك بيوم الأربعاء ولن نتمكن من الوفاء بوعدنا، ونعتذر لك.\n"
            "إن كان هذا متأخرًا عليك، تكفي ضغطة على الزر ونبحث معًا عن حل آخر. "
            "وفي كل الأحوال نكتب لك قبل الساعة 12 ظهر الخميس 26 نوفمبر.",
            "fa": "سفارش ۱۰۰۱ خیلی دیرتر می‌رسد: بین یکشنبه ۸ و سه‌شنبه ۱۰ آذر\n"
            "قول چهارشنبه را داده بودیم و نمی‌توانیم سر قولمان بمانیم؛ عذر می‌خواهیم.\n"
            "اگر این تاریخ برایتان دیر است، همین حالا بگویید تا راه دیگری پیدا کنیم. "
            "در هر حال تا ساعت ۱۲ ظهر پنجشنبه ۵ آذر خبر می‌دهیم.",
        },
    ),
    "stalled": (
        "stalled",
        {"silent_since": (21, 9, 0), "last_place": True, "turn_up": True, "inquiry": {"purpose": "trace"},
         "next_at": (26, 12, 0)},
        {
            "en": "No news of order 1001 since Saturday 21 November\n"
            "It was last scanned in Leipzig and should have moved on by now. Parcels like this often travel "
            "unscanned and turn up. We aren't leaving that to chance: we've asked DHL to look for it.\n"
            "Please don't count on Wednesday. By 12:00 on Thursday 26 November you'll have either a new date "
            "from us or another solution.",
            "ar": "لا جديد عن شحنة طلبك 1001 منذ السبت 21 نوفمبر\n"
            "سُجّلت آخر مرة في الرياض، وكان يُفترض أن تتحرك بعدها. كثيرًا ما تكون الشحنة في طريقها دون أن تُسجَّل، "
            "لكننا لا نترك الأمر للصدفة: طلبنا من أرامكس البحث عنها.\n"
            "لم يعد موعد الأربعاء مؤكدًا. قبل الساعة 12 ظهر الخميس 26 نوفمبر يصلك منا موعد جديد أو حل بديل.",
            "fa": "از شنبه ۳۰ آبان خبری از بستهٔ سفارش ۱۰۰۱ نیست\n"
            "آخرین بار در تهران ثبت شده و تا حالا باید حرکت می‌کرد. خیلی وقت‌ها بسته در راه است و فقط ثبت نشده، "
            "اما ما دست روی دست نمی‌گذاریم و از تیپاکس خواسته‌ایم دنبالش بگردد.\n"
            "فعلاً روی چهارشنبه حساب نکنید. تا ساعت ۱۲ ظهر پنجشنبه ۵ آذر یا تاریخ تازه‌ای به شما می‌دهیم یا "
            "راه‌حل دیگری.",
        },
    ),
    "lost": (
        "lost_probable",
        {"silent_since": (14, 9, 0), "agent": True, "policy": {"refund": True}, "next_at": (26, 12, 0)},
        {
            "en": "We're afraid order 1001 has been lost on the way\n"
            "There's been no trace of it since Saturday 14 November. We're very sorry, and we won't keep you "
            "waiting any longer: Sara from our team has taken it over and will write to you here by 12:00 on "
            "Thursday 26 November with a solution. You won't lose any money.\n"
            "If it turns up before then, you'll know at once.",
            "ar": "نخشى أن تكون شحنة طلبك 1001 قد فُقدت\n"
            "لا أثر لها منذ السبت 14 نوفمبر. نعتذر لك بصدق، ولن نتركك في انتظار أطول: الأمر الآن لدى سارة من فريقنا، "
            "وتصلك هنا رسالة بالحل قبل الساعة 12 ظهر الخميس 26 نوفمبر. حقك محفوظ.\n"
            "وإن ظهرت الشحنة قبل ذلك، نخبرك فورًا.",
            "fa": "به احتمال زیاد بستهٔ سفارش ۱۰۰۱ گم شده است\n"
            "از شنبه ۲۳ آبان هیچ ردی از آن نیست. از صمیم قلب عذر می‌خواهیم و نمی‌گذاریم بیشتر از این معطل بمانید: "
            "سارا، از همکاران ما، کار را به دست گرفته و تا ساعت ۱۲ ظهر پنجشنبه ۵ آذر همین‌جا راه‌حل را برایتان "
            "می‌نویسد. پولتان از دست نمی‌رود.\n"
            "اگر زودتر پیدا شد، فوری خبرتان می‌کنیم.",
        },
    ),
    "attempt": (
        "attempt",
        {"at": (24, 15, 0), "attempt_at": (24, 14, 20), "next_attempt_on": "2026-11-25", "next_at": (25, 20, 0)},
        {
            "en": "Order 1001 couldn't be handed over today\n"
            "The courier noted this at 14:20. The next visit is planned for Wednesday 25 November.\n"
            "If nobody came, or another day, address or phone number suits you better, one tap is enough and "
            "we'll arrange it. We'll write again by 20:00 on Wednesday, whatever happens.",
            "ar": "تعذّر تسليم طلبك 1001 اليوم\n"
            "سجّل المندوب ذلك عند الساعة 2:20 بعد الظهر، والزيارة القادمة الأربعاء 25 نوفمبر.\n"
            "إن لم يأتِ أحد، أو كان يوم آخر أو عنوان آخر أو رقم آخر أنسب لك، تكفي ضغطة على الزر ونرتب الأمر. "
            "وفي كل الأحوال نكتب لك قبل الساعة 8 مساء الأربعاء.",
            "fa": "بستهٔ سفارش ۱۰۰۱ امروز تحویل نشد\n"
            "مأمور تحویل این را ساعت ۱۴:۲۰ ثبت کرده و نوبت بعدی چهارشنبه ۴ آذر است.\n"
            "اگر کسی نیامد، یا روز، نشانی یا شمارهٔ دیگری برایتان بهتر است، با یک دکمه بگویید تا هماهنگ کنیم. "
            "در هر حال چهارشنبه تا ساعت ۲۰ خبر می‌دهیم.",
        },
    ),
    "hint": (
        "hint",
        {"next_at": (25, 18, 0)},
        {
            "en": "Order 1001 may arrive a day or two late.\nIt's moving more slowly than usual, so Wednesday isn't "
            "certain. Nothing for you to do; by 18:00 on Wednesday we'll tell you how it stands, either way.",
            "ar": "قد يتأخر طلبك 1001 يومًا أو يومين.\nالشحنة أبطأ من المعتاد، ولم يعد موعد الأربعاء مؤكدًا. "
            "لا يلزمك القيام بأي شيء، ونكتب لك في الحالتين قبل الساعة 6 مساء الأربعاء.",
            "fa": "ممکن است سفارش ۱۰۰۱ یکی دو روز دیرتر برسد.\nبسته کندتر از معمول پیش می‌رود و چهارشنبه دیگر قطعی "
            "نیست. لازم نیست کاری بکنید؛ چهارشنبه تا ساعت ۱۸ در هر صورت خبر می‌دهیم.",
        },
    ),
    "withdrawn": (
        "withdrawn",
        {"eta_on": "2026-11-25"},
        {
            "en": "Order 1001 arrives Wednesday 25 November after all.\nIt has caught up. Sorry for the false alarm.",
            "ar": "طلبك 1001 يصل الأربعاء 25 نوفمبر كما وعدناك.\nعوّضت الشحنة تأخرها. نعتذر عن إقلاقك دون داعٍ.",
            "fa": "سفارش ۱۰۰۱ همان چهارشنبه ۴ آذر می‌رسد.\nبسته عقب‌ماندگی‌اش را جبران کرد. "
            "ببخشید که بی‌جهت نگرانتان کردیم.",
        },
    ),
    "still nothing": (
        "still_nothing",
        {"inquiry": {"purpose": "trace"}, "policy": {"resend": True, "refund": True}, "next_at": (28, 12, 0)},
        {
            "en": "As promised: no news of order 1001 yet; DHL is still searching.\nIf it isn't found by 12:00 on "
            "Saturday 28 November, we'll offer you a new parcel or your money back at that hour.",
            "ar": "كما وعدناك: لا جديد بعد عن طلبك 1001، والبحث عنه مستمر.\nوإن لم تظهر الشحنة قبل الساعة 12 ظهر "
            "السبت 28 نوفمبر، نعرض عليك عندها إرسالًا جديدًا أو استرداد المبلغ.",
            "fa": "همان‌طور که قول داده بودیم: هنوز خبری از سفارش ۱۰۰۱ نیست و جست‌وجو ادامه دارد.\nاگر تا ساعت ۱۲ ظهر "
            "شنبه ۷ آذر پیدا نشد، همان موقع ارسال دوباره یا برگشت وجه را به شما پیشنهاد می‌کنیم.",
        },
    ),
    "second slip": (
        "delay_again",
        {"eta_from_on": "2026-11-29", "eta_on": "2026-12-03", "agent": True, "next_at": (25, 12, 0)},
        {
            "en": "Order 1001 is late a second time, and a new date alone isn't good enough.\nMost likely it arrives "
            "between Sunday 29 November and Thursday 3 December.\nSara from our team has taken it over and will write "
            "by 12:00 on Wednesday. If you'd rather not wait, say so and we'll find another way.",
            "ar": "تأخر طلبك 1001 مرة ثانية، ومن حقك علينا أكثر من موعد جديد.\nالأرجح أن يصل بين الأحد 29 نوفمبر "
            "والخميس 3 ديسمبر.\nالأمر الآن لدى سارة من فريقنا، وتصلك رسالة قبل الساعة 12 ظهر الأربعاء. "
            "وإن كان الانتظار "
            "لا يناسبك، تكفي ضغطة على الزر ونبحث معًا عن حل آخر.",
            "fa": "سفارش ۱۰۰۱ دوباره عقب افتاد و این بار یک تاریخ تازه کافی نیست.\nبه احتمال زیاد بین یکشنبه "
            "۸ و پنجشنبه "
            "۱۲ آذر می‌رسد.\nسارا، از همکاران ما، کار را به دست گرفته و تا ساعت ۱۲ ظهر چهارشنبه برایتان می‌نویسد. "
            "اگر نمی‌خواهید منتظر بمانید، بگویید تا راه دیگری پیدا کنیم.",
        },
    ),
    "delivered": (
        "delivered",
        {"at": (24, 17, 0), "delivered_at": (24, 16, 5), "delivered_to": "reception",
         "return_until_on": "2026-12-10", "warranty_until_on": "2027-11-24"},
        {
            "en": "Order 1001 was delivered at 16:05, handed in at reception. Is everything all right?\n"
            "You can return it until 10 December; the warranty runs until November 2027.",
            "ar": "سُلّم طلبك 1001 عند الساعة 4:05 بعد الظهر في الاستقبال. هل وصلك سليمًا؟\n"
            "يمكنك إرجاعه حتى 10 ديسمبر، والضمان سارٍ حتى نوفمبر 2027.",
            "fa": "سفارش ۱۰۰۱ ساعت ۱۶:۰۵ تحویل نگهبانی شد. سالم به دستتان رسید؟\n"
            "تا ۱۹ آذر می‌توانید آن را پس بدهید و گارانتی تا آذر ۱۴۰۶ اعتبار دارد.",
        },
    ),
    "holding": (
        "holding",
        {"agent": True, "next_at": (24, 14, 30)},
        {
            "en": "We've got your message and haven't forgotten you. Sara is on it, and you'll have an answer here by "
            "14:30. We have all the details, so there's no need to explain again.",
            "ar": "وصلتنا رسالتك ولم ننسَ أمرك. الموضوع لدى سارة الآن، ويصلك الرد هنا قبل الساعة 2:30 بعد الظهر. "
            "كل التفاصيل عندنا، فلا داعي لشرحها من جديد.",
            "fa": "پیامتان رسید و فراموش نکرده‌ایم. سارا پیگیر است و تا ساعت ۱۴:۳۰ همین‌جا جواب می‌گیرید. "
            "همهٔ جزئیات را داریم؛ لازم نیست دوباره توضیح بدهید.",
        },
    ),
    "not received": (
        "not_received",
        {"inquiry": {"purpose": "proof"}, "next_at": (26, 12, 0)},
        {
            "en": "Thanks for telling us. Sometimes a parcel is marked too early, or left with a neighbour or at "
            "reception; it's worth a look.\nWe've asked DHL for proof and will write by 12:00 on Thursday 26 November. "
            "If it doesn't turn up, that's ours to solve, not yours.",
            "ar": "شكرًا لإبلاغنا. أحيانًا تُسجَّل الشحنة قبل وصولها أو تُترك لدى أحد الجيران أو في "
            "الاستقبال، فربما تفيد "
            "نظرة سريعة هناك.\nطلبنا من أرامكس إثبات التسليم، ونكتب لك قبل الساعة 12 ظهر الخميس 26 نوفمبر. "
            "وإن لم تظهر، فالحل علينا.",
            "fa": "ممنون که گفتید. گاهی بسته را زودتر ثبت می‌کنند یا به همسایه و نگهبانی می‌سپارند؛ بد نیست آنجا را هم "
            "ببینید.\nاز تیپاکس مدرک تحویل خواسته‌ایم و تا ساعت ۱۲ ظهر پنجشنبه ۵ آذر خبر می‌دهیم. "
            "اگر پیدا نشد، حل کردنش با ماست.",
        },
    ),
    "returning": (
        "returning",
        {"cause": "address", "policy": {"resend": True, "refund": True}},
        {
            "en": "Order 1001 is on its way back to us.\nDHL gives the address as the reason. Tell us where "
            "it should go "
            "and we'll send it again at our cost; or have your money back.",
            "ar": "طلبك 1001 في طريق العودة إلينا.\nالسبب بحسب أرامكس هو العنوان. يكفي إرسال العنوان الصحيح "
            "لنعيد إرسال "
            "الطلب على حسابنا، أو نعيد إليك المبلغ إن كان ذلك أنسب لك.",
            "fa": "سفارش ۱۰۰۱ دارد به ما برمی‌گردد.\nتیپاکس علت را نشانی اعلام کرده. نشانی درست را بفرستید "
            "تا با هزینهٔ "
            "خودمان دوباره ارسال کنیم، یا پولتان را برگردانیم.",
        },
    ),
    "carrier silent": (
        "carrier_silent",
        {"last_place": True, "last_at": (24, 9, 40), "at": (24, 12, 0)},
        {
            "en": "We can't reach DHL at the moment, so this may be out of date. Last known: Leipzig, Tuesday 24 "
            "November, 9:40. We keep asking.",
            "ar": "لا نتمكن الآن من الوصول إلى أرامكس، فقد لا تكون المعلومة حديثة. آخر ما نعرفه: الرياض، الثلاثاء 24 "
            "نوفمبر، 9:40 صباحًا. نواصل السؤال.",
            "fa": "الان به اطلاعات تیپاکس دسترسی نداریم و شاید این خبر تازه نباشد. آخرین خبر: تهران، سه‌شنبه ۳ آذر، "
            "ساعت ۹:۴۰. مدام دوباره می‌پرسیم.",
        },
    ),
    "robot": (
        "robot",
        {"shop": True, "until_at": (24, 18, 0)},
        {
            "en": "This is Noor's automatic parcel service. If you'd like a person, tap below: our team answers today "
            "until 18:00.",
            "ar": "هذه خدمة آلية من متجر نور. وللتحدث مع شخص من فريقنا تكفي ضغطة على الزر: يرد الفريق اليوم حتى الساعة "
            "6 مساءً.",
            "fa": "این سرویس خودکار فروشگاه نور است. اگر می‌خواهید با یک نفر صحبت کنید، دکمهٔ زیر را بزنید؛ همکارانمان "
            "امروز تا ساعت ۱۸ جواب می‌دهند.",
        },
    ),
    "greeting": (
        "greeting",
        {"shop": True, "name": True, "eta_on": "2026-11-25"},
        {
            "en": "Hello Layla. This is Noor's parcel service: automatic messages, with real people behind them.\n"
            "We'll write about order 1001 when something matters, so that you needn't ask. Expected: Wednesday 25 "
            "November.\nWe never ask for card details or one-time codes here.",
            "ar": "مرحبًا ليلى. هنا متابعة الشحنات من متجر نور: رسائل آلية، ووراءها فريق حقيقي.\nنكتب لك عن طلبك 1001 "
            "كلما استجدّ ما يهمّك، فلا يلزمك السؤال. الموعد المتوقع: الأربعاء 25 نوفمبر.\n"
            "لا نطلب هنا أبدًا بيانات بطاقة أو رمز تحقق.",
            "fa": "سلام لیلا. اینجا پیگیری بسته‌های فروشگاه نور است: پیام‌ها خودکارند و پشتشان آدم‌های واقعی.\nهر وقت "
            "دربارهٔ سفارش ۱۰۰۱ خبر مهمی باشد می‌نویسیم تا لازم نشود بپرسید. زمان رسیدن: چهارشنبه ۴ آذر.\n"
            "اینجا هرگز شمارهٔ کارت یا کد یک‌بارمصرف نمی‌خواهیم.",
        },
    ),
}  # fmt: skip


def known(language: str, facts: dict[str, Any]) -> dict[str, Any]:
    place = WORLDS[language]["last_place"]
    left = {"left": {"place": place, **facts["left"]}} if "left" in facts else {}
    on_his_clock = {name: at(language, *fact) for name, fact in facts.items() if isinstance(fact, tuple)}
    return told(language, **{**facts, **on_his_clock, **left})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("model", MODELS)
def test_a_model_message_is_said_word_for_word(model: str, language: str) -> None:
    kind, facts, texts = MODELS[model]
    assert bare(render(kind, known(language, facts), READERS[language]).text) == texts[language]
