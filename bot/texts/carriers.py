"""What a carrier is called in a reader's language. A name is a fact in a message, never an excuse."""

from collections.abc import Mapping

from bot.texts.reading import Reading

NAMES: Mapping[str, Mapping[str, str]] = {
    "dhl_unified": {"en": "DHL", "ar": "دي إتش إل", "fa": "دی‌اچ‌ال"},
    "dhl": {"en": "DHL", "ar": "دي إتش إل", "fa": "دی‌اچ‌ال"},
    "ups": {"en": "UPS", "ar": "يو بي إس", "fa": "یوپی‌اس"},
    "fedex": {"en": "FedEx", "ar": "فيديكس", "fa": "فدکس"},
    "aramex": {"en": "Aramex", "ar": "أرامكس", "fa": "آرامکس"},
    "smsa": {"en": "SMSA", "ar": "سمسا", "fa": "سمسا"},
    "tipax": {"en": "Tipax", "ar": "تيباكس", "fa": "تیپاکس"},
    "s10": {"en": "international post", "ar": "البريد الدولي", "fa": "پست بین‌المللی"},
    "usps": {"en": "USPS", "ar": "البريد الأمريكي", "fa": "پست آمریکا"},
    "royalmail": {"en": "Royal Mail", "ar": "رويال ميل", "fa": "رویال‌میل"},
    "iran_post": {"en": "Iran Post", "ar": "البريد الإيراني", "fa": "پست"},
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
