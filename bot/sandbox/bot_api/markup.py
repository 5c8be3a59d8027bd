"""parse_mode HTML as Telegram reads it: tags out, entities by code point; the complaints in its words."""

import re
from html import unescape
from typing import Any, NamedTuple

from bot.sandbox.bot_api.refusals import bad

SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
NAMED = frozenset({"lt", "gt", "amp", "quot"})
TAG = re.compile(r"<(/?)([^\s<>/]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
ATTRIBUTE = re.compile(r"([a-zA-Z][\w-]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
REFERENCE = re.compile(r"&(#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{1,10});?")


class Span(NamedTuple):
    """An entity over code points [start, end)."""

    start: int
    end: int
    kind: str
    extra: tuple[tuple[str, Any], ...] = ()


class _Open(NamedTuple):
    tag: str
    start: int
    attributes: dict[str, str]


def parse_html(text: str) -> tuple[str, list[Span]]:
    """The plain text and its spans; raises Telegram's "can't parse entities"."""
    out: list[str] = []
    spans: list[Span] = []
    opened: list[_Open] = []
    length = at = 0
    while at < len(text):
        piece, at = _next(text, at, length, opened, spans)
        out.append(piece)
        length += len(piece)
    if opened:
        raise _broken(f'Can\'t find end tag corresponding to start tag "{opened[-1].tag}"')
    return "".join(out), sorted(spans, key=lambda span: (span.start, -span.end))


def _next(text: str, at: int, length: int, opened: list[_Open], spans: list[Span]) -> tuple[str, int]:
    """One piece of plain text and where to go on; a tag gives an empty piece."""
    if text[at] == "&":
        return _reference(text, at)
    if text[at] != "<":
        end = next((i for i in range(at, len(text)) if text[i] in "<&"), len(text))
        return text[at:end], end
    found = TAG.match(text, at)
    if found is None:
        raise _broken(f"Unclosed start tag at byte offset {_bytes(text, at)}")
    closing, tag, rest = found[1], found[2].lower(), found[3]
    if closing:
        _close(tag, _bytes(text, at), length, opened, spans)
    else:
        opened.append(_Open(tag, length, _attributes(tag, rest, _bytes(text, at))))
    return "", found.end()


def _reference(text: str, at: int) -> tuple[str, int]:
    found = REFERENCE.match(text, at)
    if found is None or (not found[1].startswith("#") and found[1] not in NAMED):
        return "&", at + 1
    return unescape(f"&{found[1]};"), found.end()


def _attributes(tag: str, rest: str, offset: int) -> dict[str, str]:
    if tag not in SIMPLE:
        raise _broken(f'Unsupported start tag "{tag}" at byte offset {offset}')
    found = {name.lower(): unescape(a or b or c) for name, a, b, c in ATTRIBUTE.findall(rest)}
    if tag == "span" and found.get("class") != "tg-spoiler":
        raise _broken(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
    return found


def _close(tag: str, offset: int, length: int, opened: list[_Open], spans: list[Span]) -> None:
    if not opened:
        raise _broken(f"Unexpected end tag at byte offset {offset}")
    last = opened.pop()
    if tag not in ("", last.tag):
        raise _broken(f'Unmatched end tag at byte offset {offset}, expected "</{last.tag}>", found "</{tag}>"')
    if length > last.start:
        spans.extend(_span(last, length, spans))


def _span(last: _Open, end: int, spans: list[Span]) -> list[Span]:
    kind, said = SIMPLE[last.tag], last.attributes
    if last.tag == "a":
        url = said.get("href", "")
        return [Span(last.start, end, kind, (("url", url),))] if url else []
    if last.tag == "code" and said.get("class", "").startswith("language-"):
        return [Span(last.start, end, "code", (("language", said["class"].removeprefix("language-")),))]
    if last.tag == "pre":
        return [_preformatted(last.start, end, spans)]
    if last.tag == "blockquote" and "expandable" in said:
        return [Span(last.start, end, "expandable_blockquote")]
    if last.tag == "tg-emoji":
        return [Span(last.start, end, kind, (("custom_emoji_id", said.get("emoji-id", "")),))]
    if last.tag == "tg-time":
        return [Span(last.start, end, kind, (("unix_time", said.get("unix", "")),))]
    return [Span(last.start, end, kind)]


def _preformatted(start: int, end: int, spans: list[Span]) -> Span:
    """<pre><code class="language-x"> is one entity."""
    inner = next((one for one in spans if one.kind == "code" and (one.start, one.end) == (start, end)), None)
    if inner is None:
        return Span(start, end, "pre")
    spans.remove(inner)
    return Span(start, end, "pre", inner.extra)


def _bytes(text: str, at: int) -> int:
    return len(text[:at].encode())


def _broken(what: str) -> Exception:
    return bad(f"can't parse entities: {what}")
