"""What customers write, as data: words by what they tell us, in English, Arabic, Persian and their Latin spellings.

Entries are written as people type them; `understand.normalise` folds both sides alike.
"""

ASKS_WHERE = """
where wheres whereabouts were whr
أين اين وين وينها وينه فين فينها فينه وينك
کجا کجاست کجاس کجایه کجان کجاییه کو کوش کجای
kojast kojas koja kojaye wein wain ween feen fein
"""

ASKS_WHEN = """
when whens eta
متى متي متا امتى إمتى ايمتى امته
کی كی چه‌وقت چندم
key kei emta mata emteh
"""

ARRIVES = """
arrive arrives arriving arrival arrived come comes coming came deliver delivered delivering reach reaches
receive received
get got here turn show
تصل يصل توصل يوصل بتوصل بيوصل وصول الوصول وصل وصلت توصلني يوصلني تصلني يصلني تجي تيجي يجي جت ستصل سيصل هتوصل
هيوصل وصلتني وصلني
استلمت استلم
نرسید نرسیده نرسیدن نیومد نیومده نیامد نیامده
می‌رسد می‌رسه میرسه میرسد برسه برسد رسید رسیده رسیدن میاد می‌آید می‌آد اومد اومده بیاد دستم به‌دستم
miresad mirese
"""

NOT = """
not no hasnt hasn't havent haven't didnt didn't isnt isn't never still yet doesnt doesn't
لم لا ما ليس مش لسه لسا بعد إلى‌الآن للآن
نرسید نرسیده نیومد نیومده نیامد نیامده نه هنوز
"""

PARCEL = """
parcel parcels package packages pkg order orders shipment shipments delivery item items stuff box thing
طلب طلبي الطلب طلبية طلبيتي الطلبية طلباتي شحنة شحنتي الشحنة شحناتي طرد طردي الطرد أوردر اوردر الاوردر
اوردري أغراضي بضاعتي
بسته بسته‌ام بستم بسته‌م بستمو سفارش سفارشم سفارشات مرسوله مرسوله‌ام محموله خریدم بار
baste basteye bastam sefaresh sefaresham talabi tard shahnati shahna shohnati
"""

STATUS = """
status state track tracking news update updates progress located location
حالة الحالة تتبع اخبار أخبار خبر جديد تحديث وضع صار
وضعیت رهگیری پیگیری خبر خبری چی‌شد چیشد چی‌شده
vaziat peygiri
"""

REPLY = """
answer answers answered reply replies replied respond responds responded response responses
رد الرد ردكم ردك جواب الجواب جوابكم جوابك إجابة الإجابة يرد ترد تردون تردوا رديتوا يجاوب تجاوبون
جواب جوابم جوابی جوابتون پاسخ پاسخم پاسخی پاسخگو
javab javabam
"""

GREETING = """
hi hello hey salam good morning evening afternoon
السلام عليكم سلام مرحبا مرحبًا أهلا هلا هاي صباح مساء الخير النور ورحمة الله وبركاته وعليكم
درود سلامی صبح عصر شب بخیر وقت
"""

THANKS = """
thanks thank thx ty cheers ok okay great perfect fine good nice cool super
شكرا شكرًا مشكور مشكورين يعطيك العافية تسلم تمام حسنا حسنًا أوكي اوك طيب ممتاز جزاك جزيلا جزيلًا ألف
ممنون ممنونم مرسی متشکرم سپاس تشکر باشه اوکی عالی خوبه مچکرم
"""

BOT = """
robot bot machine ai chatbot chatgpt automatic automated human real person
روبوت بوت آلي الي آلة ذكاء اصطناعي انسان إنسان حقيقي شخص بشر
ربات روبات ماشین هوش مصنوعی آدم ادم انسان واقعی خودکار
"""

YOU = """
you u are r is this am
أنت انت أنتم إنت هل هذا انتي معي
شما تو هستی هستید هستین آیا این
"""

WANTS = """
want get give need speak talk connect transfer
أريد اريد ابغى أبغى بدي عايز عاوز احتاج أحتاج التحدث اتكلم أتكلم أكلم
می‌خواهم میخوام می‌خوام صحبت حرف بزنم وصل وصلم
"""

