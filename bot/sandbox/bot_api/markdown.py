"""parse_mode MarkdownV2 and the older Markdown as Telegram reads them; the complaints in its words."""

from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from bot.sandbox.bot_api.markup import Span
from bot.sandbox.bot_api.refusals import bad

RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
PAIRED = {"*": "bold", "_": "italic", "__": "underline", "~": "strikethrough", "||": "spoiler"}
NAMES = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
}


class _Open(NamedTuple):
    mark: str
    start: int
    at: int


class _Reader:
    """One text on its way through; `out` is what stays of it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.out: list[str] = []
        self.spans: list[Span] = []
        self.opened: list[_Open] = []
        self.quote: int | None = None

    def read(self) -> tuple[str, list[Span]]:
        while self.at < len(self.text):
            self._line_begins()
            self._step()
        self._quote_ends()
        if self.opened:
            raise self._endless(self.opened[-1])
        return "".join(self.out), sorted(self.spans, key=lambda span: (span.start, -span.end))

    @property
    def length(self) -> int:
        return sum(map(len, self.out))

    def _line_begins(self) -> None:
        if self.at and self.text[self.at - 1] != "\n":
            return
        if self.text.startswith("**>", self.at):
            self._quote_ends()
            self.at += 2
        if self.text.startswith(">", self.at):
            self.quote = self.length if self.quote is None else self.quote
            self.at += 1
        elif self.quote is not None:
            self._quote_ends()

    def _quote_ends(self, *, folded: bool = False) -> None:
        if self.quote is not None:
            end = self.length - (1 if self.out and self.out[-1] == "\n" else 0)
            self.spans.append(Span(self.quote, end, "expandable_blockquote" if folded else "blockquote"))
            self.quote = None

    def _step(self) -> None:
        if self.at >= len(self.text):
            return
        text, at = self.text, self.at
        if text[at] == "\\" and at + 1 < len(text) and 0 < ord(text[at + 1]) < 127:
            self._keep(text[at + 1], 2)
        elif text[at] not in RESERVED:
            self._keep(text[at], 1)
        elif text[at] == "`":
            self._code()
        elif text.startswith("![", at):
            self._open("![", 2)
        elif text[at] == "[":
            self._open("[", 1)
        elif text[at] == "]":
            self._link()
        else:
            self._pair()

    def _keep(self, char: str, width: int) -> None:
        self.out.append(char)
        self.at += width

    def _open(self, mark: str, width: int) -> None:
        self.opened.append(_Open(mark, self.length, self.at))
        self.at += width

    def _pair(self) -> None:
        if self.quote is not None and self.text.startswith("||", self.at) and self._line_ends_after_fold():
            self._quote_ends(folded=True)
            self.at += 2
            return
        two, one = self.text[self.at : self.at + 2], self.text[self.at]
        mark = two if two in ("__", "||") else one
        if mark not in PAIRED:
            raise _reserved(one)
        if any(opened.mark == mark for opened in self.opened):
            self._close(mark)
        else:
            self._open(mark, len(mark))

    def _line_ends_after_fold(self) -> bool:
        return self.text[self.at + 2 : self.at + 3] in ("", "\n") and all(one.mark != "||" for one in self.opened)

    def _close(self, mark: str) -> None:
        opened = self.opened.pop()
        if opened.mark != mark:
            raise self._endless(opened)
        self.at += len(mark)
        self._add(opened.start, PAIRED[mark])

    def _add(self, start: int, kind: str, *extra: tuple[str, object]) -> None:
        if self.length > start:
            self.spans.append(Span(start, self.length, kind, extra))

    def _code(self) -> None:
        mark = "```" if self.text.startswith("```", self.at) else "`"
        opened = _Open(mark, self.length, self.at)
        end = self._end_of(mark, self.at + len(mark))
        if end < 0:
            raise self._endless(opened)
        inside = self.text[self.at + len(mark) : end]
        language, body = _language(inside) if mark == "```" else ("", inside)
        self.out.extend(_unescaped(body))
        extra = (("language", language),) if language else ()
        self._add(opened.start, "pre" if mark == "```" else "code", *extra)
        self.at = end + len(mark)

    def _end_of(self, mark: str, at: int) -> int:
        while (found := self.text.find(mark, at)) >= 0 and self.text[found - 1] == "\\":
            at = found + 1
        return found

    def _link(self) -> None:
        if not self.opened or self.opened[-1].mark not in ("[", "!["):
            raise _reserved("]")
        opened = self.opened.pop()
        self.at += 1
        url = ""
        if self.text.startswith("(", self.at):
            end = self._end_of(")", self.at + 1)
            if end < 0:
                raise bad(f"can't parse entities: Can't find end of a URL at byte offset {self._bytes(self.at)}")
            url = "".join(_unescaped(self.text[self.at + 1 : end]))
            self.at = end + 1
        if opened.mark == "![":
            self._add(opened.start, *_special(url))
        elif url:
            self._add(opened.start, "text_link", ("url", url))

    def _bytes(self, at: int) -> int:
        return len(self.text[:at].encode())

    def _endless(self, opened: _Open) -> Exception:
        kinds = {"`": "code", "```": "pre", "[": "text_link", "![": "custom_emoji", **PAIRED}
        where = self._bytes(opened.at)
        return bad(f"can't parse entities: Can't find end of {NAMES[kinds[opened.mark]]} entity at byte offset {where}")


def _reserved(char: str) -> Exception:
    return bad(f"can't parse entities: Character '{char}' is reserved and must be escaped with the preceding '\\'")


def _special(url: str) -> tuple[str, tuple[str, object]]:
    """An emoji or a time in the reader's own clock, by its tg:// address."""
    parts = urlsplit(url)
    asked = parse_qs(parts.query)
    if parts.netloc == "time" and asked.get("unix"):
        return "date_time", ("unix_time", asked["unix"][0])
    if parts.netloc == "emoji" and asked.get("id"):
        return "custom_emoji", ("custom_emoji_id", asked["id"][0])
    raise bad("can't parse entities: Custom emoji entity must contain a tg://emoji URL")


