"""Facts as the records give them, in each language's own world; and values that mean harm."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.texts.kinds import (
    Kind,
    answers,
    collecting,
    customs,
    gestures,
    good_news,
    held_up,
    loss_offer,
    mishaps,
    news,
    ratings,
    suggested,
    warnings,
)
from bot.texts.messages import Reader

Facts = dict[str, Any]

LANGUAGES = ("en", "ar", "fa")
RTL = ("ar", "fa")
READERS: Mapping[str, Reader] = {
    "en": Reader("en", "Europe/Berlin"),
    "ar": Reader("ar", "Asia/Riyadh"),
    "fa": Reader("fa", "Asia/Tehran"),
}
WORLDS: Mapping[str, Facts] = {
    "en": {
        "shop": "Noor",
        "shop_name": "Noor",
        "name": "Layla",
        "agent": "Sara",
        "leader": "Omar",
        "carrier": "dhl_unified",
        "last_place": "Leipzig",
        "cause_place": "Leipzig",
        "cod": {"amount": "64.00", "currency": "EUR"},
        "cod_card": {"amount": "64.00", "currency": "EUR", "card": True},
    },
    "ar": {
        "shop": "نور",
        "shop_name": "نور",
        "name": "ليلى",
        "agent": "سارة",
        "leader": "عمر",
        "carrier": "aramex",
        "last_place": "الرياض",
        "cause_place": "جدة",
        "cod": {"amount": "240", "currency": "SAR"},
        "cod_card": {"amount": "240", "currency": "SAR", "card": True},
    },
    "fa": {
        "shop": "نور",
        "shop_name": "نور",
        "name": "لیلا",
        "agent": "سارا",
        "leader": "عمر",
        "carrier": "tipax",
        "last_place": "تهران",
        "cause_place": "اصفهان",
        "cod": {"amount": "2400000", "currency": "IRT"},
        "cod_card": {"amount": "2400000", "currency": "IRT", "card": True},
    },
}
"""The model messages' worlds: today is Tuesday 24 November 2026, the promised day was Wednesday 25."""

NUMBER = "JD014600006281230704"
KINDS: Mapping[str, Kind] = {
    **warnings.KINDS,
    **news.KINDS,
    **answers.KINDS,
    **held_up.KINDS,
    **loss_offer.KINDS,
    **ratings.KINDS,
    **collecting.KINDS,
    **customs.KINDS,
    **good_news.KINDS,
    **mishaps.KINDS,
    **suggested.KINDS,
    **gestures.KINDS,
}
WARNINGS = (
    "hint",
    "delay_slight",
    "delay_serious",
    "delay_again",
    "late",
    "stalled",
    "lost_probable",
    "attempt",
    "returning",
    "not_left_yet",
    "address_problem",
    "held_up",
    "pickup_over",
    "customs_action",
    "customs_papers",
    "damaged",
    "unpaid",
)


def at(language: str, day: int, hour: int, minute: int = 0) -> str:
    """An instant of November 2026 on the reader's own clock, as the facts carry it."""
    zone = ZoneInfo(READERS[language].zone)
    return datetime(2026, 11, day, hour, minute, tzinfo=zone).astimezone(UTC).isoformat()


def told(language: str, **more: Any) -> Facts:
    """What is known of order 1001 on Tuesday at nine; a fact of the world is asked for by True."""
    world = WORLDS[language]
    asked = {name: world[name] if value is True and name in world else value for name, value in more.items()}
    return {
        "order": "1001",
        "number": NUMBER,
        "carrier": world["carrier"],
        "promised_on": "2026-11-25",
        "status": "in_transit",
        "at": at(language, 24, 9),
        **asked,
    }


