"""A week of a desk in figures, as its picture and its caption want it."""

from datetime import date, timedelta
from typing import Any

from bot.texts.messages import Reader

READERS = {
    "en": Reader("en", "Europe/Berlin", country="DE"),
    "ar": Reader("ar", "Asia/Riyadh", country="SA"),
    "fa": Reader("fa", "Asia/Tehran", country="IR"),
}
SHOPS = {"en": "Noor", "ar": "متجر نور", "fa": "فروشگاه نور"}
FIRST = date(2026, 11, 15)
OPENED, SOLVED = (5, 8, 12, 7, 9, 0, 2), (4, 7, 9, 9, 8, 1, 0)
ANSWERED = (35, 48, 95, 40, 62, None, 12)
MINUTE = 60_000


def week(language: str = "en", **more: Any) -> dict[str, Any]:
    """The facts of the kind `week`."""
    days = [
        {"on": (FIRST + timedelta(days=place)).isoformat(), "opened": opened, "solved": solved}
        | ({} if minutes is None else {"first": minutes * MINUTE})
        for place, (opened, solved, minutes) in enumerate(zip(OPENED, SOLVED, ANSWERED, strict=True))
    ]
    took = {"half": 42 * MINUTE, "most": 190 * MINUTE, "clock_half": 180 * MINUTE, "clock_most": 1560 * MINUTE}
    return {
        "shop": SHOPS[language],
        "range": {"from": FIRST.isoformat(), "to": (FIRST + timedelta(days=6)).isoformat()},
        "days": days,
        "opened": sum(OPENED),
        "solved": sum(SOLVED),
        "first": {**took, "of": 31},
        "solving": {"half": 25 * MINUTE * 60, "clock_half": 25 * MINUTE * 60, "few": 7},
        "kept": {"percent": 88, "of": 34},
        "good": {"few": 15},
        "four": 4,
        "five": 5,
        **more,
    }