SMALL = """
a an the my our is are it its i me im we us of for to at on in now please pls plz can could would you u tell
know let want
like just so and or has have did do does will be been what whats how about am talking talk speaking speak
chatting any there today currently dear sir madam team
got hows exactly long it'll think gonna going this that number nr no id hey ur your
من في على عن لو سمحت سمحتم ممكن فضلك ارجو أرجو رجاء الرجاء هو هي يا اخي أخي اعرف أعرف اريد أريد ابغى أبغى
بدي عايز عاوز
معرفة الآن الان اليوم هل وش ايش شو ما كيف عندي لي حق حقي بتاع بتاعي بتاعتي رقم قد مع إلى الى ال و استفسر
أستفسر سؤال
از در به با را رو و که این آن اون من ما مال است هست هستش هستم شد شده شما لطفا لطفاً میشه می‌شود میخواستم
می‌خواستم بدونم بدانم
بگید بگین بگویید الان الآن امروز ام م ات مان تان مون تون ها های ی چی چه چطور دیگه پس یه یک خواهش می‌کنم
میکنم شماره کد
man shoma lotfan ye az
"""

TROUBLE = """
refund refunded money cancel cancelled canceled cancellation return returned returning broken damaged damage
wrong missing lost
stolen complain complaint angry lawyer fraud scam address exchange replace replacement defective birthday
urgent urgently
استرداد فلوس فلوسي مالي إلغاء الغاء الغي ألغي إرجاع ارجاع مكسور تالف غلط خطأ ناقص ضاع ضاعت مسروق شكوى محامي
نصب احتيال
عنوان العنوان عنواني استبدال تبديل عيب مستعجل ضروري
پول پولم پولمو لغو کنسل مرجوع مرجوعی شکسته خراب آسیب اشتباه گم گمشده دزدیده شکایت وکیل کلاهبرداری آدرس نشانی
تعویض معیوب فوری
"""

MONTHS = {
    1: "january jan يناير كانون‌الثاني جانفي ژانویه",
    2: "february feb فبراير شباط فيفري فوریه",
    3: "march mar مارس آذار",
    4: "april apr أبريل ابريل نيسان أفريل آوریل",
    5: "may مايو أيار ماي می",
    6: "june jun يونيو حزيران جوان ژوئن",
    7: "july jul يوليو تموز جويلية يوليوز ژوئیه جولای",
    8: "august aug أغسطس اغسطس آب أوت غشت اوت",
    9: "september sep sept سبتمبر أيلول شتنبر سپتامبر",
    10: "october oct أكتوبر اكتوبر تشرين‌الأول اکتبر",
    11: "november nov نوفمبر تشرين‌الثاني نونبر نوامبر",
    12: "december dec ديسمبر كانون‌الأول دجنبر دسامبر",
}

JALALI_MONTHS = {
    1: "فروردین farvardin حمل",
    2: "اردیبهشت ordibehesht ثور",
    3: "خرداد khordad جوزا",
    4: "تیر tir سرطان",
    5: "مرداد امرداد mordad اسد",
    6: "شهریور shahrivar سنبله",
    7: "مهر mehr میزان",
    8: "آبان aban عقرب",
    9: "آذر azar قوس",
    10: "دی dey جدی",
    11: "بهمن bahman دلو",
    12: "اسفند esfand حوت",
}

HIJRI_MONTHS = {
    1: "محرم muharram",
    2: "صفر safar",
    3: "ربيع‌الأول",
    4: "ربيع‌الآخر ربيع‌الثاني",
    5: "جمادى‌الأولى",
    6: "جمادى‌الآخرة جمادى‌الثانية",
    7: "رجب rajab",
    8: "شعبان shaban",
    9: "رمضان ramadan",
    10: "شوال shawwal",
    11: "ذوالقعدة ذي‌القعدة",
    12: "ذوالحجة ذي‌الحجة",
}

WEEKDAYS = {
    0: "monday mon الاثنين الإثنين اثنين دوشنبه",
    1: "tuesday tue tues الثلاثاء ثلاثاء سه‌شنبه",
    2: "wednesday wed الأربعاء اربعاء الاربعا چهارشنبه چارشنبه",
    3: "thursday thu thurs الخميس خميس پنجشنبه پنج‌شنبه",
    4: "friday fri الجمعة جمعة جمعه آدینه",
    5: "saturday sat السبت سبت شنبه",
    6: "sunday sun الأحد الاحد یکشنبه یک‌شنبه",
}

DAYS_AHEAD = {
    0: "today tonight اليوم امروز امشب emrooz",
    1: "tomorrow tmrw tomorow غدا غدًا بكرة بكرا فردا farda",
    2: "بعدغد بعد‌غد بعد‌بكرة پس‌فردا پسفردا overmorrow",
}