def _unescaped(text: str) -> list[str]:
    out, at = [], 0
    while at < len(text):
        at += 1 if text[at] == "\\" and at + 1 < len(text) else 0
        out.append(text[at])
        at += 1
    return out


def _language(inside: str) -> tuple[str, str]:
    first, newline, rest = inside.partition("\n")
    if not newline:
        return "", inside
    return (first, rest) if first and " " not in first else ("", rest if not first else inside)


def parse_markdown_v2(text: str) -> tuple[str, list[Span]]:
    """The plain text and its spans; raises Telegram's "can't parse entities"."""
    return _Reader(text).read()


OLD = {"*": "bold", "_": "italic", "`": "code", "```": "pre"}


def parse_markdown(text: str) -> tuple[str, list[Span]]:
    """The older Markdown: nothing is nested, only `_*`[` may be escaped."""
    out: list[str] = []
    spans: list[Span] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\" and text[at + 1 : at + 2] in ("_", "*", "`", "["):
            out.append(text[at + 1])
            at += 2
        elif char in "_*`[":
            at = _old_entity(text, at, out, spans)
        else:
            out.append(char)
            at += 1
    return "".join(out), spans


def _old_entity(text: str, at: int, out: list[str], spans: list[Span]) -> int:
    """Where to go on after the entity that begins here."""
    mark = "```" if text.startswith("```", at) else text[at]
    end = text.find("]" if mark == "[" else mark, at + len(mark))
    if end < 0:
        where = len(text[:at].encode())
        raise bad(f"can't parse entities: Can't find end of the entity starting at byte offset {where}")
    start, inside = sum(map(len, out)), text[at + len(mark) : end]
    if mark == "[":
        return _old_link(text, end, inside, out, spans)
    language, body = _language(inside) if mark == "```" else ("", inside)
    out.append(body)
    if body:
        spans.append(Span(start, start + len(body), OLD[mark], (("language", language),) if language else ()))
    return end + len(mark)


def _old_link(text: str, end: int, inside: str, out: list[str], spans: list[Span]) -> int:
    start = sum(map(len, out))
    out.append(inside)
    close = text.find(")", end) if text.startswith("(", end + 1) else -1
    if close < 0:
        return end + 1
    if inside:
        spans.append(Span(start, start + len(inside), "text_link", (("url", text[end + 2 : close]),)))
    return close + 1