def everything(language: str) -> Facts:
    """Every fact that any kind knows, all at once."""
    now = at(language, 24, 9)
    return {
        **WORLDS[language],
        **told(language),
        "at": now,
        "eta_on": "2026-12-01",
        "eta_from_on": "2026-11-29",
        "days_late": 4,
        "needed_on": "2026-11-27",
        "last_at": at(language, 24, 7, 40),
        "silent_since": at(language, 21, 7, 40),
        "left": {"place": WORLDS[language]["last_place"], "days": 1},
        "inquiry": {"purpose": "trace", "at": at(language, 24, 8)},
        "lead": True,
        "cause": "weather",
        "cause_hub": True,
        "cause_since": "2026-11-21",
        "cause_weekend": True,
        "sure": "very",
        "answers_within": 2,
        "again": {"on": "2026-11-27", "express": True},
        "money": {"sum": WORLDS[language]["cod"], "on": "2026-12-01", "card": True},
        "cancel": True,
        "coupon": True,
        "delivery": True,
        "slipped": True,
        "refund": True,
        "sum": WORLDS[language]["cod"],
        "code": "THANKS10",
        "on": "2026-12-01",
        "both": True,
        "out_of_stock": True,
        "free_delivery": True,
        "ask_again_on": "2026-11-28",
        "moving": True,
        "turn_up": True,
        "next_at": at(language, 26, 12),
        "policy": {"resend": True, "refund": True},
        "pickup": {
            "place": WORLDS[language]["last_place"],
            "hours": "8",
            "code": "482913",
            "until_on": "2026-11-28",
        },
        "attempt_at": at(language, 23, 14, 20),
        "next_attempt_on": "2026-11-25",
        "delivered_at": at(language, 23, 16, 5),
        "delivered_to": "reception",
        "return_until_on": "2026-12-10",
        "warranty_until_on": "2027-11-24",
        "window": {"from": "14:00", "to": "18:00"},
        "remind_on": "2026-11-27",
        "ships_on": "2026-11-24",
        "broken_at": at(language, 23, 12),
        "back_at": at(language, 25, 9),
        "until_at": at(language, 24, 18),
        "hub": WORLDS[language]["cause_place"],
        "start": WORLDS[language]["last_place"],
        "end": WORLDS[language]["cause_place"],
        "replacement": True,
        "problem": "wrong_carrier",
        "fits": ["ups", "dhl_unified"],
        "scans": [
            {"at": at(language, 24, 7, 40), "place": WORLDS[language]["last_place"], "status": "in_transit"},
            {"at": at(language, 23, 7, 40), "status": "in_transit"},
        ],
        "boxes": [{"number": "A1", "status": "in_transit"}, {"number": "A2", "status": "in_transit"}],
        "in_doubt": [{"kind": "delay_slight", "facts": told(language, eta_on="2026-12-01")}],
        "repeat": True,
    }


def two_parcels(language: str) -> list[Facts]:
    """Two parcels of one order."""
    one = {name: fact for name, fact in told(language).items() if name != "at"}
    return [
        {**one, "number": "A1", "eta_on": "2026-11-29"},
        {**one, "number": "A2", "status": "customs", "last_place": "X", "last_at": at(language, 24, 7)},
    ]


HOSTILE: Mapping[str, str] = {
    "tags": "<b>bold</b> & <script>",
    "marks": "\u202egnorw\u202c\u200f\u2067x\u2069\u2066y",
    "only marks": "\u200f\u202e\u2069",
    "unclosed": "\u2068\u2068\u202b",
    "lines": "one\n\ntwo\r\n\tthree\x00\x1f",
    "braces": "{order} {0} %s %(x)s {{}}",
    "entity": "&lt;b&gt; &#0; &amp",
    "long": "س" * 5000,
    "emoji": "\U0001f600" * 3000,
    "lone surrogate": "a\ud800b",
    "digits": "٤٥٦ ۴۵۶ 456",
    "spoiler": "||x|| </tg-spoiler></code>",
}


def spoiled(facts: Facts, text: str) -> Facts:
    """The facts with every outside value replaced."""
    outside = (
        "order",
        "number",
        "shop",
        "shop_name",
        "name",
        "agent",
        "last_place",
        "cause_place",
        "delivered_to",
        "carrier",
        "hub",
        "start",
        "end",
    )
    pickup = dict.fromkeys(("place", "hours", "code"), text) | {"until_on": "2026-11-28"}
    return {
        **facts,
        **dict.fromkeys(outside, text),
        "pickup": pickup,
        "left": {"place": text, "days": 1},
        "cod": {"amount": text, "currency": text},
        "scans": [{"at": facts["at"], "place": text}],
    }


def day_after(day: date, days: int) -> date:
    """A day so many days later."""
    return day + timedelta(days=days)
