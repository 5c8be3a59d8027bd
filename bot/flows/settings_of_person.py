"""/settings and /language: how a person wants to be spoken to, by buttons or in one line."""

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.domain import hours
from bot.flows import desk, follow
from bot.flows.turn import Answer, Answers, Turn, speak
from bot.flows.understand import fold_digits
from bot.store import customers, outbox

LANGUAGE_NAMES = {"en": "English", "ar": "العربية", "fa": "فارسی"}
"""Each language in its own words: whoever looks for his own finds it."""
_LANGUAGE_WORDS = {
    "en": ("english", "en", "eng", "انگلیسی", "الإنجليزية", "الانجليزية"),
    "ar": ("arabic", "ar", "العربية", "عربي", "عربی", "عربية"),
    "fa": ("persian", "farsi", "fa", "فارسی", "فارسي", "الفارسية", "پارسی"),
}
QUIET_CHOICES = ("21-9", "22-8", "23-7", "off")
DIGITS = {"ar": ("latn", "arab"), "fa": ("arabext", "latn")}
CALENDARS = {"en": ("gregorian",), "ar": ("gregorian", "umalqura"), "fa": ("jalali", "gregorian")}
DEFAULT = "default"
BACK = (("settings_back", "set:show"),)


class Choice(Struct, frozen=True):
    """A setting: what it may be, what a language offers. `read` gives the stored value, None if it is none."""

    read: Callable[[str], str | None]
    offered: Callable[[str], tuple[str, ...]]


def _zone(text: str) -> str | None:
    written = text.strip().replace(" ", "_")
    try:
        return ZoneInfo(written).key
    except (ValueError, OSError, KeyError):
        return None


def _quiet(text: str) -> str | None:
    written = "".join(fold_digits(text).lower().split())
    try:
        hours.parse_quiet(written)
    except hours.WrongHours:
        return None
    return written


def language(text: str) -> str | None:
    """Our language that a word means, in whichever language it is said; a region stays (`ar-MA`)."""
    word = text.strip().casefold()
    named = next((tag for tag, words in _LANGUAGE_WORDS.items() if word in words), None)
    return named or speak(text.strip(), fallback="") or None


def _one_of(known: Mapping[str, tuple[str, ...]]) -> Callable[[str], str | None]:
    every = {value for values in known.values() for value in values}
    return lambda text: text.strip().lower() if text.strip().lower() in every else None


def _by_language(known: Mapping[str, tuple[str, ...]]) -> Callable[[str], tuple[str, ...]]:
    return lambda locale: known.get(locale[:2], ())


CHOICES: Mapping[str, Choice] = {
    "quiet": Choice(_quiet, lambda _: QUIET_CHOICES),
    "zone": Choice(_zone, lambda _: ()),
    "calendar": Choice(_one_of(CALENDARS), _by_language(CALENDARS)),
    "digits": Choice(_one_of(DIGITS), _by_language(DIGITS)),
    "locale": Choice(language, lambda _: tuple(LANGUAGE_NAMES)),
}
WORDS = {"language": "locale", "hours": "quiet", "timezone": "zone"}
"""Other names of settings, as people type them."""


# ---- showing


async def show(turn: Turn, edit: int | None = None) -> Answers:
    """What holds now, with a button for each setting."""
    mine = await customers.of_user(turn.user_id)
    facts: dict[str, Any] = {
        "language": LANGUAGE_NAMES[turn.person.locale[:2]],
        "zone": turn.person.own_zone or turn.person.zone,
        **_quiet_facts(turn.person.quiet or turn.quiet),
        "paused": bool(mine) and not await _hears(turn),
    }
    return Answer("settings", facts, _buttons(turn, facts["paused"], bool(mine)), edit=edit)


def _quiet_facts(quiet: str | None) -> dict[str, Any]:
    span = hours.parse_quiet(quiet)
    if span is None:
        return {"awake": True}
    return {"quiet": {"from": _clock(span.start), "to": _clock(span.end)}}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _buttons(turn: Turn, paused: bool, is_customer: bool) -> list[list[tuple[str, str]]]:
    rows = [[("set_language", "set:locale"), ("set_quiet", "set:quiet")]]
    traits = [name for name in ("calendar", "digits") if len(CHOICES[name].offered(turn.person.locale)) > 1]
    rows += [[(f"set_{name}", f"set:{name}") for name in traits]] if traits else []
    rows += [[("set_zone", "set:zone")]]
    rows += [[("resume", "set:resume") if paused else ("pause", "set:pause")]] if is_customer else []
    return rows


