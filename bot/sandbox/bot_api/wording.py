"""Texts as Telegram keeps them: cleaned, trimmed, measured in UTF-16 units, entities found."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.sandbox.bot_api.markdown import parse_markdown, parse_markdown_v2
from bot.sandbox.bot_api.markup import Span, parse_html
from bot.sandbox.bot_api.refusals import bad

MAX_TEXT = 4096
MAX_CAPTION = 1024
ZWNJ = "\u200c"
MARKS = frozenset("\u200e\u200f")
GONE = frozenset(map(chr, range(0x2028, 0x202F))) | {"\r"}
FOUND = (
    ("bot_command", re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])")),
    ("url", re.compile(r"\bhttps?://[^\s<>\"]+[^\s<>\".,;:!?()]|\bt\.me/[\w/?=&-]+")),
    ("email", re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]*\w\b")),
    ("mention", re.compile(r"(?<![\w@])@[a-zA-Z]\w{2,31}\b")),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")),
)
PARSERS = {"html": parse_html, "markdownv2": parse_markdown_v2, "markdown": parse_markdown}
Entity = dict[str, Any]


def units(text: str) -> int:
    """UTF-16 code units: what Telegram counts and entities point by."""
    return len(text.encode("utf-16-le")) // 2


def compose(
    text: str, parse_mode: str | None, entities: Iterable[Mapping[str, Any]] | None
) -> tuple[str, list[Entity]]:
    """What a bot's or a person's text becomes."""
    if parse_mode and not entities:
        parse = PARSERS.get(parse_mode.lower())
        if parse is None:
            raise bad("unsupported parse_mode")
        plain, spans = parse(text)
    else:
        plain, spans = text, _from_units(text, entities or ())
    kept, spans = _clean(plain, spans)
    return kept, _to_units(kept, [*spans, *_detected(kept, spans)])


def _clean(text: str, spans: list[Span]) -> tuple[str, list[Span]]:
    """Direction overrides go, of a run of direction marks only the last stays; ends are trimmed."""
    kept, moved = "", [0]
    for char, follows in zip(text, f"{text[1:]} ", strict=False):
        kept += _kept(char, follows)
        moved.append(len(kept))
    left = len(kept) - len(kept.lstrip())
    bare = kept.strip()
    shifted = (
        span._replace(start=_within(moved[span.start] - left, bare), end=_within(moved[span.end] - left, bare))
        for span in spans
    )
    return bare, [span for span in shifted if span.start < span.end]


def _kept(char: str, follows: str) -> str:
    """What stays of one character, given the next."""
    if char in GONE or (char < " " and char not in "\n\t"):
        return ""
    return ZWNJ if char in MARKS and follows in MARKS else char


def _within(at: int, text: str) -> int:
    return max(0, min(at, len(text)))


def _detected(text: str, spans: list[Span]) -> list[Span]:
    taken = [(span.start, span.end) for span in spans if span.kind in ("code", "pre", "text_link")]
    found: list[Span] = []
    for kind, pattern in FOUND:
        for match in pattern.finditer(text):
            if all(match.end() <= start or match.start() >= end for start, end in taken):
                found.append(Span(match.start(), match.end(), kind))
                taken.append((match.start(), match.end()))
    return found


def _to_units(text: str, spans: list[Span]) -> list[Entity]:
    ordered = sorted(spans, key=lambda span: (span.start, -span.end))
    return [
        {
            "type": span.kind,
            "offset": units(text[: span.start]),
            "length": units(text[span.start : span.end]),
            **{key: int(value) if key == "unix_time" else value for key, value in span.extra},
        }
        for span in ordered
    ]


def _from_units(text: str, entities: Iterable[Mapping[str, Any]]) -> list[Span]:
    raw = text.encode("utf-16-le")
    spans = []
    for one in entities:
        start, end = one["offset"], one["offset"] + one["length"]
        if not 0 <= start <= end <= len(raw) // 2:
            raise bad("entity bounds are out of the text")
        before = _code_points(raw, start, "entity begins")
        inside = _code_points(raw, end, f"entity beginning at UTF-16 offset {start} ends") - before
        extra = tuple((key, value) for key, value in one.items() if key not in ("type", "offset", "length"))
        spans.append(Span(before, before + inside, one["type"], extra))
    return spans


def _code_points(raw: bytes, unit: int, what: str) -> int:
    """How many there are before that unit, which must not lie within one."""
    try:
        return len(raw[: unit * 2].decode("utf-16-le"))
    except UnicodeDecodeError:
        at = len(raw[: unit * 2 - 2].decode("utf-16-le").encode())
        raise bad(f"{what} in a middle of a UTF-16 symbol at byte offset {at}") from None
