"""What a carrier is called in a reader's language. A name is a fact in a message, never an excuse."""

from collections.abc import Mapping

from bot.texts.reading import Reading

NAMES: Mapping[str, Mapping[str, str]] = {
    "aramex": {"en": "Aramex", "ar": "أرامكس", "fa": "آرامکس"},
    "australiapost": {"en": "Australia Post", "ar": "البريد الأسترالي", "fa": "پست استرالیا"},
    "bpost": {"en": "bpost", "ar": "البريد البلجيكي", "fa": "پست بلژیک"},
    "bring": {"en": "Bring", "ar": "برينغ", "fa": "برینگ"},
    "canadapost": {"en": "Canada Post", "ar": "البريد الكندي", "fa": "پست کانادا"},
    "cdek": {"en": "CDEK", "ar": "سديك", "fa": "سی‌دک"},
    "chronopost": {"en": "Chronopost", "ar": "كرونوبوست", "fa": "کرونوپست"},
    "correios": {"en": "Correios", "ar": "البريد البرازيلي", "fa": "پست برزیل"},
    "dhl": {"en": "DHL", "ar": "دي إتش إل", "fa": "دی‌اچ‌ال"},
    "dhl_express": {"en": "DHL", "ar": "دي إتش إل", "fa": "دی‌اچ‌ال"},
    "dhl_express_xmlpi": {"en": "DHL", "ar": "دي إتش إل", "fa": "دی‌اچ‌ال"},
    "dhl_parcel_de": {"en": "DHL", "ar": "دي إتش إل", "fa": "دی‌اچ‌ال"},
    "dhl_unified": {"en": "DHL", "ar": "دي إتش إل", "fa": "دی‌اچ‌ال"},
    "dpd": {"en": "DPD", "ar": "دي بي دي", "fa": "دی‌پی‌دی"},
    "fedex": {"en": "FedEx", "ar": "فيديكس", "fa": "فدکس"},
    "gls": {"en": "GLS", "ar": "جي إل إس", "fa": "جی‌ال‌اس"},
    "hermes": {"en": "Hermes", "ar": "هيرميس", "fa": "هرمس"},
    "inpost": {"en": "InPost", "ar": "إن بوست", "fa": "این‌پست"},
    "iran-post": {"en": "Iran Post", "ar": "البريد الإيراني", "fa": "پست"},
    "iran_post": {"en": "Iran Post", "ar": "البريد الإيراني", "fa": "پست"},
    "landmark": {"en": "Landmark Global", "ar": "لاندمارك غلوبال", "fa": "لندمارک گلوبال"},
    "laposte": {"en": "La Poste", "ar": "البريد الفرنسي", "fa": "پست فرانسه"},
    "novaposhta": {"en": "Nova Poshta", "ar": "نوفا بوشتا", "fa": "نوا پوشتا"},
    "postnord": {"en": "PostNord", "ar": "بوست نورد", "fa": "پست‌نورد"},
    "royalmail": {"en": "Royal Mail", "ar": "رويال ميل", "fa": "رویال‌میل"},
    "s10": {"en": "international post", "ar": "البريد الدولي", "fa": "پست بین‌المللی"},
    "smsa": {"en": "SMSA", "ar": "سمسا", "fa": "سمسا"},
    "tipax": {"en": "Tipax", "ar": "تيباكس", "fa": "تیپاکس"},
    "ups": {"en": "UPS", "ar": "يو بي إس", "fa": "یوپی‌اس"},
    "usps": {"en": "USPS", "ar": "البريد الأمريكي", "fa": "پست آمریکا"},
}
"""Slug to name. What is not listed (an aggregator such as 17track, the shop's own courier) is not named."""

OWN = "own"
"""The slug of the shop's own courier."""

UNNAMED: Mapping[str, Mapping[str, str]] = {
    "en": {"own": "our courier", "other": "the carrier"},
    "ar": {"own": "مندوبنا", "other": "شركة الشحن"},
    "fa": {"own": "پیک ما", "other": "شرکت حمل"},
}


def carrier_name(slug: str | None, reading: Reading) -> str:
    """The usual local name; our courier, or "the carrier", where there is none to say."""
    names = NAMES.get(slug or "")
    if names:
        return names[reading.language]
    return UNNAMED[reading.language][OWN if slug == OWN else "other"]


def to_carrier(slug: str | None, reading: Reading) -> str:
    """The same as the one who gets something; Arabic joins the preposition to the name, and to its article."""
    name = carrier_name(slug, reading)
    if reading.language != "ar":
        return name
    return f"لل{name[2:]}" if name.startswith("ال") else f"ل{name}"