async def offer(turn: Turn, name: str, edit: int | None = None) -> Answers:
    """The values of one setting, one button each."""
    if name not in CHOICES:
        return Answer("not_for_you")
    values = CHOICES[name].offered(turn.person.locale)
    rows = [[(_label(name, value), f"set:{name}:{value}")] for value in values]
    return Answer(f"settings_{name}", {}, [*rows, list(BACK)], edit=edit)


def _label(name: str, value: str) -> str:
    return f"={LANGUAGE_NAMES[value]}" if name == "locale" else f"{name}_{value}".replace("-", "_")


# ---- choosing


async def say(turn: Turn, rest: str) -> Answers:
    """`/settings`, `/settings quiet 21-9`, `/settings pause`."""
    if not rest.strip():
        return await show(turn)
    word, _, value = rest.strip().partition(" ")
    name = WORDS.get(word.lower(), word.lower())
    if name in ("pause", "resume"):
        return await pause(turn, name == "pause")
    return await choose(turn, name, value) if value.strip() else await offer(turn, name)


async def press(turn: Turn, name: str, value: str = "") -> Answers:
    """A button of the settings: the message is edited in place."""
    if name == "show":
        return await show(turn, edit=turn.message_id)
    if name in ("pause", "resume"):
        return await pause(turn, name == "pause", edit=turn.message_id)
    if not value:
        return await offer(turn, name, edit=turn.message_id)
    return await choose(turn, name, value, edit=turn.message_id)


async def choose(turn: Turn, name: str, value: str, edit: int | None = None) -> Answers:
    """Write one setting; it holds from this answer on."""
    if name not in CHOICES:
        return Answer("settings_unknown")
    wanted = None if value.strip().lower() == DEFAULT else CHOICES[name].read(value)
    if wanted is None and value.strip().lower() != DEFAULT:
        return Answer("settings_wrong" if name != "locale" else "language_wrong", {"value": value[:64]})
    await customers.choose(turn.user_id, name, wanted)
    await _refresh(turn)
    kind = "language_set" if name == "locale" else "settings_set"
    return Answer(kind, {}, [list(BACK)], edit=edit, reader=_reader(name, wanted))


def _reader(name: str, wanted: str | None) -> dict[str, Any]:
    return {name: wanted} if wanted is not None and name != "quiet" else {}


async def _refresh(turn: Turn) -> None:
    """Live messages are said anew in the new way."""
    now = turn.now
    followed = [one for one in await customers.followed(turn.user_id) if one.shipment.open]
    rows = [follow.live_row(one.follow.id, one.customer, f"u{turn.update_id}", now) for one in followed]
    await outbox.put(rows)


async def pause(turn: Turn, stop: bool, edit: int | None = None) -> Answers:
    """Stop all notices, or hear them again; answers to what he asks come either way."""
    mine = await customers.of_user(turn.user_id)
    if stop:
        await customers.withdraw([one.id for one in mine], turn.now)
    else:
        for one in mine:
            await customers.consent(one.id, follow.WORDING, "settings", turn.now)
    kind = "settings_paused" if stop else "settings_resumed"
    return Answer(kind, {}, [[("resume", "set:resume")]] if stop else [list(BACK)], edit=edit)


async def _hears(turn: Turn) -> bool:
    mine = await customers.of_user(turn.user_id)
    return any([await customers.has_consent(one.id) for one in mine])


async def set_language(turn: Turn, rest: str) -> Answers:
    """`/language`, `/language ar`."""
    return await choose(turn, "locale", rest) if rest.strip() else await offer(turn, "locale")


async def blocked(turn: Turn, status: str) -> Answers:
    """He stopped the bot, or came back: the shops' views of him follow, their desks hear it."""
    reason = "blocked" if status == "kicked" else None
    await desk.reach_changed(turn.user_id, reason, f"u{turn.update_id}", turn.now)
    return None
