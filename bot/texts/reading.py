"""How one reader reads: language, zone, calendar, digits; settled once a message."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.texts.calendars import CALENDARS, DEFAULT_CALENDAR
from bot.texts.i18n import Catalogue, catalogue, resolve_language

DIGITS: Mapping[str, str] = {
    "latn": "0123456789",
    "arab": "٠١٢٣٤٥٦٧٨٩",
    "arabext": "۰۱۲۳۴۵۶۷۸۹",
}
DIGITS_OF: Mapping[str, tuple[str, ...]] = {
    "en": ("latn",),
    "ar": ("latn", "arab"),
    "fa": ("arabext", "latn"),
}
"""Digit systems a language is read in; the first is the default, another is the reader's choice."""


class Reader(Struct, frozen=True):
    """Who reads: any locale, and what he has chosen. An unknown zone, calendar or digit system is the default."""

    locale: str
    zone: str = "UTC"
    calendar: str | None = None
    digits: str | None = None
    country: str | None = None


class Reading(Struct, frozen=True):
    """A reader's choices as they apply to one message.

    `relative`: words like "today" may be used (never in a message that is edited later);
    `markup`: HTML for a text, plain for a button.
    """

    language: str
    zone: ZoneInfo
    calendar: str
    digits: str
    country: str | None
    now: datetime | None = None
    relative: bool = False
    markup: bool = True

    @property
    def texts(self) -> Catalogue:
        """The language's catalogue."""
        return catalogue(self.language)

    @property
    def rtl(self) -> bool:
        """True where the language is written from right to left."""
        return self.language in ("ar", "fa")

    @property
    def today(self) -> date | None:
        """The day it is for the reader, if the message knows when it is."""
        return self.now.date() if self.now else None

    def number(self, text: str) -> str:
        """The text with its 0-9 in the reader's digits."""
        return text if self.digits == "latn" else text.translate(_SHAPES[self.digits])


_SHAPES = {name: str.maketrans(DIGITS["latn"], shapes) for name, shapes in DIGITS.items()}


def read_by(reader: Reader, at: datetime | None = None, *, edited: bool = False, markup: bool = True) -> Reading:
    """The reading of a message that is written `at`."""
    language, zone, calendar, digits, country = _settled(reader)
    now = at.astimezone(zone) if at else None
    return Reading(language, zone, calendar, digits, country, now, bool(at) and not edited, markup)


@lru_cache(4096)
def _settled(reader: Reader) -> tuple[str, ZoneInfo, str, str, str | None]:
    language = resolve_language(reader.locale)
    calendar = reader.calendar if reader.calendar in CALENDARS else DEFAULT_CALENDAR.get(language, "gregorian")
    own = DIGITS_OF[language]
    digits = reader.digits if reader.digits in own else own[0]
    return language, zone_of(reader.zone), calendar, digits, _country(reader)


def _country(reader: Reader) -> str | None:
    # A locale's country speaks for the reader (fa_AF, ar_MA); without one the delivery's country does.
    region = reader.locale.replace("-", "_").partition("_")[2]
    return region.upper() if len(region) == 2 else reader.country


@lru_cache(512)
def zone_of(name: str) -> ZoneInfo:
    """The zone, UTC where the name is none."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError
        return ZoneInfo("UTC")
    except KeyError:
        return ZoneInfo("UTC")


def as_utc(value: str | datetime) -> datetime:
    """An instant of the facts (ISO text or datetime); without a zone it is UTC."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def as_day(value: str | date) -> date:
    """A day of the facts (ISO text or date)."""
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value
